/** Stands between the parts of a key. @see Microsoft.Extensions.Configuration.ConfigurationPath.KeyDelimiter */
export const keyDelimiter = ':';

/** Joins parts to a key. @see Microsoft.Extensions.Configuration.ConfigurationPath.Combine */
export function combineConfigurationPath(...segments: readonly string[]): string {
  return segments.join(keyDelimiter);
}

/** The last part of a path. @see Microsoft.Extensions.Configuration.ConfigurationPath.GetSectionKey */
export function getSectionKey(path: string): string {
  return path.slice(path.lastIndexOf(keyDelimiter) + 1);
}

/** The path without its last part, or undefined when it has only one. @see Microsoft.Extensions.Configuration.ConfigurationPath.GetParentPath */
export function getParentPath(path: string): string | undefined {
  const delimiter = path.lastIndexOf(keyDelimiter);
  return delimiter < 0 ? undefined : path.slice(0, delimiter);
}

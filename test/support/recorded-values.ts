/**
 * The paths at which a value that a reader made is not what the recording has.
 *
 * Nothing may be missing but what MCP has beyond its result; null may have become nothing, an empty list or a default, and lists may have lost the object around them.
 */
export function differences(recorded: unknown, read: unknown, path = ''): readonly string[] {
  if (recorded === null) return isNothing(read) || /message$/.test(path) ? [] : [path];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(read) || read.length !== recorded.length) return [path];
    return recorded.flatMap((item, index) => differences(item, read[index], `${path}[${index}]`));
  }
  if (typeof recorded !== 'object') return Object.is(recorded, read) ? [] : [path];
  const members = Object.entries(recorded);
  if (Array.isArray(read)) return members.flatMap(([, member]) => differences(member, read, path));
  if (typeof read !== 'object' || read === null) return [path];
  return members.flatMap(([name, member]) => (name === 'task' ? [] : differences(member, (read as Record<string, unknown>)[name], `${path}.${name}`)));
}

function isNothing(read: unknown): boolean {
  return read === null || read === undefined || read === false || (typeof read === 'object' && Object.keys(read).length === 0);
}

/** How long the JSON of a value is, in UTF-16 units; undefined when it has none. */
export function lengthOfJson(value: unknown): number | undefined {
  try {
    return (JSON.stringify(value) as string | undefined)?.length;
  } catch {
    return undefined;
  }
}

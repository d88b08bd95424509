/**
 * Paths as short as they can be without two of them looking alike: file name and folder, for .NET projects the file name alone, and one more folder as long
 * as a text is not unique.
 */
export function shortenPaths(paths: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map([...new Set(paths)].map(path => [path, path.replaceAll('\\', '/').replace(/\/+$/, '').split('/')]));
  const kept = new Map([...parts].map(([path, segments]) => [path, /\.(cs|fs|vb)proj$/i.test(segments.at(-1) ?? '') ? 1 : 2]));
  const text = (path: string): string => {
    const segments = parts.get(path) ?? [];
    const count = kept.get(path) ?? 0;
    return count >= segments.length ? path : segments.slice(-count).join('/');
  };
  for (;;) {
    const texts = [...parts.keys()].map(path => ({ path, text: text(path) }));
    const ambiguous = texts.filter(({ path, text: own }) => own !== path && texts.some(other => other.path !== path && other.text === own));
    if (ambiguous.length === 0) return new Map(texts.map(({ path, text: own }) => [path, own]));
    for (const { path } of ambiguous) kept.set(path, (kept.get(path) ?? 0) + 1);
  }
}

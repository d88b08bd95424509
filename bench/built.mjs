import { existsSync } from 'node:fs';

export function assertBuilt() {
  if (!existsSync(new URL('../dist/index.js', import.meta.url))) throw new Error('The library has not been built: npm run build.');
}

/** What has been built of an entry point of the package. Imported when a benchmark runs: `--list` works before anything has been built. */
export function importBuilt(entryPoint) {
  assertBuilt();
  return import(entryPoint);
}

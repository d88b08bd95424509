import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A copy in `folder` of the native Aspire CLI that the interop tests install; undefined on platforms for which there is none. */
export function copyNativeCli(folder) {
  const binary = findNativeCli();
  if (!binary) return undefined;
  // It looks around itself for an installation, so it must not stand in node_modules.
  const copy = join(folder, 'aspire');
  copyFileSync(binary, copy);
  chmodSync(copy, 0o755);
  return copy;
}

function findNativeCli() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@microsoft/aspire-cli-${process.platform}-${process.arch}/package.json`);
    const binary = join(dirname(manifest), 'bin/aspire');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

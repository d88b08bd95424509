import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program printed on stdout, and its exit code. */
export interface Outcome {
  readonly stdout: string;
  readonly code: number | null;
}

/** Runs a script of the project to its end. */
export function runScript(script: string, ...args: readonly string[]): Outcome {
  const { stdout, status } = spawnSync(process.execPath, [join(__dirname, '../../scripts', script), ...args], { encoding: 'utf8' });
  return { stdout, code: status };
}

/** A folder with these files, deleted at the end of the block that owns it. */
export function temporaryFolder(files: Readonly<Record<string, string>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'hostward-tooling-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node.js lines that hostward supports. */
export const supportedMajors = ['20', '22', '24', '26'];

const cache = fileURLToPath(new URL('../node_modules/.cache/hostward-node', import.meta.url));

/**
 * The path of a Node.js binary of this major version: the running one when it fits, else from npm's registry, kept in node_modules/.cache.
 *
 * The package `node` fetches its binary in an install script, which npm does not run by default; the package of the platform simply contains it.
 */
export function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const prefix = join(cache, major);
  const binary = join(prefix, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    const install = ['install', '--prefix', prefix, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', `${name}@${major}`];
    const { status, stderr } = spawnSync('npm', install, { encoding: 'utf8', shell: process.platform === 'win32' });
    if (status !== 0 || !existsSync(binary)) throw new Error(`npm could not install ${name}@${major}: ${stderr.trim() || 'it contains no binary'}`);
  }
  return binary;
}

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

/** What the main script is called while the digest is computed, which becomes a part of its name. */
const nobody = 'main.js';

/**
 * Names the main script of a program after the content of all its scripts, so that compiled code, which is kept by that name, is never taken for that of another build: V8
 * compares no more than the lengths.
 *
 * @param {readonly { path: string, text: string }[]} scripts
 * @param main what the others call the main script so far: `./main-….js`
 */
export function nameByContent(scripts, main) {
  const old = basename(main);
  const name = `main-${digestOf(scripts, old)}.js`;
  return scripts.map(({ path, text }) => ({
    path: basename(path) === old ? join(dirname(path), name) : path,
    text: text.replaceAll(old, name),
  }));
}

/** @param {readonly { path: string, text: string }[]} scripts in any order */
export function digestOf(scripts, main) {
  const hash = createHash('sha256');
  const unnamed = scripts.map(({ path, text }) => [basename(path), text].map(each => each.replaceAll(main, nobody)));
  for (const [name, text] of unnamed.sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex').slice(0, 12);
}

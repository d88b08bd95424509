import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { HostwardError } from '../primitives/index.js';

/** So often a file is read that somebody writes at the same time. */
const attempts = 5;

/** In bytes. */
const chunkSize = 65_536;

/** In bytes: so much is read of a file that the system says is empty, as it does of those that it makes up when they are read. */
const unknownLength = 16_777_216;

/**
 * The text of a regular file, as it was at one time: one that somebody writes meanwhile is read again.
 *
 * UTF-8, or UTF-16 where a byte-order mark says so; the mark is left out.
 *
 * @throws HostwardError (`ERR_FILE_UNREADABLE`) for a pipe, a device and the like, of which nobody knows when they end, and for a file that does not stop changing
 * @throws the system's error when it cannot be opened or read
 */
export function readTextFile(path: string): string {
  // A pipe without a writer must not hold up the process.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return decode(readUnchanged(path, descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function readUnchanged(path: string, descriptor: number): Buffer {
  let before = fstatSync(descriptor, { bigint: true });
  if (!before.isFile())
    throw new HostwardError('ERR_FILE_UNREADABLE', `'${path}' was expected to be a file, but is ${kindOf(before)}. Give the path of a file.`);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const content = readUpTo(descriptor, Number(before.size) || unknownLength);
    const after = fstatSync(descriptor, { bigint: true });
    if (before.mtimeNs === after.mtimeNs && before.size === after.size) return content;
    before = after;
  }
  throw new HostwardError(
    'ERR_FILE_UNREADABLE',
    `'${path}' changed each of the ${attempts} times that it was read. Write it elsewhere and move it to its place.`,
  );
}

/** Ends with the file, or soon after `length`: one that grows all the time has no end. */
function readUpTo(descriptor: number, length: number): Buffer {
  const chunks: Buffer[] = [];
  for (let position = 0; position <= length;) {
    const chunk = Buffer.allocUnsafe(chunkSize);
    const count = readSync(descriptor, chunk, 0, chunkSize, position);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    position += count;
  }
  return Buffer.concat(chunks);
}

function decode(content: Buffer): string {
  const [first, second] = content;
  if (first === 0xff && second === 0xfe) return content.subarray(2).toString('utf16le');
  // One byte too many at the end is no character.
  if (first === 0xfe && second === 0xff)
    return content
      .subarray(2, content.length & ~1)
      .swap16()
      .toString('utf16le');
  const text = content.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function kindOf(facts: BigIntStats): string {
  if (facts.isDirectory()) return 'a directory';
  if (facts.isFIFO()) return 'a pipe';
  return facts.isSocket() ? 'a socket' : 'a device';
}

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The longest path that any system takes, and some more. */
const maxBytes = 16 * 1024;

/**
 * The text of a small file that names another; undefined when there is none, or it is no regular file, unreadable or longer than 16 KiB. Never throws.
 *
 * It does not wait either: a pipe under the name of the file would keep whoever simply opens it for ever.
 */
export function readPointerFile(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const facts = fstatSync(descriptor);
    if (!facts.isFile() || facts.size > maxBytes) return undefined;
    const buffer = Buffer.alloc(maxBytes);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

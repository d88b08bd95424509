import type { Writable } from 'node:stream';
import { withDeadline } from './time/index.js';

/** So long a reader may read nothing before it counts as one that will not read any more. Milliseconds. */
const patience = 2_000;
/** So long the slowest reader has. Milliseconds. */
const limit = 30_000;

/**
 * Waits until a stream of the process has passed on what it holds, before an end by force would cut it off.
 *
 * A slow reader gets everything, as long as it reads on; one that reads nothing for 2 s, or has not come to the end after 30 s, is not waited for. Both count
 * in real time, because it is the reader's.
 */
export async function drainOutput(stream: Writable & Partial<Pick<NodeJS.WriteStream, 'setTimeout'>>): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return;
  const ignore = (): void => undefined;
  // A reader that goes away is none to wait for, and its error nobody's any more.
  stream.on('error', ignore);
  const drained = new Promise<void>(resolve => {
    // The stream's own timeout knows of pieces of a write that are on their way, which its length does not.
    // In a worker thread, whose reader is the main thread, it has none.
    stream.setTimeout?.(patience, resolve);
    stream.write('', () => resolve());
  });
  await withDeadline('The output', limit, () => drained).catch(ignore);
  stream.setTimeout?.(0);
}

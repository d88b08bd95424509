import { raceAbort } from '../primitives/index.js';
import { ConfigurationFormatError } from './configuration-errors.js';

/** How much of a stream is read before it is taken for something that is no configuration. */
const limit = 16 * 1024 * 1024;

/** Reads a stream to its end. A stream that is not read to its end is closed. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (let next = await raceAbort(iterator.next(), signal); !next.done; next = await raceAbort(iterator.next(), signal)) {
      const chunk = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      length += chunk.byteLength;
      if (length > limit) throw new ConfigurationFormatError(`A configuration stream has at most ${limit} bytes, but more came. Read a smaller document.`);
      chunks.push(chunk);
    }
  } catch (error) {
    close(stream, iterator);
    throw error;
  }
  return Buffer.concat(chunks);
}

/** Not awaited: an iterator that waits for a chunk ends only when the chunk has come. */
function close(stream: object, iterator: AsyncIterator<unknown>): void {
  (stream as { destroy?: () => void }).destroy?.();
  iterator.return?.().catch(() => undefined);
}

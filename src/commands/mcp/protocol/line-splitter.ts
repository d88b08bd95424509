/** Stands for a line that was longer than is accepted; the line itself is gone. */
export const lineTooLong: unique symbol = Symbol('lineTooLong');

const lineFeed = 0x0a;
const byteOrderMark = '\ufeff';

/**
 * Cuts a stream of bytes into lines of UTF-8, of which it never holds more than one that is not complete, and of that no more than `maxLength` bytes.
 *
 * A line ends with LF or CRLF. Of one that is too long, {@link lineTooLong} comes as soon as that is known, and the rest of it is thrown away.
 */
export class LineSplitter {
  #pieces: Uint8Array[] = [];
  #length = 0;
  #isSkipping = false;
  #isFirst = true;

  /** @param maxLength in bytes, without the end of the line */
  constructor(private readonly maxLength: number) {}

  /** The lines that this chunk completes. */
  *push(chunk: Uint8Array): Generator<string | typeof lineTooLong, void, undefined> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      if (!this.#isSkipping && !this.#keep(piece)) yield lineTooLong;
      if (end < 0) return;
      if (!this.#isSkipping) yield this.#take();
      this.#isSkipping = false;
      start = end + 1;
    }
  }

  /** What stands behind the last end of a line, when there is something. */
  end(): string | undefined {
    return this.#length > 0 ? this.#take() : undefined;
  }

  /** @returns false when the line is too long by now */
  #keep(piece: Uint8Array): boolean {
    this.#length += piece.length;
    // The CR of a CRLF may still be cut off.
    if (this.#length > this.maxLength + 1) {
      this.#isSkipping = true;
      this.#clear();
      return false;
    }
    if (piece.length > 0) this.#pieces.push(piece);
    return true;
  }

  #take(): string {
    const [only, second] = this.#pieces;
    const bytes = only && !second ? only : join(this.#pieces, this.#length);
    this.#clear();
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const line = this.#isFirst && text.startsWith(byteOrderMark) ? text.slice(1) : text;
    this.#isFirst = false;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  #clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

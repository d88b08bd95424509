import type { Writable } from 'node:stream';

/** A stream that lines are written to; one of the process knows, too, when its reader takes nothing any more. */
export type LineStream = Writable & Partial<Pick<NodeJS.WriteStream, 'setTimeout'>>;

/** Where the lines of the protocol go. */
export interface LineOutput {
  /** Tells of its reader. */
  readonly stream: LineStream;
  /** Writes to the stream itself, whoever else thinks to write to it. Returns false when the reader does not keep up. */
  write(text: string, taken: () => void): boolean;
}

/**
 * A stream that belongs to the protocol alone: what anything else prints to it from now on, by `console.log` or in any other way through the stream, goes to another one, until
 * this is disposed.
 *
 * A line of a third party in the standard output is one that no client understands. Only what writes to the file descriptor itself is not caught.
 */
export class ClaimedOutput implements LineOutput, Disposable {
  readonly #write: Writable['write'];
  readonly #own: PropertyDescriptor | undefined;

  constructor(
    readonly stream: LineStream,
    others: Writable,
  ) {
    this.#own = Object.getOwnPropertyDescriptor(stream, 'write');
    this.#write = stream.write.bind(stream);
    stream.write = others.write.bind(others);
  }

  write(text: string, taken: () => void): boolean {
    return this.#write(text, taken);
  }

  [Symbol.dispose](): void {
    if (this.#own) Object.defineProperty(this.stream, 'write', this.#own);
    else delete (this.stream as Partial<Writable>).write;
  }
}

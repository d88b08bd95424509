import { writeSync } from 'node:fs';
import type { IConsole, IConsoleStream } from '../../hosting/console.js';
import { errorCodeOf } from '../../hosting/primitives/index.js';

/** A console whose text goes straight to the file descriptor for as long as nothing else is asked of it: to open one of Node's streams takes longer than all that a short command prints. */
export class DirectConsole implements IConsole {
  readonly out: IConsoleStream;

  /** @param descriptor where the text goes; `writeRest` writes to the stream of the same descriptor that `streams` opens */
  constructor(
    private readonly streams: IConsole,
    descriptor: number = 1,
    writeRest: (rest: Buffer) => void = rest => void process.stdout.write(rest),
  ) {
    this.out = new DirectStream(descriptor, () => streams.out, writeRest);
  }

  get error(): IConsoleStream {
    return this.streams.error;
  }
}

class DirectStream implements IConsoleStream {
  #opened: IConsoleStream | undefined;
  #isBroken = false;

  /** @param writeRest writes to the same stream that `open` opens, but bytes, which may begin within a character */
  constructor(
    private readonly descriptor: number,
    private readonly open: () => IConsoleStream,
    private readonly writeRest: (rest: Buffer) => void,
  ) {}

  get isTerminal(): boolean {
    return this.#stream.isTerminal;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  get rows(): number | undefined {
    return this.#stream.rows;
  }

  get pendingBytes(): number {
    return this.#opened?.pendingBytes ?? 0;
  }

  write(text: string): void {
    if (this.#opened) return this.#opened.write(text);
    const rest = this.#writeAtOnce(Buffer.from(text, 'utf8'));
    if (rest.length === 0) return;
    // Node's stream waits until the reader has read; once opened, it hears of errors, too.
    this.#opened = this.open();
    this.writeRest(rest);
  }

  onResize(listener: () => void): Disposable {
    return this.#stream.onResize(listener);
  }

  onDrained(listener: () => void): void {
    const stream = this.#stream;
    if (stream.onDrained) stream.onDrained(listener);
    else void Promise.resolve().then(listener);
  }

  /** What could not be written without waiting. A reader that went away is no error of ours, and gets nothing more. */
  #writeAtOnce(bytes: Buffer): Buffer {
    let offset = 0;
    try {
      while (offset < bytes.length && !this.#isBroken) offset += writeSync(this.descriptor, bytes, offset);
    } catch (error) {
      if (errorCodeOf(error) === 'EAGAIN') return bytes.subarray(offset);
      this.#isBroken = true;
    }
    return bytes.subarray(bytes.length);
  }

  get #stream(): IConsoleStream {
    return (this.#opened ??= this.open());
  }
}

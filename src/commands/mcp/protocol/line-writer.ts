import { listen } from '../../../hosting/primitives/listen.js';
import { withDeadline } from '../../../hosting/time/index.js';
import type { LineOutput } from './claimed-output.js';

/** What a {@link LineWriter} tells of. */
export interface LineWriterEvents {
  /** The reader does not keep up: nothing more should be begun for it. */
  readonly onFull: () => void;
  /** The reader has caught up. */
  readonly onDrained: () => void;
  /** The reader is gone. Nothing is written from here on. */
  readonly onBroken: (error: Error) => void;
}

/** So long a reader may take nothing before it counts as one that will not read any more. Milliseconds, in real time because it is the reader's. */
const patience = 2_000;
/** So long the slowest reader has. Milliseconds. */
const limit = 20_000;

/** Writes lines for one reader, and knows whether it keeps up and whether it is still there. */
export class LineWriter implements Disposable {
  readonly #registrations: readonly Disposable[];
  #isBroken = false;
  #isFull = false;

  constructor(
    private readonly output: LineOutput,
    private readonly events: LineWriterEvents,
  ) {
    const { stream } = output;
    // For good: a write may fail when nobody waits for it any more, and an error that nobody hears ends the process with a stack.
    listen(stream, 'error', error => this.#break(error as Error));
    this.#registrations = [listen(stream, 'close', () => this.#break(new Error('The output was closed.'))), listen(stream, 'drain', () => this.#onDrain())];
  }

  /** Writes a line; settles when the reader has taken it, or never will. Never rejects. */
  write(line: string): Promise<void> {
    if (this.#isBroken) return Promise.resolve();
    return new Promise<void>(resolve => {
      const hasRoom = this.output.write(`${line}\n`, () => resolve());
      if (hasRoom || this.#isFull) return;
      this.#isFull = true;
      this.events.onFull();
    });
  }

  /**
   * Waits until the reader has taken everything: one that reads nothing for 2 s, or has not come to the end after 20 s, is not waited for. Never rejects.
   *
   * @returns false when something is left that the reader could still take, and that keeps the process alive
   */
  async flush(): Promise<boolean> {
    const { stream } = this.output;
    if (this.#isBroken || stream.writableLength === 0) return true;
    const taken = new Promise<boolean>(resolve => {
      stream.setTimeout?.(patience, () => resolve(false));
      this.output.write('', () => resolve(true));
    });
    const isTaken = await withDeadline('The output', limit, () => taken).catch(() => false);
    stream.setTimeout?.(0);
    return isTaken;
  }

  [Symbol.dispose](): void {
    for (const registration of this.#registrations) registration[Symbol.dispose]();
  }

  #onDrain(): void {
    if (!this.#isFull || this.#isBroken) return;
    this.#isFull = false;
    this.events.onDrained();
  }

  #break(error: Error): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.events.onBroken(error);
  }
}

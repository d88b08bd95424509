import type { IConsoleStream } from '../../console.js';

/** What may wait for a reader that is slower than the program. */
export interface QueueLimits {
  /** Entries; undefined when their number does not matter. */
  readonly entries: number | undefined;
  /** Characters of all of them together. One entry alone always finds its place. */
  readonly characters: number;
}

/**
 * Gives entries to a stream, and drops them while too much waits in it for its reader.
 *
 * Whatever is kept waits in the stream, not here: it stands in order with what others print, and whoever waits for the stream at the end of the process waits
 * for the log, too.
 */
export class ConsoleQueue {
  /** Entries that had to wait when they were written, and may wait still. */
  #waiting = 0;
  #dropped = 0;
  #isWatching = false;

  /** @param describeLoss the text that tells how many entries were dropped; it stands where they are missing */
  constructor(
    private readonly stream: IConsoleStream,
    private readonly limits: () => QueueLimits,
    private readonly describeLoss: (count: number) => string,
  ) {}

  write(text: string): void {
    if (text === '') return;
    const { pending } = this;
    if (pending > 0) {
      if (this.#isFull(pending + text.length)) this.#dropped++;
      else this.#waiting++;
      this.#watch();
      if (this.#dropped > 0) return;
    } else {
      this.#waiting = 0;
    }
    this.noteLoss();
    this.stream.write(text);
  }

  /** Writes how many entries were dropped, if any were. */
  noteLoss(): void {
    if (this.#dropped === 0) return;
    const text = this.describeLoss(this.#dropped);
    this.#dropped = 0;
    this.stream.write(text);
  }

  /** Resolves when the reader has taken everything that was written. */
  async idle(): Promise<void> {
    while (this.pending > 0 && this.stream.onDrained) await new Promise<void>(resolve => this.stream.onDrained!(resolve));
  }

  private get pending(): number {
    return this.stream.pendingBytes ?? 0;
  }

  /** Once entries are dropped, all are until the reader has caught up: one notice then tells of them. */
  #isFull(characters: number): boolean {
    const limits = this.limits();
    return this.#dropped > 0 || characters > limits.characters || this.#waiting >= (limits.entries ?? Infinity);
  }

  /** Asks to be told when the reader has taken what was written up to now. */
  #watch(): void {
    if (this.#isWatching || !this.stream.onDrained) return;
    this.#isWatching = true;
    const before = this.#waiting;
    this.stream.onDrained(() => {
      this.#isWatching = false;
      this.#waiting = this.pending === 0 ? 0 : Math.max(0, this.#waiting - before);
      this.noteLoss();
    });
  }
}

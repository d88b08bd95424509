import { HostwardError } from '../../hosting/primitives/index.js';
import { freeBytesPerSession, readAheadShare, type RpcBudget } from './rpc-budget.js';

/** What one session holds in memory for its client, within its own limit of what is read ahead and the budget that it shares with other sessions. */
export class SessionMemory implements Disposable {
  readonly #budget: RpcBudget | undefined;
  readonly #maxReadAhead: number;
  #held = 0;
  #readAhead = 0;
  #isDisposed = false;

  /** @param maxReadAhead what the items that all streams of the session have read ahead may measure together, in bytes */
  constructor(maxReadAhead: number, budget: RpcBudget | undefined) {
    this.#maxReadAhead = maxReadAhead;
    this.#budget = budget;
  }

  /**
   * Holds so many bytes more; false when there is no room for them.
   *
   * @param share the part of the budget that may be in use then. Default: all of it
   */
  tryHold(bytes: number, share?: number): boolean {
    if (!this.#budget || this.#isDisposed) return true;
    if (!this.#budget.tryTake(this.#charge(bytes), share)) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    if (this.#isDisposed || !this.#budget) return;
    this.#budget.giveBack(-this.#charge(-bytes));
    this.#held -= bytes;
  }

  /** Holds `bytes` more, or less when negative. @throws HostwardError (ERR_RPC_BUDGET) when there is no room for them */
  resize(bytes: number): void {
    if (bytes < 0) this.release(-bytes);
    else if (!this.tryHold(bytes)) throw this.#exhausted(bytes);
  }

  /** Holds the bytes of an item that no pull asked for yet; false when the session may read no further ahead. */
  tryReadAhead(bytes: number): boolean {
    if (this.#readAhead + bytes > this.#maxReadAhead || !this.tryHold(bytes, readAheadShare)) return false;
    this.#readAhead += bytes;
    return true;
  }

  releaseReadAhead(bytes: number): void {
    this.#readAhead -= bytes;
    this.release(bytes);
  }

  /** Gives everything back: nothing that is still held counts any more. */
  [Symbol.dispose](): void {
    this.release(this.#held);
    this.#isDisposed = true;
  }

  /** What the budget has to give for so many bytes more. */
  #charge(bytes: number): number {
    return Math.max(0, this.#held + bytes - freeBytesPerSession) - Math.max(0, this.#held - freeBytesPerSession);
  }

  #exhausted(bytes: number): HostwardError {
    const { usedBytes = 0, maxBytes = 0 } = this.#budget ?? {};
    return new HostwardError(
      'ERR_RPC_BUDGET',
      `The sessions of this server hold ${usedBytes} of at most ${maxBytes} bytes for their clients: there is no room for ${bytes} more.`,
    );
  }
}

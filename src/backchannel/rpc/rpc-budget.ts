/** The part of a budget that may be in use for something more to be read ahead. */
export const readAheadShare = 0.5;

/** What every session may hold without asking the budget, in bytes, so that small calls are served whatever others do. */
export const freeBytesPerSession = 65_536;

/**
 * How much memory the sessions of one server may take together for what their clients have not taken or not finished: messages that are coming in, requests
 * that wait for their answers, items that were read ahead, and answers that wait to be read.
 *
 * Each session has 64 KiB free of charge; of what it holds beyond, the sum is never more than `maxBytes`. When there is no room, further requests are refused,
 * and a session that would have to hold a larger message ends with ERR_RPC_BUDGET. What is read ahead, which only makes streams faster, gets half of it at
 * most; without room a stream reads one item ahead, which is not counted. Sizes are those of the text on the wire.
 *
 * Differs from .NET: there nothing bounds what clients make a server hold.
 */
export class RpcBudget {
  #usedBytes = 0;

  /** @param maxBytes what all sessions may hold together beyond their 64 KiB each. Default: 256 MiB */
  constructor(readonly maxBytes: number = 268_435_456) {}

  /** What the sessions hold at present, beyond what is free of charge. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Takes so many bytes, or none when that would make more than `share` of the whole be in use. */
  tryTake(bytes: number, share: number = 1): boolean {
    if (bytes > 0 && this.#usedBytes + bytes > this.maxBytes * share) return false;
    this.#usedBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

import type { DataCallback, Message, MessageStrategy } from 'vscode-jsonrpc/node';
import { markHandled } from '../../hosting/primitives/index.js';

/**
 * Takes messages past vscode-jsonrpc's queue, which handles one a turn of the event loop and so costs most of the time of a call.
 *
 * The library hands its handler to a `MessageStrategy` together with the first message; the handler serves every later message just as well, in the order
 * of arrival. Messages that come before that wait here.
 */
export class DirectDispatch implements MessageStrategy {
  #handle: ((message: Message) => unknown) | undefined;
  #early: Message[] | undefined;

  /** @param enqueue the library's own way in, used for the first message only */
  deliver(message: Message, enqueue: DataCallback): void {
    if (this.#handle) return this.#run(this.#handle, message);
    if (this.#early) {
      this.#early.push(message);
      return;
    }
    this.#early = [];
    enqueue(message);
  }

  handleMessage(message: Message, next: (message: Message) => unknown): void {
    const messages = [message, ...(this.#early ?? [])];
    this.#handle = next;
    this.#early = undefined;
    for (const each of messages) this.#run(next, each);
  }

  /** An answer that could not be written rejects; the connection is gone then, and reports that itself. */
  #run(handle: (message: Message) => unknown, message: Message): void {
    const handled = handle(message);
    if (handled instanceof Promise) markHandled(handled);
  }
}

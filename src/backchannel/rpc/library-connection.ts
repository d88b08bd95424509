import { createMessageConnection, type Message, type MessageConnection } from 'vscode-jsonrpc/node';
import { DirectDispatch } from './direct-dispatch.js';

/**
 * vscode-jsonrpc on a connection, for the messages that go the usual way through it.
 *
 * Made when the first of them comes, which at the calling end is a request of the peer and at the serving end never happens: calls and their answers are dealt
 * with before. Its closures, tables and emitters are ten KiB, twice what all the rest of a client with an open watch takes in an AppHost.
 */
export class LibraryConnection implements Disposable {
  readonly #dispatch = new DirectDispatch();
  readonly #connection: MessageConnection;
  #enqueue: (message: Message) => void = () => undefined;

  /** @param write sends what the library answers */
  constructor(write: (message: Message) => Promise<void>) {
    // Failures and the end are those of the stream, which are not the library's to watch.
    const nothing = { dispose: () => undefined };
    const never = () => nothing;
    this.#connection = createMessageConnection(
      {
        onError: never,
        onClose: never,
        onPartialMessage: never,
        dispose: () => undefined,
        listen: enqueue => {
          this.#enqueue = enqueue;
          return nothing;
        },
      },
      { onError: never, onClose: never, dispose: () => undefined, end: () => undefined, write },
      undefined,
      { messageStrategy: this.#dispatch },
    );
    this.#connection.listen();
  }

  deliver(message: Message): void {
    this.#dispatch.deliver(message, this.#enqueue);
  }

  [Symbol.dispose](): void {
    this.#connection.dispose();
  }
}

import type { IAppHostConnection, IAuxiliaryBackchannelMonitor } from 'hostward/backchannel';

/** Somebody who watches the connections all the time, and looks at every list that is given out. */
export class ConnectionLists implements AsyncDisposable {
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  readonly #problems: string[] = [];
  #last: readonly IAppHostConnection[] | undefined;

  constructor(private readonly monitor: IAuxiliaryBackchannelMonitor) {
    this.#done = this.#watch();
    this.#done.catch(() => undefined);
  }

  /** @throws when a list was wrong, or the last one is not what the monitor says */
  expectUpToDate(): void {
    expect(this.#problems).toEqual([]);
    expect(this.#last?.map(({ socketPath }) => socketPath)).toEqual(this.monitor.connections.map(({ socketPath }) => socketPath));
    expect(this.#last?.every((connection, index) => connection === this.monitor.connections[index])).toBe(true);
  }

  async #watch(): Promise<void> {
    for await (const list of this.monitor.watchConnections(this.#end.signal)) {
      this.#last = list;
      const paths = list.map(({ socketPath }) => socketPath);
      if (new Set(paths).size < paths.length) this.#problems.push(`a path twice: ${paths.join(', ')}`);
      if (paths.some((path, index) => index > 0 && path < paths[index - 1]!)) this.#problems.push(`not in order: ${paths.join(', ')}`);
    }
    if (!this.#end.signal.aborted) this.#problems.push('the lists ended by themselves');
  }

  /** @throws what ended the lists */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#done;
  }
}

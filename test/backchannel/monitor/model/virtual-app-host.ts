import type { Duplex } from 'node:stream';
import { delay, type TimeProvider } from 'hostward';
import { type RpcMethods, serveRpc } from '../../../../src/backchannel/rpc/index.js';
import { Deferred } from '../../../../src/hosting/primitives/index.js';
import type { AppHostFacts, Manner } from './world.js';

/** What an AppHost in memory takes for each answer, in milliseconds, when it is not quick. */
const answerTimes: Partial<Record<Manner, number>> = { slow: 1_500, tooSlow: 60_000 };

/** An AppHost in memory, as well behaved as its manner says. */
export class VirtualAppHost {
  readonly #streams = new Set<Duplex>();
  /** Those that have been answered. */
  readonly #served = new Set<Duplex>();
  /** Set while it hangs. */
  #awake: Deferred<void> | undefined;
  #manner: Manner;

  constructor(
    private readonly facts: AppHostFacts,
    private readonly processId: number,
    private readonly time: TimeProvider,
  ) {
    this.#manner = facts.manner;
  }

  /** Whether a client that has been answered is still connected. */
  get isServing(): boolean {
    return this.#served.size > 0;
  }

  set manner(value: Manner) {
    this.#manner = value;
  }

  setHung(isHung: boolean): void {
    if (isHung) this.#awake = new Deferred();
    else {
      this.#awake?.resolve();
      this.#awake = undefined;
    }
  }

  /** The system has taken the connection; the AppHost sees it when it is awake. */
  async accept(stream: Duplex): Promise<void> {
    this.#streams.add(stream);
    stream.once('close', () => {
      this.#streams.delete(stream);
      this.#served.delete(stream);
    });
    await this.#awake?.promise;
    if (stream.destroyed) return;
    if (this.#manner === 'hangsUp') stream.destroy();
    else if (this.#manner === 'babbles') stream.write('220 mail.example ready\r\n\r\n');
    else serveRpc(stream, this.#methodsFor(stream), { timeProvider: this.time });
  }

  dropClients(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #methodsFor(stream: Duplex): RpcMethods {
    const { appHostPath } = this.facts;
    const information = appHostPath === undefined ? null : { appHostPath, processId: this.processId };
    const capabilities = ['aux.v1', 'aux.v2', 'aux.v3'];
    const told = <T>(answer: T): T => {
      if (!stream.destroyed) this.#served.add(stream);
      return answer;
    };
    const isOld = this.#manner === 'old';
    const identity = { parameters: [], invoke: this.#answering(() => (isOld ? told(information) : information)) };
    const abilities = { parameters: ['request'], required: 0, invoke: this.#answering(() => told({ capabilities })) };
    return isOld ? { GetAppHostInformationAsync: identity } : { GetAppHostInformationAsync: identity, GetCapabilitiesAsync: abilities };
  }

  #answering<T>(answer: () => T): (args: unknown, context: { readonly signal: AbortSignal }) => Promise<T> {
    return async (_args, { signal }) => {
      await this.#awake?.promise;
      if (this.#manner === 'refuses') throw new Error('not now');
      await delay(answerTimes[this.#manner] ?? 0, { timeProvider: this.time, signal });
      await this.#awake?.promise;
      return answer();
    };
  }
}

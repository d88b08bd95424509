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
  /** Those that came to the wrong door: another AppHost had been there when they looked. */
  readonly #lost = new WeakSet<Duplex>();
  /** Those that it leaves by itself, whatever its manners have become until then. */
  readonly #left = new WeakSet<Duplex>();
  /** Set while it hangs. */
  #awake: Deferred<void> | undefined;
  #manner: Manner;

  /** @param onBlunder called when a client that has been answered goes although nothing here made it go, or when there are two of them */
  constructor(
    private readonly facts: AppHostFacts,
    private readonly processId: number,
    private readonly time: TimeProvider,
    private readonly onBlunder: (what: string) => void,
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
  async accept(stream: Duplex, isExpected: boolean): Promise<void> {
    if (!isExpected) this.#lost.add(stream);
    this.#streams.add(stream);
    stream.once('close', () => {
      this.#streams.delete(stream);
      if (this.#served.delete(stream) && !this.#left.has(stream)) this.#judge(stream, 'left');
    });
    await this.#awake?.promise;
    if (stream.destroyed) return;
    if (this.#manner === 'hangsUp') stream.destroy();
    else if (this.#manner === 'babbles') stream.write('220 mail.example ready\r\n\r\n');
    else serveRpc(this.#manner === 'leaves' ? this.#leaveAfterwards(stream) : stream, this.#methodsFor(stream), { timeProvider: this.time });
  }

  #leaveAfterwards(stream: Duplex): Duplex {
    this.#left.add(stream);
    return endingAfter('capabilities', stream);
  }

  dropClients(): void {
    for (const stream of this.#streams) {
      // What it has ended itself has not left it.
      this.#served.delete(stream);
      stream.destroy();
    }
  }

  #judge(stream: Duplex, what: string): void {
    if (!this.#lost.has(stream)) this.onBlunder(`a client of AppHost ${this.facts.number} ${what}`);
  }

  #methodsFor(stream: Duplex): RpcMethods {
    const { appHostPath } = this.facts;
    const information = appHostPath === undefined ? null : { appHostPath, processId: this.processId };
    const capabilities = ['aux.v1', 'aux.v2', 'aux.v3'];
    const told = <T>(answer: T): T => {
      if (!stream.destroyed && this.#streams.has(stream)) this.#served.add(stream);
      if (this.#served.size > 1) this.#judge(stream, 'came twice');
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

/** The end comes together with the last answer: who reads the one has the other already. */
function endingAfter(text: string, stream: Duplex): Duplex {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]) => {
    const isTaken = write(...args);
    if (String(args[0]).includes(text)) stream.end();
    return isTaken;
  };
  return stream;
}

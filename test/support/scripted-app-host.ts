import { type Duplex, duplexPair } from 'node:stream';
import { AppHostConnection, type ConnectionOptions } from 'hostward/backchannel';
import { FakeTimeProvider } from 'hostward/testing';
import { RawPeer } from '../backchannel/rpc/raw-peer.js';
import { playOut } from './recorded-clock.js';

/** What an AppHost does when a method is called. */
export type Script = (reply: Reply, params: any) => void;

/** The ways to answer one call. */
export interface Reply {
  result(value: unknown): void;
  error(code: number, message?: string): void;
  /** Answers with a stream of these items; afterwards it ends, fails with a code, or stays silent. */
  stream(items: readonly unknown[], then?: 'end' | 'silence' | number): void;
  hangUp(): void;
}

/** Answers with a value. */
export const answering =
  (value: unknown): Script =>
  reply =>
    reply.result(value);

/** Answers with an error. */
export const failing =
  (code: number, message = 'no'): Script =>
  reply =>
    reply.error(code, message);

/** Answers with a stream. */
export const streaming =
  (items: readonly unknown[], then: 'end' | 'silence' | number = 'end'): Script =>
  reply =>
    reply.stream(items, then);

/** Never answers. */
export const silent: Script = () => undefined;

/** Ends the connection. */
export const hangingUp: Script = reply => reply.hangUp();

/** What an AppHost does, by method. */
export type Scripts = Readonly<Record<string, Script>>;

export const appHostPath = '/srv/app/apphost.ts';

/** What an AppHost of that version offers. */
export const levels = { v1: ['aux.v1'], v2: ['aux.v1', 'aux.v2'], v3: ['aux.v1', 'aux.v2', 'aux.v3', 'terminals.v1'] };

interface Stream {
  readonly items: unknown[];
  readonly then: 'end' | 'silence' | number;
}

/** An AppHost that answers as a test says; it lacks every method of which the test says nothing. */
export class ScriptedAppHost {
  /** The client's end. */
  readonly stream: Duplex;
  readonly far: Duplex;
  /** Every call and notification in order, such as `GetResourcesAsync [{}]`. */
  readonly heard: string[] = [];
  readonly #peer: RawPeer;
  readonly #streams = new Map<number, Stream>();
  /** Answers the pulls that wait, by their ids, when they are cancelled. */
  readonly #silentPulls = new Map<unknown, () => void>();
  readonly #scripts: Scripts;

  constructor(scripts: Scripts = {}, offered: readonly string[] = levels.v3) {
    this.#scripts = {
      GetAppHostInformationAsync: answering({ appHostPath, processId: 4711 }),
      GetCapabilitiesAsync: answering({ capabilities: offered }),
      ...scripts,
    };
    [this.stream, this.far] = duplexPair();
    this.#peer = new RawPeer(this.far);
    void this.#serve();
  }

  /** The calls after the handshake. */
  get calls(): readonly string[] {
    return this.heard.filter(call => !/^(GetAppHostInformationAsync|GetCapabilitiesAsync) /.test(call));
  }

  async #serve(): Promise<void> {
    for (;;) this.#take(await this.#peer.next());
  }

  #take({ id, method, params }: any): void {
    this.heard.push(`${method} ${JSON.stringify(params)}`);
    if (method === '$/cancelRequest') this.#silentPulls.get(params.id)?.();
    if (id === undefined) return;
    // One that has hung up answers nothing more.
    const send = (answer: object) => this.far.writable && this.#peer.send({ jsonrpc: '2.0', id, ...answer });
    const reply: Reply = {
      result: value => send({ result: value }),
      error: (code, message = 'no') => send({ error: { code, message } }),
      stream: (items, then = 'end') => {
        this.#streams.set(this.#streams.size + 1, { items: [...items], then });
        send({ result: { token: this.#streams.size } });
      },
      hangUp: () => void this.#peer.end(),
    };
    if (method === '$/enumerator/next') this.#pull(id, params[0], reply);
    else (this.#scripts[method] ?? failing(-32601, `No method by the name '${method}' is found.`))(reply, params);
  }

  #pull(id: unknown, token: number, reply: Reply): void {
    const { items = [], then = 'end' } = this.#streams.get(token) ?? {};
    if (items.length > 0) reply.result({ values: [items.shift()], finished: false });
    else if (then === 'end') reply.result({ values: [], finished: true });
    else if (typeof then === 'number') reply.error(then, 'the source failed');
    else this.#silentPulls.set(id, () => reply.error(-32800, 'canceled'));
  }
}

/** A connection to a scripted AppHost on a clock of its own. */
export interface ScriptedScene extends AsyncDisposable {
  readonly appHost: ScriptedAppHost;
  readonly connection: AppHostConnection;
  readonly time: FakeTimeProvider;
  /** Lets time pass until `work` has settled. */
  play<T>(work: Promise<T>): Promise<T>;
}

/** Connects; disposing the scene checks that nothing is left on the clock and on the stream. */
export async function connectTo(scripts: Scripts, offered: readonly string[] = levels.v3, options: Partial<ConnectionOptions> = {}): Promise<ScriptedScene> {
  const time = new FakeTimeProvider();
  const appHost = new ScriptedAppHost(scripts, offered);
  const connection = await playOut(time, AppHostConnection.open(appHost.stream, { timeProvider: time, ...options }));
  return {
    appHost,
    connection,
    time,
    play: work => playOut(time, work),
    async [Symbol.asyncDispose]() {
      await playOut(time, connection[Symbol.asyncDispose]());
      expect({ timers: time.pendingTimers, closed: appHost.stream.closed }).toEqual({ timers: [], closed: true });
    },
  };
}

/** All items of a stream, and what ended it when that was an error. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<{ readonly items: readonly T[]; readonly error?: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

/** What a call reports to an AppHost of that version, and the calls that it took. */
export async function report<T>(
  offered: readonly string[],
  scripts: Scripts,
  call: (connection: AppHostConnection) => Promise<T>,
): Promise<{ report: T; calls: readonly string[] }> {
  await using scene = await connectTo(scripts, offered);
  const result = await scene.play(call(scene.connection));
  return { report: result, calls: scene.appHost.calls };
}

/** The items of a stream, and the calls that are not about the stream itself. */
export async function reportItems<T>(offered: readonly string[], scripts: Scripts, open: (connection: AppHostConnection) => AsyncIterable<T>) {
  const { report: outcome, calls } = await report(offered, scripts, connection => collect(open(connection)));
  return { ...outcome, calls: calls.filter(call => !call.startsWith('$/')) };
}

/** What a call rejects with, and how long that took. */
export async function failureOf(scene: ScriptedScene, call: Promise<unknown>): Promise<{ error: any; elapsed: number }> {
  const began = scene.time.getTimestamp();
  const error: unknown = await scene.play(
    call.then(
      () => 'It was answered.',
      (reason: unknown) => reason,
    ),
  );
  return { error, elapsed: scene.time.getElapsedMilliseconds(began) };
}

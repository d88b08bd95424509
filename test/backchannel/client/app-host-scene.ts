import { AppHost, type AppHostConnectOptions, type AppHostTarget, type IAppHostProcesses } from 'hostward/backchannel';
import { ChangeLatch, OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import type { ProcessTimes } from '../../../src/backchannel/naming/index.js';
import type { RpcMethod, RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { TimeProvider } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { FakeMachine } from '../../support/fake-machine.js';
import { playOut } from '../../support/recorded-clock.js';

export const fakePath = '/srv/app/apphost.ts';
/** Its name begins with the identifier of {@link fakePath}. */
export const fakeSocket = 'MCzsRyN0cowAAAAAAAA.4711';

/** Processes in memory. */
export class FakeProcesses implements IAppHostProcesses {
  readonly times = new Map<number, ProcessTimes>();
  readonly kills: string[] = [];
  /** What a signal does. Default: SIGKILL ends the process. */
  onKill = (pid: number, signal: string): void => {
    if (signal === 'SIGKILL') this.times.delete(pid);
  };

  isAlive = (pid: number): boolean => this.times.has(pid);
  timesOf = (pid: number): ProcessTimes => this.times.get(pid) ?? {};
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.kills.push(`${signal} ${pid}`);
    this.onKill(pid, signal);
  }
}

/** An AppHost in memory: what it tells of its resources can be changed at any time. */
export class FakeApp {
  readonly heard: string[] = [];
  readonly resources = new Map<string, any>();
  /** Lines as the AppHost has them, in its own order. */
  lines: { resourceName: string; content: string; isError?: boolean }[] = [];
  /** What is sent while a client follows, behind the backlog. */
  readonly live: { resourceName: string; content: string; isError?: boolean }[] = [];
  capabilities: readonly string[] = ['aux.v1', 'aux.v2', 'aux.v3'];
  information: Record<string, unknown> = { appHostPath: fakePath, processId: 4711, startedAt: '2026-01-02T03:04:05Z', stableStartedAt: '1970-01-01T00:01:00Z' };
  /** What the methods do that a test says something of; without that there is no such method. */
  readonly scripts: Record<string, (...args: any[]) => unknown> = {};
  readonly #changes = new Set<{ readonly queue: any[]; readonly latch: ChangeLatch }>();

  set(name: string, facts: object = {}): void {
    const resource = { ...this.resources.get(name), name, displayName: name, ...facts };
    this.resources.set(name, resource);
    for (const { queue, latch } of this.#changes) {
      queue.push(resource);
      latch.set();
    }
  }

  get methods(): RpcMethods {
    const method = (invoke: RpcMethod['invoke']): RpcMethod => ({ parameters: ['request'], required: 0, invoke });
    const known: RpcMethods = {
      GetAppHostInformationAsync: method(() => this.information),
      GetCapabilitiesAsync: method(() => ({ capabilities: this.capabilities })),
      GetResourcesAsync: method(() => ({ resources: [...this.resources.values()] })),
      GetResourceSnapshotsAsync: method(() => [...this.resources.values()]),
      WatchResourcesAsync: method((_args, { signal }) => this.#watch(signal)),
      WatchResourceSnapshotsAsync: method((_args, { signal }) => this.#watch(signal)),
      GetConsoleLogBatchesAsync: method(([request], { signal }) => this.#logs(request, signal)),
      ...Object.fromEntries(Object.entries(this.scripts).map(([name, script]) => [name, method((args, context) => script(...args, context))])),
    };
    return Object.fromEntries(Object.entries(known).map(([name, { invoke, ...rest }]) => [name, { ...rest, invoke: this.#noting(name, invoke) }]));
  }

  #noting(name: string, invoke: RpcMethod['invoke']): RpcMethod['invoke'] {
    return (args, context) => {
      this.heard.push(`${name} ${JSON.stringify(args)}`);
      return invoke(args, context);
    };
  }

  async *#watch(signal: AbortSignal): AsyncGenerator<any> {
    const change = { queue: [...this.resources.values()], latch: new ChangeLatch() };
    this.#changes.add(change);
    try {
      for (;;) {
        while (change.queue.length > 0) yield change.queue.shift();
        await change.latch.wait(signal);
      }
    } catch (error) {
      if (!(error instanceof OperationCanceledError)) throw error;
    } finally {
      this.#changes.delete(change);
    }
  }

  async *#logs({ resourceName, follow }: any, signal: AbortSignal): AsyncGenerator<any> {
    const own = (line: { resourceName: string }) => resourceName === undefined || resourceName === null || line.resourceName === resourceName;
    let number = follow ? 1 : 0;
    const batch = (lines: readonly any[]) => ({ lines: lines.map(line => ({ isError: false, ...line, lineNumber: number++ })) });
    yield batch(this.lines.filter(own));
    if (!follow) return;
    for (const line of this.live.filter(own)) yield batch([line]);
    await new ChangeLatch().wait(signal).catch(() => undefined);
  }
}

/** A machine with one AppHost on it, and a clock. */
export class AppHostScene {
  readonly time = new FakeTimeProvider();
  readonly machine = new FakeMachine(this.time);
  readonly processes = new FakeProcesses();
  readonly app = new FakeApp();

  get options(): AppHostConnectOptions {
    const { machine, time: timeProvider, processes } = this;
    return { homeDirectory: FakeMachine.home, timeProvider, sockets: machine, files: machine, watcher: machine, processes };
  }

  /** Makes the AppHost, or another one, answer on its socket. */
  start(name: string = fakeSocket, app: FakeApp = this.app): string {
    const pid = Number(name.split('.').at(-1));
    if (Number.isInteger(pid)) this.processes.times.set(pid, { startedAt: '2026-01-02T03:04:05Z', stableStartedAt: '1970-01-01T00:01:00Z' });
    return this.machine.addAppHost(name, app.methods);
  }

  /** Ends it, as when its process has ended after it took its socket away. */
  end(name: string = fakeSocket): void {
    this.processes.times.delete(Number(name.split('.').at(-1)));
    for (const stream of this.machine.openStreams) stream.destroy();
    this.machine.delete(`${FakeMachine.directory}/${name}`);
  }

  /** Connects while the test lets time pass. */
  connecting(target: AppHostTarget = { path: fakePath }, options: AppHostConnectOptions = {}): Promise<AppHost> {
    return AppHost.connect(target, { ...this.options, ...options });
  }

  connect(target?: AppHostTarget, options?: AppHostConnectOptions): Promise<AppHost> {
    return this.play(this.connecting(target, options));
  }

  /** Lets time pass until `work` has settled. */
  play<T>(work: Promise<T>): Promise<T> {
    return playOut(this.time, work);
  }

  /** What work fails with, and after how many milliseconds. */
  async failureOf(work: Promise<unknown>): Promise<{ readonly error: any; readonly elapsed: number }> {
    const began = this.time.getTimestamp();
    const error: unknown = await this.play(
      work.then(
        () => 'It has not failed.',
        (reason: unknown) => reason,
      ),
    );
    return { error, elapsed: this.time.getElapsedMilliseconds(began) };
  }

  /** Checks that nothing is left on the clock, in the directories and on the sockets. */
  async expectReleased(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await this.time.advanceAsync(0);
    expect({ timers: this.time.pendingTimers, watches: this.machine.watchCount, streams: this.machine.openStreams.size }).toEqual({
      timers: [],
      watches: 0,
      streams: 0,
    });
  }
}

/** Loads what a first connection loads: it would take time on the clock of a test. */
export async function loadClient(): Promise<void> {
  const scene = new AppHostScene();
  scene.start();
  await using _appHost = await scene.connecting(undefined, { timeProvider: TimeProvider.system });
}

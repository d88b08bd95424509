import {
  Host,
  IConsole,
  type IHost,
  IHostApplicationLifetime,
  IHostedService,
  IProcessControl,
  isCancellation,
  type LogEntry,
  ObjectDisposedError,
  TimeProvider,
} from 'hostward';
import type { TraceEvent } from './host-parity-golden.js';
import { createService, type ScenarioService, type Stage } from './host-parity-services.js';
import { FakeConsole, FakeProcessControl } from '../hosting-fakes.js';
import { OwnedClock } from '../hosting-owned-clock.js';

type Phase = 'started' | 'stopping' | 'stopped';

/** What happens to a host: the format of the recordings, in which everything absent keeps its default. */
export interface Scenario {
  readonly name: string;
  readonly options?: {
    readonly servicesStartConcurrently?: boolean;
    readonly servicesStopConcurrently?: boolean;
    readonly shutdownTimeoutMs?: number;
    readonly startupTimeoutMs?: number;
    readonly backgroundServiceExceptionBehavior?: string;
  };
  readonly services: readonly ScenarioService[];
  readonly callbacks?: Readonly<Partial<Record<Phase, readonly string[]>>>;
  readonly script: readonly string[];
  /** All services are one class, so that only the first registration counts. */
  readonly duplicateType?: boolean;
}

const contentRootPath = '/srv/parity';
const categories = /^Microsoft\.(Extensions\.Hosting\..+|Hosting\.Lifetime)$/;
/** Milliseconds after which an action hangs. */
const watchdog = 3_000;
const watchdogTurns = 100;
/** What it takes to be at rest: nothing recorded for so many milliseconds and, on a busy machine, for so many turns. */
const rest = { milliseconds: 60, turns: 12 };

/** What a scenario leaves open about its services. */
export type ServiceManners = Pick<Stage, 'hop' | 'throwsSynchronously'>;

/** Drives a host of its own through `scenario` and returns what happened, in order. */
export async function replay(scenario: Scenario, manners: ServiceManners): Promise<readonly TraceEvent[]> {
  await using run = new Replay(scenario, manners);
  for (const action of scenario.script) if (!(await run.perform(action))) break;
  await run.settle();
  return [...run.trace];
}

class Replay implements Stage, AsyncDisposable {
  readonly trace: TraceEvent[] = [];
  readonly #clock = new OwnedClock();
  readonly #host: IHost;
  readonly #lifetime: IHostApplicationLifetime;
  #onHostStarted: (() => void) | undefined;
  #lastEventAt = performance.now();
  #turnsSince = 0;

  readonly hop: () => Promise<void>;
  readonly throwsSynchronously: boolean;

  constructor(scenario: Scenario, { hop, throwsSynchronously }: ServiceManners) {
    this.hop = hop;
    this.throwsSynchronously = throwsSynchronously;
    this.#host = this.#build(scenario);
    this.#lifetime = this.#host.services.getRequiredService(IHostApplicationLifetime);
    for (const [phase, names] of Object.entries(scenario.callbacks ?? {})) for (const name of names) this.#register(phase as Phase, name);
  }

  /** Performs one action of the script. @returns false when it hangs */
  async perform(action: string): Promise<boolean> {
    this.record('main', `${action}>`);
    const outcome = await this.#outcomeOf(this.#act(action));
    this.record('main', `${action}<`, [`${action}<`, outcome]);
    return outcome !== 'hangs';
  }

  async settle(): Promise<void> {
    while (performance.now() - this.#lastEventAt < rest.milliseconds || this.#turnsSince < rest.turns) {
      await new Promise<void>(resolve => afterTurns(5, resolve));
      this.#turnsSince++;
    }
  }

  record(lane: string, text: string, entry: unknown = text): void {
    this.trace.push({ lane, text, entry });
    this.#lastEventAt = performance.now();
    this.#turnsSince = 0;
  }

  stopApplication(): void {
    this.#lifetime.stopApplication();
  }

  /** Also ends what hangs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.stopApplication();
    await this.#host[Symbol.asyncDispose]();
    this.#clock[Symbol.dispose]();
  }

  #build({ options = {}, services, duplicateType }: Scenario): IHost {
    const builder = Host.createEmptyApplicationBuilder({ contentRootPath }).configureHostOptions(host => {
      host.servicesStartConcurrently = options.servicesStartConcurrently ?? host.servicesStartConcurrently;
      host.servicesStopConcurrently = options.servicesStopConcurrently ?? host.servicesStopConcurrently;
      host.shutdownTimeout = options.shutdownTimeoutMs ?? host.shutdownTimeout;
      host.startupTimeout = options.startupTimeoutMs ?? host.startupTimeout;
      if (options.backgroundServiceExceptionBehavior === 'Ignore') host.backgroundServiceExceptionBehavior = 'ignore';
    });
    builder.logging.setMinimumLevel('trace').addProvider({ write: entry => this.#onLogEntry(entry) });
    builder.services.addSingleton(TimeProvider, this.#clock).addSingleton(IConsole, new FakeConsole()).addSingleton(IProcessControl, new FakeProcessControl());
    const factories = services.map(service => () => createService(service, this));
    if (duplicateType) for (const _ of factories) builder.services.addHostedService(factories[0]!);
    else for (const factory of factories) builder.services.addSingleton(IHostedService, factory);
    return builder.build();
  }

  #register(phase: Phase, name: string): void {
    const event = `${phase}:${name.replace(/^!/, '')}`;
    const callback = () => {
      this.record('lifetime', event);
      if (name.startsWith('!')) throw new Error(`${event} failed`);
    };
    if (phase === 'started') this.#lifetime.onStarted(callback);
    else if (phase === 'stopping') this.#lifetime.onStopping(callback);
    else this.#lifetime.onStopped(callback);
  }

  async #act(action: string): Promise<void> {
    const token = new AbortController();
    switch (action) {
      case 'start':
        return this.#host.start();
      case 'startCancelled':
        return this.#host.start(AbortSignal.abort());
      case 'stop':
        return this.#host.stop();
      case 'stopCancelled':
        return this.#host.stop(AbortSignal.abort());
      case 'stopApplication':
        return this.#lifetime.stopApplication();
      case 'dispose':
        return this.#host[Symbol.asyncDispose]();
      case 'settle':
        return this.settle();
      case 'registerStarted':
        return this.#register('started', 'registered');
      case 'registerStopping':
        return this.#register('stopping', 'registered');
      case 'registerStopped':
        return this.#register('stopped', 'registered');
      case 'run:wait':
        return this.#host.run();
      case 'run:stopApplication':
        this.#onHostStarted = () => setImmediate(() => this.#lifetime.stopApplication());
        return this.#host.run();
      case 'run:cancel':
        this.#onHostStarted = () => setImmediate(() => token.abort());
        return this.#host.run(token.signal);
      default:
        throw new Error(`The script has an action that is not known here: ${action}`);
    }
  }

  async #outcomeOf(work: Promise<void>): Promise<unknown> {
    let bark: Disposable | undefined;
    const hanging = new Promise<string>(resolve => {
      // In many short waits: a computer that is busy elsewhere holds up the watchdog as it holds up what it watches.
      const wait = (left: number): void => {
        bark = afterTurns(watchdog / watchdogTurns, () => (left > 0 ? wait(left - 1) : resolve('hangs')));
      };
      wait(watchdogTurns);
    });
    const ended = work.then(
      () => 'ok',
      (error: unknown) => canonical(error),
    );
    return Promise.race([ended, hanging]).finally(() => bark?.[Symbol.dispose]());
  }

  #onLogEntry({ category, level, eventId, message, error }: LogEntry): void {
    if (!categories.test(category)) return;
    const name = category.split('.').at(-1)!;
    const text = name === 'Lifetime' ? `Lifetime/${message.split(' ', 2).join(' ')}` : `${name}/${eventId.id}`;
    const levelName = level[0]!.toUpperCase() + level.slice(1);
    this.record('log', text, [name, levelName, eventId.id, message.replace(contentRootPath, '{contentRoot}'), error === undefined ? null : canonical(error)]);
    if (text === 'Host/2') this.#onHostStarted?.();
  }
}

/**
 * Calls back after `milliseconds` and a whole turn of the event loop, until disposed. Timers alone are no measure: where each callback takes
 * longer than their distance, Node goes from timer to timer for seconds and no `setImmediate` comes to its turn.
 */
function afterTurns(milliseconds: number, callback: () => void): Disposable {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (turn = setImmediate(callback)), milliseconds);
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      clearImmediate(turn);
    },
  };
}

/** An error as the recordings have it. */
function canonical(error: unknown): unknown {
  if (isCancellation(error)) return 'canceled';
  if (error instanceof ObjectDisposedError) return { disposed: true };
  if (error instanceof AggregateError) return { aggregate: error.errors.map(canonical), message: error.message };
  return { error: (error as Error).message };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { BackgroundService, delay, type HostOptions, IHostApplicationLifetime, type IHostedService, type RestartPolicy, type TimeProvider } from 'hostward';
import { benchOf, cooperating, turn } from './hosting-services.js';

/** What a method of a service does when it is called. */
type Behaviour =
  | { readonly does: 'return' | 'throw' | 'reject' | 'ignore' | 'stopApplication' | 'throwWhenFired' | 'returnWhenFired' }
  | { readonly does: 'wait' | 'waitUnlessFired' | 'waitAndReject'; readonly milliseconds: number };

type Method = 'starting' | 'start' | 'started' | 'execute' | 'stopping' | 'stop' | 'stopped';

/** A service of a program; what it does not say returns. */
interface ServiceSpec {
  readonly kind: 'plain' | 'lifecycle' | 'background';
  readonly methods: Readonly<Record<Method, Behaviour>>;
  readonly restartPolicy: RestartPolicy | undefined;
  /** Other services, by their number; it counts where the start order is that of the dependencies. */
  readonly startAfter: readonly number[];
}

type ActionKind = 'start' | 'stop' | 'stopUngracefully' | 'run' | 'waitForShutdown' | 'stopApplication' | 'dispose' | 'abort';

interface Action {
  readonly kind: ActionKind;
  /** Milliseconds of the clock before the next action; undefined when it follows in the same turn. */
  readonly pause: number | undefined;
}

type ReadByProperties = 'servicesStartConcurrently' | 'servicesStopConcurrently' | 'rollbackFailedStart' | 'startOrder';

/** A host, and what is done with it. */
export interface Program {
  readonly services: readonly ServiceSpec[];
  readonly options: Partial<HostOptions> & Pick<HostOptions, ReadByProperties> & { readonly hungServiceTimeout: number };
  readonly script: readonly Action[];
}

/** One call of a service's method. Moments are numbered, so that two at the same time of the clock have an order. */
export interface Call {
  readonly service: number;
  readonly method: Method;
  readonly began: number;
  readonly beganAt: number;
  readonly hadFired: boolean;
  readonly wasStopping: boolean;
  ended: number;
  endedAt: number;
  succeeded: boolean;
}

/** The calls that came with one signal: those of one `host.start()` or `host.stop()`, of the rollback of a start, or of a restart. */
export interface Group {
  readonly action: number;
  readonly calls: Call[];
  /** When the signal fired; infinite when it has not. */
  firedAt: number;
}

/** An action of the script that returned a promise. */
export interface Outcome {
  readonly kind: ActionKind;
  settled: number;
  settledAt: number;
  error?: unknown;
}

/** All that a program did. */
export interface History {
  readonly outcomes: readonly Outcome[];
  readonly groups: readonly Group[];
  readonly executions: readonly Call[];
  readonly unhandled: readonly unknown[];
  /** What nobody took away: timers of the clock, listeners of signals. */
  readonly leaks: readonly string[];
}

/** Which action runs. One for all programs: each instance makes every promise dearer from its first use on. */
const actions = new AsyncLocalStorage<number>();

/** Longer than all timeouts of a program together, and than all that its services wait for. */
const longEnough = 600_000;

const span = fc.constantFrom(1, 100, 1_000, 5_000, 20_000);

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 15, arbitrary: fc.constant({ does: 'return' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'throw' as const,
        'reject' as const,
        'ignore' as const,
        'stopApplication' as const,
        'throwWhenFired' as const,
        'returnWhenFired' as const,
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('wait' as const, 'waitUnlessFired' as const, 'waitAndReject' as const), milliseconds: span }) },
);

/** What works in the background does not mostly return at once. */
const work = behaviour.filter(({ does }) => does !== 'return');

const restartPolicy: fc.Arbitrary<RestartPolicy> = fc.record({
  when: fc.constantFrom('never' as const, 'onFailure' as const, 'always' as const),
  initialDelay: fc.constantFrom(0, 100, 1_000),
  jitter: fc.constant(0),
  maxRestarts: fc.integer({ min: 0, max: 3 }),
});

const service: fc.Arbitrary<ServiceSpec> = fc.record({
  kind: fc.constantFrom('plain' as const, 'lifecycle' as const, 'background' as const),
  methods: fc.record({
    starting: behaviour,
    start: behaviour,
    started: behaviour,
    execute: work,
    stopping: behaviour,
    stop: behaviour,
    stopped: behaviour,
  }),
  restartPolicy: fc.option(restartPolicy, { nil: undefined }),
  startAfter: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 2 }),
});

const options: fc.Arbitrary<Program['options']> = fc.record({
  servicesStartConcurrently: fc.boolean(),
  servicesStopConcurrently: fc.boolean(),
  startupTimeout: fc.constantFrom(-1, -1, -1, 0, 100, 5_000),
  shutdownTimeout: fc.constantFrom(0, 100, 5_000, 30_000),
  rollbackFailedStart: fc.boolean(),
  hungServiceTimeout: fc.constantFrom(0, 1, 100, 1_000, 5_000),
  slowServiceWarningTimeout: fc.constantFrom(-1, 0, 100, 5_000),
  backgroundServiceExceptionBehavior: fc.constantFrom('stopHost' as const, 'ignore' as const),
  startOrder: fc.constantFrom('registration' as const, 'dependencies' as const),
});

const pause = fc.option(fc.constantFrom(0, 1, 100, 1_000, 7_000, 30_000), { nil: undefined, freq: 2 });
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant('start' as const) },
  { weight: 3, arbitrary: fc.constant('stop' as const) },
  { weight: 5, arbitrary: fc.constantFrom<ActionKind>('stopUngracefully', 'run', 'waitForShutdown', 'stopApplication', 'dispose', 'abort') },
);
const action: fc.Arbitrary<Action> = fc.record({ kind, pause });
const begun: fc.Arbitrary<Action> = fc.record({ kind: fc.constantFrom('start' as const, 'run' as const), pause });

/** Programs in any order, among them more that begin with a start than chance would give. */
export const programs: fc.Arbitrary<Program> = fc.record({
  services: fc.array(service, { maxLength: 5 }),
  options,
  script: fc.oneof(
    fc.array(action, { minLength: 1, maxLength: 8 }),
    fc.tuple(begun, fc.array(action, { maxLength: 7 })).map(([first, others]) => [first, ...others]),
  ),
});

/** Does what the program says, none of it awaited, then stops and disposes the host and lets a long time pass. */
export async function execute(program: Program): Promise<History> {
  const recorder = new Recorder();
  const bench = benchOf(recorder.factories(program.services), { options: program.options });
  const { host, time } = bench;
  const lifetime = host.services.getRequiredService(IHostApplicationLifetime);
  recorder.observe(time, lifetime);
  const controllers: AbortController[] = [];
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => void unhandled.push(reason);
  const newSignal = () => {
    controllers.push(new AbortController());
    return controllers.at(-1)!.signal;
  };
  const perform: Record<ActionKind, () => Promise<void>> = {
    start: () => host.start(newSignal()),
    stop: () => host.stop(newSignal()),
    stopUngracefully: () => host.stop(AbortSignal.abort()),
    run: () => host.run(newSignal()),
    waitForShutdown: () => host.waitForShutdown(newSignal()),
    stopApplication: async () => lifetime.stopApplication(),
    dispose: () => host[Symbol.asyncDispose]() as Promise<void>,
    abort: async () => controllers.at(-1)?.abort(),
  };
  const end: readonly Action[] = [
    { kind: 'stop', pause: longEnough },
    { kind: 'dispose', pause: longEnough },
  ];
  process.on('unhandledRejection', onUnhandled);
  try {
    for (const { kind, pause } of [...program.script, ...end]) {
      recorder.track(kind, perform[kind]);
      if (pause !== undefined) await time.advanceAsync(pause);
    }
    await turn();
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
  const signals = [lifetime.applicationStarted, lifetime.applicationStopping, lifetime.applicationStopped, ...controllers.map(({ signal }) => signal)];
  const leaks = [
    ...time.pendingTimers.map(({ dueIn }) => `timer due in ${dueIn} ms`),
    ...signals.flatMap((signal, index) => getEventListeners(signal, 'abort').map(() => `listener of signal ${index}`)),
  ];
  return { outcomes: recorder.outcomes, groups: [...recorder.groups.values()], executions: recorder.executions, unhandled, leaks };
}

/** Notes what happens, and tells by the asynchronous context which action has caused it. */
class Recorder {
  readonly outcomes: Outcome[] = [];
  readonly groups = new Map<AbortSignal, Group>();
  readonly executions: Call[] = [];
  #moment = 0;
  #time!: TimeProvider;
  #lifetime!: IHostApplicationLifetime;

  observe(time: TimeProvider, lifetime: IHostApplicationLifetime): void {
    this.#time = time;
    this.#lifetime = lifetime;
  }

  track(kind: ActionKind, perform: () => Promise<void>): void {
    const outcome: Outcome = { kind, settled: Infinity, settledAt: Infinity };
    const settle = (error?: unknown) => Object.assign(outcome, { settled: this.#moment++, settledAt: this.#now(), error });
    const action = this.outcomes.push(outcome) - 1;
    actions.run(action, perform).then(() => settle(), settle);
  }

  /** A class for each service, so that others can name it as one that they start after. */
  factories(specs: readonly ServiceSpec[]): Record<string, () => IHostedService> {
    const call = (index: number, method: Method, signal: AbortSignal, work: () => Promise<void>) => this.#call(index, method, signal, work);
    const perform = (behaviour: Behaviour, signal: AbortSignal) => this.#perform(behaviour, signal);
    const classes = specs.map(({ kind, methods, restartPolicy }, index) => {
      const method = (name: Method) => (signal: AbortSignal) => call(index, name, signal, () => perform(methods[name], signal));
      class Plain implements IHostedService {
        startAfter: readonly (typeof Plain | typeof Worker)[] = [];
        start = method('start');
        stop = method('stop');
      }
      class Lifecycle extends Plain {
        starting = method('starting');
        started = method('started');
        stopping = method('stopping');
        stopped = method('stopped');
      }
      class Worker extends BackgroundService {
        startAfter: readonly (typeof Plain | typeof Worker)[] = [];
        override readonly restartPolicy = restartPolicy;
        override start(signal: AbortSignal) {
          return call(index, 'start', signal, () => super.start(signal));
        }
        override stop(signal: AbortSignal) {
          return call(index, 'stop', signal, () => super.stop(signal));
        }
        protected override execute(stopping: AbortSignal) {
          return call(index, 'execute', stopping, () => perform(methods.execute, stopping));
        }
      }
      return kind === 'plain' ? Plain : kind === 'lifecycle' ? Lifecycle : Worker;
    });
    const create = (index: number) => () => {
      const instance = new classes[index]!();
      instance.startAfter = specs[index]!.startAfter.filter(other => other !== index && other < specs.length).map(other => classes[other]!);
      return instance;
    };
    return Object.fromEntries(specs.map((_, index) => [`service ${index}`, create(index)]));
  }

  #now(): number {
    return this.#time.getUtcNowMilliseconds();
  }

  #call(service: number, method: Method, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const call: Call = {
      service,
      method,
      began: this.#moment++,
      beganAt: this.#now(),
      hadFired: signal.aborted,
      wasStopping: this.#lifetime.applicationStopping.aborted,
      ended: Infinity,
      endedAt: Infinity,
      succeeded: false,
    };
    (method === 'execute' ? this.executions : this.#groupOf(signal).calls).push(call);
    const end = (succeeded: boolean) => void Object.assign(call, { ended: this.#moment++, endedAt: this.#now(), succeeded });
    return watched(work, end);
  }

  #groupOf(signal: AbortSignal): Group {
    const known = this.groups.get(signal);
    if (known) return known;
    const group: Group = { action: actions.getStore()!, calls: [], firedAt: signal.aborted ? -Infinity : Infinity };
    signal.addEventListener('abort', () => (group.firedAt = this.#now()), { once: true });
    this.groups.set(signal, group);
    return group;
  }

  #perform(behaviour: Behaviour, signal: AbortSignal): Promise<void> {
    switch (behaviour.does) {
      case 'return':
        return Promise.resolve();
      case 'throw':
        throw new Error('thrown');
      case 'reject':
        return Promise.reject(new Error('rejected'));
      case 'ignore':
        return new Promise(() => undefined);
      case 'stopApplication':
        this.#lifetime.stopApplication();
        return Promise.resolve();
      case 'throwWhenFired':
        return cooperating(signal);
      case 'returnWhenFired':
        return cooperating(signal).catch(() => undefined);
      case 'wait':
        return delay(behaviour.milliseconds, { timeProvider: this.#time });
      case 'waitUnlessFired':
        return delay(behaviour.milliseconds, { timeProvider: this.#time, signal });
      case 'waitAndReject':
        return delay(behaviour.milliseconds, { timeProvider: this.#time }).then(() => Promise.reject(new Error('rejected late')));
    }
  }
}

/** Hands out the promise that `work` returned, or throws at once as it does: what stands between would hide which calls fail at once. */
function watched(work: () => Promise<void>, end: (succeeded: boolean) => void): Promise<void> {
  try {
    const promise = work();
    promise.then(
      () => end(true),
      () => end(false),
    );
    return promise;
  } catch (error) {
    end(false);
    throw error;
  }
}

import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { BackgroundService, delay, type HostOptions, IHostApplicationLifetime, IHostedServiceControl, IHostHealth, type RestartPolicy } from 'hostward';
import type { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf, cooperating, turn } from '../support/hosting-services.js';

expectNoLeaks();

const never = () => new Promise<void>(() => undefined);

/** What a method, or the work, does at one of its calls; milliseconds are those of the fake clock. */
type Behaviour =
  | { readonly does: 'return' | 'fail' | 'cooperate' | 'failWhenFired' | 'hang' }
  | { readonly does: 'returnAfter' | 'failAfter' | 'returnLate'; readonly milliseconds: number };

type Call = 'start' | 'execute' | 'stop' | 'started' | 'stopping';

interface ServiceSpec {
  readonly isLifecycle: boolean;
  /** One for each call, in turn; then all is well. */
  readonly behaviours: Readonly<Record<Call, readonly Behaviour[]>>;
  readonly restartPolicy: RestartPolicy | undefined;
}

interface Step {
  readonly does: 'start' | 'stop' | 'restart' | 'stopApplication' | 'abort' | 'nothing';
  readonly service: number;
  /** Milliseconds until the next step; undefined when it follows in the same turn. */
  readonly pause: number | undefined;
}

interface Script {
  readonly services: readonly ServiceSpec[];
  readonly options: Partial<HostOptions>;
  readonly steps: readonly Step[];
}

const span = fc.constantFrom(1, 100, 1_000, 3_000, 20_000, 70_000);

const behaviour = (...usual: ('return' | 'cooperate')[]): fc.Arbitrary<Behaviour> =>
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ does: fc.constantFrom(...usual) }) },
    {
      weight: 3,
      arbitrary: fc.record({ does: fc.constantFrom('return' as const, 'fail' as const, 'cooperate' as const, 'failWhenFired' as const, 'hang' as const) }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('returnAfter' as const, 'failAfter' as const, 'returnLate' as const), milliseconds: span }) },
  );

const behaviours = (...usual: ('return' | 'cooperate')[]) => fc.array(behaviour(...usual), { maxLength: 4 });

const service: fc.Arbitrary<ServiceSpec> = fc.record({
  isLifecycle: fc.boolean(),
  // The first start is that of the host, and is to succeed.
  behaviours: fc.record({
    start: behaviours('return').map((list): Behaviour[] => [{ does: 'return' }, ...list]),
    started: behaviours('return').map((list): Behaviour[] => [{ does: 'return' }, ...list]),
    execute: behaviours('cooperate'),
    stopping: behaviours('return'),
    stop: behaviours('return'),
  }),
  restartPolicy: fc.option(
    fc.record({
      when: fc.constantFrom('onFailure' as const, 'always' as const),
      initialDelay: fc.constantFrom(0, 100, 1_000),
      jitter: fc.constant(0),
      maxRestarts: fc.integer({ min: 0, max: 3 }),
    }),
    { nil: undefined },
  ),
});

const scripts: fc.Arbitrary<Script> = fc.record({
  services: fc.array(service, { minLength: 1, maxLength: 2 }),
  options: fc.record({
    backgroundServiceExceptionBehavior: fc.constantFrom('ignore' as const, 'ignore' as const, 'stopHost' as const),
    startupTimeout: fc.constantFrom(-1, 2_000),
    shutdownTimeout: fc.constantFrom(0, 2_000, 30_000),
    hungServiceTimeout: fc.constantFrom(0, 500),
    servicesStopConcurrently: fc.boolean(),
  }),
  steps: fc.array(
    fc.record({
      does: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom('start' as const, 'stop' as const, 'restart' as const) },
        { weight: 2, arbitrary: fc.constant('nothing' as const) },
        { weight: 1, arbitrary: fc.constantFrom('abort' as const, 'stopApplication' as const) },
      ),
      service: fc.nat({ max: 1 }),
      pause: fc.option(fc.constantFrom(0, 1, 500, 5_000, 40_000), { nil: undefined }),
    }),
    { maxLength: 12 },
  ),
});

/** Work that has failed is restarted also while the service is told that it has started; and a stop goes on with its next phase when one was left behind. */
const companions: Partial<Record<Call, Call>> = { start: 'started', started: 'start', stop: 'stopping' };

/** A background service that behaves as it is told, and notes what must never be. */
class Puppet extends BackgroundService {
  executing = 0;
  stops = 0;
  /** What the calls of the host alone would not do. */
  readonly violations: string[] = [];
  override readonly restartPolicy?: RestartPolicy | undefined;
  starting?: (signal: AbortSignal) => Promise<void>;
  started?: (signal: AbortSignal) => Promise<void>;
  stopping?: (signal: AbortSignal) => Promise<void>;
  stopped?: (signal: AbortSignal) => Promise<void>;
  readonly #left: Record<Call, Behaviour[]>;
  readonly #calls: Call[] = [];
  #isOver = false;

  constructor(
    { isLifecycle, behaviours: all, restartPolicy }: ServiceSpec,
    private readonly time: () => FakeTimeProvider,
  ) {
    super();
    this.restartPolicy = restartPolicy;
    this.#left = { start: [...all.start], started: [...all.started], execute: [...all.execute], stopping: [...all.stopping], stop: [...all.stop] };
    if (!isLifecycle) return;
    this.starting = this.stopped = async () => undefined;
    this.started = signal => this.#call('started', signal);
    this.stopping = signal => this.#call('stopping', signal);
  }

  /** The host itself stops what was left behind, whatever that is at. */
  isInTheHandsOfTheHost(): void {
    this.#isOver = true;
  }

  override async start(signal: AbortSignal): Promise<void> {
    await this.#call('start', signal);
    await super.start(signal);
  }

  override async stop(signal: AbortSignal): Promise<void> {
    this.stops++;
    await this.#call('stop', signal);
    await super.stop(signal);
  }

  protected override async execute(stopping: AbortSignal): Promise<void> {
    if (++this.executing > 1) this.violations.push('two works at once');
    try {
      await this.#behave(this.#left.execute.shift() ?? { does: 'cooperate' }, stopping);
    } finally {
      this.executing--;
    }
  }

  async #call(name: Call, signal: AbortSignal): Promise<void> {
    const beside = this.#calls.filter(call => call !== companions[name]);
    if (beside.length > 0 && !this.#isOver) this.violations.push(`${name} beside ${beside.join()}`);
    this.#calls.push(name);
    try {
      await this.#behave(this.#left[name].shift() ?? { does: 'return' }, signal);
    } finally {
      this.#calls.splice(this.#calls.indexOf(name), 1);
    }
  }

  async #behave(told: Behaviour, signal: AbortSignal): Promise<void> {
    const timeProvider = this.time();
    if (told.does === 'hang') await never();
    if (told.does === 'cooperate') await cooperating(signal);
    if (told.does === 'failWhenFired') await cooperating(signal).catch(() => Promise.reject(new Error('failed when fired')));
    if (told.does === 'returnLate') await delay(told.milliseconds, { timeProvider });
    if (told.does === 'returnAfter' || told.does === 'failAfter') await delay(told.milliseconds, { timeProvider, signal });
    if (told.does === 'fail' || told.does === 'failAfter') throw new Error('failed');
  }
}

/** Longer than all limits and waits together. */
const longEnough = 1_000_000;

async function violationsOf({ services, options, steps }: Script): Promise<string[]> {
  const puppets = services.map(spec => new Puppet(spec, () => bench.time));
  const bench = benchOf(Object.fromEntries(puppets.map((puppet, index) => [`s${index}`, () => puppet])), { options });
  const control = bench.host.services.getRequiredService(IHostedServiceControl);
  const health = bench.host.services.getRequiredService(IHostHealth);
  const lifetime = bench.host.services.getRequiredService(IHostApplicationLifetime);
  const violations: string[] = [];
  const newCaller = (): AbortController => {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    return controller;
  };
  let caller = newCaller();
  const pending = new Set<string>();
  const observe = (what: string): void => {
    for (const { name, service, status, error } of health.services) {
      const { executing } = service as Puppet;
      const wasLeftBehind = bench.host.timeline.entries.some(entry => entry.name === name && entry.outcome === 'leftBehind');
      if (executing > 0 && ['stopped', 'finished', 'restarting', 'notStarted'].includes(status)) violations.push(`${status} and at work, after ${what}`);
      if (executing > 0 && status === 'failed' && !wasLeftBehind) violations.push(`failed with ${String(error)} and at work, after ${what}`);
      if (executing === 0 && status === 'running') violations.push(`running and not at work, after ${what}`);
    }
  };
  // Work that fails at once may stop the application before it has started.
  await bench.host.start().catch(() => undefined);
  for (const [index, { does, service: number, pause }] of steps.entries()) {
    const puppet = puppets[number % puppets.length]!;
    if (does === 'stopApplication') lifetime.stopApplication();
    else if (does === 'abort') {
      caller.abort();
      caller = newCaller();
    } else if (does !== 'nothing') {
      const what = `${does} (step ${index})`;
      pending.add(what);
      const settled = (): void => void pending.delete(what);
      void control[does](puppet, caller.signal).then(settled, settled);
    }
    if (pause === undefined) continue;
    await bench.time.advanceAsync(pause);
    await turn();
    observe(`step ${index}`);
  }
  const stoppedBefore = health.services.filter(({ status }) => status === 'stopped' && pending.size === 0).map(({ service }) => service as Puppet);
  const stops = new Map(stoppedBefore.map(puppet => [puppet, puppet.stops]));
  for (const puppet of puppets) puppet.isInTheHandsOfTheHost();
  let hasEnded = false;
  void bench.host.stop().then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  );
  await bench.time.advanceAsync(longEnough);
  if (!hasEnded) violations.push('the stop of the host does not end');
  if (pending.size > 0) violations.push(`${[...pending].join(', ')} never settles`);
  for (const [puppet, before] of stops) if (puppet.stops > before) violations.push('the host stops what has stopped');
  await bench.host[Symbol.asyncDispose]();
  await bench.time.advanceAsync(longEnough);
  const timers = bench.time.pendingTimers.map(timer => `armed: ${JSON.stringify(timer)}`);
  return [...violations, ...timers, ...puppets.flatMap(puppet => puppet.violations)];
}

describe('hosted services under any sequence of starts, stops, restarts, failures and ends of the host', () => {
  it('never do two works at once, never are what their state denies, and every call ends', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    try {
      await fc.assert(
        fc.asyncProperty(scripts, async script => {
          expect(await violationsOf(script)).toEqual([]);
          expect(unhandled).toEqual([]);
        }),
        { numRuns: 400, interruptAfterTimeLimit: 4_000 },
      );
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  });
});

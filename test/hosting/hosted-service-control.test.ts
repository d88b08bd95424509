import {
  BackgroundService,
  Deferred,
  delay,
  Host,
  HostBuilder,
  type HostedServiceState,
  HostedServiceControlError,
  HungServiceError,
  type IHost,
  IHostApplicationLifetime,
  IHostedServiceControl,
  IHostedService,
  IHostHealth,
  type RestartPolicy,
  type ServiceCollection,
} from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf, type BenchOptions, cooperating, failing, type HostBench, type Hooks, probe, turn } from '../support/hosting-services.js';

expectNoLeaks();

const never = () => new Promise<void>(() => undefined);
const allHooks = ['starting', 'started', 'stopping', 'stopped'].reduce((hooks, name) => ({ ...hooks, [name]: true }), {}) as Hooks;

type Work = (stopping: AbortSignal) => unknown;

/** A background service that does the next of its works at each start, then works until it is stopped. */
class Worker extends BackgroundService {
  executing = 0;
  executed = 0;

  constructor(
    private readonly works: Work[] = [],
    override readonly restartPolicy?: RestartPolicy,
  ) {
    super();
  }

  protected override async execute(stopping: AbortSignal): Promise<void> {
    this.executing++;
    this.executed++;
    try {
      await (this.works.shift() ?? cooperating)(stopping);
    } finally {
      this.executing--;
    }
  }
}

/** A running host of these services; the first is the one that is controlled. */
async function open(services: Readonly<Record<string, Hooks | BackgroundService>>, options: BenchOptions = {}) {
  const trace: string[] = options.trace ?? [];
  const instances = Object.entries(services).map(
    ([name, service]) => [name, service instanceof BackgroundService ? service : probe(trace, name, service)] as const,
  );
  const bench = benchOf(Object.fromEntries(instances.map(([name, service]) => [name, () => service])), { ...options, trace });
  await bench.host.start();
  trace.length = 0;
  const control = bench.host.services.getRequiredService(IHostedServiceControl);
  const health = bench.host.services.getRequiredService(IHostHealth);
  const service: IHostedService = instances[0]![1];
  const states: string[] = [];
  health.onChange(state => void (state.service === service && states.push(state.status)));
  return {
    bench,
    control,
    health,
    service,
    states,
    trace,
    state: (): HostedServiceState => health.services.find(each => each.service === service)!,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

/** The ids of what the host has logged. */
const eventIds = (bench: HostBench) => bench.events().map(([, id]) => id);
const failure = (call: Promise<unknown>) =>
  call.then(
    outcome => {
      throw new Error(`Expected a failure, found ${String(outcome)}.`);
    },
    (error: unknown) => error as Error,
  );

describe('a hosted service that is stopped and started on its own', () => {
  it('goes through its states, and the others go on', async () => {
    await using it = await open({ a: {}, b: {} });
    await expect(it.control.stop(it.service)).resolves.toBe('stopped');
    await expect(it.control.start(it.service)).resolves.toBe('started');
    expect(it.states).toEqual(['stopping', 'stopped', 'starting', 'running']);
    expect(it.trace).toEqual(['a.stop', 'a.start']);
    expect(it.state()).toMatchObject({ status: 'running', restarts: 1, error: undefined });
  });

  it('is called in all six phases, in the order of a host', async () => {
    await using it = await open({ a: allHooks });
    await it.control.stop(it.service);
    await it.control.start(it.service);
    expect(it.trace).toEqual(['a.stopping', 'a.stop', 'a.stopped', 'a.starting', 'a.start', 'a.started']);
  });

  it('is not called when there is nothing to do, and the outcome says so', async () => {
    await using it = await open({ a: {} });
    await expect(it.control.start(it.service)).resolves.toBe('alreadyRunning');
    await it.control.stop(it.service);
    it.states.length = it.trace.length = 0;
    await expect(it.control.stop(it.service)).resolves.toBe('alreadyStopped');
    expect([it.states, it.trace]).toEqual([[], []]);
  });

  it('is restarted in one turn, also when it was stopped', async () => {
    await using it = await open({ a: {} });
    await expect(it.control.restart(it.service)).resolves.toBe('restarted');
    await it.control.stop(it.service);
    await expect(it.control.restart(it.service)).resolves.toBe('started');
    expect(it.trace).toEqual(['a.stop', 'a.start', 'a.stop', 'a.start']);
  });

  it('has one call at a time, in the order of the calls, while another service has its own', async () => {
    const gate = new Deferred<void>();
    const other = probe([], 'other');
    await using it = await open({ a: { stop: () => gate.promise }, b: {} });
    const calls = [it.control.stop(it.service), it.control.start(it.service), it.control.stop(it.service)];
    const [, b] = it.health.services.map(({ service }) => service);
    await expect(it.control.restart(b!)).resolves.toBe('restarted');
    expect(it.trace).toEqual(['a.stop', 'b.stop', 'b.start']);
    gate.resolve();
    await expect(Promise.all(calls)).resolves.toEqual(['stopped', 'started', 'stopped']);
    await expect(it.control.stop(other)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', paramName: 'service' });
    await expect(it.control.stop(undefined as never)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });

  it.each<[string, (register: (services: ServiceCollection) => unknown) => IHost]>([
    [
      'application builder',
      register => {
        const builder = Host.createEmptyApplicationBuilder();
        register(builder.services);
        return builder.build();
      },
    ],
    ['host builder', register => new HostBuilder().configureServices((_context, services) => void register(services)).build()],
  ])('may be stopped by another service, which is injected the control: %s', async (_what, build) => {
    class Caretaker implements IHostedService {
      constructor(readonly control: IHostedServiceControl) {}
      start = async () => undefined;
      stop = async () => undefined;
    }
    const trace: string[] = [];
    await using host = build(services =>
      services
        .addSingleton(IHostedService, () => probe(trace, 'a'))
        .addSingleton(Caretaker, [IHostedServiceControl])
        .addAlias(IHostedService, Caretaker),
    );
    await host.start();
    const [a] = host.services.getServices(IHostedService);
    await host.services.getRequiredService(Caretaker).control.stop(a!);
    expect(trace).toEqual(['a.start', 'a.stop']);
    await host.stop();
  });

  it('makes the whole unhealthy while it is stopped', async () => {
    await using it = await open({ a: {} });
    await it.control.stop(it.service);
    expect([it.health.status, it.health.isReady, it.health.reasons]).toEqual([
      'unhealthy',
      false,
      [{ name: 'Object', status: 'unhealthy', description: 'stopped' }],
    ]);
    await it.control.start(it.service);
    expect([it.health.status, it.health.isReady]).toEqual(['healthy', true]);
  });

  it('is in the timeline as a call of its own, and in no chart', async () => {
    await using it = await open({ a: {} });
    const chart = it.bench.host.timeline.toText();
    await it.bench.time.advanceAsync(3_600_000);
    await it.control.restart(it.service);
    expect(it.bench.host.timeline.entries.slice(-2)).toMatchObject([
      { name: 'Object', phase: 'stop', outcome: 'done', isIndividual: true },
      { name: 'Object', phase: 'start', outcome: 'done', isIndividual: true },
    ]);
    expect(it.bench.host.timeline.toText()).toBe(chart);
  });

  it('may be restarted ten thousand times, and nothing grows without end', async () => {
    const worker = new Worker();
    await using it = await open({ worker });
    for (let count = 0; count < 10_000; count++) await it.control.restart(worker);
    await turn();
    expect([worker.executing, worker.executed, it.state().restarts]).toEqual([1, 10_001, 10_000]);
    await it.bench.host.stop();
    const { entries } = it.bench.host.timeline;
    expect(entries.length).toBe(10_000);
    // The start and the end of the host are there, and only of what lies between them something is missing.
    expect(entries.filter(({ isIndividual }) => !isIndividual).map(({ phase }) => phase)).toEqual(
      expect.arrayContaining(['waitForStart', 'start', 'execute', 'stop', 'stopLifetime']),
    );
    it.bench.time.expectNoPendingTimers();
  }, 120_000);
});

describe('the host', () => {
  it('does not stop once more what was stopped, and stops what was started again', async () => {
    await using it = await open({ a: allHooks, b: {} });
    const [a, b] = it.health.services.map(({ service }) => service);
    await it.control.stop(a!);
    await it.control.restart(b!);
    it.trace.length = 0;
    await it.bench.host.stop();
    expect(it.trace).toEqual(['b.stop']);
    expect(it.state().status).toBe('stopped');
  });

  it('refuses calls before the application has started', async () => {
    const bench = benchOf({ a: { start: cooperating } });
    await using _bench = bench;
    const stop = new AbortController();
    const started = bench.host.start(stop.signal).catch((error: unknown) => error);
    await turn();
    const control = bench.host.services.getRequiredService(IHostedServiceControl);
    const [{ service }] = bench.host.services.getRequiredService(IHostHealth).services as [HostedServiceState];
    const error = await failure(control.restart(service));
    expect(error).toBeInstanceOf(HostedServiceControlError);
    expect(error).toMatchObject({
      code: 'ERR_HOST_NOT_RUNNING',
      service: 'Object',
      message: 'Object cannot be started or stopped on its own: the application has not started. Wait for applicationStarted.',
    });
    stop.abort();
    await started;
  });

  it.each<[string, (it: { readonly bench: HostBench }) => unknown]>([
    ['is to stop', ({ bench }) => bench.host.services.getRequiredService(IHostApplicationLifetime).stopApplication()],
    ['stops', ({ bench }) => bench.host.stop()],
    ['has stopped', async ({ bench }) => bench.host.stop()],
    ['was disposed', async ({ bench }) => bench.host[Symbol.asyncDispose]()],
  ])('refuses calls when the application %s', async (_when, end) => {
    await using it = await open({ a: {}, b: { stopping: true } });
    void it.control.restart(it.service);
    await turn();
    const ending = end(it);
    const calls = [it.control.start(it.service), it.control.stop(it.service), it.control.restart(it.health.services[1]!.service)].map(failure);
    await ending;
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'ERR_HOST_NOT_RUNNING' });
  });

  it.each<[string, (it: { readonly bench: HostBench }) => unknown]>([
    ['is to stop', ({ bench }) => bench.host.services.getRequiredService(IHostApplicationLifetime).stopApplication()],
    ['stops', ({ bench }) => bench.host.stop()],
  ])('ends a start under way, and refuses those that wait, when the application %s', async (_when, end) => {
    let starts = 0;
    await using it = await open({ a: { start: signal => (starts++ === 0 ? undefined : cooperating(signal)) } });
    await it.control.stop(it.service);
    const calls = [it.control.start(it.service), it.control.stop(it.service)].map(failure);
    await turn();
    await end(it);
    await expect(Promise.all(calls)).resolves.toMatchObject([
      { code: 'ERR_HOST_NOT_RUNNING', cause: { name: 'AbortError' } },
      { code: 'ERR_HOST_NOT_RUNNING' },
    ]);
    await it.bench.host.stop();
    // It was taken back, and is not stopped once more.
    expect(it.trace).toEqual(['a.stop', 'a.start', 'a.start!', 'a.stop']);
    expect(it.state()).toMatchObject({ status: 'stopped', error: undefined });
    it.bench.time.expectNoPendingTimers();
  });

  it('waits for a stop under way, and cuts it short when its own time is over', async () => {
    await using it = await open({ a: { stop: cooperating } }, { options: { shutdownTimeout: 10_000 } });
    const call = failure(it.control.stop(it.service));
    await it.bench.time.advanceAsync(2_000);
    const patience = new AbortController();
    const stopped = it.bench.host.stop(patience.signal);
    await it.bench.time.advanceAsync(1_000);
    expect(it.trace).toEqual(['a.stop']);
    patience.abort();
    expect(await call).toMatchObject({ code: 'ERR_HOST_NOT_RUNNING', cause: { name: 'AbortError' } });
    // That stop has failed, and so the host has one more to make.
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(it.trace).toEqual(['a.stop', 'a.stop!', 'a.stop', 'a.stop!']);
    it.bench.time.expectNoPendingTimers();
  });

  it('waits for a stop under way, which counts', async () => {
    const gate = new Deferred<void>();
    await using it = await open({ a: { stop: () => gate.promise } });
    const call = it.control.stop(it.service);
    await turn();
    const stopped = it.bench.host.stop();
    await turn();
    gate.resolve();
    await expect(call).resolves.toBe('stopped');
    await stopped;
    expect(it.trace).toEqual(['a.stop']);
  });

  it('cuts short what is under way when it is disposed without a stop', async () => {
    const it = await open({ a: { stop: cooperating } });
    const call = failure(it.control.stop(it.service));
    await turn();
    await it.bench.host[Symbol.asyncDispose]();
    expect(await call).toMatchObject({ code: 'ERR_HOST_NOT_RUNNING' });
    expect(it.trace).toEqual(['a.stop', 'a.stop!', 'a.dispose']);
  });
});

describe('a background service that is stopped on its own', () => {
  it('ends with its AbortError, which is no failure', async () => {
    const worker = new Worker([], { when: 'always', jitter: 0 });
    await using it = await open({ worker });
    await it.control.stop(worker);
    await it.bench.time.advanceAsync(600_000);
    expect([worker.executing, worker.executed, it.state().status]).toEqual([0, 1, 'stopped']);
    expect(eventIds(it.bench)).not.toEqual(expect.arrayContaining([9]));
    expect(it.bench.host.services.getRequiredService(IHostApplicationLifetime).applicationStopping.aborted).toBe(false);
    expect(it.bench.host.timeline.entries.find(({ phase }) => phase === 'execute')).toMatchObject({ outcome: 'done' });
    await it.bench.host.stop();
  });

  it('works anew when it is started again, one work at a time, and is watched', async () => {
    const worker = new Worker([cooperating, () => delay(1_000, { timeProvider: bench.time }).then(failing('broken'))]);
    const it = await open({ worker });
    const { bench } = it;
    await using _it = it;
    await it.control.restart(worker);
    await turn();
    expect([worker.executing, worker.executed]).toEqual([1, 2]);
    await bench.time.advanceAsync(1_000);
    expect(it.state()).toMatchObject({ status: 'failed', error: { message: 'broken' } });
    expect(eventIds(bench).slice(-2)).toEqual([9, 10]);
    await expect(bench.host.stop()).rejects.toThrow('broken');
  });

  it('has a new budget of restarts, and none that was spent before', async () => {
    const worker: Worker = new Worker([failing('1'), failing('2'), failing('3')], { when: 'onFailure', jitter: 0, maxRestarts: 1, initialDelay: 100 });
    await using it = await open({ worker }, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    await it.bench.time.advanceAsync(1_000);
    expect(it.state()).toMatchObject({ status: 'failed', restarts: 1 });
    await expect(it.control.start(worker)).resolves.toBe('started');
    await it.bench.time.advanceAsync(1_000);
    expect([worker.executed, worker.executing, it.state().status]).toEqual([4, 1, 'running']);
    await it.bench.host.stop();
  });

  it.each([
    ['stopped, which ends the wait', 'stop', 'stopped', 1],
    ['started, which does not wait', 'start', 'running', 2],
    ['restarted, which does not wait', 'restart', 'running', 2],
  ] as const)('may wait for its restart when it is %s', async (_what, method, status, executed) => {
    const worker = new Worker([failing('broken')], { when: 'onFailure', jitter: 0 });
    await using it = await open({ worker });
    await turn();
    expect(it.state().status).toBe('restarting');
    await it.control[method](worker);
    await it.bench.time.advanceAsync(600_000);
    expect([it.state().status, worker.executed, worker.executing]).toEqual([status, executed, executed - 1]);
    await it.bench.host.stop();
    it.bench.time.expectNoPendingTimers();
  });

  it('may be in the start of its restart', async () => {
    class Slow extends Worker {
      override async start(signal: AbortSignal): Promise<void> {
        if (this.executed > 0) await delay(5_000, { timeProvider: it.bench.time, signal });
        await super.start(signal);
      }
    }
    const slow = new Slow([failing('broken')], { when: 'onFailure', jitter: 0 });
    const it = await open({ slow });
    await using _it = it;
    await it.bench.time.advanceAsync(2_000);
    expect(it.state().status).toBe('starting');
    await expect(it.control.start(slow)).resolves.toBe('alreadyRunning');
    await expect(it.control.stop(slow)).resolves.toBe('stopped');
    await it.bench.time.advanceAsync(600_000);
    expect([it.state().status, slow.executed, slow.executing]).toEqual(['stopped', 1, 0]);
  });

  it('has finished: a stop does nothing, a start is new work', async () => {
    const worker = new Worker([() => undefined]);
    await using it = await open({ worker });
    await turn();
    expect(it.state().status).toBe('finished');
    await expect(it.control.stop(worker)).resolves.toBe('alreadyStopped');
    await expect(it.control.restart(worker)).resolves.toBe('started');
    await turn();
    expect([it.state().status, worker.executing]).toEqual(['running', 1]);
    await it.bench.host.stop();
  });

  it('throws something else: the caller is told, the state is failed, it is logged, and the host goes on', async () => {
    const worker = new Worker([signal => cooperating(signal).catch(failing('lost the last batch'))], { when: 'onFailure' });
    await using it = await open({ worker });
    await expect(it.control.stop(worker)).rejects.toThrow('lost the last batch');
    expect(it.state()).toMatchObject({ status: 'failed', error: { message: 'lost the last batch' } });
    expect(it.bench.events().slice(-1)).toEqual([['error', 0, 'Worker failed to stop on its own']]);
    expect(it.bench.host.services.getRequiredService(IHostApplicationLifetime).applicationStopping.aborted).toBe(false);
    await expect(it.control.start(worker)).resolves.toBe('started');
    expect(it.state()).toMatchObject({ status: 'running', error: undefined });
    await it.bench.host.stop();
  });

  it('fails by itself while it is about to be stopped: its stop fails, not the host', async () => {
    const gate = new Deferred<void>();
    class Careful extends Worker {
      async starting(): Promise<void> {}
      async started(): Promise<void> {}
      stopping = () => delay(1_000, { timeProvider: it.bench.time });
      async stopped(): Promise<void> {}
    }
    const careful = new Careful([() => gate.promise]);
    const it = await open({ careful });
    await using _it = it;
    const call = failure(it.control.stop(careful));
    await turn();
    gate.reject(new Error('broken'));
    await it.bench.time.advanceAsync(1_000);
    expect(await call).toMatchObject({ message: 'broken' });
    expect(it.state().status).toBe('failed');
    await it.bench.time.advanceUntilSettled(it.bench.host.stop());
  });

  it('may stop itself as long as it does not wait for that', async () => {
    const gate = new Deferred<void>();
    const late: Worker = new Worker([signal => gate.promise.then(() => (void own.control.restart(late), cooperating(signal)))]);
    const own = await open({ late });
    await using _own = own;
    gate.resolve();
    await turn();
    expect([late.executed, late.executing]).toEqual([2, 1]);
    await own.bench.host.stop();
  });

  it('did not start well although its work had begun: that is ended, too', async () => {
    class Halfway extends Worker {
      starts = 0;

      override async start(signal: AbortSignal): Promise<void> {
        await super.start(signal);
        if (this.starts++ > 0) throw new Error('half way');
      }
    }
    const worker = new Halfway();
    await using it = await open({ worker });
    await turn();
    await expect(it.control.restart(worker)).rejects.toThrow('half way');
    await turn();
    expect([worker.executed, worker.executing, it.state().status]).toEqual([2, 0, 'failed']);
    await it.bench.host.stop();
  });
});

describe('a start on its own that fails', () => {
  it('is taken back and told, and the next may succeed', async () => {
    const starts = [undefined, failing('port in use')];
    await using it = await open({ a: { ...allHooks, start: () => starts.shift()?.() } });
    await it.control.stop(it.service);
    it.trace.length = 0;
    await expect(it.control.start(it.service)).rejects.toThrow('port in use');
    expect(it.trace).toEqual(['a.starting', 'a.start', 'a.start!', 'a.stopping', 'a.stop', 'a.stopped']);
    expect(it.state()).toMatchObject({ status: 'failed', startedAt: undefined, error: { message: 'port in use' } });
    await expect(it.control.stop(it.service)).resolves.toBe('alreadyStopped');
    await expect(it.control.start(it.service)).resolves.toBe('started');
    expect(it.state()).toMatchObject({ status: 'running', error: undefined });
  });

  it('fails in its last phase: what runs by then is stopped', async () => {
    let starts = 0;
    await using it = await open({ a: { ...allHooks, started: () => (starts++ > 0 ? failing('not ready')() : undefined) } });
    await expect(it.control.restart(it.service)).rejects.toThrow('not ready');
    expect(it.trace.slice(-4)).toEqual(['a.started!', 'a.stopping', 'a.stop', 'a.stopped']);
    expect(it.state().status).toBe('failed');
    it.trace.length = 0;
    await it.bench.host.stop();
    expect(it.trace).toEqual([]);
  });

  it('cannot be taken back: that is logged, and the host stops it again', async () => {
    let starts = 0;
    let stops = 0;
    await using it = await open({
      a: { start: () => (starts++ > 0 ? failing('no start')() : undefined), stop: () => (stops++ === 1 ? failing('no stop')() : undefined) },
    });
    await expect(it.control.restart(it.service)).rejects.toThrow('no start');
    expect(it.bench.events().slice(-2)).toEqual([
      ['error', 0, 'Object failed to start on its own'],
      ['error', 0, 'The failed start of Object could not be taken back'],
    ]);
    await it.bench.host.stop();
    expect(it.trace.slice(-1)).toEqual(['a.stop']);
    expect(stops).toBe(3);
  });

  it('is given up by the caller: it is stopped, and has not failed', async () => {
    let starts = 0;
    await using it = await open({ a: { start: signal => (starts++ > 0 ? cooperating(signal) : undefined) } });
    await it.control.stop(it.service);
    const caller = new AbortController();
    const call = failure(it.control.start(it.service, caller.signal));
    await turn();
    caller.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    expect(it.state()).toMatchObject({ status: 'stopped', error: undefined });
    it.bench.time.expectNoPendingTimers();
  });

  it('is given up while it waits for its turn: nothing is called', async () => {
    const gate = new Deferred<void>();
    await using it = await open({ a: { stop: () => gate.promise } });
    const stop = it.control.stop(it.service);
    const caller = new AbortController();
    const start = failure(it.control.start(it.service, caller.signal));
    caller.abort();
    expect(await start).toMatchObject({ name: 'AbortError' });
    gate.resolve();
    await stop;
    expect([it.trace, it.state().status]).toEqual([['a.stop'], 'stopped']);
  });

  it.each([
    [{}, 60_000],
    [{ startupTimeout: 5_000 }, 5_000],
  ])('is out of time: %j', async (options, milliseconds) => {
    let starts = 0;
    await using it = await open({ a: { start: signal => (starts++ > 0 ? cooperating(signal) : undefined) } }, { options });
    await expect(it.bench.time.advanceUntilSettled(it.control.restart(it.service))).rejects.toMatchObject({
      code: 'ERR_DEADLINE_EXCEEDED',
      what: 'The start of Object',
      milliseconds,
    });
    expect(it.state()).toMatchObject({ status: 'failed', error: { code: 'ERR_DEADLINE_EXCEEDED' } });
  });

  it('keeps the work that it has begun beyond its own signal', async () => {
    const worker = new Worker();
    await using it = await open({ worker });
    const caller = new AbortController();
    await it.control.restart(worker, caller.signal);
    caller.abort();
    await it.bench.time.advanceAsync(600_000);
    expect([worker.executing, it.state().status]).toEqual([1, 'running']);
    await it.bench.host.stop();
  });
});

describe('a service that does not react', () => {
  it.each([
    [{}, 30_000, 1_000],
    [{ shutdownTimeout: -1 }, 30_000, 1_000],
    [{ shutdownTimeout: 5_000, hungServiceTimeout: 500, slowServiceWarningTimeout: 2_000 }, 5_000, 500],
  ])('is left behind in its stop: %j', async (options, limit, more) => {
    let stops = 0;
    await using it = await open({ a: { stop: () => (stops++ === 0 ? never() : undefined) } }, { options });
    await expect(it.bench.time.advanceUntilSettled(it.control.stop(it.service))).rejects.toMatchObject({
      code: 'ERR_HUNG_SERVICE',
      service: 'Object',
      phase: 'stop',
      milliseconds: limit + more,
    });
    expect(it.state()).toMatchObject({ status: 'failed', error: { code: 'ERR_HUNG_SERVICE' } });
    expect(it.bench.host.timeline.entries.at(-1)).toMatchObject({ phase: 'stop', outcome: 'leftBehind', isIndividual: true });
    expect(it.bench.logs.entries.some(({ message }) => message === 'Object has been at work in its stop for 2000 ms')).toBe(
      'slowServiceWarningTimeout' in options,
    );
    it.bench.time.expectNoPendingTimers();
    await expect(it.control.start(it.service)).rejects.toMatchObject({ code: 'ERR_SERVICE_LEFT_BEHIND', service: 'Object' });
    await expect(it.bench.time.advanceUntilSettled(it.control.restart(it.service))).rejects.toMatchObject({ code: 'ERR_SERVICE_LEFT_BEHIND' });
    expect([it.trace.filter(step => step === 'a.start'), it.state().status]).toEqual([[], 'failed']);
    await it.bench.host.stop();
    expect(stops).toBe(2);
  });

  it('is left behind at work, and is not started before that has ended', async () => {
    const gate = new Deferred<void>();
    const worker = new Worker([() => gate.promise]);
    await using it = await open({ worker });
    await expect(it.bench.time.advanceUntilSettled(it.control.restart(worker))).rejects.toMatchObject({ code: 'ERR_HUNG_SERVICE', milliseconds: 31_000 });
    expect([worker.executing, it.state().status]).toEqual([1, 'failed']);
    await expect(it.control.start(worker)).rejects.toMatchObject({ code: 'ERR_SERVICE_LEFT_BEHIND' });
    const stop = it.control.stop(worker);
    await it.bench.time.advanceAsync(10_000);
    gate.reject(new Error('at last'));
    await expect(stop).resolves.toBe('stopped');
    expect(it.bench.events().filter(([level]) => level === 'warning')).toEqual([['warning', 0, 'Worker was left behind, and has failed since']]);
    await expect(it.control.start(worker)).resolves.toBe('started');
    await turn();
    expect([worker.executed, worker.executing]).toEqual([2, 1]);
    await it.bench.host.stop();
  });

  it('is left behind in its start, which is taken back when it succeeds after all', async () => {
    const gate = new Deferred<void>();
    let starts = 0;
    await using it = await open({ a: { start: () => (starts++ > 0 ? gate.promise : undefined) } });
    await expect(it.bench.time.advanceUntilSettled(it.control.restart(it.service))).rejects.toMatchObject({
      code: 'ERR_HUNG_SERVICE',
      phase: 'start',
      milliseconds: 61_000,
    });
    expect(it.trace).toEqual(['a.stop', 'a.start']);
    gate.resolve();
    await turn();
    expect([it.trace, it.state().status]).toEqual([['a.stop', 'a.start', 'a.stop'], 'failed']);
    await it.bench.host.stop();
    expect(it.trace).toEqual(['a.stop', 'a.start', 'a.stop']);
  });

  it('holds up the stop of the host no longer than its limits', async () => {
    let starts = 0;
    await using it = await open({ a: { start: () => (starts++ > 0 ? never() : undefined) } });
    const call = failure(it.control.restart(it.service));
    await it.bench.time.advanceAsync(10_000);
    await it.bench.time.advanceUntilSettled(it.bench.host.stop());
    expect(await call).toBeInstanceOf(HungServiceError);
    // What it has begun may be there: the host stops it as it stops what has failed to start.
    expect([it.trace, it.state().status]).toEqual([['a.stop', 'a.start', 'a.stop'], 'failed']);
  });

  it.each(['starting', 'started', 'stopping', 'stopped'] as const)('is left behind in %s', async phase => {
    let calls = 0;
    const first = phase === 'starting' || phase === 'started' ? 1 : 0;
    await using it = await open({ a: { ...allHooks, [phase]: () => (calls++ === first ? never() : undefined) } });
    await expect(it.bench.time.advanceUntilSettled(it.control.restart(it.service))).rejects.toMatchObject({ code: 'ERR_HUNG_SERVICE', phase });
    expect(it.state().status).toBe('failed');
    await it.bench.time.advanceUntilSettled(it.bench.host.stop());
  });

  it('reacts to the end of its time by giving up', async () => {
    await using it = await open({ a: { stop: cooperating } }, { options: { shutdownTimeout: 5_000 } });
    await expect(it.bench.time.advanceUntilSettled(it.control.stop(it.service))).rejects.toMatchObject({
      code: 'ERR_DEADLINE_EXCEEDED',
      message: 'The stop of Object did not finish within 5000 ms.',
    });
    await expect(it.bench.host.stop(AbortSignal.abort())).rejects.toThrow();
  });

  it('is stopped less gracefully when the caller gives up, and stopped all the same', async () => {
    await using it = await open({ a: { stop: signal => cooperating(signal).catch(() => undefined) } });
    const caller = new AbortController();
    const call = it.control.stop(it.service, caller.signal);
    await turn();
    caller.abort();
    await expect(call).resolves.toBe('stopped');
  });

  it('tells all that failed in its stop', async () => {
    await using it = await open({ a: { ...allHooks, stopping: failing('1'), stop: failing('2'), stopped: failing('3') } });
    const error = (await failure(it.control.restart(it.service))) as AggregateError;
    expect([error.message, error.errors.map(({ message }: Error) => message)]).toEqual(['Object failed to stop.', ['1', '2', '3']]);
    expect(it.trace.filter(step => step.includes('start'))).toEqual([]);
    await expect(it.bench.host.stop()).rejects.toThrow();
  });
});

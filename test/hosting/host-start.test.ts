import { Deferred, HostOptions, IHostApplicationLifetime, IHostedService, IHostLifetime, OperationCanceledError } from 'hostward';
import { benchOf, cooperating, failing, type Hooks, type HostBench, probe, turn } from '../support/hosting-services.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: HostBench) => host.services.getRequiredService(IHostApplicationLifetime);
const everything: Hooks = { starting: true, started: true, stopping: true, stopped: true };

describe('the start of a host', () => {
  it('goes through the lifetime, the three phases over all services, and the started callbacks', async () => {
    const lifetime = {
      waitForStart: async () => void bench.trace.push('waitForStart'),
      stop: async () => undefined,
    };
    await using bench = benchOf({ a: everything, b: {}, c: everything }, { configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    lifetimeOf(bench).onStarted(() => bench.trace.push('onStarted'));
    await bench.host.start();
    expect(bench.trace).toEqual(['waitForStart', 'a.starting', 'c.starting', 'a.start', 'b.start', 'c.start', 'a.started', 'c.started', 'onStarted']);
    expect(bench.events()).toEqual([
      ['debug', 1, 'Hosting starting'],
      ['debug', 2, 'Hosting started'],
    ]);
  });

  it('names its events', async () => {
    await using bench = benchOf({ a: { start: failing('a failed') } });
    await expect(bench.host.start()).rejects.toThrow();
    await bench.host.stop();
    await using good = benchOf({});
    await good.host.start();
    await good.host.stop();
    await using bad = benchOf({ a: { stop: failing('a failed') } });
    await expect(bad.host.start().then(() => bad.host.stop())).rejects.toThrow();
    expect([bench, good, bad].map(({ logs }) => logs.entries.map(({ eventId }) => eventId.name))).toEqual([
      ['Starting', 'HostedServiceStartupFaulted', 'Stopping', 'Stopped'],
      ['Starting', 'Started', 'Stopping', 'Stopped'],
      ['Starting', 'Started', 'Stopping', 'StoppedWithException'],
    ]);
  });

  it('waits for the lifetime before it creates a service', async () => {
    const ready = new Deferred<void>();
    await using bench = benchOf(
      { a: trace => (trace.push('new'), probe(trace, 'a')) },
      { configure: builder => builder.services.addSingleton(IHostLifetime, { waitForStart: () => ready.promise, stop: async () => undefined }) },
    );
    const started = bench.host.start();
    await turn();
    expect(bench.trace).toEqual([]);
    ready.resolve();
    await started;
    expect(bench.trace).toEqual(['new', 'a.start']);
  });

  it('creates all services before it starts the first', async () => {
    const announcing = (name: string) => (trace: string[]) => (trace.push(`new ${name}`), probe(trace, name));
    await using bench = benchOf({ a: announcing('a'), b: announcing('b') });
    await bench.host.start();
    expect(bench.trace).toEqual(['new a', 'new b', 'a.start', 'b.start']);
  });

  it('starts one service after the other', async () => {
    const first = new Deferred<void>();
    await using bench = benchOf({ a: { start: () => first.promise }, b: {} });
    const started = bench.host.start();
    await turn();
    expect(bench.trace).toEqual(['a.start']);
    first.resolve();
    await started;
    expect(bench.trace).toEqual(['a.start', 'b.start']);
  });

  it('starts all services at once when it is told to, still phase by phase', async () => {
    const first = new Deferred<void>();
    await using bench = benchOf({ a: { starting: () => first.promise, start: () => turn() }, b: everything }, { options: { servicesStartConcurrently: true } });
    const started = bench.host.start();
    await turn();
    expect(bench.trace).toEqual(['a.starting', 'b.starting']);
    first.resolve();
    await started;
    expect(bench.trace).toEqual(['a.starting', 'b.starting', 'a.start', 'b.start', 'a.started', 'b.started']);
  });

  it('gives the services of all phases one signal, which never fires afterwards', async () => {
    const signals = new Set<AbortSignal>();
    const keep = (signal: AbortSignal) => signals.add(signal);
    await using bench = benchOf({ a: { starting: keep, start: keep, started: keep } }, { options: { startupTimeout: 1000 } });
    const caller = new AbortController();
    await bench.host.start(caller.signal);
    caller.abort();
    lifetimeOf(bench).stopApplication();
    await bench.time.advanceAsync(2000);
    expect([...signals].map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('leaves no timer behind', async () => {
    await using bench = benchOf({ a: {} }, { options: { startupTimeout: 1000 } });
    await bench.host.start();
    expect(bench.time.pendingTimers).toEqual([]);
  });

  it('reads its options each time', async () => {
    await using bench = benchOf({ a: { start: cooperating } }, { options: { startupTimeout: 1000 } });
    const started = bench.host.start();
    bench.time.advance(1000);
    await expect(started).rejects.toMatchObject({ name: 'AbortError' });
    bench.host.services.getRequiredService(HostOptions.value).startupTimeout = 5000;
    const again = bench.host.start();
    await turn();
    expect(bench.time.pendingTimers).toMatchObject([{ dueIn: 5000 }]);
    bench.time.advance(5000);
    await expect(again).rejects.toThrow();
  });

  it('logs what a callback of the application throws under the name of the lifetime', async () => {
    await using bench = benchOf({});
    lifetimeOf(bench).onStarted(failing('no'));
    await bench.host.start();
    expect(bench.logs.entries.filter(({ level }) => level === 'critical')).toMatchObject([
      { category: 'Microsoft.Extensions.Hosting.Internal.ApplicationLifetime', eventId: { id: 6 } },
    ]);
    expect(bench.events().at(-1)).toEqual(['debug', 2, 'Hosting started']);
  });

  it('that is called twice starts the same services again, and the application only once', async () => {
    await using bench = benchOf({ a: trace => (trace.push('new'), probe(trace, 'a')) });
    lifetimeOf(bench).onStarted(() => bench.trace.push('onStarted'));
    await bench.host.start();
    await bench.host.start();
    expect(bench.trace).toEqual(['new', 'a.start', 'onStarted', 'a.start']);
  });

  it('takes services of any lifetime, and stops the instances that it has started', async () => {
    let created = 0;
    const numbered = (trace: string[]) => probe(trace, `a${++created}`);
    await using bench = benchOf({}, { configure: builder => builder.services.addTransient(IHostedService, () => numbered(bench.trace)) });
    await bench.host.start();
    await bench.host.stop();
    expect(bench.trace).toEqual(['a1.start', 'a1.stop']);
  });
});

describe('a failed start', () => {
  it('rejects with the error as it is, calls nothing more, fires nothing, and is logged', async () => {
    const error = new Error('b failed');
    await using bench = benchOf({
      a: everything,
      b: {
        start: () => {
          throw error;
        },
      },
      c: {},
    });
    await expect(bench.host.start()).rejects.toBe(error);
    const { applicationStarted, applicationStopping, applicationStopped } = lifetimeOf(bench);
    expect([applicationStarted, applicationStopping, applicationStopped].map(({ aborted }) => aborted)).toEqual([false, false, false]);
    expect(bench.trace).toEqual(['a.starting', 'a.start', 'b.start', 'b.start!']);
    expect(bench.events()).toEqual([
      ['debug', 1, 'Hosting starting'],
      ['error', 11, 'Hosting failed to start'],
    ]);
    expect(bench.logs.entries.at(-1)!.error).toBe(error);
  });

  it.each([
    ['starting', ['a.starting', 'a.starting!']],
    ['start', ['a.starting', 'b.starting', 'a.start', 'a.start!']],
    ['started', ['a.starting', 'b.starting', 'a.start', 'b.start', 'a.started', 'a.started!']],
  ] as const)('in %s ends the start there', async (hook, trace) => {
    await using bench = benchOf({ a: { ...everything, [hook]: failing('no') }, b: everything });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace).toEqual(trace);
  });

  it.each(['starting', 'start', 'started'] as const)('in %s of all at once calls the whole phase and nothing after it', async hook => {
    await using bench = benchOf({ a: { ...everything, [hook]: failing('no') }, b: everything }, { options: { servicesStartConcurrently: true } });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace.filter(event => event.startsWith('b'))).toEqual(
      ['b.starting', 'b.start', 'b.started'].slice(0, ['starting', 'start', 'started'].indexOf(hook) + 1),
    );
  });

  it.each(['starting', 'start', 'started'] as const)(
    'of several services in %s is an aggregate in which each cancellation that came at once counts',
    async hook => {
      const cancelled = () => {
        throw new OperationCanceledError();
      };
      const failures = {
        a: { [hook]: cancelled },
        b: { [hook]: failing('b failed') },
        c: { [hook]: cancelled },
        d: { [hook]: () => turn().then(failing('d failed')) },
      };
      await using bench = benchOf(failures, { options: { servicesStartConcurrently: true } });
      await expect(bench.host.start()).rejects.toMatchObject({
        name: 'AggregateError',
        message: 'One or more hosted services failed to start.',
        errors: [{ name: 'AbortError' }, { message: 'b failed' }, { name: 'AbortError' }, { message: 'd failed' }],
      });
    },
  );

  it('survives a method that throws instead of returning a promise', async () => {
    await using bench = benchOf({ a: () => ({ start: failing('a failed'), stop: async () => undefined }) });
    await expect(bench.host.start()).rejects.toThrow('a failed');
  });

  it('stops nobody; a stop then stops all services, also those that were never started', async () => {
    await using bench = benchOf({ a: everything, b: { start: failing('no') }, c: everything });
    await expect(bench.host.start()).rejects.toThrow('no');
    bench.trace.length = 0;
    await bench.host.stop();
    expect(bench.trace).toEqual(['c.stopping', 'a.stopping', 'c.stop', 'b.stop', 'a.stop', 'c.stopped', 'a.stopped']);
  });

  it('before the services exist does not count as a start, and is not logged as one that failed', async () => {
    const lifetime = { waitForStart: failing('no terminal'), stop: async () => undefined };
    await using bench = benchOf({ a: {} }, { configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    await expect(bench.host.start()).rejects.toThrow('no terminal');
    await bench.host.stop();
    expect([bench.trace, bench.events().map(([, id]) => id)]).toEqual([[], [1, 3, 4]]);
  });

  it('of a service that cannot be created starts none, and creates them anew at the next start', async () => {
    let attempts = 0;
    await using bench = benchOf({
      a: trace => (trace.push('new a'), probe(trace, 'a')),
      b: trace => {
        if (++attempts === 1) throw new Error('b cannot be created');
        return probe(trace, 'b');
      },
    });
    await expect(bench.host.start()).rejects.toThrow('b cannot be created');
    expect([bench.trace, bench.events().at(-1)]).toEqual([['new a'], ['error', 11, 'Hosting failed to start']]);
    await bench.host.start();
    expect(bench.trace).toEqual(['new a', 'a.start', 'b.start']);
  });

  it('of a service that cannot be created leaves nothing to stop', async () => {
    await using bench = benchOf({ a: {}, b: failing('no') });
    await expect(bench.host.start()).rejects.toThrow('no');
    await bench.host.stop();
    const { applicationStopping, applicationStopped } = lifetimeOf(bench);
    expect([bench.trace, applicationStopping.aborted, applicationStopped.aborted, bench.events().at(-1)]).toEqual([
      [],
      true,
      true,
      ['debug', 4, 'Hosting stopped'],
    ]);
  });

  it('after the disposal of the host says that it is disposed', async () => {
    const { host } = benchOf({ a: {} });
    await host[Symbol.asyncDispose]();
    await expect(host.start()).rejects.toMatchObject({ name: 'ObjectDisposedError', objectName: 'IServiceProvider' });
    await host.stop();
  });
});

describe('the signal of a start', () => {
  const withCaller = (controller: AbortController): Record<string, (bench: HostBench) => void> => ({
    'the caller gives up': () => controller.abort(),
    'the application is to stop': bench => lifetimeOf(bench).stopApplication(),
    'the startup timeout has passed': bench => bench.time.advance(1000),
  });

  it.each(Object.keys(withCaller(new AbortController())))('fires when %s; a service that honours it makes the start fail', async reason => {
    const controller = new AbortController();
    await using bench = benchOf({ a: { start: cooperating }, b: {} }, { options: { startupTimeout: 1000 } });
    const started = bench.host.start(controller.signal);
    await turn();
    withCaller(controller)[reason]!(bench);
    await expect(started).rejects.toMatchObject({ name: 'AbortError' });
    expect([bench.trace, bench.events().at(-1)]).toEqual([
      ['a.start', 'a.start!'],
      ['error', 11, 'Hosting failed to start'],
    ]);
  });

  it.each(['starting', 'start', 'started'] as const)('reaches %s', async hook => {
    await using bench = benchOf({ a: { [hook]: cooperating } }, { options: { startupTimeout: 1000 } });
    const started = bench.host.start();
    await turn();
    bench.time.advance(1000);
    await expect(started).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('ends nothing by itself: services that ignore it are started, and so is the application', async () => {
    const first = new Deferred<void>();
    await using bench = benchOf(
      { a: { start: () => first.promise }, b: { start: signal => bench.trace.push(`b sees ${signal.aborted}`) } },
      { options: { startupTimeout: 1000 } },
    );
    const started = bench.host.start();
    await turn();
    bench.time.advance(1000);
    lifetimeOf(bench).stopApplication();
    first.resolve();
    await started;
    expect([bench.trace, lifetimeOf(bench).applicationStarted.aborted]).toEqual([['a.start', 'b.start', 'b sees true'], true]);
  });

  it.each<[string, (bench: HostBench) => Promise<unknown>]>([
    ['a caller that has given up before', bench => bench.host.start(AbortSignal.abort())],
    [
      'an application that is to stop',
      bench => {
        lifetimeOf(bench).stopApplication();
        return bench.host.start();
      },
    ],
    ['a host that was stopped', bench => bench.host.stop().then(() => bench.host.start())],
  ])('of %s ends the start after the lifetime has been waited for; nothing is created, nothing logged as failed, nothing to stop', async (_what, start) => {
    const lifetime = { waitForStart: async () => void bench.trace.push('waitForStart'), stop: async () => undefined };
    await using bench = benchOf(
      { a: trace => (trace.push('new'), probe(trace, 'a')) },
      { configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) },
    );
    await expect(start(bench)).rejects.toMatchObject({ name: 'AbortError' });
    await bench.host.stop();
    expect([bench.trace, bench.events().filter(([level]) => level === 'error')]).toEqual([['waitForStart'], []]);
  });

  it('reaches the lifetime, and a timeout counts from the beginning', async () => {
    const lifetime = { waitForStart: (signal: AbortSignal) => cooperating(signal), stop: async () => undefined };
    await using bench = benchOf({ a: {} }, { options: { startupTimeout: 1000 }, configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    const started = bench.host.start();
    bench.time.advance(1000);
    await expect(started).rejects.toThrow();
    expect(bench.trace).toEqual([]);
  });

  it('of a service that gives up because the start was given up during its construction is not logged as a failure', async () => {
    await using bench = benchOf({
      a: () => {
        lifetimeOf(bench).stopApplication();
        throw new OperationCanceledError();
      },
    });
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'AbortError' });
    expect(bench.events()).toEqual([['debug', 1, 'Hosting starting']]);
  });

  it('does not excuse a construction that is cancelled for a reason of its own', async () => {
    await using bench = benchOf({
      a: () => {
        throw new OperationCanceledError();
      },
    });
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'AbortError' });
    expect(bench.events().at(-1)).toEqual(['error', 11, 'Hosting failed to start']);
  });

  it.each([-2, 4_294_967_295])('cannot be given a timeout of %d: nothing is started', async startupTimeout => {
    await using bench = benchOf({ a: {} }, { options: { startupTimeout } });
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'delay', actualValue: startupTimeout });
    expect([bench.trace, bench.events()]).toEqual([[], [['debug', 1, 'Hosting starting']]]);
  });
});

describe('a failed start with rollbackFailedStart', () => {
  it('stops what had started, last started first, before it rejects with the error of the start', async () => {
    await using bench = benchOf({ a: everything, b: {}, c: { start: failing('c failed') }, d: {} }, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow('c failed');
    expect(bench.trace).toEqual(['a.starting', 'a.start', 'b.start', 'c.start', 'c.start!', 'b.stop', 'a.stop']);
  });

  it('logs what fails to stop, goes on, and keeps the error of the start', async () => {
    const services = { a: {}, b: { stop: failing('b does not stop') }, c: { started: failing('c failed') } };
    await using bench = benchOf(services, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow('c failed');
    expect(bench.trace.slice(-4)).toEqual(['c.stop', 'b.stop', 'b.stop!', 'a.stop']);
    expect(bench.events().slice(-2)).toEqual([
      ['error', 11, 'Hosting failed to start'],
      ['error', 0, 'A service that had started failed to stop after the failed start'],
    ]);
    expect(bench.logs.entries.at(-1)!.error).toEqual(new Error('b does not stop'));
  });

  it('gives the stop the shutdown timeout', async () => {
    const services = { a: { stop: cooperating }, b: { start: failing('b failed') } };
    await using bench = benchOf(services, { options: { rollbackFailedStart: true, shutdownTimeout: 2000 } });
    const started = bench.host.start();
    await turn();
    expect(bench.time.pendingTimers).toMatchObject([{ dueIn: 2000 }]);
    bench.time.advance(2000);
    await expect(started).rejects.toThrow('b failed');
    expect(bench.time.pendingTimers).toEqual([]);
  });

  it('stops at once what was started at once', async () => {
    const options = { rollbackFailedStart: true, servicesStartConcurrently: true, servicesStopConcurrently: true };
    const slow = new Deferred<void>();
    await using bench = benchOf({ a: { stop: () => slow.promise }, b: { stop: () => slow.resolve() }, c: { start: failing('c failed') } }, { options });
    await expect(bench.host.start()).rejects.toThrow('c failed');
    expect(bench.trace.slice(-2)).toEqual(['b.stop', 'a.stop']);
  });

  it('has nothing to do when a service could not be created', async () => {
    await using bench = benchOf({ a: {}, b: failing('no') }, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace).toEqual([]);
  });
});

describe('a start with options that make no sense', () => {
  it.each<[string, unknown]>([
    ['slowServiceWarningTimeout', -3],
    ['hungServiceTimeout', NaN],
    ['shutdownDelay', -1],
    ['shutdownDelay', 'soon'],
    ['startOrder', 'alphabetical'],
    ['backgroundServiceExceptionBehavior', 'StopHost'],
  ])('fails before anything has started, and names the option: %s = %s', async (name, value) => {
    await using bench = benchOf({ a: {} }, { options: { [name]: value } });
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: name, actualValue: value });
    expect(bench.trace).toEqual([]);
  });
});

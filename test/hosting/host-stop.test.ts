import { BackgroundService, Deferred, IHostApplicationLifetime, IHostLifetime, OperationCanceledError, TimeProvider } from 'hostward';
import { benchOf, cooperating, failing, type Hooks, type HostBench, turn } from '../support/hosting-services.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: HostBench) => host.services.getRequiredService(IHostApplicationLifetime);
const everything: Hooks = { starting: true, started: true, stopping: true, stopped: true };

/** A started host whose trace begins with the stop. */
async function started(...args: Parameters<typeof benchOf>): Promise<HostBench> {
  const bench = benchOf(...args);
  await bench.host.start();
  bench.trace.length = 0;
  return bench;
}

describe('the stop of a host', () => {
  it('goes through the three phases over all services, last registered first, with the moments of the application between, and ends with the lifetime', async () => {
    const trace: string[] = [];
    const lifetime = { waitForStart: async () => undefined, stop: async () => void trace.push('lifetime.stop') };
    await using bench = benchOf(
      { a: everything, b: {}, c: everything },
      { trace, configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) },
    );
    await bench.host.start();
    trace.length = 0;
    lifetimeOf(bench).onStopping(() => trace.push('onStopping'));
    lifetimeOf(bench).onStopped(() => trace.push('onStopped'));
    await bench.host.stop();
    expect(trace).toEqual(['c.stopping', 'a.stopping', 'onStopping', 'c.stop', 'b.stop', 'a.stop', 'c.stopped', 'a.stopped', 'onStopped', 'lifetime.stop']);
    expect(bench.events().slice(2)).toEqual([
      ['debug', 3, 'Hosting stopping'],
      ['debug', 4, 'Hosting stopped'],
    ]);
  });

  it('stops one service after the other', async () => {
    const last = new Deferred<void>();
    await using bench = await started({ a: {}, b: { stop: () => last.promise } });
    const stopped = bench.host.stop();
    await turn();
    expect(bench.trace).toEqual(['b.stop']);
    last.resolve();
    await stopped;
    expect(bench.trace).toEqual(['b.stop', 'a.stop']);
  });

  it('stops all services at once when it is told to, last registered first, still phase by phase', async () => {
    const slow = new Deferred<void>();
    await using bench = await started(
      { a: { stop: () => turn() }, b: { stopping: () => slow.promise, stop: () => turn() }, c: everything },
      { options: { servicesStopConcurrently: true } },
    );
    const stopped = bench.host.stop();
    await turn();
    expect(bench.trace).toEqual(['c.stopping', 'b.stopping']);
    slow.resolve();
    await stopped;
    expect(bench.trace).toEqual(['c.stopping', 'b.stopping', 'c.stop', 'b.stop', 'a.stop', 'c.stopped', 'b.stopped']);
  });

  it.each([false, true])(
    'goes through everything although all fail (at once: %s), and reports the failures phase by phase, that of the lifetime last',
    async servicesStopConcurrently => {
      const bad = (name: string): Hooks => ({
        stopping: failing(`${name}.stopping failed`),
        stop: failing(`${name}.stop failed`),
        stopped: failing(`${name}.stopped failed`),
      });
      const lifetime = { waitForStart: async () => undefined, stop: failing('lifetime.stop failed') };
      await using bench = await started(
        { a: bad('a'), b: bad('b') },
        { options: { servicesStopConcurrently }, configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) },
      );
      const failure: unknown = await bench.host.stop().catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: 'AggregateError',
        message: 'One or more hosted services failed to stop or one or more background services threw an exception.',
      });
      expect((failure as AggregateError).errors.map((error: Error) => error.message)).toEqual(
        ['b.stopping', 'a.stopping', 'b.stop', 'a.stop', 'b.stopped', 'a.stopped', 'lifetime.stop'].map(call => `${call} failed`),
      );
      expect(bench.events().at(-1)).toEqual(['debug', 5, 'Hosting shutdown exception']);
      expect(bench.logs.entries.at(-1)!.error).toBe(failure);
      expect([lifetimeOf(bench).applicationStopping.aborted, lifetimeOf(bench).applicationStopped.aborted]).toEqual([true, true]);
    },
  );

  it('rejects with a single failure as it is', async () => {
    const error = new Error('only');
    await using bench = await started({ a: {}, b: { stop: () => Promise.reject(error) }, c: {} });
    await expect(bench.host.stop()).rejects.toBe(error);
    expect([bench.trace, bench.events().at(-1)]).toEqual([
      ['c.stop', 'b.stop', 'b.stop!', 'a.stop'],
      ['debug', 5, 'Hosting shutdown exception'],
    ]);
  });

  it.each(['stopping', 'stop', 'stopped'] as const)('at once counts each cancellation that came at once in %s', async hook => {
    const cancelled = () => {
      throw new OperationCanceledError();
    };
    await using bench = await started(
      { a: { [hook]: cancelled }, b: { [hook]: failing('b failed') }, c: { [hook]: cancelled } },
      { options: { servicesStopConcurrently: true } },
    );
    await expect(bench.host.stop()).rejects.toMatchObject({ errors: [{ name: 'AbortError' }, { message: 'b failed' }, { name: 'AbortError' }] });
  });

  it('of a host that was never started goes through the moments of the application and the lifetime, and touches no service', async () => {
    const trace: string[] = [];
    const lifetime = { waitForStart: async () => undefined, stop: async () => void trace.push('lifetime.stop') };
    await using bench = benchOf({ a: everything }, { trace, configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    lifetimeOf(bench).onStopping(() => trace.push('onStopping'));
    lifetimeOf(bench).onStopped(() => trace.push('onStopped'));
    await bench.host.stop();
    expect(trace).toEqual(['onStopping', 'onStopped', 'lifetime.stop']);
    expect([lifetimeOf(bench).applicationStarted.aborted, bench.events().map(([, id]) => id)]).toEqual([false, [3, 4]]);
  });

  it('that is called twice stops the services and the lifetime again; the moments of the application come once', async () => {
    const trace: string[] = [];
    const lifetime = { waitForStart: async () => undefined, stop: async () => void trace.push('lifetime.stop') };
    await using bench = await started({ a: {} }, { trace, configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    lifetimeOf(bench).onStopping(() => trace.push('onStopping'));
    lifetimeOf(bench).onStopped(() => trace.push('onStopped'));
    await bench.host.stop();
    await bench.host.stop();
    expect(trace).toEqual(['onStopping', 'a.stop', 'onStopped', 'lifetime.stop', 'a.stop', 'lifetime.stop']);
  });

  it('is not what stopApplication does: that runs callbacks and touches no service', async () => {
    await using bench = await started({ a: {} });
    lifetimeOf(bench).stopApplication();
    await turn();
    expect([bench.trace, lifetimeOf(bench).applicationStopping.aborted]).toEqual([[], true]);
  });

  it('is not what disposal does: that disposes the services, last created first, and fires nothing', async () => {
    const bench = await started({ a: everything, b: {} });
    const { applicationStopping } = lifetimeOf(bench);
    await bench.host[Symbol.asyncDispose]();
    await bench.host[Symbol.asyncDispose]();
    expect([bench.trace, applicationStopping.aborted, bench.events().map(([, id]) => id)]).toEqual([['b.dispose', 'a.dispose'], false, [1, 2]]);
  });

  it('disposes nothing', async () => {
    await using bench = await started({ a: {} });
    await bench.host.stop();
    expect(bench.trace).toEqual(['a.stop']);
  });

  it('works after the disposal with the services that had been started', async () => {
    const bench = await started({ a: {} });
    await bench.host[Symbol.asyncDispose]();
    await bench.host.stop();
    expect(bench.trace).toEqual(['a.dispose', 'a.stop']);
  });
});

describe('the signal of a stop', () => {
  it.each<[string, (controller: AbortController, bench: HostBench) => void]>([
    ['the caller loses patience', controller => controller.abort()],
    ['the shutdown timeout has passed', (_controller, bench) => bench.time.advance(30_000)],
  ])('fires when %s; a service that honours it makes the stop fail, the others are stopped with it', async (_reason, fire) => {
    const controller = new AbortController();
    await using bench = await started({ a: { stop: signal => bench.trace.push(`a sees ${signal.aborted}`) }, b: { stop: cooperating }, c: {} });
    const stopped = bench.host.stop(controller.signal);
    await turn();
    fire(controller, bench);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect([bench.trace, bench.time.pendingTimers]).toEqual([['c.stop', 'b.stop', 'b.stop!', 'a.stop', 'a sees true'], []]);
  });

  it.each([
    ['the span of the caller', 2000, 30_000, 2000],
    ['the shutdown timeout', 30_000, 2000, 2000],
  ])('fires after the shorter of two spans: %s', async (_which, span, shutdownTimeout, expected) => {
    await using bench = await started({ a: { stop: cooperating } }, { options: { shutdownTimeout } });
    const ended = jest.fn();
    const stopped = bench.host.stop(span).catch(ended);
    await turn();
    bench.time.advance(expected - 1);
    await turn();
    expect(ended).not.toHaveBeenCalled();
    bench.time.advance(1);
    await stopped;
    expect([ended.mock.calls, bench.time.pendingTimers]).toEqual([[[expect.objectContaining({ name: 'AbortError' })]], []]);
  });

  it.each(['stopping', 'stop', 'stopped'] as const)('reaches %s, also when all stop at once', async hook => {
    for (const servicesStopConcurrently of [false, true]) {
      await using bench = await started({ a: { [hook]: cooperating } }, { options: { servicesStopConcurrently, shutdownTimeout: 1000 } });
      const stopped = bench.host.stop();
      await turn();
      bench.time.advance(1000);
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    }
  });

  it('reaches the lifetime', async () => {
    const lifetime = { waitForStart: async () => undefined, stop: cooperating };
    await using bench = await started({}, { configure: builder => builder.services.addSingleton(IHostLifetime, lifetime) });
    const stopped = bench.host.stop();
    await turn();
    bench.time.advance(30_000);
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is one budget for all services and phases', async () => {
    const wait = (bench: HostBench) => async () => void bench.time.advance(10_000);
    await using bench: HostBench = await started({
      a: { stop: signal => bench.trace.push(`a sees ${signal.aborted}`) },
      b: { stop: () => wait(bench)() },
      c: { stopping: () => wait(bench)(), stop: () => wait(bench)() },
    });
    await bench.host.stop();
    expect(bench.trace.at(-2)).toBe('a sees true');
  });

  it('ends nothing by itself: a service that ignores it is waited for', async () => {
    const slow = new Deferred<void>();
    await using bench = await started({ a: {}, b: { stop: () => slow.promise } });
    const ended = jest.fn();
    const stopped = bench.host.stop(AbortSignal.abort()).then(ended);
    bench.time.advance(60_000);
    await turn();
    expect(ended).not.toHaveBeenCalled();
    slow.resolve();
    await stopped;
    expect(bench.trace).toEqual(['b.stop', 'a.stop']);
  });

  it('that has fired before does not make the stop fail by itself', async () => {
    await using bench = await started({ a: { stop: signal => bench.trace.push(`a sees ${signal.aborted}`) } });
    await bench.host.stop(AbortSignal.abort());
    expect(bench.trace).toEqual(['a.stop', 'a sees true']);
  });

  it('of a background service that ignores its own signal ends the wait for it, and the stop succeeds', async () => {
    class Deaf extends BackgroundService {
      protected override execute(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    await using bench = await started({ deaf: () => new Deaf() });
    const stopped = bench.host.stop();
    await turn();
    bench.time.advance(30_000);
    await stopped;
    expect(bench.events().at(-1)).toEqual(['debug', 4, 'Hosting stopped']);
  });

  it('never fires with an infinite timeout', async () => {
    const slow = new Deferred<void>();
    await using bench = await started({ a: { stop: () => slow.promise } }, { options: { shutdownTimeout: -1 } });
    const stopped = bench.host.stop();
    expect(bench.time.pendingTimers).toEqual([]);
    slow.resolve();
    await stopped;
  });

  it('cannot be given a timeout that no timer takes: no service is stopped, and the application does not end', async () => {
    await using bench = await started({ a: {} }, { options: { shutdownTimeout: 4_294_967_295 } });
    await expect(bench.host.stop()).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'delay' });
    expect([bench.trace, lifetimeOf(bench).applicationStopping.aborted, bench.events().at(-1)]).toEqual([[], false, ['debug', 3, 'Hosting stopping']]);
  });

  it('with a timeout of zero fires with the next turn of the clock, so that services which do not wait still start and stop with one that has not fired', async () => {
    const options = { startupTimeout: 0, shutdownTimeout: 0 };
    const note = (signal: AbortSignal) => void bench.trace.push(`sees ${signal.aborted}`);
    await using bench = benchOf(
      { a: { start: note, stop: note } },
      { options, configure: builder => builder.services.replaceSingleton(TimeProvider, TimeProvider.system) },
    );
    await bench.host.start();
    await bench.host.stop();
    expect(bench.trace).toEqual(['a.start', 'sees false', 'a.stop', 'sees false']);
  });
});

import { type BackgroundServiceExceptionBehavior, Deferred, delay, HostOptions, IHostApplicationLifetime, InvalidOperationError } from 'hostward';
import { benchOf, cooperating, type HostBench, turn } from '../../support/hosting-services.js';
import { Worker } from '../../support/hosting-workers.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: HostBench) => host.services.getRequiredService(IHostApplicationLifetime);
const fails = (message: string) => () => {
  throw new InvalidOperationError(message);
};
const invalid = (message: string) => ({ name: 'InvalidOperationError', message });

/** Work that fails after a time on the fake clock, whatever its signal says. */
const failsAfter =
  (bench: () => HostBench, milliseconds: number, message = 'asynchronous failure') =>
  () =>
    new Worker(() => delay(milliseconds, { timeProvider: bench().time }).then(fails(message)));

/** Runs the host to its end; the clock goes as far as is asked for. */
async function run(bench: HostBench, milliseconds: number): Promise<void> {
  const ended = bench.host.run();
  ended.catch(() => undefined);
  await bench.time.advanceAsync(milliseconds);
  await ended;
}

describe('BackgroundServiceExceptionTests', () => {
  it('BackgroundService_SynchronousException_ThrowsException: run throws what the work threw before its first await', async () => {
    const bench = benchOf({ a: () => new Worker(fails('synchronous failure')) });
    await expect(run(bench, 0)).rejects.toMatchObject(invalid('synchronous failure'));
  });

  it('BackgroundService_AsynchronousException_ThrowsException: run throws what the work threw after an await', async () => {
    const bench: HostBench = benchOf({ a: failsAfter(() => bench, 100) });
    await expect(run(bench, 100)).rejects.toMatchObject(invalid('asynchronous failure'));
  });

  it('BackgroundService_AsynchronousException_StopAsync_ThrowsException: a stop after the application began to stop throws it', async () => {
    await using bench: HostBench = benchOf({ a: failsAfter(() => bench, 100) });
    await bench.host.start();
    await bench.time.advanceAsync(100);
    expect(lifetimeOf(bench).applicationStopping.aborted).toBe(true);
    await expect(bench.host.stop()).rejects.toMatchObject(invalid('asynchronous failure'));
  });

  it('BackgroundService_AsynchronousException_StopTwiceAsync_ThrowsException: both stops throw it', async () => {
    await using bench: HostBench = benchOf({ a: failsAfter(() => bench, 100) });
    await bench.host.start();
    await bench.time.advanceAsync(100);
    await expect(bench.host.stop()).rejects.toMatchObject(invalid('asynchronous failure'));
    await expect(bench.host.stop()).rejects.toMatchObject(invalid('asynchronous failure'));
  });

  it('BackgroundService_MultipleExceptions_ThrowsAggregateException: failures during the shutdown count, too', async () => {
    const bench: HostBench = benchOf({
      a: failsAfter(() => bench, 100, 'first'),
      b: failsAfter(() => bench, 150, 'second'),
      c: failsAfter(() => bench, 200, 'third'),
    });
    await expect(run(bench, 200)).rejects.toMatchObject({ name: 'AggregateError', errors: ['first', 'second', 'third'].map(invalid) });
  });

  it('BackgroundServiceExceptionAndStopException_ThrowsAggregateException: the failure of a stop stands beside it', async () => {
    const bench: HostBench = benchOf({ a: failsAfter(() => bench, 100), b: { stop: fails('stop failure') } });
    await expect(run(bench, 100)).rejects.toMatchObject({ name: 'AggregateError', errors: [invalid('stop failure'), invalid('asynchronous failure')] });
  });

  it('BackgroundService_DelayedMonitoringException_ThrowsAggregateException: a task that is watched is awaited although its service has stopped', async () => {
    class Delayed extends Worker {
      readonly #watched = new Deferred<void>();

      override get executeTask(): Promise<void> {
        return this.#watched.promise;
      }

      override async stop(signal: AbortSignal): Promise<void> {
        await super.stop(signal);
        void delay(200, { timeProvider: bench.time }).then(() => this.#watched.reject(new InvalidOperationError('delayed failure')));
      }
    }
    const bench: HostBench = benchOf({ a: () => new Worker(fails('synchronous failure')), b: () => new Delayed(cooperating) });
    await expect(run(bench, 200)).rejects.toMatchObject({
      name: 'AggregateError',
      errors: [invalid('synchronous failure'), invalid('delayed failure')],
    });
  });

  it('BackgroundService_IgnoreException_DoesNotThrow: with ignore run ends well when another service stops the application', async () => {
    const stopsLater = () =>
      new Worker(async () => {
        await delay(200, { timeProvider: bench.time });
        lifetimeOf(bench).stopApplication();
      });
    const bench: HostBench = benchOf({ a: failsAfter(() => bench, 100), b: stopsLater }, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    const lifetime = lifetimeOf(bench);
    const ended = bench.host.run();
    await bench.time.advanceAsync(199);
    expect(lifetime.applicationStopping.aborted).toBe(false);
    await bench.time.advanceAsync(1);
    await ended;
  });

  it('BackgroundService_IgnoreException_StopAsync_DoesNotThrow: with ignore the stop ends well', async () => {
    await using bench: HostBench = benchOf({ a: failsAfter(() => bench, 100) }, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    await bench.host.start();
    await bench.time.advanceAsync(200);
    await bench.host.stop();
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 9, 3, 4]);
  });

  it('BackgroundService_SuccessfulCompletion_DoesNotThrow: run ends well when the work stops the application and succeeds', async () => {
    const bench: HostBench = benchOf({ a: () => new Worker(async () => lifetimeOf(bench).stopApplication()) });
    await run(bench, 0);
  });
});

describe('BackgroundServiceExceptionBehaviorTests', () => {
  it('EnumValues_HaveExpectedValues: there are stopHost, which is the default, and ignore', async () => {
    const eventsOf: Record<BackgroundServiceExceptionBehavior, number[]> = { stopHost: [9, 10], ignore: [9] };
    for (const [behavior, events] of Object.entries(eventsOf)) {
      await using bench = benchOf(
        { a: () => new Worker(fails('no')) },
        { options: { backgroundServiceExceptionBehavior: behavior as BackgroundServiceExceptionBehavior } },
      );
      await bench.host.start();
      await turn();
      expect(
        bench
          .events()
          .map(([, id]) => id)
          .filter(id => id > 2),
      ).toEqual(events);
    }
    await using bench = benchOf({});
    expect(bench.host.services.getRequiredService(HostOptions.value).backgroundServiceExceptionBehavior).toBe('stopHost');
  });
});

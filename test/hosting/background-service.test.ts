import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deferred, IHostApplicationLifetime, markHandled, OperationCanceledError } from 'hostward';
import { benchOf, cooperating, failing, type HostBench, turn } from '../support/hosting-services.js';
import { untilStopped, Worker } from '../support/hosting-workers.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: HostBench) => host.services.getRequiredService(IHostApplicationLifetime);
const { signal: never } = new AbortController();

describe('a background service', () => {
  it('starts without an error when its work throws at once', async () => {
    const worker = new Worker(failing('no'));
    await worker.start(never);
    await expect(worker.executeTask).rejects.toThrow('no');
  });

  it('shows its work, and none before it has started', async () => {
    const worker = new Worker(async () => undefined);
    expect(worker.executeTask).toBeUndefined();
    await worker.start(never);
    expect(await worker.executeTask).toBeUndefined();
  });

  it.each<[string, (worker: Worker) => unknown]>([
    ['stopped', worker => worker.stop(never)],
    ['disposed', worker => worker[Symbol.dispose]()],
  ])('begins its work even when it is %s before it had its turn', async (_what, end) => {
    const worker = new Worker(async stopping => expect(stopping.aborted).toBe(true));
    await Promise.all([worker.start(never), end(worker)]);
    await worker.executeTask;
    expect(worker.stopping).toBeDefined();
  });

  it('is asked to end, and waited for, by stop', async () => {
    const end = new Deferred<void>();
    const worker = new Worker(() => end.promise);
    await worker.start(never);
    const stopped = jest.fn();
    const stop = worker.stop(never).then(stopped);
    await turn();
    expect([worker.stopping!.aborted, stopped.mock.calls.length]).toEqual([true, 0]);
    end.resolve();
    await stop;
  });

  it('stops without an error however its work ends', async () => {
    for (const work of [cooperating, failing('no'), async () => undefined]) {
      const worker = new Worker(work);
      await worker.start(never);
      await worker.stop(never);
    }
  });

  it('can be disposed although it never started, and stopped although it was disposed', async () => {
    untilStopped()[Symbol.dispose]();
    const worker = untilStopped();
    await worker.start(never);
    worker[Symbol.dispose]();
    await worker.stop(never);
  });

  it('lets go of the signal of its start when it is disposed', async () => {
    const start = new AbortController();
    const worker = untilStopped();
    await worker.start(start.signal);
    worker[Symbol.dispose]();
    expect(getEventListeners(start.signal, 'abort')).toEqual([]);
  });
});

describe('the work of a background service in a host', () => {
  it('is cancelled by stopApplication during the start, and no more after it', async () => {
    const [early, late] = [untilStopped(), untilStopped()];
    const slow = new Deferred<void>();
    await using bench = benchOf({ early: () => early, slow: { start: () => slow.promise } });
    const started = bench.host.start();
    await turn();
    lifetimeOf(bench).stopApplication();
    await turn();
    expect(early.stopping!.aborted).toBe(true);
    slow.resolve();
    await started;

    await using running = benchOf({ late: () => late });
    await running.host.start();
    lifetimeOf(running).stopApplication();
    await turn();
    expect(late.stopping!.aborted).toBe(false);
    await running.host.stop();
    expect(late.stopping!.aborted).toBe(true);
  });

  it('may end by itself: the host goes on', async () => {
    await using bench = benchOf({ worker: () => new Worker(async () => undefined) });
    await bench.host.start();
    await turn();
    expect([lifetimeOf(bench).applicationStopping.aborted, bench.events().length]).toEqual([false, 2]);
  });

  it.each<[string, () => Promise<void>]>([
    ['of ours', async () => Promise.reject(new OperationCanceledError())],
    ['of Node', async () => sleep(1000, undefined, { signal: AbortSignal.abort() })],
    ['of the DOM', async () => AbortSignal.abort().throwIfAborted()],
  ])('may end with a cancellation %s while the application stops', async (_whose, cancel) => {
    await using bench = benchOf({ worker: () => new Worker(stopping => cooperating(stopping).catch(cancel)) });
    await bench.host.start();
    await bench.host.stop();
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 3, 4]);
  });

  it('that fails is logged, ends the application, and fails the stop each time', async () => {
    const error = new Error('work failed');
    await using bench = benchOf({ worker: () => new Worker(() => turn().then(() => Promise.reject(error))), other: {} });
    await bench.host.start();
    await turn();
    await turn();
    expect([bench.trace, lifetimeOf(bench).applicationStopping.aborted]).toEqual([['other.start'], true]);
    await expect(bench.host.stop()).rejects.toBe(error);
    await expect(bench.host.stop()).rejects.toBe(error);
    expect(bench.events().slice(0, 6)).toEqual([
      ['debug', 1, 'Hosting starting'],
      ['debug', 2, 'Hosting started'],
      ['error', 9, 'BackgroundService failed'],
      [
        'critical',
        10,
        'The HostOptions.BackgroundServiceExceptionBehavior is configured to StopHost. A BackgroundService has thrown an unhandled exception, and the IHost instance is stopping. To avoid this behavior, configure this to Ignore; however the BackgroundService will not be restarted.',
      ],
      ['debug', 3, 'Hosting stopping'],
      ['debug', 5, 'Hosting shutdown exception'],
    ]);
    expect(bench.logs.entries.filter(({ eventId }) => eventId.id === 9 || eventId.id === 10)).toMatchObject([
      { eventId: { name: 'BackgroundServiceFaulted' }, error },
      { eventId: { name: 'BackgroundServiceStoppingHost' }, error },
    ]);
  });

  it('that fails is only logged when the host is told to ignore it', async () => {
    await using bench = benchOf(
      { worker: () => new Worker(() => turn().then(failing('work failed'))) },
      { options: { backgroundServiceExceptionBehavior: 'ignore' } },
    );
    await bench.host.start();
    await turn();
    await turn();
    expect([lifetimeOf(bench).applicationStopping.aborted, bench.events().at(-1)]).toEqual([false, ['error', 9, 'BackgroundService failed']]);
    await bench.host.stop();
  });

  it('that is cancelled while the application does not stop has failed', async () => {
    await using bench = benchOf({ worker: () => new Worker(() => turn().then(() => Promise.reject(new OperationCanceledError()))) });
    await bench.host.start();
    await turn();
    await turn();
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 9, 10]);
    await expect(bench.host.stop()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that fails while the application stops has failed, too', async () => {
    await using bench = benchOf({ worker: () => new Worker(stopping => cooperating(stopping).catch(failing('at the end'))) });
    await bench.host.start();
    await expect(bench.host.stop()).rejects.toThrow('at the end');
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 3, 9, 10, 5]);
  });

  it('is reported after the failures of the stop, in the order of occurrence', async () => {
    const services = {
      late: () => new Worker(stopping => cooperating(stopping).catch(failing('late'))),
      early: () => new Worker(failing('early')),
      other: { stop: failing('stop') },
    };
    await using bench = benchOf(services);
    await bench.host.start();
    await turn();
    await expect(bench.host.stop()).rejects.toMatchObject({
      message: 'One or more hosted services failed to stop or one or more background services threw an exception.',
      errors: [{ message: 'stop' }, { message: 'early' }, { message: 'late' }],
    });
  });

  it('is waited for by the stop of the host, also when the stop of the service does not', async () => {
    class Hasty extends Worker {
      override async stop(): Promise<void> {
        setImmediate(() => end.reject(new Error('after the stop')));
      }
    }
    const end = new Deferred<void>();
    await using bench = benchOf({ hasty: () => new Hasty(() => end.promise) });
    await bench.host.start();
    await expect(bench.host.stop()).rejects.toThrow('after the stop');
  });

  it('is waited for by the stop of the host until the shutdown timeout', async () => {
    class Hasty extends Worker {
      override async stop(): Promise<void> {}
    }
    await using bench = benchOf({ hasty: () => new Hasty(() => new Promise(() => undefined)) });
    await bench.host.start();
    const stopped = bench.host.stop();
    await turn();
    bench.time.advance(30_000);
    await stopped;
    expect(bench.events().at(-1)).toEqual(['debug', 4, 'Hosting stopped']);
  });

  it('that fails during the start cancels the rest of it, and the application has started all the same', async () => {
    const last = new Worker(failing('never runs'));
    const services = {
      first: () => new Worker(failing('first')),
      slow: { start: turn },
      next: { start: (signal: AbortSignal) => void bench.trace.push(`next sees ${signal.aborted}`) },
      last: () => last,
    };
    await using bench: HostBench = benchOf(services);
    await bench.host.start();
    await turn();
    expect([bench.trace, lifetimeOf(bench).applicationStarted.aborted, last.stopping]).toEqual([
      ['slow.start', 'next.start', 'next sees true'],
      true,
      undefined,
    ]);
    await expect(bench.host.stop()).rejects.toThrow('first');
  });

  it('is watched of background services only, not of anything that looks like one', async () => {
    const work = Promise.reject(new Error('its own affair'));
    markHandled(work);
    await using bench = benchOf({ other: () => ({ start: async () => undefined, stop: async () => undefined, executeTask: work }) });
    await bench.host.start();
    await bench.host.stop();
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 3, 4]);
  });

  it('is not watched when the service does not start it', async () => {
    class Own extends Worker {
      override async start(): Promise<void> {}
    }
    await using bench = benchOf({ own: () => new Own(failing('never runs')) });
    await bench.host.start();
    await bench.host.stop();
    expect(bench.events().map(([, id]) => id)).toEqual([1, 2, 3, 4]);
  });

  it('is what executeTask says after the start, also when a service overrides it', async () => {
    class Other extends Worker {
      override get executeTask(): Promise<void> {
        return Promise.reject(new Error('the other task'));
      }
    }
    await using bench = benchOf({ other: () => new Other(async () => undefined) });
    await bench.host.start();
    await expect(bench.host.stop()).rejects.toThrow('the other task');
  });

  it('begins a second time at a second start; the first is forgotten and holds up the stop', async () => {
    const signals: AbortSignal[] = [];
    await using bench = benchOf({ worker: () => new Worker(stopping => (signals.push(stopping), cooperating(stopping))) });
    await bench.host.start();
    await bench.host.start();
    const stopped = bench.host.stop();
    await turn();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    bench.time.advance(30_000);
    await stopped;
  });

  it('counts its cancellation as a failure when the host is disposed without a stop', async () => {
    const bench = benchOf({ worker: untilStopped });
    const { applicationStopping } = lifetimeOf(bench);
    await bench.host.start();
    await turn();
    await bench.host[Symbol.asyncDispose]();
    await turn();
    expect([bench.events().map(([, id]) => id), applicationStopping.aborted]).toEqual([[1, 2, 9, 10], true]);
  });

  it('that fails is not reported as an unhandled rejection', async () => {
    const reported = jest.fn();
    process.on('unhandledRejection', reported);
    try {
      const worker = new Worker(failing('nobody looks'));
      await worker.start(never);
      await turn();
      await turn();
      expect(reported).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', reported);
    }
  });
});

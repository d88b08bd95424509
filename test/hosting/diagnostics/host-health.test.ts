import {
  BackgroundService,
  Deferred,
  type HostedServiceState,
  IHealthReporter,
  type IHostedService,
  IHostHealth,
  IHostedService as HostedServices,
  inject,
} from 'hostward';
import { benchOf, cooperating, failing, type HostBench, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const healthOf = ({ host }: HostBench) => host.services.getRequiredService(IHostHealth);
const epoch = Date.UTC(2000, 0, 1);

/** A host, and the states through which its services go. */
async function watched(...args: Parameters<typeof benchOf>) {
  const bench = benchOf(...args);
  const changes: string[] = [];
  const watch = healthOf(bench).onChange(({ name, status }) => changes.push(`${name} ${status}`));
  return { bench, changes, watch };
}

class Worker extends BackgroundService {
  constructor(private readonly work: (stopping: AbortSignal) => Promise<void>) {
    super();
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    return this.work(stopping);
  }
}

class Plain implements IHostedService {
  constructor(
    private readonly onStart: () => unknown = () => undefined,
    private readonly onStop: () => unknown = () => undefined,
  ) {}

  async start(): Promise<void> {
    await this.onStart();
  }

  async stop(): Promise<void> {
    await this.onStop();
  }
}

describe('the health of a host', () => {
  it('knows no service until the host has begun to start', async () => {
    await using bench = benchOf({ a: () => new Plain() });
    expect(healthOf(bench).services).toEqual([]);
  });

  it('shows the services in the order of registration, named after their classes, each once', async () => {
    class Other extends Plain {}
    await using bench = benchOf({
      a: () => new Plain(),
      b: () => new Other(),
      c: () => new Plain(),
      d: () => new Plain(),
      e: () => ({ start: async () => undefined, stop: async () => undefined }),
    });
    await bench.host.start();
    await bench.host.start();
    expect(healthOf(bench).services.map(({ name }) => name)).toEqual(['Plain', 'Other', 'Plain-2', 'Plain-3', 'Object']);
  });

  it('shows what a service is, how it is and since when', async () => {
    const service = new Plain();
    await using bench = benchOf({ a: () => service });
    await bench.host.start();
    bench.time.advance(1000);
    const running: HostedServiceState = {
      name: 'Plain',
      service,
      status: 'running',
      health: { status: 'healthy' },
      startedAt: epoch,
      stoppedAt: undefined,
      restarts: 0,
      error: undefined,
    };
    expect(healthOf(bench).services).toEqual([running]);
    await bench.host.stop();
    expect(healthOf(bench).services).toEqual([{ ...running, status: 'stopped', stoppedAt: epoch + 1000 }]);
  });

  it('has services that have not started yet', async () => {
    const first = new Deferred<void>();
    await using bench = benchOf({ a: () => new Plain(() => first.promise), b: () => new Plain() });
    const started = bench.host.start();
    await turn();
    expect(healthOf(bench).services).toMatchObject([
      { status: 'starting', startedAt: undefined },
      { status: 'notStarted', startedAt: undefined },
    ]);
    first.resolve();
    await started;
  });

  it('follows a service through its life, and tells of each change until it is asked no more', async () => {
    const { bench, changes, watch } = await watched({ a: () => new Plain(), b: () => new Plain() });
    await bench.host.start();
    await bench.host.stop();
    expect(changes).toEqual([
      'Plain starting',
      'Plain running',
      'Plain-2 starting',
      'Plain-2 running',
      'Plain-2 stopping',
      'Plain-2 stopped',
      'Plain stopping',
      'Plain stopped',
    ]);
    watch[Symbol.dispose]();
    changes.length = 0;
    await bench.host.stop();
    expect(changes).toEqual([]);
    await bench.host[Symbol.asyncDispose]();
  });

  it('shows a service whose start failed, and why; those after it stay as they are, also when they are stopped', async () => {
    await using bench = benchOf({ a: () => new Plain(), b: () => new Plain(failing('b failed')), c: () => new Plain() });
    await expect(bench.host.start()).rejects.toThrow('b failed');
    await bench.host.stop();
    expect(healthOf(bench).services).toMatchObject([
      { status: 'stopped', error: undefined },
      { status: 'failed', error: { message: 'b failed' }, startedAt: undefined, stoppedAt: epoch },
      { status: 'notStarted', error: undefined, stoppedAt: undefined },
    ]);
  });

  it('shows the same when all services start and stop at once', async () => {
    const options = { servicesStartConcurrently: true, servicesStopConcurrently: true };
    await using bench = benchOf({ a: () => new Plain(), b: () => new Plain(failing('no')), c: () => new Plain(undefined, failing('never')) }, { options });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(healthOf(bench).services.map(({ status }) => status)).toEqual(['running', 'failed', 'running']);
    await expect(bench.host.stop()).rejects.toThrow('never');
    expect(healthOf(bench).services.map(({ status }) => status)).toEqual(['stopped', 'failed', 'failed']);
  });

  it('shows a service whose stop failed', async () => {
    await using bench = benchOf({ a: () => new Plain(undefined, failing('a does not stop')) });
    await bench.host.start();
    await expect(bench.host.stop()).rejects.toThrow();
    expect(healthOf(bench).services).toMatchObject([{ status: 'failed', error: { message: 'a does not stop' } }]);
  });

  it('shows work that has ended by itself as finished, and it stays so', async () => {
    const { bench, changes } = await watched({ a: () => new Worker(async () => undefined) });
    await bench.host.start();
    await turn();
    expect(healthOf(bench).services).toMatchObject([{ status: 'finished', startedAt: epoch, stoppedAt: epoch }]);
    await bench.host.stop();
    expect(changes).toEqual(['Worker starting', 'Worker running', 'Worker finished']);
    await bench.host[Symbol.asyncDispose]();
  });

  it('shows work that has ended because it was asked to as stopped', async () => {
    for (const work of [cooperating, (stopping: AbortSignal) => cooperating(stopping).catch(() => undefined)]) {
      const { bench, changes } = await watched({ a: () => new Worker(work) });
      await bench.host.start();
      await bench.host.stop();
      expect([changes.at(-1), healthOf(bench).services[0]!.status]).toEqual(['Worker stopped', 'stopped']);
      await bench.host[Symbol.asyncDispose]();
    }
  });

  it('shows work that has failed, and why, and it stays so when the service is stopped', async () => {
    await using bench = benchOf({ a: () => new Worker(failing('work failed')) }, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    await bench.host.start();
    await turn();
    await bench.host.stop();
    expect(healthOf(bench).services).toMatchObject([{ status: 'failed', error: { message: 'work failed' }, stoppedAt: epoch }]);
  });

  it('names a service whose class has no name', async () => {
    const anonymous = (() => class extends Plain {})();
    await using bench = benchOf({ a: () => new anonymous() });
    await bench.host.start();
    expect(healthOf(bench).services.map(({ name }) => name)).toEqual(['HostedService']);
  });

  it('keeps what it knows of a service when the host starts again, until that one does', async () => {
    const slow = new Deferred<void>();
    let starts = 0;
    await using bench = benchOf({ a: () => new Plain(() => (++starts === 1 ? undefined : slow.promise)), b: () => new Plain() });
    await bench.host.start();
    bench.time.advance(1000);
    const again = bench.host.start();
    await turn();
    expect(healthOf(bench).services).toMatchObject([
      { status: 'starting', startedAt: epoch },
      { status: 'running', startedAt: epoch },
    ]);
    slow.resolve();
    await again;
    expect(healthOf(bench).services.map(({ startedAt }) => startedAt)).toEqual([epoch + 1000, epoch + 1000]);
  });

  it('shows no end of a service that has started again', async () => {
    let starts = 0;
    const failsFirst = () => {
      if (++starts === 1) throw new Error('no');
    };
    await using bench = benchOf({ a: () => new Plain(), b: () => new Plain(failsFirst) }, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow();
    expect(healthOf(bench).services.map(({ stoppedAt }) => stoppedAt)).toEqual([epoch, epoch]);
    await bench.host.start();
    expect(healthOf(bench).services.map(({ status, stoppedAt }) => [status, stoppedAt])).toEqual([
      ['running', undefined],
      ['running', undefined],
    ]);
  });

  it('shows a service as stopping that is stopped while it starts', async () => {
    const [start, stop] = [new Deferred<void>(), new Deferred<void>()];
    await using bench = benchOf({
      a: () =>
        new Plain(
          () => start.promise,
          () => stop.promise,
        ),
    });
    const started = bench.host.start();
    await turn();
    const stopped = bench.host.stop();
    await turn();
    expect(healthOf(bench).services[0]!.status).toBe('stopping');
    stop.resolve();
    await stopped;
    expect(healthOf(bench).services[0]!.status).toBe('stopped');
    start.resolve();
    await started;
  });

  it('shows what a failed start has taken back as stopped', async () => {
    await using bench = benchOf({ a: () => new Plain(), b: () => new Plain(failing('no')) }, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow();
    expect(healthOf(bench).services).toMatchObject([{ status: 'stopped' }, { status: 'failed' }]);
  });
});

describe('a health reporter', () => {
  class Careful extends Plain {
    constructor(@inject(IHealthReporter) readonly health: IHealthReporter) {
      super();
      health.report('degraded', 'warming up');
    }
  }

  class Cache {
    constructor(@inject(IHealthReporter) readonly health: IHealthReporter) {}
  }

  it('speaks for the service that it was injected into, from its constructor on, and listeners hear of it', async () => {
    const { bench, changes } = await watched({ other: () => new Plain() }, { configure: builder => builder.services.addHostedService(Careful) });
    await bench.host.start();
    const careful = bench.host.services.getServices(HostedServices).find(service => service instanceof Careful)!;
    expect(healthOf(bench).services).toMatchObject([
      { health: { status: 'healthy' } },
      { name: 'Careful', health: { status: 'degraded', description: 'warming up' } },
    ]);
    changes.length = 0;
    careful.health.report('unhealthy');
    expect([healthOf(bench).services[1]!.health, healthOf(bench).services[1]!.status, changes]).toEqual([
      { status: 'unhealthy', description: undefined },
      'degraded',
      ['Careful degraded'],
    ]);
    await bench.host.stop();
    expect(healthOf(bench).services[1]).toMatchObject({ status: 'stopped', health: { status: 'unhealthy' } });
    await bench.host[Symbol.asyncDispose]();
  });

  it('says nothing when it was injected into something that is no hosted service, or asked for directly', async () => {
    const { bench, changes } = await watched({ a: () => new Plain() }, { configure: builder => builder.services.addSingleton(Cache) });
    await bench.host.start();
    changes.length = 0;
    bench.host.services.getRequiredService(Cache).health.report('unhealthy');
    bench.host.services.getRequiredService(IHealthReporter).report('unhealthy');
    expect([changes, healthOf(bench).services[0]!.health.status]).toEqual([[], 'healthy']);
    await bench.host[Symbol.asyncDispose]();
  });
});

describe('a listener to the states of services that throws', () => {
  it('is logged, and neither fails a service nor keeps one from being stopped', async () => {
    await using bench = benchOf({ a: {} });
    const seen: string[] = [];
    healthOf(bench).onChange(failing('the listener failed'));
    healthOf(bench).onChange(({ status }) => seen.push(status));
    await bench.host.start();
    await bench.host.stop();
    expect([bench.trace, seen]).toEqual([
      ['a.start', 'a.stop'],
      ['starting', 'running', 'stopping', 'stopped'],
    ]);
    expect(bench.logs.entries.filter(({ level }) => level === 'error').map(({ message, error }) => [message, error?.message])).toEqual(
      Array(4).fill(['A listener to the state of Object failed', 'the listener failed']),
    );
  });
});

describe('a reporter', () => {
  it('refuses a status that there is not, which would read as healthy', () => {
    const reporter = benchOf({}).host.services.getRequiredService(IHealthReporter);
    expect(() => reporter.report('Unhealthy' as never)).toThrow("'status' must be 'healthy' or 'degraded' or 'unhealthy', but was Unhealthy.");
  });
});

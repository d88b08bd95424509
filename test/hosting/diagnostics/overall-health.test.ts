import { BackgroundService, Deferred, type HealthStatus, IHealthReporter, IHostApplicationLifetime, type IHostedService, IHostHealth, inject } from 'hostward';
import { benchOf, cooperating, failing, type HostBench, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const healthOf = ({ host }: HostBench) => host.services.getRequiredService(IHostHealth);
const factsOf = (bench: HostBench) => (({ status, isStarted, isReady, isLive }) => ({ status, isStarted, isReady, isLive }))(healthOf(bench));
const ready = { status: 'healthy', isStarted: true, isReady: true, isLive: true };

class Speaker implements IHostedService {
  constructor(@inject(IHealthReporter) readonly health: IHealthReporter) {}
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

class Other extends Speaker {}

class Worker extends BackgroundService {
  constructor(
    private readonly work: (stopping: AbortSignal) => Promise<void>,
    override readonly restartPolicy?: BackgroundService['restartPolicy'],
  ) {
    super();
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    return this.work(stopping);
  }
}

/** A host that has started, with two services that speak for themselves. */
async function speaking() {
  const bench = benchOf({}, { configure: builder => builder.services.addHostedService(Speaker, { as: [Speaker] }).addHostedService(Other, { as: [Other] }) });
  await bench.host.start();
  const { health } = bench.host.services.getRequiredService(Speaker);
  return { bench, health, other: bench.host.services.getRequiredService(Other).health, statuses: () => healthOf(bench).services.map(({ status }) => status) };
}

describe('a service that reports', () => {
  it.each(['degraded', 'unhealthy'] as const)('%s is degraded, and running again when it is healthy; each is told', async status => {
    const { bench, health, statuses } = await speaking();
    const changes: string[] = [];
    using _watch = healthOf(bench).onChange(state => changes.push(`${state.name} ${state.status} ${state.health.status}`));
    health.report(status);
    expect(statuses()).toEqual(['degraded', 'running']);
    health.report('healthy');
    expect([statuses(), changes]).toEqual([
      ['running', 'running'],
      [`Speaker degraded ${status}`, 'Speaker running healthy'],
    ]);
    await bench.host[Symbol.asyncDispose]();
  });

  it('keeps the time of its start, and is stopped like any other', async () => {
    const { bench, health } = await speaking();
    const [{ startedAt } = {}] = healthOf(bench).services;
    await bench.time.advanceAsync(1000);
    health.report('unhealthy');
    expect(healthOf(bench).services[0]!.startedAt).toBe(startedAt);
    await bench.host.stop();
    expect(healthOf(bench).services[0]).toMatchObject({ status: 'stopped', health: { status: 'unhealthy' } });
    await bench.host[Symbol.asyncDispose]();
  });

  it('is degraded from its start on when it has said so before', async () => {
    class Early extends Speaker {
      constructor(@inject(IHealthReporter) health: IHealthReporter) {
        super(health);
        health.report('degraded', 'warming up');
      }
    }
    await using bench = benchOf({}, { configure: builder => builder.services.addHostedService(Early) });
    await bench.host.start();
    expect(healthOf(bench).services).toMatchObject([{ status: 'degraded', startedAt: bench.time.getUtcNowMilliseconds() }]);
  });

  it('begins anew when its work is restarted', async () => {
    let reporter!: IHealthReporter;
    class Fragile extends Worker {
      constructor(@inject(IHealthReporter) health: IHealthReporter) {
        super(
          async () => {
            reporter = health;
            health.report('unhealthy', 'about to break');
            if (healthOf(bench).services[0]!.restarts === 0) throw new Error('broken');
            health.report('healthy');
            await new Promise(() => undefined);
          },
          { when: 'onFailure', initialDelay: 1000, jitter: 0 },
        );
      }
    }
    const bench = benchOf({}, { configure: builder => builder.services.addHostedService(Fragile), options: { shutdownTimeout: 0 } });
    await bench.host.start();
    await turn();
    expect(healthOf(bench).services).toMatchObject([{ status: 'restarting', health: { status: 'healthy' } }]);
    await bench.time.advanceAsync(1000);
    expect([healthOf(bench).services[0]!.status, typeof reporter]).toEqual(['running', 'object']);
    await bench.host[Symbol.asyncDispose]();
  });
});

describe('the health of the whole', () => {
  it('is that of its worst part, and says why, the worst first', async () => {
    const { bench, health, other } = await speaking();
    const { status, reasons } = healthOf(bench);
    expect([factsOf(bench), status, reasons]).toEqual([ready, 'healthy', []]);
    health.report('degraded', 'slow');
    other.report('unhealthy', 'no database');
    expect([factsOf(bench), healthOf(bench).reasons]).toEqual([
      { ...ready, status: 'unhealthy', isReady: false },
      [
        { name: 'Other', status: 'unhealthy', description: 'no database' },
        { name: 'Speaker', status: 'degraded', description: 'slow' },
      ],
    ]);
    other.report('healthy');
    expect(factsOf(bench)).toEqual({ ...ready, status: 'degraded' });
    await bench.host[Symbol.asyncDispose]();
  });

  it('follows the application through its life', async () => {
    const start = new Deferred<void>();
    const stop = new Deferred<void>();
    await using bench = benchOf({ a: { start: () => start.promise, stop: () => stop.promise } });
    const lifetime = bench.host.services.getRequiredService(IHostApplicationLifetime);
    const healthy: HealthStatus = 'healthy';
    expect(factsOf(bench)).toEqual({ status: healthy, isStarted: false, isReady: false, isLive: true });
    const starting = bench.host.start();
    await turn();
    expect(factsOf(bench)).toEqual({ status: healthy, isStarted: false, isReady: false, isLive: true });
    start.resolve();
    await starting;
    expect(factsOf(bench)).toEqual(ready);
    lifetime.stopApplication();
    expect(factsOf(bench)).toEqual({ ...ready, isReady: false });
    const stopping = bench.host.stop();
    await turn();
    expect(factsOf(bench)).toEqual({ ...ready, isReady: false });
    stop.resolve();
    await stopping;
    expect(factsOf(bench)).toEqual({ ...ready, isReady: false, isLive: false });
  });

  it('is bad when a start has failed, and what has been taken back is not its fault', async () => {
    await using bench = benchOf({ a: {}, b: { start: failing('b cannot start') }, c: {} }, { options: { rollbackFailedStart: true } });
    await expect(bench.host.start()).rejects.toThrow('b cannot start');
    expect([factsOf(bench), healthOf(bench).reasons]).toEqual([
      { status: 'unhealthy', isStarted: false, isReady: false, isLive: true },
      [{ name: 'Object-2', status: 'unhealthy', description: 'failed: b cannot start' }],
    ]);
  });

  it('is bad when work has failed and the others go on, and good when it has finished', async () => {
    const services = { a: () => new Worker(failing('it broke')), b: () => new Worker(async () => undefined), c: () => new Worker(cooperating) };
    await using bench = benchOf(services, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    await bench.host.start();
    await turn();
    expect(healthOf(bench).reasons).toEqual([{ name: 'Worker', status: 'unhealthy', description: 'failed: it broke' }]);
    expect(healthOf(bench).services.map(({ status }) => status)).toEqual(['failed', 'finished', 'running']);
    await bench.host.stop();
  });

  it('is bad while work waits for its restart', async () => {
    let runs = 0;
    const work = (stopping: AbortSignal) => (++runs === 1 ? Promise.reject(new Error('it broke')) : cooperating(stopping));
    await using bench = benchOf({ a: () => new Worker(work, { when: 'onFailure', initialDelay: 1000, jitter: 0 }) });
    await bench.host.start();
    await turn();
    expect([healthOf(bench).isReady, healthOf(bench).reasons]).toEqual([false, [{ name: 'Worker', status: 'unhealthy', description: 'restarting' }]]);
    await bench.time.advanceAsync(1000);
    expect(factsOf(bench)).toEqual(ready);
    await bench.host.stop();
  });
});

import { addHealthCheck, BackgroundService, type IHostedService, IHostedServiceControl, IHostHealth } from 'hostward';
import { LogBook } from '../../../src/backchannel/apphost/logs/log-book.js';
import { ResourceLog } from '../../../src/backchannel/apphost/logs/resource-log.js';
import { HostedServiceResource } from '../../../src/backchannel/apphost/resources/hosted-service-resource.js';
import { ResourceCatalog } from '../../../src/backchannel/apphost/resources/resource-catalog.js';
import { benchOf, type BenchOptions, cooperating, failing, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const never = () => new Promise<void>(() => undefined);
const noSignal = new AbortController().signal;

class Worker extends BackgroundService {
  executing = 0;

  protected override async execute(stopping: AbortSignal): Promise<void> {
    this.executing++;
    await cooperating(stopping).finally(() => this.executing--);
  }
}

class Api implements IHostedService {
  constructor(
    private readonly onStart: () => unknown = () => undefined,
    private readonly onStop: (signal: AbortSignal) => unknown = () => undefined,
  ) {}

  async start(): Promise<void> {
    await this.onStart();
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.onStop(signal);
  }
}

/** A running host, and each of its services as a resource. */
async function open(services: readonly IHostedService[], options: BenchOptions = {}) {
  const bench = benchOf(Object.fromEntries(services.map((service, index) => [`s${index}`, () => service])), options);
  await bench.host.start();
  const control = bench.host.services.getRequiredService(IHostedServiceControl);
  const health = bench.host.services.getRequiredService(IHostHealth);
  const resources = health.services.map(
    state => new HostedServiceResource({ name: state.name, options: {}, log: new ResourceLog(), appHostPath: '/srv/app/apphost.ts', control }, state),
  );
  health.onChange(state => resources[health.services.findIndex(({ service }) => service === state.service)]!.follow(state));
  const [first, second] = resources;
  const states: (string | null | undefined)[] = [];
  first!.onChange(() => states.push(first!.facts.state));
  return { bench, control, health, resources, first: first!, second: second!, states, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe('a hosted service as a resource', () => {
  it('is stopped and started on its own, while another goes on', async () => {
    const [worker, other] = [new Worker(), new Worker()];
    await using it = await open([worker, other]);
    await it.first.lifecycle!.stop(noSignal);
    expect(it.first.facts).toMatchObject({ state: 'Exited', stateStyle: null, exitCode: 0, stoppedAt: '2000-01-01T00:00:00.000Z' });
    expect([worker.executing, other.executing, it.second.facts.state]).toEqual([0, 1, 'Running']);
    await it.bench.time.advanceAsync(5_000);
    await it.first.lifecycle!.start(noSignal);
    expect(it.states).toEqual(['Stopping', 'Exited', 'Starting', 'Running']);
    expect(it.first.facts).toMatchObject({ state: 'Running', stateStyle: 'success', exitCode: null, startedAt: '2000-01-01T00:00:05.000Z', stoppedAt: null });
    await turn();
    expect([worker.executing, other.executing]).toEqual([1, 1]);
    await it.bench.host.stop();
  });

  it('does nothing when it is asked for what it is', async () => {
    await using it = await open([new Worker()]);
    await it.first.lifecycle!.start(noSignal);
    expect(it.states).toEqual([]);
    await it.first.lifecycle!.stop(noSignal);
    await it.first.lifecycle!.stop(noSignal);
    expect(it.states).toEqual(['Stopping', 'Exited']);
  });

  it('is restarted by a stop and a start that are asked for together', async () => {
    const worker = new Worker();
    await using it = await open([worker]);
    await Promise.all([it.first.lifecycle!.stop(noSignal), it.first.lifecycle!.start(noSignal)]);
    await turn();
    expect([it.states, worker.executing]).toEqual([['Stopping', 'Exited', 'Starting', 'Running'], 1]);
    await it.bench.host.stop();
  });

  it('says why it does not start, and may start after all', async () => {
    const starts = [() => undefined, failing('port 8080 is taken'), () => undefined];
    await using it = await open([new Api(() => starts.shift()!())]);
    await it.first.lifecycle!.stop(noSignal);
    await expect(it.first.lifecycle!.start(noSignal)).rejects.toThrow('port 8080 is taken');
    expect(it.first.facts).toMatchObject({
      state: 'FailedToStart',
      stateStyle: 'error',
      exitCode: 1,
      healthReports: [{ exceptionText: 'port 8080 is taken' }],
    });
    await it.first.lifecycle!.start(noSignal);
    expect(it.first.facts).toMatchObject({ state: 'Running', healthReports: [{ exceptionText: null }] });
  });

  it('fails when its stop hangs, is not started meanwhile, and holds up nobody', async () => {
    const stops: (() => unknown)[] = [never];
    await using it = await open([new Api(undefined, () => stops.shift()?.()), new Worker()], { options: { shutdownTimeout: 5_000, hungServiceTimeout: 500 } });
    await expect(it.bench.time.advanceUntilSettled(it.first.lifecycle!.stop(noSignal))).rejects.toMatchObject({
      code: 'ERR_HUNG_SERVICE',
      milliseconds: 5_500,
    });
    expect(it.first.facts).toMatchObject({ state: 'Exited', stateStyle: 'error', exitCode: 1 });
    await expect(it.first.lifecycle!.start(noSignal)).rejects.toMatchObject({ code: 'ERR_SERVICE_LEFT_BEHIND' });
    await it.second.lifecycle!.stop(noSignal);
    expect(it.second.facts.state).toBe('Exited');
    await it.bench.host.stop();
  });

  it('gives up a start whose caller goes', async () => {
    let starts = 0;
    await using it = await open([new Api(() => (starts++ === 1 ? never() : undefined))]);
    await it.first.lifecycle!.stop(noSignal);
    const caller = new AbortController();
    const start = it.first.lifecycle!.start(caller.signal).catch((error: unknown) => error);
    await turn();
    caller.abort();
    // It does not heed its signal, and is left behind 1 s later.
    await it.bench.time.advanceAsync(1_000);
    expect(await start).toMatchObject({ code: 'ERR_HUNG_SERVICE' });
    expect(it.first.facts.state).toBe('FailedToStart');
    await it.bench.host.stop();
  });

  it('is this instance of its class, and not the other', async () => {
    const [one, two] = [new Worker(), new Worker()];
    await using it = await open([one, two]);
    expect(it.resources.map(({ name }) => name)).toEqual(['Worker', 'Worker-2']);
    await it.second.lifecycle!.stop(noSignal);
    expect([one.executing, two.executing, it.first.facts.state, it.second.facts.state]).toEqual([1, 0, 'Running', 'Exited']);
    await it.bench.host.stop();
  });

  it('is refused when the application stops', async () => {
    await using it = await open([new Worker()]);
    await it.bench.host.stop();
    await expect(it.first.lifecycle!.start(noSignal)).rejects.toMatchObject({ code: 'ERR_HOST_NOT_RUNNING', service: 'Worker' });
  });

  it('has no lifecycle when it is a health check, or when nobody controls it', async () => {
    await using it = await open([], { configure: ({ services }) => addHealthCheck(services, 'database', () => undefined) });
    const [state] = it.health.services;
    const log = new ResourceLog();
    const worker = new HostedServiceResource({ name: 'Worker', options: {}, log, appHostPath: '/srv/app/apphost.ts' }, { ...state!, service: new Worker() });
    expect([it.first.name, it.first.lifecycle, worker.lifecycle]).toEqual(['database', undefined, undefined]);
    await it.bench.host.stop();
  });

  it('has its lifecycle in a catalog, too', async () => {
    const worker = new Worker();
    await using it = await open([worker]);
    const parts = { health: it.health, declared: [], configurations: [], logs: new LogBook(), appHostPath: '/srv/app/apphost.ts', isInternal: () => false };
    using catalog = new ResourceCatalog({ ...parts, control: it.control });
    const [resource] = catalog.resources;
    await resource!.lifecycle!.stop(noSignal);
    expect([resource!.facts.state, worker.executing]).toEqual(['Exited', 0]);
  });
});

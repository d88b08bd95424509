import {
  addHealthCheck,
  delay,
  type HealthCheck,
  type HealthCheckOptions,
  type HostApplicationBuilder,
  IHostedServiceControl,
  IHostEnvironment,
  IHostHealth,
  TimeProvider,
} from 'hostward';
import { benchOf, failing } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A host that has started, with one check. */
async function checking(check: HealthCheck, options?: HealthCheckOptions) {
  const bench = benchOf({}, { configure: builder => addHealthCheck(builder.services, 'database', check, options) });
  const health = bench.host.services.getRequiredService(IHostHealth);
  await bench.host.start();
  await bench.time.advanceAsync(0);
  return {
    bench,
    health,
    time: bench.time,
    state: () => health.services.map(({ name, status, health: { status: own, description } }) => [name, status, own, description].join(' ').trim()),
    async [Symbol.asyncDispose]() {
      await bench.host.stop();
      await bench.host[Symbol.asyncDispose]();
      expect(bench.time.pendingTimers).toEqual([]);
    },
  };
}

describe('a health check', () => {
  it('is a service of its name, asked at the start and then at its interval', async () => {
    let asked = 0;
    await using scene = await checking(() => void asked++, { interval: 1000 });
    expect([scene.state(), asked]).toEqual([['database running healthy'], 1]);
    await scene.time.advanceAsync(2999);
    expect(asked).toBe(3);
  });

  it('is asked every 10 s unless it is told otherwise', async () => {
    let asked = 0;
    await using scene = await checking(() => void asked++);
    await scene.time.advanceAsync(29_999);
    expect(asked).toBe(3);
  });

  it.each<[string, HealthCheck, string]>([
    ['nothing', () => undefined, 'database running healthy'],
    ['a status', () => 'degraded', 'database degraded degraded'],
    ['a report', async () => ({ status: 'unhealthy', description: 'read-only' }), 'database degraded unhealthy read-only'],
    ['an error', failing('refused'), 'database degraded unhealthy refused'],
    ['a rejection', async () => failing('refused')(), 'database degraded unhealthy refused'],
    [
      'something else',
      () => false as never,
      `database degraded unhealthy A health check answers with nothing, with healthy, degraded or unhealthy, or with a report, but not with false. (Parameter 'result')`,
    ],
  ])('answers with %s', async (_what, check, expected) => {
    await using scene = await checking(check);
    expect(scene.state()).toEqual([expected]);
  });

  it('knows nothing any more when it is stopped and started, until it is answered again', async () => {
    let pause = 0;
    await using scene = await checking((signal, services) => delay(pause, { timeProvider: services.getRequiredService(TimeProvider), signal }));
    const control = scene.bench.host.services.getRequiredService(IHostedServiceControl);
    expect(scene.state()).toEqual(['database running healthy']);
    pause = 1000;
    await control.restart(scene.health.services[0]!.service);
    expect(scene.state()).toEqual(['database degraded unhealthy not checked yet']);
    await scene.time.advanceAsync(1000);
    expect(scene.state()).toEqual(['database running healthy']);
  });

  it('makes the whole unhealthy until its first answer, and again when it has none in time', async () => {
    const signals: AbortSignal[] = [];
    let pause = 100;
    await using scene = await checking(
      (signal, services) => {
        signals.push(signal);
        return delay(pause, { timeProvider: services.getRequiredService(TimeProvider), signal });
      },
      { interval: 1000, timeout: 500 },
    );
    const { time } = scene;
    expect(scene.health.reasons).toEqual([{ name: 'database', status: 'unhealthy', description: 'not checked yet' }]);
    await time.advanceAsync(100);
    expect(scene.health.isReady).toBe(true);
    pause = 600;
    await time.advanceAsync(900 + 499);
    expect([scene.health.isReady, signals[1]!.aborted]).toEqual([true, false]);
    await time.advanceAsync(1);
    expect([scene.health.isReady, signals[1]!.aborted, scene.state()]).toEqual([
      false,
      true,
      ['database degraded unhealthy The health check database did not finish within 500 ms.'],
    ]);
  });

  it('is not asked again while it has not answered, however long its signal has fired', async () => {
    let asked = 0;
    let answer!: () => void;
    await using scene = await checking(() => new Promise<void>(resolve => void (asked++, (answer = resolve))), { interval: 1000, timeout: 500 });
    await scene.time.advanceAsync(10_500);
    expect([asked, scene.health.status]).toEqual([1, 'unhealthy']);
    answer();
    await scene.time.advanceAsync(500);
    expect(asked).toBe(2);
    answer();
    await scene.time.advanceAsync(0);
    expect(scene.health.status).toBe('healthy');
  });

  it('logs a change, and no answer that is as the one before', async () => {
    const answers: Awaited<ReturnType<HealthCheck>>[] = ['healthy', { status: 'degraded', description: 'slow' }, 'degraded', 'healthy', 'healthy'];
    await using scene = await checking(() => answers.shift(), { interval: 1000 });
    await scene.time.advanceAsync(4000);
    const entries = scene.bench.logs.entries.filter(({ category }) => category === 'hostward.HealthCheck');
    expect(entries.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'information database is healthy',
      'warning database is degraded: slow',
      'information database is healthy',
    ]);
  });

  it('can ask the services, and stops while it waits for an answer without a word', async () => {
    let environment = '';
    const scene = await checking((signal, services) => {
      environment = services.getRequiredService(IHostEnvironment).environmentName;
      return new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await scene[Symbol.asyncDispose]();
    expect([environment, scene.state(), scene.bench.logs.messages('hostward.HealthCheck')]).toEqual([
      'Development',
      ['database stopped unhealthy not checked yet'],
      [],
    ]);
  });

  it('that has the name of another gets a number behind it', async () => {
    const configure = (builder: HostApplicationBuilder) => {
      for (const answer of ['healthy', 'degraded'] as const) addHealthCheck(builder.services, 'database', () => answer);
    };
    await using bench = benchOf({}, { configure });
    await bench.host.start();
    await bench.time.advanceAsync(0);
    expect(bench.host.services.getRequiredService(IHostHealth).services.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'database running',
      'database-2 degraded',
    ]);
    await bench.host.stop();
  });

  it.each<[string, string, HealthCheckOptions, string]>([
    ['without a name', ' ', {}, 'ERR_INVALID_ARGUMENT'],
    ['without an interval', 'a', { interval: 0 }, 'ERR_OUT_OF_RANGE'],
    ['with an interval without end', 'a', { interval: -1 }, 'ERR_OUT_OF_RANGE'],
    ['without time', 'a', { timeout: 0 }, 'ERR_OUT_OF_RANGE'],
    ['with more time than a timer takes', 'a', { timeout: 2 ** 32 }, 'ERR_OUT_OF_RANGE'],
    ['with a time that is no number', 'a', { timeout: NaN }, 'ERR_OUT_OF_RANGE'],
  ])('cannot be added %s', (_how, name, options, code) => {
    expect(() => benchOf({}, { configure: builder => addHealthCheck(builder.services, name, () => undefined, options) })).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});

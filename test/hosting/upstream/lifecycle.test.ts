import { Deferred, type HostOptions, IHostApplicationLifetime, IHostedService, IHostLifetime, optionsOf } from 'hostward';
import { benchOf, cooperating, failing, type HookName, type Hooks, type HostBench, probe, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const everything: Hooks = { starting: true, started: true, stopping: true, stopped: true };

const started = async (bench: HostBench): Promise<HostBench> => {
  await bench.host.start();
  bench.trace.length = 0;
  return bench;
};

/** Both services are in `hook` at the same time, and the host goes on when both have ended. */
async function expectOverlap(hook: HookName, phase: 'start' | 'stop'): Promise<void> {
  const [first, second] = [new Deferred<void>(), new Deferred<void>()];
  const options: Partial<HostOptions> = { servicesStartConcurrently: true, servicesStopConcurrently: true };
  await using bench = benchOf({ a: { [hook]: () => first.promise }, b: { [hook]: () => second.promise } }, { options });
  if (phase === 'stop') await bench.host.start();
  const ended = jest.fn();
  const call = bench.host[phase]().then(ended);
  await turn();
  const calls = bench.trace.filter(event => event.endsWith(`.${hook}`));
  expect(calls).toEqual(phase === 'start' ? [`a.${hook}`, `b.${hook}`] : [`b.${hook}`, `a.${hook}`]);
  first.resolve();
  await turn();
  expect(ended).not.toHaveBeenCalled();
  second.resolve();
  await call;
}

/** A service that fails in `hook`, at once or after a turn. */
const broken = (hook: HookName, isAsync: boolean): Hooks => ({ ...everything, [hook]: isAsync ? () => turn().then(failing('no')) : failing('no') });
const bothWays = [
  ['before its first await', false],
  ['after an await', true],
] as const;

/** The timeout cancels the call that honours it, and that is the failure. */
async function expectTimeout(phase: 'start' | 'stop', hook: HookName, concurrently: boolean): Promise<void> {
  const options: Partial<HostOptions> =
    phase === 'start' ? { startupTimeout: 3000, servicesStartConcurrently: concurrently } : { shutdownTimeout: 3000, servicesStopConcurrently: concurrently };
  await using bench = benchOf({ a: { [hook]: cooperating } }, { options });
  if (phase === 'stop') await bench.host.start();
  const ended = jest.fn();
  const call = bench.host[phase]().finally(ended);
  call.catch(() => undefined);
  await bench.time.advanceAsync(2999);
  expect(ended).not.toHaveBeenCalled();
  await bench.time.advanceAsync(1);
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
}

describe('LifecycleTests', () => {
  it('HostedService_CallbackOccursOnce: a class that is added twice is started once', async () => {
    const starts = jest.fn();
    class Service implements IHostedService {
      async start(): Promise<void> {
        starts();
      }
      async stop(): Promise<void> {}
    }
    await using bench = benchOf({}, { configure: builder => builder.services.addHostedService(Service).addHostedService(Service) });
    await bench.host.start();
    expect(starts).toHaveBeenCalledTimes(1);
  });

  it.each([true, false])('CallbackOrder: eleven calls come in one order, concurrently: %s', async concurrently => {
    const trace: string[] = [];
    const options = { servicesStartConcurrently: concurrently, servicesStopConcurrently: concurrently };
    // One object is the hosted service and the lifetime, so both call its stop.
    const all = Object.assign(probe(trace, 'it', everything), { waitForStart: async () => void trace.push('waitForStart') });
    await using bench = benchOf(
      {},
      { trace, options, configure: ({ services }) => services.addSingleton(IHostedService, all).addSingleton(IHostLifetime, all) },
    );
    const lifetime = bench.host.services.getRequiredService(IHostApplicationLifetime);
    lifetime.onStarted(() => trace.push('onStarted'));
    lifetime.onStopping(() => trace.push('onStopping'));
    lifetime.onStopped(() => trace.push('onStopped'));
    await bench.host.start();
    expect(trace).toEqual(['waitForStart', 'it.starting', 'it.start', 'it.started', 'onStarted']);
    await bench.host.stop();
    expect(trace.slice(5)).toEqual(['it.stopping', 'onStopping', 'it.stop', 'it.stopped', 'onStopped', 'it.stop']);
  });
});

describe('LifecycleTests.Start', () => {
  it('StartingConcurrently: two services are in starting at the same time, and the start waits for both', () => expectOverlap('starting', 'start'));

  it('StartConcurrently: two services are in start at the same time, and the start waits for both', () => expectOverlap('start', 'start'));

  it('StartNonconcurrently: the second service is called when the first has started', async () => {
    const [first, second] = [new Deferred<void>(), new Deferred<void>()];
    await using bench = benchOf({ a: { start: () => first.promise }, b: { start: () => second.promise } });
    const call = bench.host.start();
    await turn();
    expect(bench.trace).toEqual(['a.start']);
    first.resolve();
    await turn();
    expect(bench.trace).toEqual(['a.start', 'b.start']);
    second.resolve();
    await call;
  });

  it('StartedConcurrently: two services are in started at the same time, and the start waits for both', () => expectOverlap('started', 'start'));

  it.each(bothWays)('StartPhasesException_Starting: a failure %s ends the start before any start', async (_when, isAsync) => {
    await using bench = benchOf({ a: broken('starting', isAsync) });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace).toEqual(['a.starting', 'a.starting!']);
  });

  it.each(bothWays)('StartPhasesException_Start: a failure %s ends the start between starting and started', async (_when, isAsync) => {
    await using bench = benchOf({ a: broken('start', isAsync) });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace).toEqual(['a.starting', 'a.start', 'a.start!']);
  });

  it.each(bothWays)('StartPhasesException_Started: a failure %s ends the start although all was called', async (_when, isAsync) => {
    await using bench = benchOf({ a: broken('started', isAsync) });
    await expect(bench.host.start()).rejects.toThrow('no');
    expect(bench.trace).toEqual(['a.starting', 'a.start', 'a.started', 'a.started!']);
  });

  it('ValidateOnStartAbortsChain: options that are not valid end the start before anything of a service is called', async () => {
    const Settings = optionsOf('Settings', () => ({ isGood: false }));
    await using bench = benchOf(
      { a: everything },
      {
        configure: ({ services }) =>
          services
            .addOptions(Settings)
            .validate(({ isGood }) => isGood, 'It is not good.')
            .validateOnStart(),
      },
    );
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'OptionsValidationError', optionsType: 'Settings', message: 'It is not good.' });
    expect(bench.trace).toEqual([]);
  });
});

describe('LifecycleTests.Stop', () => {
  it('StoppingConcurrently: two services are in stopping at the same time, and the stop waits for both', () => expectOverlap('stopping', 'stop'));

  it('StopConcurrently: two services are in stop at the same time, and the stop waits for both', () => expectOverlap('stop', 'stop'));

  it('StopNonconcurrently: the first service is called when the second has stopped', async () => {
    const [first, second] = [new Deferred<void>(), new Deferred<void>()];
    await using bench = await started(benchOf({ a: { stop: () => first.promise }, b: { stop: () => second.promise } }));
    const call = bench.host.stop();
    await turn();
    expect(bench.trace).toEqual(['b.stop']);
    second.resolve();
    await turn();
    expect(bench.trace).toEqual(['b.stop', 'a.stop']);
    first.resolve();
    await call;
  });

  it('StoppedConcurrently: two services are in stopped at the same time, and the stop waits for both', () => expectOverlap('stopped', 'stop'));

  it.each(bothWays)(
    'StopPhasesException: failures %s in all three phases keep none of them from being called, and are one aggregate',
    async (_when, isAsync) => {
      const failingIn = (hook: string) => (isAsync ? () => turn().then(failing(hook)) : failing(hook));
      await using bench = await started(benchOf({ a: { stopping: failingIn('stopping'), stop: failingIn('stop'), stopped: failingIn('stopped') } }));
      await expect(bench.host.stop()).rejects.toMatchObject({
        name: 'AggregateError',
        errors: [{ message: 'stopping' }, { message: 'stop' }, { message: 'stopped' }],
      });
      expect(bench.trace.filter(event => !event.endsWith('!'))).toEqual(['a.stopping', 'a.stop', 'a.stopped']);
    },
  );
});

describe('LifecycleTests.Timeouts', () => {
  it.each(['starting', 'start', 'started'] as const)('StartTimeoutClass_WithValue: the startup timeout cancels %s, and that is what the start throws', hook =>
    expectTimeout('start', hook, false),
  );

  it('StartTimeoutClass_WithValue_Concurrently: the startup timeout cancels a concurrent start, too', () => expectTimeout('start', 'start', true));

  it.each(['stopping', 'stop', 'stopped'] as const)('StopTimeoutClass_WithValue: the shutdown timeout cancels %s, and that is what the stop throws', hook =>
    expectTimeout('stop', hook, false),
  );

  it('StopTimeoutClass_WithValue_Concurrently: the shutdown timeout cancels a concurrent stop, too', () => expectTimeout('stop', 'stop', true));
});

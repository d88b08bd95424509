import {
  Deferred,
  HostOptions,
  IConsole,
  IHostApplicationLifetime,
  IHostedService,
  IHostEnvironment,
  IHostLifetime,
  NullLifetime,
  TimeProvider,
} from 'hostward';
import { createTestHost, FakeTimeProvider } from 'hostward/testing';
import { FakeConsole } from '../../support/hosting-fakes.js';
import { cooperating, failing, probe, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A test host with one service that keeps a trace. */
function hosting(hooks: Parameters<typeof probe>[2] = {}) {
  const trace: string[] = [];
  return { trace, host: createTestHost(builder => builder.services.addSingleton(IHostedService, () => probe(trace, 'a', hooks))) };
}

describe('a test host', () => {
  it('is for development, has no signals, prints nothing and keeps every log entry', async () => {
    const console = new FakeConsole();
    await using host = createTestHost(builder => builder.services.addSingleton(IConsole, console));
    await host.start();
    await host.stop();
    expect(console.out.text).toBe('');
    expect(host.services.getRequiredService(IHostEnvironment).environmentName).toBe('Development');
    expect(host.services.getRequiredService(IHostLifetime)).toBeInstanceOf(NullLifetime);
    expect([host.logs.messages().length, process.listenerCount('SIGINT')]).toEqual([4, 0]);
  });

  it('has a fake clock of its own, on which everything runs, the limits of the host included', async () => {
    const { host, trace } = hosting({ start: signal => cooperating(signal).catch(() => trace.push('out of time')) });
    host.services.getRequiredService(HostOptions.value).startupTimeout = 1000;
    const started = host.start();
    await host.time.advanceAsync(1000);
    await started;
    expect([trace, host.services.getRequiredService(TimeProvider) === host.time]).toEqual([['a.start', 'out of time'], true]);
    await host[Symbol.asyncDispose]();
    const other = createTestHost(() => undefined);
    expect(other.time).not.toBe(host.time);
    await other[Symbol.asyncDispose]();
  });

  it.each(['addSingleton', 'replaceSingleton'] as const)('has the fake clock that the test registers with %s', async register => {
    const time = new FakeTimeProvider();
    await using host = createTestHost(builder => builder.services[register](TimeProvider, time));
    expect([host.time === time, host.services.getRequiredService(TimeProvider) === time]).toEqual([true, true]);
  });

  it('has the real clock where the test registers it, and says that it is no fake one', async () => {
    await using host = createTestHost(builder => builder.services.addSingleton(TimeProvider, TimeProvider.system));
    expect(host.services.getRequiredService(TimeProvider)).toBe(TimeProvider.system);
    expect(() => host.time).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPERATION' }) as Error);
  });

  it('has the environment that it is given', async () => {
    await using host = createTestHost(() => undefined, { environmentName: 'Staging', applicationName: 'app' });
    expect(host.services.getRequiredService(IHostEnvironment)).toMatchObject({ environmentName: 'Staging', applicationName: 'app' });
  });

  it('lets what is configured win', async () => {
    const lifetime = new NullLifetime();
    await using host = createTestHost(builder => builder.services.addSingleton(IHostLifetime, lifetime));
    expect(host.services.getRequiredService(IHostLifetime)).toBe(lifetime);
    expect(host.services).toBe(host.host.services);
  });

  it('returns itself from its start', async () => {
    const { host, trace } = hosting();
    await using started = await host.start();
    expect([started === host, trace]).toEqual([true, ['a.start']]);
  });

  it('stops when it is disposed, unless it was stopped or never started', async () => {
    const traces = await Promise.all(
      [
        async (host: ReturnType<typeof hosting>['host']) => void (await host.start()),
        async (host: ReturnType<typeof hosting>['host']) => host.start().then(() => host.stop()),
        async () => undefined,
      ].map(async use => {
        const { host, trace } = hosting();
        await use(host);
        await host[Symbol.asyncDispose]();
        return trace;
      }),
    );
    expect(traces).toEqual([['a.start', 'a.stop', 'a.dispose'], ['a.start', 'a.stop', 'a.dispose'], []]);
  });

  it('disposes also when its stop fails', async () => {
    const { host, trace } = hosting({ stop: failing('a does not stop') });
    await host.start();
    await expect(host[Symbol.asyncDispose]()).rejects.toThrow('a does not stop');
    expect(trace.at(-1)).toBe('a.dispose');
  });

  it('was never stopped when it was never started', async () => {
    const host = createTestHost(() => undefined);
    await host[Symbol.asyncDispose]();
    expect(host.logs.messages()).toEqual([]);
  });

  it.each([undefined, failing('a does not start')])('waits for the disposal of its services', async start => {
    const disposal = new Deferred<void>();
    const slow = { start: async () => start?.(), stop: async () => undefined, [Symbol.asyncDispose]: () => disposal.promise };
    const host = createTestHost(builder => builder.services.addSingleton(IHostedService, () => slow));
    const ended = jest.fn();
    const end = (start ? host.start() : host.start().then(() => host[Symbol.asyncDispose]())).finally(ended);
    end.catch(() => undefined);
    await turn();
    expect(ended).not.toHaveBeenCalled();
    disposal.resolve();
    await Promise.allSettled([end]);
    expect(ended).toHaveBeenCalled();
  });

  it('disposes when its start fails', async () => {
    const { host, trace } = hosting({ start: failing('a does not start') });
    await expect(host.start()).rejects.toThrow('a does not start');
    expect(trace).toEqual(['a.start', 'a.start!', 'a.dispose']);
  });

  it('gives its signals on', async () => {
    const { host } = hosting();
    await expect(host.start(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const second = hosting({ stop: signal => second.trace.push(`a sees ${signal.aborted}`) });
    await second.host.start();
    const lifetime = second.host.services.getRequiredService(IHostApplicationLifetime);
    await second.host.stop(AbortSignal.abort());
    expect([second.trace, lifetime.applicationStopped.aborted]).toEqual([['a.start', 'a.stop', 'a sees true'], true]);
    await second.host[Symbol.asyncDispose]();
  });
});

describe('createTestHost', () => {
  it('refuses to be configured asynchronously, which the host would not wait for', () => {
    expect(() => createTestHost(async () => Promise.reject(new Error('too late')))).toThrow(
      'createTestHost builds the host as soon as configure returns, so configure must not be asynchronous. Await what it needs before.',
    );
  });

  it('tells of a start that failed also when the disposal fails after it', async () => {
    const { host } = hosting({ start: failing('a does not start') });
    jest.spyOn(host.host, Symbol.asyncDispose as never).mockRejectedValueOnce(new Error('a does not end') as never);
    await expect(host.start()).rejects.toMatchObject({ errors: [{ message: 'a does not start' }, { message: 'a does not end' }] });
    await host.host[Symbol.asyncDispose]();
  });
});

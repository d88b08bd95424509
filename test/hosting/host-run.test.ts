import { getEventListeners } from 'node:events';
import { BackgroundService, Deferred, IHostApplicationLifetime } from 'hostward';
import { benchOf, cooperating, failing, type HostBench, probe, turn } from '../support/hosting-services.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: HostBench) => host.services.getRequiredService(IHostApplicationLifetime);

/** Runs a host until it has started. */
async function running(...args: Parameters<typeof benchOf>) {
  const bench = benchOf(...args);
  const lifetime = lifetimeOf(bench);
  const controller = new AbortController();
  const ended = bench.host.run(controller.signal);
  ended.catch(() => undefined);
  await turn();
  return { bench, lifetime, controller, ended, events: () => bench.events().map(([, id]) => id) };
}

describe('run', () => {
  it('starts, waits for stopApplication, stops and disposes', async () => {
    const { bench, lifetime, ended, events } = await running({ a: {}, b: {} });
    expect(bench.trace).toEqual(['a.start', 'b.start']);
    lifetime.stopApplication();
    await ended;
    expect([bench.trace.slice(2), events()]).toEqual([
      ['b.stop', 'a.stop', 'b.dispose', 'a.dispose'],
      [1, 2, 3, 4],
    ]);
  });

  it('ends gracefully, and without an error, when its signal fires', async () => {
    const { bench, controller, ended, lifetime } = await running({ a: { stop: signal => bench.trace.push(`a sees ${signal.aborted}`) } });
    controller.abort();
    await ended;
    expect([bench.trace, lifetime.applicationStopped.aborted]).toEqual([['a.start', 'a.stop', 'a sees false', 'a.dispose'], true]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('is cancelled when its signal fires during the start: nothing is stopped, everything disposed', async () => {
    const { bench, controller, ended } = await running({ a: {}, b: { start: cooperating } });
    controller.abort();
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(bench.trace).toEqual(['a.start', 'b.start', 'b.start!', 'b.dispose', 'a.dispose']);
  });

  it('of a start that fails only disposes', async () => {
    const { bench, ended, events } = await running({ a: {}, b: { start: failing('b failed') } });
    await expect(ended).rejects.toThrow('b failed');
    expect([bench.trace, events()]).toEqual([
      ['a.start', 'b.start', 'b.start!', 'b.dispose', 'a.dispose'],
      [1, 11],
    ]);
  });

  it('of a stop that fails still disposes', async () => {
    const { bench, ended, lifetime } = await running({ a: { stop: failing('a failed') } });
    lifetime.stopApplication();
    await expect(ended).rejects.toThrow('a failed');
    expect(bench.trace.at(-1)).toBe('a.dispose');
  });

  it('ends when the disposal has ended, and with its failure', async () => {
    const disposal = new Deferred<void>();
    const { ended, lifetime } = await running({ a: trace => Object.assign(probe(trace, 'a'), { [Symbol.asyncDispose]: () => disposal.promise }) });
    const settled = jest.fn();
    ended.catch(settled);
    lifetime.stopApplication();
    await turn();
    expect(settled).not.toHaveBeenCalled();
    disposal.reject(new Error('a cannot be disposed'));
    await expect(ended).rejects.toThrow('a cannot be disposed');
  });

  it('ends with the failure of a background service', async () => {
    class Broken extends BackgroundService {
      protected override async execute(): Promise<void> {
        await turn().then(failing('work failed'));
      }
    }
    const { ended, events } = await running({ broken: () => new Broken() });
    await expect(ended).rejects.toThrow('work failed');
    expect(events()).toEqual([1, 2, 9, 10, 3, 5]);
  });

  it('of a host that was stopped before is cancelled', async () => {
    const bench = benchOf({ a: {} });
    await bench.host.stop();
    await expect(bench.host.run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(bench.trace).toEqual([]);
  });

  it('goes on waiting when the host is disposed meanwhile, and then stops the disposed services', async () => {
    const { bench, ended, lifetime } = await running({ a: {} });
    await bench.host[Symbol.asyncDispose]();
    await turn();
    expect(bench.trace).toEqual(['a.start', 'a.dispose']);
    lifetime.stopApplication();
    await ended;
    expect(bench.trace).toEqual(['a.start', 'a.dispose', 'a.stop']);
  });

  it('stops the services a second time when somebody else stops the host', async () => {
    const { bench, ended } = await running({ a: {} });
    await bench.host.stop();
    await ended;
    expect(bench.trace).toEqual(['a.start', 'a.stop', 'a.stop', 'a.dispose']);
  });

  it('comes to the stopping callbacks before it stops a service', async () => {
    const { bench, ended, lifetime } = await running({ a: { stopping: true } });
    lifetime.onStopping(() => bench.trace.push('onStopping'));
    lifetime.onStopped(() => bench.trace.push('onStopped'));
    lifetime.stopApplication();
    await ended;
    expect(bench.trace.slice(-6)).toEqual(['onStopping', 'a.stopping', 'a.stop', 'a.stopped', 'onStopped', 'a.dispose']);
  });
});

describe('waitForShutdown', () => {
  it('stops the host when the application is to stop, and does not dispose it', async () => {
    await using bench = benchOf({ a: {} });
    await bench.host.start();
    const ended = bench.host.waitForShutdown();
    lifetimeOf(bench).stopApplication();
    await ended;
    expect(bench.trace).toEqual(['a.start', 'a.stop']);
  });

  it('stops at once when the application was to stop before, and when its signal had fired', async () => {
    for (const signal of [undefined, AbortSignal.abort()]) {
      await using bench = benchOf({ a: {} });
      await bench.host.start();
      if (!signal) lifetimeOf(bench).stopApplication();
      await bench.host.waitForShutdown(signal);
      expect(bench.trace).toEqual(['a.start', 'a.stop']);
    }
  });

  it('begins a graceful stop when its signal fires: only the shutdown timeout limits it', async () => {
    const controller = new AbortController();
    await using bench: HostBench = benchOf({ a: { stop: signal => void bench.trace.push(`a sees ${signal.aborted}`) } });
    await bench.host.start();
    const ended = bench.host.waitForShutdown(controller.signal);
    controller.abort();
    await ended;
    expect(bench.trace).toEqual(['a.start', 'a.stop', 'a sees false']);
  });

  it('keeps the process alive until then, and no longer', async () => {
    const alive = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
    await using bench = benchOf({ a: {} });
    await bench.host.start();
    const before = alive();
    const ended = bench.host.waitForShutdown();
    const during = alive();
    lifetimeOf(bench).stopApplication();
    await ended;
    expect([during - before, alive() - before]).toEqual([1, 0]);
  });

  it('leaves no listener on its signal', async () => {
    const { signal } = new AbortController();
    await using bench = benchOf({});
    await bench.host.start();
    const ended = bench.host.waitForShutdown(signal);
    lifetimeOf(bench).stopApplication();
    await ended;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('fails as the stop does', async () => {
    await using bench = benchOf({ a: { stop: failing('a failed') } });
    await bench.host.start();
    lifetimeOf(bench).stopApplication();
    await expect(bench.host.waitForShutdown()).rejects.toThrow('a failed');
  });
});

import type { AppHostConnection } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { connectTo, failureOf, type ScriptedScene, type Scripts, silent, streaming } from '../../support/scripted-app-host.js';

expectNoLeaks();

const line = { resourceName: 'web', lineNumber: 0, content: 'x', isError: false };

describe('a stream', () => {
  const watching: Scripts = { WatchResourcesAsync: streaming([{ name: 'web' }], 'silence') };
  const following: Scripts = { GetConsoleLogBatchesAsync: streaming([{ lines: [line, line] }], 'silence') };
  const streams: readonly (readonly [string, Scripts, (c: AppHostConnection, signal?: AbortSignal) => AsyncIterableIterator<unknown>, number])[] = [
    ['of resources', watching, (c, signal) => c.watchResources({ signal }), 1],
    ['of log lines', following, (c, signal) => c.getConsoleLogs({ follow: true }, { signal }), 2],
    ['of log batches', following, (c, signal) => c.getConsoleLogBatches({ follow: true }, { signal }), 1],
  ];

  it.each(streams)('%s makes no call before it is iterated', async (_what, scripts, open) => {
    await using scene = await connectTo(scripts);
    open(scene.connection);
    await scene.time.advanceAsync(1000);
    expect(scene.appHost.calls).toEqual([]);
  });

  it.each(streams)('%s ends by its signal at any time, here and at the AppHost', async (_what, scripts, open, count) => {
    await using scene = await connectTo(scripts);
    const giveUp = new AbortController();
    const stream = open(scene.connection, giveUp.signal);
    for (let index = 0; index < count; index++) expect(await scene.play(stream.next())).toMatchObject({ done: false });
    const pending = failureOf(scene, stream.next());
    setImmediate(() => giveUp.abort('enough'));
    expect((await pending).error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    await expectReleased(scene);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it.each(streams)('%s can be left while an item is waited for', async (_what, scripts, open, count) => {
    await using scene = await connectTo(scripts);
    const stream = open(scene.connection);
    for (let index = 0; index < count; index++) await scene.play(stream.next());
    const pending = stream.next();
    await scene.time.advanceAsync(0);
    expect(await scene.play(stream.return!())).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    await expectReleased(scene);
  });

  it.each(streams)('%s can be left between two items', async (_what, scripts, open) => {
    await using scene = await connectTo(scripts);
    await scene.play(
      (async () => {
        for await (const _item of open(scene.connection)) break;
      })(),
    );
    await scene.play(scene.connection.stopAppHost());
    expect(scene.appHost.heard).toContain('$/enumerator/abort [1]');
  });

  it.each(streams)('%s waits for items without a limit, for its opening 10 seconds', async (_what, scripts, open, count) => {
    await using scene = await connectTo(scripts);
    const stream = open(scene.connection);
    for (let index = 0; index < count; index++) await scene.play(stream.next());
    let isSettled = false;
    const pending = stream.next().finally(() => (isSettled = true));
    await scene.time.advanceAsync(86_400_000);
    expect(isSettled).toBe(false);
    await scene.play(stream.return!());
    await pending;
    const [method] = Object.keys(scripts) as [string];
    await using deaf = await connectTo({ [method]: silent });
    expect(await failureOf(deaf, open(deaf.connection).next())).toMatchObject({ error: { code: 'ERR_DEADLINE_EXCEEDED' }, elapsed: 10_000 });
  });

  it.each(streams)('%s leaves no listener on its signal, whether it is left or comes to its end', async (_what, scripts, open) => {
    const [method] = Object.keys(scripts) as [string];
    await using scene = await connectTo(scripts);
    await using ending = await connectTo({ [method]: streaming([], 'end') });
    const listeners = countListeners(new AbortController().signal);
    const stream = open(scene.connection, listeners.signal);
    await scene.play(stream.next());
    expect(listeners.count()).toBeGreaterThan(0);
    await scene.play(stream.return!());
    expect(listeners.count()).toBe(0);
    await ending.play(open(ending.connection, listeners.signal).next());
    expect(listeners.count()).toBe(0);
  });

  it('opens the lines of a batch without asking for the next batch', async () => {
    await using scene = await connectTo({ GetConsoleLogBatchesAsync: streaming([{ lines: [line, line, line] }, { lines: [line] }]) });
    const stream = scene.connection.getConsoleLogs();
    for (let index = 0; index < 3; index++) await scene.play(stream.next());
    const pulls = () => scene.appHost.heard.filter(call => call.startsWith('$/enumerator/next')).length;
    expect(pulls()).toBe(1);
    await scene.play(stream.next());
    expect(pulls()).toBe(2);
    expect(await scene.play(stream.next())).toMatchObject({ done: true });
  });

  async function expectReleased(scene: ScriptedScene): Promise<void> {
    await scene.play(scene.connection.stopAppHost());
    expect(scene.appHost.heard.filter(call => /^\$\/(cancelRequest|enumerator\/abort)/.test(call))).toEqual([
      expect.stringMatching('cancelRequest'),
      '$/enumerator/abort [1]',
    ]);
  }
});

/** Counts the listeners on a signal from here on. */
function countListeners(signal: AbortSignal): { readonly signal: AbortSignal; count(): number } {
  let count = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (count++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (count--, remove(...args));
  return { signal, count: () => count };
}

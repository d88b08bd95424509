import type { AppHost } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { collect } from '../../support/scripted-app-host.js';
import { AppHostScene, loadClient } from './app-host-scene.js';

const at = (second: string, text: string, resourceName = 'web') => ({ resourceName, content: `2026-01-02T03:04:${second}Z ${text}` });

describe('AppHost.logs', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  let appHost: AppHost;
  beforeAll(loadClient);
  beforeEach(async () => {
    scene = new AppHostScene();
    for (const name of ['web', 'db']) scene.app.set(name, { state: 'Running' });
    scene.start();
    appHost = await scene.connect();
  });
  afterEach(async () => {
    await scene.play(appHost[Symbol.asyncDispose]());
    await scene.expectReleased();
  });

  const texts = async (lines: AsyncIterable<{ readonly text: string }>) => (await scene.play(collect(lines))).items.map(({ text }) => text);

  /** The first lines, after which the loop is left. */
  async function first(count: number, lines: AsyncIterable<{ readonly text: string }>): Promise<readonly string[]> {
    const found: string[] = [];
    const read = async () => {
      for await (const { text } of lines) if (found.push(text) === count) break;
    };
    await scene.play(read());
    return found;
  }

  it('takes the timestamp off, and keeps a line without one as it is', async () => {
    scene.app.lines = [
      { ...at('05.1234567', 'a\nb'), isError: true },
      { resourceName: 'web', content: 'plain' },
    ];
    expect((await scene.play(collect(appHost.logs('web')))).items).toEqual([
      { resource: 'web', timestamp: new Date('2026-01-02T03:04:05.123Z'), text: 'a\nb', isError: true },
      { resource: 'web', timestamp: undefined, text: 'plain', isError: false },
    ]);
  });

  it.each(['2026-99-02T03:04:05Z odd', '2026-01-02T03:04:05 local', '2026-01-02T03:04:05.12345678901Z long', '2026-01-02T03:04:05Zx'])(
    'takes nothing off %s',
    async content => {
      scene.app.lines = [{ resourceName: 'web', content }];
      expect(await texts(appHost.logs('web'))).toEqual([content]);
    },
  );

  it('tells them in the order of time down to the last digit, whatever the order in which they come', async () => {
    scene.app.lines = [
      at('07.0000001', 'd'),
      { resourceName: 'web', content: 'after d' },
      at('05', 'a'),
      at('07', 'b', 'db'),
      at('07.0000000', 'c'),
      at('06.9', 'x'),
    ];
    expect(await texts(appHost.logs(null))).toEqual(['a', 'x', 'b', 'c', 'd', 'after d']);
  });

  it.each([
    [0, []],
    [2, ['b', 'c']],
    [9, ['a', 'b', 'c']],
  ])('with a tail of %j tells the last lines by time', async (tail, expected) => {
    scene.app.lines = [at('07', 'c'), at('05', 'a'), at('06', 'b')];
    expect(await texts(appHost.logs('web', { tail }))).toEqual(expected);
  });

  it.each([
    [undefined, ['a', 'b', 'b', 'new', 'again']],
    [1, ['b', 'new', 'again']],
    [0, ['new', 'again']],
  ])('following with a tail of %j goes on after it without telling anything twice', async (tail, expected) => {
    scene.app.lines = [at('06', 'b'), at('05', 'a'), at('06', 'b')];
    scene.app.live.push(at('07', 'new'), at('08', 'again'));
    expect(await first(expected.length, appHost.logs('web', { tail, follow: true }))).toEqual(expected);
  });

  it('loses no line that comes between the two answers, wherever it stands in the second', async () => {
    scene.app.lines = [at('05', 'a'), at('06', 'b')];
    const lines = appHost.logs('web', { follow: true });
    expect(await scene.play(lines.next())).toMatchObject({ value: { text: 'a' } });
    scene.app.lines = [at('06', 'b'), at('07', 'between'), at('05', 'a')];
    scene.app.live.push({ resourceName: 'web', content: 'live' });
    expect(await first(3, lines)).toEqual(['b', 'between', 'live']);
  });

  it('tells a line without a timestamp again when it comes again', async () => {
    scene.app.lines = [{ resourceName: 'web', content: 'ping' }];
    scene.app.live.push({ resourceName: 'web', content: 'ping' });
    expect(await first(2, appHost.logs('web', { follow: true }))).toEqual(['ping', 'ping']);
  });

  it('ends by its signal while nothing comes', async () => {
    scene.app.lines = [at('05', 'a')];
    const giveUp = new AbortController();
    scene.time.createTimer(() => giveUp.abort('enough'), undefined, 1000, -1);
    const { items, error } = await scene.play(collect(appHost.logs('web', { follow: true, signal: giveUp.signal })));
    expect([items.length, error]).toEqual([1, expect.objectContaining({ name: 'AbortError', cause: 'enough' })]);
  });

  it('ends with the reason when the AppHost goes', async () => {
    scene.app.lines = [at('05', 'a')];
    scene.time.createTimer(() => scene.end(), undefined, 1000, -1);
    const { items, error } = await scene.play(collect(appHost.logs('web', { follow: true })));
    expect([items.length, error]).toEqual([1, expect.objectContaining({ code: 'ERR_RPC_CONNECTION_LOST' })]);
  });

  it('names the resources that there are when there is none of that name', async () => {
    const expected = { items: [], error: { code: 'ERR_RESOURCE_NOT_FOUND', known: ['db', 'web'] } };
    expect(await scene.play(collect(appHost.logs('wbe')))).toMatchObject(expected);
    scene.app.scripts['WaitForResourceAsync'] = () => ({ success: false, resourceNotFound: true });
    scene.start();
    await using again = await scene.connect();
    expect(await scene.play(collect(again.logs('wbe')))).toMatchObject(expected);
  });

  it('gives up reading what there is when it takes too long', async () => {
    scene.app.scripts['GetConsoleLogBatchesAsync'] = () => new Promise(() => undefined);
    scene.start();
    await using again = await scene.connect();
    const { error } = await scene.play(collect(again.logs('web', { timeout: 3000 })));
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', milliseconds: 3000, message: expect.stringContaining("Reading the log of 'web'") });
  });

  it.each([-1, 1.5, NaN, Infinity])('refuses a tail of %j at once', tail => {
    expect(() => appHost.logs('web', { tail })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
  });
});

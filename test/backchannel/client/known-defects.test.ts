import type { AppHost } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { collect } from '../../support/scripted-app-host.js';
import { AppHostScene, fakePath, loadClient } from './app-host-scene.js';

const at = (second: string, text: string) => ({ resourceName: 'web', content: `2026-01-02T03:04:${second}Z ${text}` });

describe('known defects of the original, by their number in backchannel.md: what a client makes of an AppHost', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  let appHost: AppHost | undefined;
  beforeAll(loadClient);
  beforeEach(() => {
    scene = new AppHostScene();
  });
  afterEach(async () => {
    await scene.play(appHost?.[Symbol.asyncDispose]() ?? Promise.resolve());
    appHost = undefined;
    await scene.expectReleased();
  });

  async function connect(name?: string): Promise<AppHost> {
    scene.start(name);
    return (appHost = await scene.connect());
  }

  const texts = async (lines: AsyncIterable<{ readonly text: string }>) => (await scene.play(collect(lines))).items.map(({ text }) => text);

  it('24: signals no process because an AppHost says that it is its own', async () => {
    const name = 'MCzsRyN0cowAAAAAAAA.666';
    scene.app.information = { appHostPath: fakePath, processId: 4711 };
    scene.processes.times.set(4711, { startedAt: '2026-01-02T03:04:05Z' });
    const target = await connect(name);
    const { error } = await scene.failureOf(target.stop({ timeout: 5_000, force: true }));
    expect([error.code, scene.processes.kills]).toEqual(['ERR_APP_HOST_STOP', []]);
    expect(error.message).toContain('it says that it is process 4711, but its socket was made by process 666.');
  });

  it('25: does not call an AppHost stopped that runs, and leaves its socket, when it is wrong about its own start', async () => {
    scene.app.information = { appHostPath: fakePath, processId: 4711, startedAt: '1999-01-01T00:00:00Z', stableStartedAt: '1970-01-01T00:00:00.010Z' };
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    const target = await connect();
    const { error } = await scene.failureOf(target.stop({ timeout: 5_000, force: true }));
    expect(error).toMatchObject({ code: 'ERR_APP_HOST_STOP', isSocketPresent: true });
    expect([scene.processes.kills, scene.machine.removals]).toEqual([[], []]);
  });

  it('38: counts the last lines by time, not by the order of the streams in which the AppHost sends them', async () => {
    scene.app.set('web', { state: 'Running' });
    scene.app.lines = [at('06', 'tick 1'), at('07', 'tick 2'), at('08', 'tick 3'), at('05', '[sys] Starting process...')];
    expect(await texts((await connect()).logs('web', { tail: 3 }))).toEqual(['tick 1', 'tick 2', 'tick 3']);
  });

  it('58: tells the lines of a resource in the order of time, in the backlog and where it goes on', async () => {
    scene.app.set('web', { state: 'Running' });
    scene.app.lines = [{ ...at('06', 'error 1'), isError: true }, { ...at('08', 'error 2'), isError: true }, at('05', 'out 1'), at('07', 'out 2')];
    scene.app.live.push(at('09', 'new'));
    const target = await connect();
    const inOrder = ['out 1', 'error 1', 'out 2', 'error 2'];
    expect(await texts(target.logs('web'))).toEqual(inOrder);
    const found: string[] = [];
    const read = async () => {
      for await (const { text } of target.logs('web', { follow: true })) if (found.push(text) === 5) break;
    };
    await scene.play(read());
    expect(found).toEqual([...inOrder, 'new']);
  });

  it('56: puts no environment, property or address of a resource into an error', async () => {
    const secret = 'hunter2-of-the-dashboard';
    const environmentVariables = [{ name: 'DASHBOARD__FRONTEND__BROWSERTOKEN', value: secret, isFromSpec: true }];
    const urls = [{ name: 'http', url: `http://localhost:1/login?t=${secret}` }];
    for (const [name, isHidden] of [
      ['aspire-dashboard', true],
      ['web', false],
    ] as const)
      scene.app.set(name, { state: 'Running', isHidden, environmentVariables, urls, properties: { apiKey: secret } });
    scene.app.scripts['WaitForResourceAsync'] = () => ({ success: false, errorMessage: 'It has failed.' });
    scene.app.scripts['ExecuteResourceCommandAsync'] = () => ({ success: false, message: 'It cannot.' });
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    const target = await connect();
    const calls = [
      () => target.waitFor('aspire-dashboard', 'healthy'),
      () => target.execute('aspire-dashboard', 'stop'),
      () => target.stop({ timeout: 1_000 }),
    ];
    for (const call of calls) {
      const { error } = await scene.failureOf(call());
      expect(error.message).toContain('Running');
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
    }
  });

  it('59: does not take "ready" for "up": it is not asked for, and a resource that starts is waited for', async () => {
    scene.app.scripts['WaitForAppHostReadyAsync'] = () => ({ isReady: true });
    scene.app.capabilities = ['aux.v1'];
    scene.app.set('web', { state: 'Starting' });
    const target = await connect();
    scene.time.createTimer(() => scene.app.set('web', { state: 'Running' }), undefined, 30_000, -1);
    const began = scene.time.getTimestamp();
    expect(await scene.play(target.waitFor('web', 'up'))).toMatchObject({ state: 'Running' });
    expect(scene.time.getElapsedMilliseconds(began)).toBe(30_000);
    expect(scene.app.heard.filter(call => call.startsWith('WaitForAppHostReady'))).toEqual([]);
  });

  it('60: takes an empty state for none: nothing is up, down or hopeless by it, and the wait goes on', async () => {
    scene.app.capabilities = ['aux.v1'];
    scene.app.set('web', { state: '' });
    const target = await connect();
    for (const status of ['up', 'down', 'healthy'] as const)
      expect((await scene.failureOf(target.waitFor('web', status, { timeout: 1_000 }))).error).toMatchObject({ reason: 'timedOut', lastSeen: { state: '' } });
    expect((await scene.failureOf(target.waitFor('web', 'up', { timeout: 0 }))).error.message).toContain('web is in no state');
    scene.time.createTimer(() => scene.app.set('web', { state: 'Running' }), undefined, 500, -1);
    expect(await scene.play(target.waitFor('web', 'up'))).toMatchObject({ state: 'Running' });
  });

  it('61: says at once that a resource has failed to start, whatever the command has reported', async () => {
    scene.app.capabilities = ['aux.v1'];
    scene.app.set('web', { state: 'NotStarted' });
    scene.app.scripts['ExecuteResourceCommandAsync'] = () => {
      scene.app.set('web', { state: 'FailedToStart', stateStyle: 'error' });
      return { success: true };
    };
    const target = await connect();
    await scene.play(target.execute('web', 'start'));
    for (const status of ['up', 'healthy'] as const) {
      const { error, elapsed } = await scene.failureOf(target.waitFor('web', status));
      expect({ reason: error.reason, state: error.lastSeen.state, elapsed }).toEqual({ reason: 'failed', state: 'FailedToStart', elapsed: 0 });
    }
  });
});

import type { AppHost, AppHostStopError } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { AppHostScene, fakePath, fakeSocket, loadClient } from './app-host-scene.js';

describe('AppHost.stop', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  let appHost: AppHost | undefined;
  beforeAll(loadClient);
  beforeEach(() => {
    scene = new AppHostScene();
    scene.app.set('web', { state: 'Running', healthStatus: 'Unhealthy' });
    scene.app.set('db', { state: 'Stopping' });
  });
  afterEach(async () => {
    await scene.play(appHost?.[Symbol.asyncDispose]() ?? Promise.resolve());
    appHost = undefined;
    await scene.expectReleased();
  });

  function later(milliseconds: number, change: () => void): void {
    scene.time.createTimer(change, undefined, milliseconds, -1);
  }

  async function begin(name?: string): Promise<AppHost> {
    scene.start(name);
    return (appHost = await scene.connect());
  }

  it('asks the AppHost, and returns when process and socket are gone', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => void later(1200, () => scene.end());
    const stopping = (await begin()).stop();
    const began = scene.time.getTimestamp();
    expect(await scene.play(stopping)).toBe('request');
    const elapsed = scene.time.getElapsedMilliseconds(began);
    expect(elapsed).toBeGreaterThanOrEqual(1200);
    expect(elapsed).toBeLessThanOrEqual(1450);
    expect([scene.processes.kills, scene.machine.openStreams.size]).toEqual([[], 0]);
  });

  it('does not take the end of the connection for the end of the process', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => {
      later(500, () => scene.machine.openStreams.forEach(stream => stream.destroy()));
      later(5000, () => scene.end());
    };
    const stopping = (await begin()).stop();
    const began = scene.time.getTimestamp();
    await scene.play(stopping);
    expect(scene.time.getElapsedMilliseconds(began)).toBeGreaterThanOrEqual(5000);
  });

  it('removes the socket that a process has left', async () => {
    const path = scene.start();
    scene.app.scripts['StopAppHostAsync'] = () => void later(500, () => scene.processes.times.delete(4711));
    expect(await scene.play((await begin()).stop())).toBe('request');
    expect(scene.machine.has(path)).toBe(false);
  });

  it('returns at once when it has ended already', async () => {
    const target = await begin();
    scene.end();
    expect(await scene.play(target.stop())).toBe('none');
  });

  it('takes a number that has passed to another process for the end', async () => {
    const target = await begin();
    scene.end();
    scene.processes.times.set(4711, { startedAt: '2026-01-03T00:00:00Z', stableStartedAt: '1970-01-02T00:00:00Z' });
    expect([await scene.play(target.stop({ force: true })), scene.processes.kills]).toEqual(['none', []]);
  });

  it.each([
    ['is too old to be asked', undefined],
    ['answers with an error', () => Promise.reject(new Error('no'))],
    ['does not answer', () => new Promise(() => undefined)],
  ])('sends SIGTERM to one that %s', async (_what, script) => {
    if (script) scene.app.scripts['StopAppHostAsync'] = script;
    scene.processes.onKill = () => later(300, () => scene.end());
    expect([await scene.play((await begin()).stop()), scene.processes.kills]).toEqual(['SIGTERM', ['SIGTERM 4711']]);
  });

  it('fails in time, and says what is left', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    const target = await begin();
    const { error, elapsed } = await scene.failureOf(target.stop({ timeout: 7000 }));
    expect(elapsed).toBe(7000);
    const { code, processId, isProcessAlive, isSocketPresent, resources } = error as AppHostStopError;
    expect({ code, processId, isProcessAlive, isSocketPresent, states: resources.map(({ name, state }) => `${name} ${state}`) }).toEqual({
      code: 'ERR_APP_HOST_STOP',
      processId: 4711,
      isProcessAlive: true,
      isSocketPresent: true,
      states: ['db Stopping', 'web Running'],
    });
    expect(error.message).toBe(
      `The AppHost '${fakePath}' did not stop within 7000 ms. Process 4711 is still alive. Its socket ${target.socketPath} is still there. ` +
        'Its resources when last seen: db is Stopping; web is Running and Unhealthy. Pass { force: true } to have its process killed then.',
    );
    expect(scene.processes.kills).toEqual([]);
    expect(await scene.play(target.resources())).toHaveLength(2);
  });

  it('says how the resources were when the connection is gone and the process is not', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => void later(600, () => scene.machine.openStreams.forEach(stream => stream.destroy()));
    const { error } = await scene.failureOf((await begin()).stop({ timeout: 7000 }));
    expect(error.resources.map(({ name }: { name: string }) => name)).toEqual(['db', 'web']);
  });

  it('kills the process when that is wanted, and not before the time is over', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    let killedAt = 0;
    scene.processes.onKill = () => {
      killedAt = scene.time.getElapsedMilliseconds(began);
      scene.processes.times.delete(4711);
    };
    const target = await begin();
    const began = scene.time.getTimestamp();
    expect(await scene.play(target.stop({ timeout: 7000, force: true }))).toBe('SIGKILL');
    expect([scene.processes.kills, killedAt, scene.machine.has(target.socketPath)]).toEqual([['SIGKILL 4711'], 7000, false]);
  });

  it('says so when even that does not help', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    scene.processes.onKill = () => undefined;
    const { error, elapsed } = await scene.failureOf((await begin()).stop({ timeout: 1000, force: true }));
    expect([error.isProcessAlive, elapsed]).toEqual([true, 6000]);
    expect(error.message).toContain('was killed after 1000 ms, and is not gone 5000 ms later.');
  });

  it.each([
    [
      'whose start is not what the AppHost says',
      () => (scene.app.information = { ...scene.app.information, stableStartedAt: '1970-01-01T05:00:00Z' }),
      'was not started when',
    ],
    [
      'that is not that in the name of the socket',
      () => (scene.app.information = { ...scene.app.information, processId: 99 }),
      'its socket was made by process 4711',
    ],
    ['that is this one', () => (scene.app.information = { ...scene.app.information, processId: process.pid }), 'it runs in this very process'],
  ])('sends no signal to a process %s', async (_what, prepare, text) => {
    prepare();
    scene.processes.times.set(99, { stableStartedAt: '1970-01-01T00:01:00Z' });
    scene.processes.times.set(process.pid, { stableStartedAt: '1970-01-01T00:01:00Z' });
    const target = await begin();
    const { error, elapsed } = await scene.failureOf(target.stop({ timeout: 4000, force: true }));
    expect([error.code, elapsed]).toEqual(['ERR_APP_HOST_STOP', 0]);
    expect(error.message).toContain(text);
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    expect(scene.processes.kills).toEqual([]);
  });

  it('sends no SIGKILL to one of which the number has passed on while it was waited for', async () => {
    scene.app.scripts['StopAppHostAsync'] = () =>
      void later(6990, () => {
        scene.end();
        scene.processes.times.set(4711, { startedAt: '2026-01-03T00:00:00Z', stableStartedAt: '1970-01-02T00:00:00Z' });
      });
    expect([await scene.play((await begin()).stop({ timeout: 7000, force: true })), scene.processes.kills]).toEqual(['request', []]);
  });

  it('goes by the connection where starts cannot be compared', async () => {
    scene.app.information = { appHostPath: fakePath, processId: 4711 };
    const target = await begin();
    scene.processes.times.set(4711, {});
    scene.processes.onKill = () => scene.end();
    expect([await scene.play(target.stop()), scene.processes.kills]).toEqual(['SIGTERM', ['SIGTERM 4711']]);
  });

  it('sends no signal where starts cannot be compared and the connection is gone', async () => {
    scene.app.information = { appHostPath: fakePath, processId: 4711 };
    const target = await begin();
    for (const stream of scene.machine.openStreams) stream.destroy();
    await scene.play(target.closed);
    const { error } = await scene.failureOf(target.stop({ timeout: 1000, force: true }));
    expect([scene.processes.kills, error.message.includes('nobody can tell whether process 4711 is still the AppHost')]).toEqual([[], true]);
  });

  it('tells what the system says to a signal', async () => {
    scene.processes.onKill = () => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    };
    const { error } = await scene.failureOf((await begin()).stop({ timeout: 1000 }));
    expect([error.message.includes('kill EPERM'), error.cause.code]).toEqual([true, 'EPERM']);
  });

  it('ends by its signal, and tells how the resources were', async () => {
    scene.app.scripts['StopAppHostAsync'] = () => undefined;
    const giveUp = new AbortController();
    later(1000, () => giveUp.abort('enough'));
    const { error, elapsed } = await scene.failureOf((await begin()).stop({ signal: giveUp.signal }));
    expect([error.name, error.cause, elapsed, error.message.includes('web is Running')]).toEqual(['AbortError', 'enough', 1000, true]);
  });

  it.each([0, -1, NaN, Infinity])('refuses a time of %j: a stop returns', async timeout => {
    expect((await scene.failureOf((await begin()).stop({ timeout }))).error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  });

  it('waits for connection and socket of an AppHost in this process', async () => {
    const name = `${fakeSocket.split('.')[0]}.${process.pid}`;
    scene.app.information = { ...scene.app.information, processId: process.pid };
    scene.app.scripts['StopAppHostAsync'] = () => {
      later(500, () => scene.machine.openStreams.forEach(stream => stream.destroy()));
      later(2000, () => scene.machine.delete(`/home/u/.aspire/cli/bch/${name}`));
    };
    const target = await begin(name);
    const began = scene.time.getTimestamp();
    expect(await scene.play(target.stop())).toBe('request');
    expect(scene.time.getElapsedMilliseconds(began)).toBeGreaterThanOrEqual(2000);
  });
});

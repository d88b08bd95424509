import type { AppHost, ResourceSnapshot, ResourceWaitError } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { AppHostScene, fakePath, loadClient } from './app-host-scene.js';

const failed = { success: false, state: null, healthStatus: null };

describe('AppHost.waitFor', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  let appHost: AppHost;
  beforeAll(loadClient);
  beforeEach(async () => {
    scene = new AppHostScene();
    scene.app.set('web', { state: 'Starting', properties: {} });
    scene.app.set('db', { state: 'Running', healthStatus: 'Healthy' });
  });
  afterEach(async () => {
    await scene.play(appHost[Symbol.asyncDispose]());
    await scene.expectReleased();
  });

  async function begin(capabilities: readonly string[] = ['aux.v1', 'aux.v2', 'aux.v3']): Promise<void> {
    scene.app.capabilities = capabilities;
    scene.start();
    appHost = await scene.connect();
  }

  /** Changes a resource when so many milliseconds have passed. */
  function later(milliseconds: number, change: () => void): void {
    scene.time.createTimer(change, undefined, milliseconds, -1);
  }

  describe('for a status', () => {
    it('lets the AppHost decide, and tells how the resource is then', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => {
        scene.app.resources.set('web', { name: 'web', state: 'Running', healthStatus: 'Healthy' });
        return { success: true, state: 'Running', healthStatus: 'Healthy' };
      };
      await begin();
      expect(await scene.play(appHost.waitFor('web', 'healthy', { timeout: 1500 }))).toMatchObject({ name: 'web', state: 'Running', healthStatus: 'Healthy' });
      expect(scene.app.heard).toContain('WaitForResourceAsync [{"resourceName":"web","status":"healthy","timeoutSeconds":2}]');
    });

    it('fails in time although the AppHost does not answer, with what was last seen and the end of the log', async () => {
      scene.app.scripts['WaitForResourceAsync'] = (_request: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
      scene.app.lines = Array.from({ length: 30 }, (_, index) => ({
        resourceName: 'web',
        content: `2026-01-02T03:04:${String(index).padStart(2, '0')}.0000000Z line ${index}`,
        isError: index === 29,
      }));
      await begin();
      later(1000, () => {
        const healthReports = [{ name: 'ping', status: 'Unhealthy', description: 'no answer' }];
        scene.app.set('web', {
          state: 'Running',
          healthStatus: 'Unhealthy',
          exitCode: null,
          healthReports,
          environmentVariables: [{ name: 'KEY', value: 's3cret' }],
        });
      });
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('web', 'healthy', { timeout: 3500 }));
      expect(elapsed).toBe(3500);
      const { code, reason, condition, lastSeen, logs } = error as ResourceWaitError;
      expect({ code, reason, condition }).toEqual({ code: 'ERR_RESOURCE_WAIT', reason: 'timedOut', condition: 'healthy' });
      expect(lastSeen).toMatchObject({ name: 'web', state: 'Running', healthStatus: 'Unhealthy', healthReports: [{ name: 'ping' }] });
      expect(logs.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 10}`));
      expect(error.message.split('\n').slice(1)).toEqual([...Array.from({ length: 19 }, (_, index) => `  | line ${index + 10}`), '  ! line 29']);
      for (const part of [fakePath, "3500 ms for 'web' to be healthy", 'web is Running and Unhealthy', "check 'ping' is Unhealthy: no answer"])
        expect(error.message).toContain(part);
      expect(JSON.stringify(error) + String(error.stack)).not.toContain('s3cret');
    });

    it('says what the AppHost says of a resource that does not get there', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => {
        scene.app.set('web', { state: 'Finished', exitCode: 7 });
        return { ...failed, errorMessage: 'It failed to start.' };
      };
      await begin();
      const { error } = await scene.failureOf(appHost.waitFor('web', 'healthy'));
      expect(error).toMatchObject({ reason: 'failed', lastSeen: { state: 'Finished', exitCode: 7 } });
      expect(error.message).toContain('It failed to start. Last seen: web is Finished, exit code 7');
    });

    it('names the resources that there are when there is none of that name', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => ({ ...failed, resourceNotFound: true, errorMessage: 'no' });
      scene.app.set('hidden', { isHidden: true });
      await begin();
      const { error } = await scene.failureOf(appHost.waitFor('webb', 'up'));
      expect(error).toMatchObject({ code: 'ERR_RESOURCE_NOT_FOUND', resourceName: 'webb', known: ['db', 'web'] });
      expect(error.message).toBe(`There is no resource 'webb' in the AppHost '${fakePath}'. Did you mean web? It has: db, web.`);
    });

    it('names the instances when a name means several', async () => {
      for (const name of ['api-a', 'api-b']) scene.app.set(name, { displayName: 'api', state: 'Running' });
      scene.app.scripts['WaitForResourceAsync'] = () => ({ ...failed, errorMessage: "Resource 'api' is ambiguous." });
      await begin();
      const { error } = await scene.failureOf(appHost.waitFor('api', 'up'));
      expect(error).toMatchObject({ reason: 'ambiguous' });
      expect(error.message).toContain('Wait for one of its instances: api-a, api-b.');
    });

    it('asks once when there is no time', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => ({ ...failed, timedOut: true });
      await begin();
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('web', 'up', { timeout: 0 }));
      expect([error.reason, elapsed]).toEqual(['timedOut', 0]);
      expect(scene.app.heard).toContain('WaitForResourceAsync [{"resourceName":"web","status":"up","timeoutSeconds":0}]');
    });

    it('tells how the resource was last seen when the AppHost goes away', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => new Promise(() => undefined);
      await begin();
      later(500, () => scene.app.set('web', { state: 'Stopping' }));
      later(1000, () => scene.end());
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('web', 'healthy'));
      expect(elapsed).toBe(1000);
      expect(error).toMatchObject({ reason: 'connectionLost', lastSeen: { state: 'Stopping' }, cause: { code: 'ERR_RPC_CONNECTION_LOST' } });
      expect(error.message).toContain("it went away while waiting for 'web' to be healthy.");
    });

    it('tells how the resource was last seen when the caller gives up', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => new Promise(() => undefined);
      await begin();
      const giveUp = new AbortController();
      later(500, () => giveUp.abort('enough'));
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('web', 'healthy', { signal: giveUp.signal }));
      expect([error.name, error.cause, elapsed]).toEqual(['AbortError', 'enough', 500]);
      expect(error.message).toContain('Last seen: web is Starting');
    });
  });

  describe('for a status of an AppHost that cannot wait itself', () => {
    it.each([
      ['healthy', { state: 'Running', healthStatus: 'Healthy' }],
      ['up', { state: 'Running' }],
      ['down', { state: 'Exited' }],
      ['down', { state: 'Running', exitCode: 0 }],
    ] as const)('sees that it is %s by %j', async (status, facts) => {
      await begin(['aux.v1']);
      later(2000, () => scene.app.set('web', facts));
      const began = scene.time.getTimestamp();
      expect(await scene.play(appHost.waitFor('web', status))).toMatchObject(facts);
      expect(scene.time.getElapsedMilliseconds(began)).toBe(2000);
    });

    it.each([
      ['healthy', { state: 'FailedToStart' }],
      ['up', { state: 'Finished', exitCode: 1 }],
      ['up', { state: 'Broken', stateStyle: 'error' }],
    ] as const)('sees that it will not be %s by %j', async (status, facts) => {
      await begin(['aux.v1']);
      later(2000, () => scene.app.set('web', facts));
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('web', status));
      expect([error.reason, error.lastSeen.state, elapsed]).toEqual(['failed', facts.state, 2000]);
    });

    it('waits for a resource that is not there yet, and says which there are when it never comes', async () => {
      await begin(['aux.v1']);
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('cache', 'up', { timeout: 5000 }));
      expect([error.code, elapsed]).toEqual(['ERR_RESOURCE_NOT_FOUND', 5000]);
    });
  });

  it.each([NaN, -2, Infinity])('refuses a time of %j', async timeout => {
    await begin();
    expect((await scene.failureOf(appHost.waitFor('web', 'up', { timeout }))).error).toMatchObject({ code: 'ERR_OUT_OF_RANGE', paramName: 'timeout' });
  });

  describe('for a function', () => {
    it('asks it at each change', async () => {
      await begin();
      const asked: (string | null)[] = [];
      const isThird = ({ state }: ResourceSnapshot) => asked.push(state) > 0 && state === 'Three';
      for (const [index, state] of ['One', 'Two', 'Three'].entries()) later(100 * (index + 1), () => scene.app.set('web', { state }));
      expect(await scene.play(appHost.waitFor('Web', isThird))).toMatchObject({ state: 'Three' });
      expect(asked).toEqual(['Starting', 'Starting', 'One', 'Two', 'Three']);
    });

    it('throws what it throws', async () => {
      await begin();
      const own = new Error('mine');
      const throwing = () => {
        throw own;
      };
      expect((await scene.failureOf(appHost.waitFor('web', throwing))).error).toBe(own);
    });

    it('takes no name of several instances', async () => {
      for (const name of ['api-a', 'api-b']) scene.app.set(name, { displayName: 'api', state: 'Running' });
      await begin();
      expect((await scene.failureOf(appHost.waitFor('api', () => true))).error).toMatchObject({ reason: 'ambiguous' });
      expect(await scene.play(appHost.waitFor('api-b', () => true))).toMatchObject({ name: 'api-b' });
    });

    it('does not wait for a resource of which the AppHost does not know', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => ({ ...failed, resourceNotFound: true });
      await begin();
      const { error, elapsed } = await scene.failureOf(appHost.waitFor('wbe', () => true));
      expect([error.code, elapsed]).toEqual(['ERR_RESOURCE_NOT_FOUND', 0]);
    });

    it('waits for a resource that has no state yet', async () => {
      scene.app.scripts['WaitForResourceAsync'] = () => ({ ...failed, timedOut: true });
      await begin();
      later(100, () => scene.app.set('cache', { state: 'Running' }));
      expect(await scene.play(appHost.waitFor('cache', () => true))).toMatchObject({ name: 'cache' });
    });
  });
});

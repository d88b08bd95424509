import type { FakeTimeProvider } from 'hostward/testing';
import type { ResourceFacts } from '../../../src/backchannel/apphost/resources/resource-facts.js';
import { waitForResource } from '../../../src/backchannel/apphost/wait-for-resource.js';
import type { WaitForResourceResponse } from '../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { settle } from '../../support/settle.js';
import { createCatalog } from './catalog-scene.js';
import { FakeResource } from './fake-resource.js';

const plain: WaitForResourceResponse = { success: false, state: null, healthStatus: null, resourceNotFound: false, timedOut: false, errorMessage: null };

interface Wait {
  readonly resource: FakeResource;
  readonly time: FakeTimeProvider;
  answer: WaitForResourceResponse | undefined;
  error: unknown;
  readonly caller: AbortController;
}

function wait(facts: ResourceFacts, status: string, timeoutSeconds = 120, name = 'web'): Wait {
  const resource = new FakeResource('web-abc', facts, { displayName: 'web' });
  const { catalog, time } = createCatalog([resource]);
  const caller = new AbortController();
  const result: Wait = { resource, time, answer: undefined, error: undefined, caller };
  waitForResource(catalog, { resourceName: name, status, timeoutSeconds }, time, caller.signal).then(
    answer => (result.answer = answer),
    (error: unknown) => (result.error = error),
  );
  return result;
}

async function answerOf(result: Wait): Promise<WaitForResourceResponse | undefined> {
  await result.time.advanceAsync(0);
  expect([result.time.pendingTimers.length, result.resource.listeners]).toEqual(result.answer || result.error ? [0, 1] : [1, 2]);
  return result.answer;
}

const failedToStart = "Stopped waiting for resource 'web' to become healthy because it failed to start.";
const notRunning = (state: string) => `Resource 'web' failed to reach 'Running' state. Current state: ${state}.`;

describe('a wait for a resource', () => {
  expectNoLeaks();

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('takes no notice of a clock that is set %s', async (_, change) => {
    const result = wait({ state: 'Starting' }, 'up', 10);
    result.time.adjustTime(new Date(result.time.getUtcNowMilliseconds() + change));
    await result.time.advanceAsync(9_999);
    expect(await answerOf(result)).toBeUndefined();
    await result.time.advanceAsync(1);
    expect(result.answer).toMatchObject({ timedOut: true });
  });

  it.each<[string, ResourceFacts, Partial<WaitForResourceResponse>]>([
    ['healthy', { state: 'Running' }, { success: true, state: 'Running', healthStatus: 'Healthy' }],
    ['healthy', { state: 'Finished', exitCode: 0 }, { errorMessage: failedToStart }],
    ['healthy', { state: 'Exited' }, { errorMessage: failedToStart }],
    ['healthy', { state: 'FailedToStart' }, { errorMessage: failedToStart }],
    ['healthy', { state: 'RuntimeUnhealthy' }, { errorMessage: failedToStart }],
    ['up', { state: 'Running', healthStatus: 'Unhealthy' }, { success: true, state: 'Running', healthStatus: 'Unhealthy' }],
    ['up', { state: 'Finished' }, { state: 'Finished', errorMessage: notRunning('Finished') }],
    ['up', { state: 'exited' }, { state: 'exited', errorMessage: notRunning('exited') }],
    ['up', { state: 'FailedToStart' }, { state: 'FailedToStart', errorMessage: notRunning('FailedToStart') }],
    ['up', { state: 'Weird', stateStyle: 'error' }, { state: 'Weird', errorMessage: notRunning('Weird') }],
    ['up', { state: 'Waiting', exitCode: 3 }, { state: 'Waiting', errorMessage: notRunning('Waiting') }],
    ['down', { state: 'Finished', exitCode: 0 }, { success: true, state: 'Finished' }],
    ['down', { state: 'FAILEDTOSTART' }, { success: true, state: 'FAILEDTOSTART' }],
    ['down', { state: 'Running', exitCode: 0 }, { success: true, state: 'Running', healthStatus: 'Healthy' }],
    ['Healthy', { state: 'Running' }, { errorMessage: 'Unknown status: Healthy' }],
    ['toString', { state: 'Running' }, { errorMessage: 'Unknown status: toString' }],
  ])('for %s is over at once when it is %j', async (status, facts, expected) => {
    expect(await answerOf(wait(facts, status, 0))).toEqual({ ...plain, ...expected });
    expect(await answerOf(wait(facts, status))).toEqual({ ...plain, ...expected });
  });

  it.each<[string, ResourceFacts]>([
    ['healthy', { state: 'Running', healthStatus: 'Unhealthy' }],
    ['healthy', { state: 'running' }],
    ['healthy', { state: 'finished' }],
    ['healthy', {}],
    ['up', { state: 'NotStarted' }],
    ['up', { state: 'Waiting' }],
    ['up', { state: 'ValueMissing' }],
    ['up', {}],
    ['down', { state: 'Stopping' }],
    ['down', { state: '' }],
  ])('for %s goes on when it is %j, until its time is up', async (status, facts) => {
    const waiting = wait(facts, status, 5);
    expect(await answerOf(waiting)).toBeUndefined();
    await waiting.time.advanceAsync(4999);
    expect(waiting.answer).toBeUndefined();
    await waiting.time.advanceAsync(1);
    expect(await answerOf(waiting)).toEqual({ ...plain, timedOut: true, errorMessage: "Timed out waiting for resource 'web'." });
  });

  it('says at once that the time is up when there is none', async () => {
    expect(await answerOf(wait({ state: 'Starting' }, 'up', 0))).toEqual({ ...plain, timedOut: true, errorMessage: "Timed out waiting for resource 'web'." });
  });

  it('sees a state that lasts for no time', async () => {
    const waiting = wait({ state: 'Starting' }, 'up');
    await answerOf(waiting);
    waiting.resource.state.update({ state: 'Running' });
    waiting.resource.state.update({ state: 'Finished', exitCode: 1 });
    expect(await answerOf(waiting)).toEqual({ ...plain, success: true, state: 'Running', healthStatus: 'Healthy' });
  });

  it('waits for a negative time not at all, but refuses it', async () => {
    const waiting = wait({ state: 'Running' }, 'up', -1);
    await settle(waiting.time, () => waiting.error !== undefined);
    expect(waiting.error).toMatchObject({ code: 'ERR_OUT_OF_RANGE', paramName: 'timeoutSeconds' });
  });

  it('waits as long as a timer can when it is told a time beyond that', async () => {
    const waiting = wait({ state: 'Starting' }, 'up', 2_147_483_647);
    expect(await answerOf(waiting)).toBeUndefined();
    await waiting.time.advanceAsync(4_294_966_000);
    waiting.resource.state.update({ state: 'Running' });
    expect(await answerOf(waiting)).toMatchObject({ success: true });
  });

  it('ends when the client gives up', async () => {
    const waiting = wait({ state: 'Starting' }, 'up');
    await answerOf(waiting);
    waiting.caller.abort();
    await settle(waiting.time, () => waiting.error !== undefined);
    expect(waiting.error).toMatchObject({ name: 'AbortError' });
    expect(waiting.time.pendingTimers).toEqual([]);
  });

  it.each(['web-abc', 'web', 'WEB'])('finds it under %s', async name => {
    expect(await answerOf(wait({ state: 'Running' }, 'up', 0, name))).toMatchObject({ success: true });
  });

  it('knows no other names, and says when a name is that of several', async () => {
    const [one, two] = [new FakeResource('web-a', {}, { displayName: 'web' }), new FakeResource('web-b', { state: 'Running' }, { displayName: 'web' })];
    const { catalog, time } = createCatalog([one, two]);
    const ask = (resourceName: string) => waitForResource(catalog, { resourceName, status: 'up', timeoutSeconds: 0 }, time, new AbortController().signal);
    expect([await ask('nosuch'), await ask('web'), await ask('web-b')]).toEqual([
      { ...plain, resourceNotFound: true, errorMessage: "Resource 'nosuch' was not found." },
      { ...plain, errorMessage: "Resource 'web' is ambiguous because it has multiple replicas. Specify the exact instance name." },
      { ...plain, success: true, state: 'Running', healthStatus: 'Healthy' },
    ]);
  });
});

import { isDeepStrictEqual } from 'node:util';
import type { AppHost } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type Exchange, readRecording } from '../../support/recorded-traffic.js';
import { collect } from '../../support/scripted-app-host.js';
import { AppHostScene, fakePath, loadClient } from './app-host-scene.js';

const exchangesOf = (...names: readonly string[]) =>
  names.flatMap(name => readRecording(name).connections.flatMap(({ exchanges }) => exchanges)).filter(({ answer }) => answer?.result !== undefined);

/** The first answer to a call of that method of which `isMeant` is true. */
function answerTo(exchanges: readonly Exchange[], method: string, isMeant: (request: any) => boolean): any {
  const found = exchanges.find(({ request }) => request.method === method && isMeant(request.params?.[0]));
  if (!found) throw new Error(`${method}: this was not recorded.`);
  return found.answer?.result;
}

describe('AppHost with what a .NET AppHost answered', () => {
  expectNoLeaks();
  const recorded = exchangesOf('raw/wait', 'raw/execute', 'cli/describe-hidden');
  let scene: AppHostScene;
  let appHost: AppHost;
  beforeAll(loadClient);
  beforeEach(async () => {
    scene = new AppHostScene();
    const { resources } = answerTo(recorded, 'GetResourcesAsync', () => true);
    for (const resource of resources) scene.app.resources.set(resource.name, resource);
    scene.app.scripts['WaitForResourceAsync'] = ({ resourceName, status }: any) =>
      answerTo(recorded, 'WaitForResourceAsync', request => request?.resourceName === resourceName && request.status === status);
    scene.app.scripts['ExecuteResourceCommandAsync'] = ({ resourceName, commandName, arguments: args }: any) =>
      answerTo(
        recorded,
        'ExecuteResourceCommandAsync',
        request => request?.resourceName === resourceName && request.commandName === commandName && isDeepStrictEqual(request.arguments, args),
      );
    scene.start();
    appHost = await scene.connect();
  });
  afterEach(async () => {
    await scene.play(appHost[Symbol.asyncDispose]());
    await scene.expectReleased();
  });

  it('tells the resources, without the hidden ones unless they are asked for', async () => {
    const names = async (includeHidden: boolean) => (await scene.play(appHost.resources({ includeHidden }))).map(({ displayName }) => displayName);
    expect(await names(false)).toEqual(expect.arrayContaining(['web', 'ticker', 'replicated']));
    expect([(await names(false)).includes('hiddenres'), (await names(true)).includes('hiddenres')]).toEqual([false, true]);
  });

  it('watches them alike', async () => {
    const giveUp = new AbortController();
    scene.time.createTimer(() => giveUp.abort(), undefined, 100, -1);
    const { items } = await scene.play(collect(appHost.watchResources({ signal: giveUp.signal })));
    expect(items.map(({ name }) => name).sort()).toEqual([...(await scene.play(appHost.resources()))].map(({ name }) => name).sort());
  });

  it.each([
    ['web', 'healthy', { displayName: 'web', state: 'Running', healthStatus: 'Healthy' }],
    ['failing', 'down', { displayName: 'failing', state: 'Finished', exitCode: 7 }],
  ] as const)('waits for %s to be %s', async (name, status, facts) => {
    expect(await scene.play(appHost.waitFor(name, status))).toMatchObject(facts);
  });

  it.each([
    ['blocked', 'up', 'timedOut', /waits for never/],
    [
      'failing',
      'up',
      'failed',
      /Resource 'failing' failed to reach 'Running' state\. Current state: Finished\. Last seen: failing-\w+ is Finished, exit code 7/,
    ],
    ['job', 'healthy', 'failed', /to become healthy because it failed to start\. Last seen: job-\w+ is Finished, exit code 0/],
    ['replicated', 'up', 'ambiguous', /Wait for one of its instances: replicated-\w+, replicated-\w+\./],
  ] as const)('explains why %s is not %s: %s', async (name, status, reason, text) => {
    const { error } = await scene.failureOf(appHost.waitFor(name, status));
    expect(error).toMatchObject({ code: 'ERR_RESOURCE_WAIT', reason });
    expect(error.message).toMatch(text);
  });

  it('says that there is no such resource', async () => {
    const { error } = await scene.failureOf(appHost.waitFor('nosuch', 'up'));
    expect(error).toMatchObject({ code: 'ERR_RESOURCE_NOT_FOUND' });
    expect(error.message).toContain(`There is no resource 'nosuch' in the AppHost '${fakePath}'.`);
  });

  it('runs a command', async () => {
    const response = await scene.play(appHost.execute('custom', 'args', { name: 'bob' }));
    expect(response).toMatchObject({ success: true, value: { value: 'name=bob;count=3;color=;force=;token=;locked=', format: 'text' } });
  });

  it.each([
    [{ name: '' }, 'invalidArguments', 'Command argument validation failed. name: Value is required.'],
    [{ name: 'bob', count: 'abc' }, 'invalidArguments', 'count: Value must be a valid number.'],
  ])('explains what is wrong with the arguments %j', async (args, reason, text) => {
    const { error } = await scene.failureOf(appHost.execute('custom', 'args', args));
    expect(error).toMatchObject({ code: 'ERR_RESOURCE_COMMAND', reason });
    expect(error.message).toContain(text);
  });

  it('knows the commands that a resource offers', async () => {
    const { error } = await scene.failureOf(appHost.execute('custom', 'OK'));
    expect(error.message).toMatch(/Command 'OK' not available for resource 'custom'\. Did you mean ok.*\? It offers: .*args/);
  });

  it('tells a log in the order of time, whose blocks came one after the other', async () => {
    const items = exchangesOf('raw/logs').flatMap(({ answer }) => answer?.result.values ?? []);
    scene.app.lines = items.find(item => 'lines' in item).lines;
    const { resourceName } = scene.app.lines[0]!;
    scene.app.set(resourceName);
    const beginnings = (texts: readonly string[]) => texts.map(text => text.split(' ').slice(0, 2).join(' '));
    expect(beginnings(scene.app.lines.map(({ content }) => content.slice(content.indexOf(' ') + 1)))).toEqual([
      'No custom',
      'job running',
      'job done',
      '[sys] Starting',
    ]);
    const { items: lines } = await scene.play(collect(appHost.logs(resourceName)));
    expect(beginnings(lines.map(({ text }) => text))).toEqual(['No custom', '[sys] Starting', 'job running', 'job done']);
    expect(lines[0]!.timestamp).toEqual(new Date('2026-11-22T18:44:40.976Z'));
  });
});

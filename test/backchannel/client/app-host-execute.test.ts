import type { AppHost, ResourceCommandError } from 'hostward/backchannel';
import { expectNoLeaks } from '../../support/leak-check.js';
import { AppHostScene, loadClient } from './app-host-scene.js';

describe('AppHost.execute', () => {
  expectNoLeaks();
  let scene: AppHostScene;
  let appHost: AppHost;
  beforeAll(loadClient);
  afterEach(async () => {
    await scene.play(appHost[Symbol.asyncDispose]());
    await scene.expectReleased();
  });

  async function begin(answer: () => unknown): Promise<void> {
    scene = new AppHostScene();
    scene.app.set('web', { state: 'Running', commands: [{ name: 'restart', state: 'Enabled' }] });
    scene.app.scripts['ExecuteResourceCommandAsync'] = answer;
    scene.start();
    appHost = await scene.connect();
  }

  it('sends the arguments, and tells what the command answered', async () => {
    await begin(() => ({ success: true, message: 'done', value: { value: '{"a":1}', format: 'json' } }));
    expect(await scene.play(appHost.execute('web', 'restart', { soft: true, count: 2 }))).toMatchObject({
      success: true,
      message: 'done',
      value: { value: '{"a":1}', format: 'json' },
    });
    const [call] = scene.app.heard.filter(text => text.startsWith('Execute'));
    expect(JSON.parse(call!.slice(call!.indexOf('[')))).toMatchObject([
      { resourceName: 'web', commandName: 'restart', arguments: { soft: true, count: 2 }, validateOnly: false },
    ]);
  });

  it.each([
    [{ canceled: true }, 'canceled', 'was cancelled'],
    [{ message: 'disk full' }, 'failed', 'has failed. disk full'],
    [{ errorMessage: 'disk full' }, 'failed', 'has failed. disk full'],
    [
      { message: 'Command argument validation failed.', validationErrors: [{ argumentName: 'count', errorMessage: 'Value must be a valid number.' }] },
      'invalidArguments',
      'Command argument validation failed. count: Value must be a valid number.',
    ],
  ])('makes %j an error', async (answer, reason, text) => {
    await begin(() => ({ success: false, ...answer }));
    const { error } = await scene.failureOf(appHost.execute('web', 'restart', { count: 's3cret' }));
    const { code, response, lastSeen, ...facts } = error as ResourceCommandError;
    expect({ code, facts }).toMatchObject({ code: 'ERR_RESOURCE_COMMAND', facts: { resourceName: 'web', commandName: 'restart', reason } });
    expect([response?.success, lastSeen?.state]).toEqual([false, 'Running']);
    expect(error.message).toContain(text);
    expect(error.message).toContain('Last seen: web is Running.');
    expect(error.message).not.toContain('s3cret');
  });

  it('makes it the result when that is wanted', async () => {
    await begin(() => ({ success: false, message: 'disk full' }));
    expect(await scene.play(appHost.execute('web', 'restart', undefined, { throwOnFailure: false }))).toMatchObject({ success: false, message: 'disk full' });
  });

  it('names the commands that there are when there is none of that name', async () => {
    await begin(() => ({ success: false, message: "Command 'restrat' not available for resource 'web'." }));
    const { error } = await scene.failureOf(appHost.execute('web', 'restrat'));
    expect(error.message).toContain('Did you mean restart? It offers: restart.');
  });

  it('names the resources that there are when there is none of that name', async () => {
    await begin(() => ({ success: false, message: "Resource 'wbe' not found." }));
    expect((await scene.failureOf(appHost.execute('wbe', 'restart'))).error).toMatchObject({ code: 'ERR_RESOURCE_NOT_FOUND', known: ['web'] });
  });

  it('names the instances when a name means several', async () => {
    await begin(() => ({ success: false, message: "Resource 'api' not found." }));
    for (const name of ['api-a', 'api-b']) scene.app.set(name, { displayName: 'api', commands: [] });
    const { error } = await scene.failureOf(appHost.execute('api', 'restart'));
    expect(error.message).toContain('The name means several: api-a, api-b; give one of them.');
  });

  it('cancels a command that takes too long', async () => {
    let isCanceled = false;
    await begin(() => undefined);
    scene.app.scripts['ExecuteResourceCommandAsync'] = (_request: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          isCanceled = true;
          reject(new Error('gone'));
        }),
      );
    scene.start();
    await using again = await scene.connect();
    const { error, elapsed } = await scene.failureOf(again.execute('web', 'restart', [1], { timeout: 4000 }));
    expect([error.reason, error.cause.code, elapsed, isCanceled]).toEqual(['timedOut', 'ERR_DEADLINE_EXCEEDED', 4000, true]);
    expect(error.message).toContain('did not end within 4000 ms.');
  });

  it('ends by its signal', async () => {
    await begin(() => new Promise(() => undefined));
    const giveUp = new AbortController();
    scene.time.createTimer(() => giveUp.abort('enough'), undefined, 1000, -1);
    expect((await scene.failureOf(appHost.execute('web', 'restart', undefined, { signal: giveUp.signal }))).error).toMatchObject({ name: 'AbortError' });
  });

  it('leaves a lost connection what it is', async () => {
    await begin(() => new Promise(() => undefined));
    scene.time.createTimer(() => scene.end(), undefined, 1000, -1);
    expect((await scene.failureOf(appHost.execute('web', 'restart'))).error).toMatchObject({ code: 'ERR_RPC_CONNECTION_LOST' });
  });
});

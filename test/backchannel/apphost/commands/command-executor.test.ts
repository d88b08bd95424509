import { SecretRedactor } from '../../../../src/hosting/logging/index.js';
import type { CommandContext } from '../../../../src/backchannel/apphost/commands/resource-command-definition.js';
import { OperationCanceledError } from '../../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { settle } from '../../../support/settle.js';
import { FakeResource } from '../fake-resource.js';
import { canceled, CommandScene, failure, invalid, linesOf, success } from './command-scene.js';

expectNoLeaks();

/** What never settles, whatever happens. */
const forever = () => new Promise<never>(() => undefined);

describe('a request for a command', () => {
  it('that is for no resource is answered so, and what the client sent is shown without what would control a terminal', async () => {
    using scene = new CommandScene();
    expect(await scene.execute(undefined, 'go', { resourceName: 'no\u001b[2Jsuch' })).toEqual(failure("Resource 'no\ufffd[2Jsuch' not found."));
    expect((await scene.execute(undefined, 'go', { resourceName: 'x'.repeat(1_000_000) })).message).toBe(`Resource '${'x'.repeat(100)}…' not found.`);
  });

  it('that the resource does not have is answered so, by the name that was asked for', async () => {
    using scene = new CommandScene();
    const resource = new FakeResource('web-1', {}, { displayName: 'web', commands: [{ name: 'go', execute: () => undefined }] });
    expect(await scene.execute(resource, 'Go')).toEqual(failure("Command 'Go' not available for resource 'web'."));
    expect(await scene.execute(resource, 'resource-start')).toEqual(failure("Command 'resource-start' not available for resource 'web'."));
    expect(linesOf(resource).slice(0, 2)).toEqual(["Executing command 'Go'.", "Command 'Go' not available."]);
  });

  it('is called by what the AppHost calls the resource', async () => {
    using scene = new CommandScene({ nameOf: ({ name }) => name });
    const resource = new FakeResource('web-1', {}, { displayName: 'web' });
    expect(await scene.execute(resource, 'go')).toEqual(failure("Command 'go' not available for resource 'web-1'."));
  });

  it.each([
    ['parameter-set', 'set-parameter'],
    ['PARAMETER-DELETE', 'delete-parameter'],
    ['resource-restart', 'restart'],
  ])('by the older name %s runs %s', async (older, name) => {
    using scene = new CommandScene();
    const resource = new FakeResource('web', {}, { commands: [{ name, execute: () => ({ message: 'ran' }) }] });
    expect(await scene.execute(resource, older)).toEqual({ ...success, message: 'ran', errorMessage: 'ran' });
  });

  it('by an older name runs the command that is really called so, when there is one', async () => {
    using scene = new CommandScene();
    const commands = ['start', 'resource-start'].map(name => ({ name, execute: () => ({ message: name }) }));
    expect((await scene.execute(new FakeResource('web', {}, { commands }), 'resource-start')).message).toBe('resource-start');
  });

  it('tells the command of its resource as it is now, of the client, and gives it a logger to the log of the resource', async () => {
    using scene = new CommandScene();
    const seen: unknown[] = [];
    const resource = new FakeResource(
      'web-1',
      { state: 'Running' },
      {
        displayName: 'web',
        commands: [
          {
            name: 'go',
            async execute({ resource: own, isNonInteractive, logger, signal }) {
              seen.push(own.name, own.displayName, own.facts.state, isNonInteractive, signal.aborted);
              resource.state.update({ state: 'Stopping' });
              seen.push(own.facts.state);
              logger.debug('half way, password {Password}', 'S3CRET');
              logger.error(new Error('no disk'), 'failed');
            },
          },
        ],
      },
    );
    await scene.execute(resource, 'go', { nonInteractive: false });
    expect(seen).toEqual(['web-1', 'web', 'Running', false, false, 'Stopping']);
    expect(resource.log.lines.map(({ text, isError, timestamp }) => [text.split('\n')[0], isError, timestamp])).toEqual([
      ["Executing command 'go'.", false, scene.time.getUtcNowMilliseconds()],
      ['half way, password ***', false, scene.time.getUtcNowMilliseconds()],
      ['failed', true, scene.time.getUtcNowMilliseconds()],
      ["Successfully executed command 'go'.", false, scene.time.getUtcNowMilliseconds()],
    ]);
    expect(resource.log.lines[2]!.text).toContain('Error: no disk');
  });

  it('keeps the secrets of the program out of the log of the resource', async () => {
    const redactor = new SecretRedactor();
    redactor.addSecret('S3CRET');
    using scene = new CommandScene({ redactor });
    const execute = ({ logger }: CommandContext) => {
      logger.information('connected with S3CRET');
      throw new Error('S3CRET was refused');
    };
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', execute }] });
    await scene.execute(resource, 'go');
    expect(linesOf(resource)).toEqual(["Executing command 'go'.", 'connected with ***', "Error executing command 'go'."]);
    expect(JSON.stringify(resource.log.lines)).not.toContain('S3CRET');
  });

  it.each([
    ['nothing', undefined, success],
    ['null', null, success],
    ['an empty object', {}, success],
    ['a message', { message: 'done' }, { ...success, message: 'done', errorMessage: 'done' }],
    ['a value', { value: '' }, { ...success, value: { value: '', format: 'text', displayImmediately: false } }],
    ['a failure', { success: false }, failure(null)],
    ['a cancellation', { canceled: true }, canceled()],
    ['a cancellation that calls itself a success', { canceled: true, success: true, message: 'stopped' }, canceled('stopped')],
  ])('is answered with %s that the command returned', async (_, result, answer) => {
    using scene = new CommandScene();
    expect(await scene.run({ execute: async () => result as undefined })).toEqual(answer);
  });

  it.each([
    ['a text', 'done', 'nothing or an object, found a string'],
    ['a list', [], 'nothing or an object, found a list'],
    ['a value that is none', { value: 5 }, "a 'value' that is a text, found a number"],
    ['a message that is none', { message: {} }, "a 'message' that is a text, found a object"],
    ['an unknown format', { value: '', format: 'html' }, "a 'format' of text, json, markdown, found another"],
    ['a flag that is none', { success: 'yes' }, "'success', 'canceled' and 'displayImmediately' to be true or false, found something else"],
  ])('fails clearly when the command returned %s', async (_, result, problem) => {
    using scene = new CommandScene();
    expect(await scene.run({ execute: () => result as never })).toEqual(failure(`Command 'go' has ended, but its result cannot be sent: expected ${problem}.`));
  });

  it('fails clearly when the value is too long, measured as it would be sent, and a long message is cut', async () => {
    using scene = new CommandScene({ limits: { maxValueBytes: 60 } });
    expect((await scene.run({ execute: () => ({ value: 'x'.repeat(58) }) })).success).toBe(true);
    expect((await scene.run({ execute: () => ({ value: 'x'.repeat(59) }) })).message).toBe(
      "Command 'go' has ended, but its result cannot be sent: expected a 'value' of at most 60 bytes, found 61.",
    );
    expect((await scene.run({ execute: () => ({ value: '\u0001'.repeat(10) }) })).message).toContain('found 62');
    expect((await scene.run({ execute: () => ({ message: 'x'.repeat(70_000) }) })).message).toBe(`${'x'.repeat(65_536)}… (70000 characters)`);
  });

  it.each([
    ['throws', () => fail(new Error('boom'))],
    ['rejects', async () => fail(new Error('boom'))],
  ])('fails with the message of what the command %s, and the log of the resource has the error', async (_, execute) => {
    using scene = new CommandScene();
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', execute }] });
    expect(await scene.execute(resource, 'go')).toEqual(failure('boom'));
    expect(linesOf(resource)).toEqual(["Executing command 'go'.", "Error executing command 'go'."]);
    expect(resource.log.lines[1]).toMatchObject({ isError: true, text: expect.stringContaining('Error: boom') });
  });

  it('fails also when what is thrown is no error', async () => {
    using scene = new CommandScene();
    expect(await scene.run({ execute: () => fail('boom') })).toEqual(failure('A value that is no Error was thrown: boom'));
  });

  it('says in the log of the resource when the command says that it failed', async () => {
    using scene = new CommandScene();
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', execute: () => ({ success: false, message: 'no disk' }) }] });
    await scene.execute(resource, 'go');
    expect(linesOf(resource)).toEqual(["Executing command 'go'.", "Failure executing command 'go'. Error message: no disk"]);
  });
});

describe('a command that is disabled or hidden', () => {
  it.each(['disabled', 'hidden'] as const)('%s is refused, also when its arguments are only to be validated', async state => {
    using scene = new CommandScene();
    const execute = jest.fn();
    const refusal = failure(`Command 'go' of resource 'web' cannot run at present: it is ${state}.`);
    expect(await scene.run({ state: () => state, execute })).toEqual(refusal);
    expect(await scene.run({ state: () => state, execute }, { validateOnly: true })).toEqual(refusal);
    expect(execute).not.toHaveBeenCalled();
  });

  it('is so by the facts of the moment', async () => {
    using scene = new CommandScene();
    const state = ({ state: now }: { readonly state?: string | null }) => (now === 'Running' ? 'enabled' : 'disabled');
    const resource = new FakeResource('web', { state: 'Running' }, { commands: [{ name: 'go', state, execute: () => undefined }] });
    expect((await scene.execute(resource, 'go')).success).toBe(true);
    resource.state.update({ state: 'Finished' });
    expect((await scene.execute(resource, 'go')).success).toBe(false);
  });

  it.each([
    ['throws', () => fail(new Error('no facts'))],
    ['returns nothing that is a state', () => 'constructor' as never],
  ])('is also one whose state %s', async (_, state) => {
    using scene = new CommandScene();
    expect((await scene.run({ state })).message).toBe("Command 'go' of resource 'web' cannot run at present: it is disabled.");
  });

  it.each(['UI', 'Api'] as const)('is not one that is only offered to %s', async visibility => {
    using scene = new CommandScene();
    expect(await scene.run({ visibility })).toEqual(success);
  });
});

describe('a command under way', () => {
  it('is cancelled with its client, and what it throws then is a cancellation', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', execute: ({ signal }) => untilAborted(signal) }] });
    const answer = scene.execute(resource, 'go', {}, client.signal);
    await settle(scene.time, () => linesOf(resource).length > 0);
    client.abort();
    expect(await answer).toEqual(canceled());
    expect(linesOf(resource)).toEqual(["Executing command 'go'.", "Command 'go' was canceled."]);
  });

  it('is cancelled when the application stops', async () => {
    using scene = new CommandScene();
    const answer = scene.run({ execute: ({ signal }) => untilAborted(signal) });
    await scene.time.advanceAsync(1);
    scene.stopping.abort();
    expect(await answer).toEqual(canceled());
  });

  it('does not begin when its client has gone before', async () => {
    using scene = new CommandScene();
    const execute = jest.fn();
    expect(await scene.run({ execute }, {}, AbortSignal.abort())).toEqual(canceled());
    expect(execute).not.toHaveBeenCalled();
  });

  it('has the last word when it ends with a result, or a failure, after the cancellation', async () => {
    using scene = new CommandScene();
    const outcomes = [async () => ({ message: 'done after all' }), async () => fail(new Error('half done'))];
    const answers = [];
    for (const outcome of outcomes) {
      const client = new AbortController();
      const answer = scene.run({ execute: ({ signal }) => untilAborted(signal).catch(outcome) }, {}, client.signal);
      await scene.time.advanceAsync(1);
      client.abort();
      answers.push(await answer);
    }
    expect(answers).toEqual([{ ...success, message: 'done after all', errorMessage: 'done after all' }, failure('half done')]);
  });

  it('that does not heed its signal is answered after 5,000 ms, and its end is logged when it comes', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    let end = () => undefined as void;
    const work = new Promise<void>(resolve => (end = resolve));
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', execute: () => work }] });
    let answer: unknown;
    void scene.execute(resource, 'go', {}, client.signal).then(value => (answer = value));
    await scene.time.advanceAsync(1_000);
    client.abort();
    await scene.time.advanceAsync(4_999);
    expect(answer).toBeUndefined();
    await scene.time.advanceAsync(1);
    expect(answer).toEqual(canceled("Command 'go' was canceled. It is still at work."));
    await scene.time.advanceAsync(2_000);
    end();
    await scene.time.advanceAsync(1);
    expect(scene.logger.collector.messages()).toEqual(["Command 'go' on web ended 7000 ms after it was given up"]);
    expect(linesOf(resource).at(-1)).toBe("Command 'go' on web ended 7000 ms after it was given up");
  });

  it('that fails after it was answered leaves a warning, and no unhandled rejection', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    let reject = (_: Error) => undefined as void;
    const work = new Promise<void>((_, no) => (reject = no));
    const answer = scene.run({ execute: () => work }, {}, client.signal);
    await scene.time.advanceAsync(1);
    client.abort();
    await scene.time.advanceAsync(5_000);
    await answer;
    reject(new Error('too late'));
    await scene.time.advanceAsync(1);
    expect(scene.logger.latestRecord).toMatchObject({
      level: 'warning',
      message: "Command 'go' on web failed 5000 ms after it was given up",
      error: expect.objectContaining({ message: 'too late' }),
    });
  });

  it('that needs long to heed its signal has not failed', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    let reject = (_: Error) => undefined as void;
    const work = new Promise<void>((_, no) => (reject = no));
    const answer = scene.run({ execute: () => work }, {}, client.signal);
    await scene.time.advanceAsync(1);
    client.abort();
    await scene.time.advanceAsync(5_000);
    await answer;
    reject(new OperationCanceledError());
    await scene.time.advanceAsync(1);
    expect(scene.logger.latestRecord).toMatchObject({ level: 'information', message: "Command 'go' on web ended 5000 ms after it was given up" });
  });

  it('fails when its time is up, even when it then ends as if nothing had been', async () => {
    using scene = new CommandScene();
    const executes = [
      ({ signal }: { signal: AbortSignal }) => untilAborted(signal),
      ({ signal }: { signal: AbortSignal }) => untilAborted(signal).catch(() => undefined),
    ];
    for (const execute of executes) {
      const answer = scene.run({ execute, timeout: 1_000 });
      await scene.time.advanceAsync(1_000);
      expect(await answer).toEqual(failure("Command 'go' did not finish within 1000 ms."));
    }
  });

  it('that does not heed that either is left behind', async () => {
    using scene = new CommandScene();
    const answer = scene.run({ execute: forever, timeout: 1_000 });
    await scene.time.advanceAsync(6_000);
    expect(await answer).toEqual(failure("Command 'go' did not finish within 1000 ms. It is still at work."));
  });

  it('has no limit of time unless it says so', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    const answer = scene.run({ execute: ({ signal }) => untilAborted(signal) }, {}, client.signal);
    await scene.time.advanceAsync(100_000_000);
    client.abort();
    expect(await answer).toEqual(canceled());
  });

  it('counts until it has really ended: the limit of commands at a time cannot be passed by cancelling', async () => {
    using scene = new CommandScene({ limits: { maxRunning: 2 } });
    const ends: (() => void)[] = [];
    const execute = () => new Promise<void>(resolve => ends.push(resolve));
    for (let count = 1; count <= 2; count++) {
      const client = new AbortController();
      const answer = scene.run({ execute }, {}, client.signal);
      await settle(scene.time, () => ends.length === count);
      client.abort();
      await scene.time.advanceAsync(5_000);
      await answer;
    }
    expect(await scene.run({})).toEqual(failure("Command 'go' was not started: 2 commands are running already. Try again later."));
    for (const end of ends) end();
    await scene.time.advanceAsync(1);
    expect(await scene.run({})).toEqual(success);
  });

  it('is one of many: commands of one resource run side by side', async () => {
    using scene = new CommandScene();
    const ends: (() => void)[] = [];
    const commands = [{ name: 'go', execute: () => new Promise<void>(resolve => ends.push(resolve)) }];
    const resource = new FakeResource('web', {}, { commands });
    const answers = [scene.execute(resource, 'go'), scene.execute(resource, 'go')];
    await settle(scene.time, () => ends.length === 2);
    for (const end of ends) end();
    expect(await Promise.all(answers)).toEqual([success, success]);
  });
});

describe('a request that only validates', () => {
  it('says what is wrong, runs nothing, and leaves no line in the log', async () => {
    using scene = new CommandScene();
    const execute = jest.fn();
    const resource = new FakeResource('web', {}, { commands: [{ name: 'go', arguments: { n: { type: 'number', required: true } }, execute }] });
    expect(await scene.execute(resource, 'go', { validateOnly: true })).toEqual(invalid({ n: 'Value is required.' }));
    expect(await scene.execute(resource, 'go', { validateOnly: true, arguments: { n: 5 } })).toEqual(success);
    expect(await scene.execute(resource, 'no', { validateOnly: true })).toEqual(failure("Command 'no' not available for resource 'web'."));
    expect(execute).not.toHaveBeenCalled();
    expect(linesOf(resource)).toEqual([]);
  });

  it('is answered as cancelled when its client goes while arguments are loaded', async () => {
    using scene = new CommandScene();
    const client = new AbortController();
    const load = ({ signal }: { signal: AbortSignal }) => untilAborted(signal);
    const answer = scene.run({ arguments: { file: { type: 'choice', load } } }, { validateOnly: true }, client.signal);
    await scene.time.advanceAsync(1);
    client.abort();
    expect(await answer).toEqual(canceled());
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new OperationCanceledError(signal))));
}

function fail(thrown: unknown): never {
  throw thrown;
}

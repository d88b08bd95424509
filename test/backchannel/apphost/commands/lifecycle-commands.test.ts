import { OperationCanceledError } from '../../../../src/hosting/primitives/index.js';
import { describeCommands } from '../../../../src/backchannel/apphost/commands/describe-commands.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { settle } from '../../../support/settle.js';
import { FakeResource } from '../fake-resource.js';
import { canceled, CommandScene, failure, FakeLifecycleResource, linesOf, success } from './command-scene.js';

expectNoLeaks();

/** A resource whose start and stop end when the test says so, and what was called so far. */
function createManual(state = 'Running') {
  const calls: string[] = [];
  const ends: (() => void)[] = [];
  const part = (name: string) => async () => {
    calls.push(name);
    await new Promise<void>(resolve => ends.push(resolve));
    calls.push(`${name} done`);
  };
  const resource = new FakeLifecycleResource('web-1', { state }, { start: part('start'), stop: part('stop') }, { displayName: 'web' });
  return { resource, calls, ends, end: () => ends.shift()?.() };
}

describe('a resource that can be started and stopped', () => {
  it.each([
    ['start', 'started', ['start']],
    ['stop', 'stopped', ['stop']],
    ['restart', 'restarted', ['stop', 'start']],
    ['resource-restart', 'restarted', ['stop', 'start']],
  ])('has %s, whose success says so in both members', async (command, done, expected) => {
    using scene = new CommandScene();
    const calls: string[] = [];
    const note = (name: string) => async () => void calls.push(name);
    const resource = new FakeLifecycleResource('web-1', { state: 'Running' }, { start: note('start'), stop: note('stop') }, { displayName: 'web' });
    const message = `Successfully ${done} 'web'.`;
    expect(await scene.execute(resource, command)).toEqual({ ...success, message, errorMessage: message });
    expect(calls).toEqual(expected);
    const name = command.replace('resource-', '');
    expect(linesOf(resource)).toEqual([`Executing command '${name}'.`, `Successfully executed command '${name}'.`]);
  });

  it('is called by what the AppHost calls it', async () => {
    using scene = new CommandScene({ nameOf: ({ name }) => name });
    expect((await scene.execute(createAutomatic(), 'stop')).message).toBe("Successfully stopped 'web-1'.");
  });

  it.each(['Running', 'Starting', 'Stopping', 'Finished', 'NotStarted', '', 'Frozen'])('runs its commands in whatever state it is, also in %j', async state => {
    using scene = new CommandScene();
    for (const command of ['start', 'stop', 'restart']) expect((await scene.execute(createAutomatic(state), command)).success).toBe(true);
  });

  it('fails to start with the reason: what does not run was not started', async () => {
    using scene = new CommandScene();
    const start = () => Promise.reject(new Error('spawn nosuch ENOENT'));
    const resource = new FakeLifecycleResource('web', {}, { start });
    expect(await scene.execute(resource, 'start')).toEqual(failure('spawn nosuch ENOENT'));
    expect(await scene.execute(resource, 'restart')).toEqual(failure('spawn nosuch ENOENT'));
  });

  it('is not started by a restart whose stop fails', async () => {
    using scene = new CommandScene();
    const start = jest.fn();
    const stop = () => Promise.reject(new Error('it does not end'));
    expect(await scene.execute(new FakeLifecycleResource('web', {}, { start, stop }), 'restart')).toEqual(failure('it does not end'));
    expect(start).not.toHaveBeenCalled();
  });

  it('is restarted by one after the other: two at once do not mix', async () => {
    using scene = new CommandScene();
    const { resource, calls, ends, end } = createManual();
    const answers = [scene.execute(resource, 'restart'), scene.execute(resource, 'restart'), scene.execute(resource, 'stop')];
    for (let step = 0; step < 5; step++) {
      await settle(scene.time, () => ends.length === 1);
      end();
    }
    expect((await Promise.all(answers)).map(({ success: isDone }) => isDone)).toEqual([true, true, true]);
    const one = ['stop', 'stop done', 'start', 'start done'];
    expect(calls).toEqual([...one, ...one, 'stop', 'stop done']);
  });

  it('does not hold up another one', async () => {
    using scene = new CommandScene();
    const { resource, end, ends } = createManual();
    const answer = scene.execute(resource, 'stop');
    await settle(scene.time, () => ends.length === 1);
    expect((await scene.execute(createAutomatic(), 'restart')).success).toBe(true);
    end();
    await answer;
  });

  it('lets a command go that is cancelled while it waits, and the next one still waits for the first', async () => {
    using scene = new CommandScene();
    const { resource, calls, ends, end } = createManual();
    const client = new AbortController();
    const [first, second, third] = [scene.execute(resource, 'stop'), scene.execute(resource, 'restart', {}, client.signal), scene.execute(resource, 'start')];
    await settle(scene.time, () => ends.length === 1);
    client.abort();
    expect(await second).toEqual(canceled());
    await scene.time.advanceAsync(1);
    expect(calls).toEqual(['stop']);
    end();
    await settle(scene.time, () => ends.length === 1);
    end();
    expect([(await first).success, (await third).success]).toEqual([true, true]);
    expect(calls).toEqual(['stop', 'stop done', 'start', 'start done']);
  });

  it('is given up after 120,000 ms, a restart after 240,000 ms, and heeds it or is left behind', async () => {
    using scene = new CommandScene();
    const heeds = (signal: AbortSignal) => new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new OperationCanceledError(signal))));
    const start = scene.execute(new FakeLifecycleResource('web', {}, { start: heeds }), 'start');
    const restart = scene.execute(createManual().resource, 'restart');
    await scene.time.advanceAsync(120_000);
    expect(await start).toEqual(failure("Command 'start' did not finish within 120000 ms."));
    await scene.time.advanceAsync(125_000);
    expect(await restart).toEqual(failure("Command 'restart' did not finish within 240000 ms. It is still at work."));
  });

  it('that was left behind in a stop is not started before that has ended', async () => {
    using scene = new CommandScene({ limits: { lifecycleTimeout: 1_000, grace: 100 } });
    const { resource, calls, ends, end } = createManual();
    const stop = scene.execute(resource, 'stop');
    await scene.time.advanceAsync(1_100);
    expect((await stop).message).toContain('It is still at work.');
    const inVain = scene.execute(resource, 'start');
    await scene.time.advanceAsync(1_000);
    expect((await inVain).message).toBe("Command 'start' did not finish within 1000 ms.");
    const start = scene.execute(resource, 'start');
    end();
    await settle(scene.time, () => ends.length === 1);
    end();
    expect((await start).success).toBe(true);
    expect(calls).toEqual(['stop', 'stop done', 'start', 'start done']);
  });

  it('has arguments for none of them', async () => {
    using scene = new CommandScene();
    expect(await scene.execute(createAutomatic(), 'resource-start', { arguments: { a: 1 } })).toEqual(failure("Unknown argument 'a' for command 'start'."));
    expect(await scene.execute(createAutomatic(), 'stop', { arguments: [1] })).toEqual(failure("Command 'stop' accepts 0 argument(s), but 1 were provided."));
  });

  it('may have a start of its own, which stands in the place of the other, and whose state counts', async () => {
    using scene = new CommandScene();
    const start = jest.fn();
    const commands = [
      { name: 'check', execute: () => undefined },
      { name: 'start', displayName: 'Warm start', state: () => 'disabled' as const, execute: () => ({ message: 'own' }) },
    ];
    const resource = new FakeLifecycleResource('web', { state: 'Finished' }, { start }, { commands });
    expect(describeCommands(resource).map(({ name, displayName, state }) => [name, displayName, state])).toEqual([
      ['stop', 'Stop', 'Hidden'],
      ['restart', 'Restart', 'Disabled'],
      ['check', 'check', 'Enabled'],
      ['start', 'Warm start', 'Disabled'],
    ]);
    expect((await scene.execute(resource, 'start')).message).toBe("Command 'start' of resource 'web' cannot run at present: it is disabled.");
    expect(start).not.toHaveBeenCalled();
  });
});

describe('a resource that cannot be started and stopped', () => {
  it('has none of these commands', async () => {
    using scene = new CommandScene();
    const resource = new FakeResource('web');
    expect(describeCommands(resource)).toEqual([]);
    expect(await scene.execute(resource, 'start')).toEqual(failure("Command 'start' not available for resource 'web'."));
  });
});

function createAutomatic(state = 'Running'): FakeLifecycleResource {
  return new FakeLifecycleResource('web-1', { state }, {}, { displayName: 'web' });
}

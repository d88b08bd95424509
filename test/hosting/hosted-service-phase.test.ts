import { Deferred, OperationCanceledError } from 'hostward';
import { type PhaseOptions, runPhase } from '../../src/hosting/hosted-service-phase.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const oneByOne: PhaseOptions = { concurrently: false, abortOnFirstFailure: false };
const atOnce: PhaseOptions = { concurrently: true, abortOnFirstFailure: false };

/** A member of a phase: what its call does. */
type Member = () => Promise<void> | void;

const ok: Member = async () => undefined;
const rejects =
  (message: string): Member =>
  async () => {
    throw new Error(message);
  };
const throws =
  (message: string): Member =>
  () => {
    throw new Error(message);
  };
const cancels: Member = async () => {
  throw new OperationCanceledError();
};
const throwsCancellation: Member = () => {
  throw new OperationCanceledError();
};

/** Members whose calls the test ends in an order of its choice. */
function pending(...names: string[]) {
  const calls = new Map(names.map(name => [name, new Deferred<void>()]));
  return {
    members: [...calls.values()].map(
      ({ promise }) =>
        () =>
          promise,
    ),
    fail: (name: string, error: Error) => calls.get(name)!.reject(error),
    end: (name: string) => calls.get(name)!.resolve(),
  };
}

async function messages(errors: Promise<readonly Error[]>): Promise<string[]> {
  return (await errors).map(error => error.message);
}

const run = (members: readonly Member[], options: PhaseOptions) => runPhase(members, options, member => member() as Promise<void>);
const turn = () => new Promise(resolve => setImmediate(resolve));
const canceled = 'The operation was canceled.';

describe('a phase that goes from service to service', () => {
  it('calls each after the one before has ended, in the order of the list', async () => {
    const trace: string[] = [];
    const slow =
      (name: string): Member =>
      async () => {
        trace.push(`${name} begins`);
        await turn();
        trace.push(`${name} ends`);
      };
    expect(await run([slow('a'), slow('b')], oneByOne)).toEqual([]);
    expect(trace).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('collects what fails, thrown or rejected, cancellations too, and goes on', async () => {
    expect(await messages(run([rejects('a'), ok, throws('c'), cancels], oneByOne))).toEqual(['a', 'c', canceled]);
  });

  it('ends at the first failure when it is told to', async () => {
    const last = jest.fn(ok);
    expect(await messages(run([ok, rejects('b'), last], { ...oneByOne, abortOnFirstFailure: true }))).toEqual(['b']);
    expect(last).not.toHaveBeenCalled();
  });

  it('takes a method that returns no promise for one that has ended', async () => {
    const last = jest.fn(ok);
    expect(await run([() => undefined, last], oneByOne)).toEqual([]);
    expect(last).toHaveBeenCalled();
  });

  it('makes an error of anything that is thrown', async () => {
    const throwsText: Member = () => {
      throw 'a text'; // eslint-disable-line @typescript-eslint/only-throw-error
    };
    expect(await run([throwsText], oneByOne)).toEqual([expect.objectContaining({ code: 'ERR_NOT_AN_ERROR', cause: 'a text' })]);
  });
});

describe('a phase that goes over all services at once', () => {
  it('makes all calls before it awaits the first, and ends when all have ended', async () => {
    const { members, end } = pending('a', 'b');
    const calls = members.map(member => jest.fn(member));
    const ended = jest.fn();
    const phase = run(calls, atOnce).then(ended);
    expect(calls.map(call => call.mock.calls.length)).toEqual([1, 1]);
    end('b');
    await turn();
    expect(ended).not.toHaveBeenCalled();
    end('a');
    await phase;
  });

  it.each([false, true])('makes all calls although one throws, also when a sequential one would end (%s)', async abortOnFirstFailure => {
    const last = jest.fn(ok);
    expect(await messages(run([throws('a'), rejects('b'), last], { concurrently: true, abortOnFirstFailure }))).toEqual(['a', 'b']);
    expect(last).toHaveBeenCalled();
  });

  it('collects first what failed at once, in the order of the calls, then the others as they failed', async () => {
    const { members, fail } = pending('a', 'c', 'e');
    const phase = run([members[0]!, rejects('b'), members[1]!, throws('d'), members[2]!], atOnce);
    for (const name of ['e', 'a', 'c']) fail(name, new Error(name));
    expect(await messages(phase)).toEqual(['b', 'd', 'e', 'a', 'c']);
  });

  it('takes a method that failed after its first wait for one that did not fail at once, however short the wait', async () => {
    const afterWait: Member = async () => {
      await Promise.resolve();
      throw new Error('a');
    };
    expect(await messages(run([afterWait, rejects('b')], atOnce))).toEqual(['b', 'a']);
  });

  it('counts each cancellation that came at once', async () => {
    expect(await messages(run([cancels, rejects('b'), throwsCancellation], atOnce))).toEqual([canceled, 'b', canceled]);
  });

  it('drops the cancellations among the calls that were pending when one of these failed', async () => {
    const { members, fail } = pending('a', 'b', 'c');
    const phase = run([cancels, ...members], atOnce);
    fail('a', new OperationCanceledError());
    fail('c', new Error('c'));
    fail('b', new OperationCanceledError());
    expect(await messages(phase)).toEqual([canceled, 'c']);
  });

  it('counts the cancellations of pending calls as the first of them when none of these failed', async () => {
    const { members, fail } = pending('a', 'b');
    const first = new OperationCanceledError();
    const phase = run([rejects('at once'), ...members], atOnce);
    fail('b', first);
    fail('a', new OperationCanceledError());
    expect(await phase).toEqual([new Error('at once'), first]);
    expect((await phase)[1]).toBe(first);
  });

  it('takes a method that returns no promise for one that has ended', async () => {
    expect(await run([() => undefined, ok], atOnce)).toEqual([]);
  });
});

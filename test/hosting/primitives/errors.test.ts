import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ArgumentError,
  ArgumentNullError,
  ArgumentOutOfRangeError,
  DeadlineExceededError,
  errorCodeOf,
  HostwardError,
  InvalidOperationError,
  isCancellation,
  ObjectDisposedError,
  OperationCanceledError,
  toError,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** An error of Node itself: under Jest it is of another realm, and no `instanceof Error`. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const cause = new Error('the reason');

describe('an error', () => {
  it.each<[Error, object]>([
    [new HostwardError('ERR_X', 'It failed.', { cause }), { name: 'HostwardError', code: 'ERR_X', message: 'It failed.', cause }],
    [
      new ArgumentOutOfRangeError('delay', -5, 'zero or more'),
      { name: 'ArgumentOutOfRangeError', code: 'ERR_OUT_OF_RANGE', paramName: 'delay', actualValue: -5, message: "'delay' must be zero or more, but was -5." },
    ],
    [
      new ArgumentNullError('callback'),
      { name: 'ArgumentNullError', code: 'ERR_ARGUMENT_NULL', paramName: 'callback', message: "'callback' must not be null or undefined." },
    ],
    [
      new ArgumentError('token', 'It is none.'),
      { name: 'ArgumentError', code: 'ERR_INVALID_ARGUMENT', paramName: 'token', message: "It is none. (Parameter 'token')" },
    ],
    [new InvalidOperationError('Not now.', { cause }), { name: 'InvalidOperationError', code: 'ERR_INVALID_OPERATION', message: 'Not now.', cause }],
    [
      new ObjectDisposedError('IHost'),
      { name: 'ObjectDisposedError', code: 'ERR_OBJECT_DISPOSED', objectName: 'IHost', message: 'Cannot access a disposed object: IHost.' },
    ],
    [new OperationCanceledError(), { name: 'AbortError', code: 'ABORT_ERR', signal: undefined, message: 'The operation was canceled.' }],
    [
      new DeadlineExceededError('handshake', 50),
      { name: 'DeadlineExceededError', code: 'ERR_DEADLINE_EXCEEDED', what: 'handshake', milliseconds: 50, message: 'handshake did not finish within 50 ms.' },
    ],
  ])('%s carries its facts', (error, facts) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(facts);
  });

  it.each([
    [new ArgumentOutOfRangeError('x', 1, 'y'), RangeError],
    [new ArgumentNullError('x'), TypeError],
    [new ArgumentError('x', 'y'), TypeError],
    [new InvalidOperationError('x'), HostwardError],
    [new ObjectDisposedError('x'), HostwardError],
    [new DeadlineExceededError('x', 1), HostwardError],
  ])('%s is of its family', (error, family) => {
    expect(error).toBeInstanceOf(family);
  });

  it('of a cancellation has the reason of its signal as cause only when the signal has fired', () => {
    const { signal } = new AbortController();
    expect(new OperationCanceledError(AbortSignal.abort(cause)).cause).toBe(cause);
    expect(Object.hasOwn(new OperationCanceledError(signal), 'cause')).toBe(false);
  });
});

describe('isCancellation', () => {
  it.each([
    ['our own error', () => new OperationCanceledError()],
    ['the reason of a signal', () => AbortSignal.abort().reason],
    ["an error of Node's promises", () => thrownBy(() => sleep(1000, undefined, { signal: AbortSignal.abort() }))],
    ['an error with the code alone', () => Object.assign(new Error('x'), { code: 'ABORT_ERR' })],
    ['an error with the name alone', () => Object.assign(new Error('x'), { name: 'AbortError' })],
  ])('recognises %s', async (_what, make) => {
    expect(isCancellation(await make())).toBe(true);
  });

  it.each([
    ['another error', new Error('AbortError')],
    ['a timeout', AbortSignal.timeout],
    ['a text', 'AbortError'],
    ['nothing', undefined],
    ['null', null],
  ])('does not take %s for one', (_what, value) => {
    expect(isCancellation(value)).toBe(false);
  });
});

describe('toError', () => {
  it.each([
    ['an error', () => cause],
    ["Node's errors", () => thrownBy(() => readFileSync('/does/not/exist'))],
    ['the reason of a signal', () => AbortSignal.abort().reason],
  ])('returns %s as it is', async (_what, make) => {
    const error = await make();
    expect(toError(error)).toBe(error);
  });

  it.each([
    ['text', 'A value that is no Error was thrown: text'],
    [undefined, 'A value that is no Error was thrown: undefined'],
    [null, 'A value that is no Error was thrown: null'],
    [Symbol('s'), 'A value that is no Error was thrown: Symbol(s)'],
  ])('makes an error of %p and keeps it as cause', (thrown, message) => {
    expect(toError(thrown)).toMatchObject({ name: 'HostwardError', code: 'ERR_NOT_AN_ERROR', message, cause: thrown });
  });
});

describe('errorCodeOf', () => {
  it.each([
    [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
    [new Error('x'), undefined],
    [Object.assign(new Error('x'), { code: 7 }), undefined],
    [null, undefined],
    [undefined, undefined],
    ['text', undefined],
  ])('of %p is %p', (error, code) => {
    expect(errorCodeOf(error)).toBe(code);
  });
});

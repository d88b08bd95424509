import { getEventListeners } from 'node:events';
import { Deferred, onAbort, OperationCanceledError, raceAbort, throwIfAborted } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

expectNoLeaks();

describe('throwIfAborted', () => {
  it('lets pass without a signal and with one that has not fired', () => {
    throwIfAborted(undefined);
    throwIfAborted(new AbortController().signal);
  });

  it('throws a cancellation that carries the signal and its reason', () => {
    const signal = AbortSignal.abort('enough');
    expect(() => throwIfAborted(signal)).toThrow(expect.objectContaining({ name: 'AbortError', code: 'ABORT_ERR', signal, cause: 'enough' }));
  });
});

describe('onAbort', () => {
  it('runs the listener once when the signal fires', () => {
    const controller = new AbortController();
    const listener = jest.fn();
    onAbort(controller.signal, listener);
    expect(listener).not.toHaveBeenCalled();
    controller.abort();
    controller.abort();
    expect({ calls: listener.mock.calls.length, left: listeners(controller.signal) }).toEqual({ calls: 1, left: 0 });
  });

  it('runs the listener at once when the signal has fired', () => {
    const listener = jest.fn();
    onAbort(AbortSignal.abort(), listener)[Symbol.dispose]();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('takes the listener away when it is disposed, and only that one', () => {
    const controller = new AbortController();
    const calls: string[] = [];
    onAbort(controller.signal, () => calls.push('kept'));
    const gone = onAbort(controller.signal, () => calls.push('gone'));
    gone[Symbol.dispose]();
    gone[Symbol.dispose]();
    expect(listeners(controller.signal)).toBe(1);
    controller.abort();
    expect(calls).toEqual(['kept']);
  });

  it('does nothing without a signal', () => {
    onAbort(undefined, () => {
      throw new Error('called');
    })[Symbol.dispose]();
  });
});

describe('raceAbort', () => {
  it('is the work itself without a signal', async () => {
    await expect(raceAbort(Promise.resolve(7), undefined)).resolves.toBe(7);
    await expect(raceAbort(Promise.reject(new Error('no')), undefined)).rejects.toThrow('no');
  });

  it.each([
    ['result', (work: Deferred<number>) => work.resolve(7), { status: 'fulfilled', value: 7 }],
    ['failure', (work: Deferred<number>) => work.reject('no'), { status: 'rejected', reason: 'no' }],
  ])('passes on the %s of the work and leaves no listener', async (_what, settle, outcome) => {
    const controller = new AbortController();
    const work = new Deferred<number>();
    const race = raceAbort(work.promise, controller.signal);
    expect(listeners(controller.signal)).toBe(1);
    settle(work);
    expect([(await Promise.allSettled([race]))[0], listeners(controller.signal)]).toEqual([outcome, 0]);
  });

  it('rejects as soon as the signal fires, although the work goes on, and leaves no listener', async () => {
    const controller = new AbortController();
    const work = new Deferred<void>();
    const race = raceAbort(work.promise, controller.signal);
    controller.abort('enough');
    await expect(race).rejects.toMatchObject({ name: 'AbortError', signal: controller.signal, cause: 'enough' });
    work.reject(new Error('later, and nobody is told'));
    expect(listeners(controller.signal)).toBe(0);
  });

  it('rejects when the signal has fired before', async () => {
    await expect(raceAbort(new Promise(() => undefined), AbortSignal.abort())).rejects.toBeInstanceOf(OperationCanceledError);
  });
});

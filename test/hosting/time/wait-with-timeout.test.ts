import { getEventListeners } from 'node:events';
import { Deferred, waitWithTimeout } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

function scene() {
  const time = new FakeTimeProvider();
  const work = new Deferred<string>();
  const caller = new AbortController();
  return { time, work, caller, options: { timeProvider: time, signal: caller.signal } };
}

const timedOut = { name: 'DeadlineExceededError', code: 'ERR_DEADLINE_EXCEEDED' };
const canceled = { name: 'AbortError', code: 'ABORT_ERR' };

describe('waitWithTimeout', () => {
  expectNoLeaks();

  it('settles as the promise does', async () => {
    const { work, options, time, caller } = scene();
    const wait = waitWithTimeout(work.promise, 1000, options);
    work.resolve('result');
    expect([await wait, time.pendingTimers, getEventListeners(caller.signal, 'abort')]).toEqual(['result', [], []]);
    await expect(waitWithTimeout(Promise.reject(new Error('failure')), 1000, options)).rejects.toThrow('failure');
  });

  it('rejects when the timeout passes, leaves nothing behind, and lets the work go on', async () => {
    const { work, options, time, caller } = scene();
    const wait = waitWithTimeout(work.promise, 10, options);
    time.advance(10);
    await expect(wait).rejects.toMatchObject({ ...timedOut, milliseconds: 10 });
    expect([time.pendingTimers, getEventListeners(caller.signal, 'abort')]).toEqual([[], []]);
    work.resolve('late');
    expect(await work.promise).toBe('late');
  });

  it('rejects when the signal fires', async () => {
    const { work, options, time, caller } = scene();
    const wait = waitWithTimeout(work.promise, 10, options);
    caller.abort();
    await expect(wait).rejects.toMatchObject(canceled);
    expect(time.pendingTimers).toEqual([]);
  });

  it('arms no timer for an infinite timeout, and gives back the promise itself when nothing can end the wait', async () => {
    const { work, options, time, caller } = scene();
    expect(waitWithTimeout(work.promise, -1, { timeProvider: time })).toBe(work.promise);
    const wait = waitWithTimeout(work.promise, -1, options);
    expect(time.pendingTimers).toEqual([]);
    caller.abort();
    await expect(wait).rejects.toMatchObject(canceled);
  });

  it.each([
    ['a zero timeout', 0, false],
    ['a negative one below a millisecond, which counts as zero', -0.0001, false],
    ['a signal that has fired', 1000, true],
  ])('lets a promise that has settled win over %s', async (_what, timeout, isAborted) => {
    const { options, caller } = scene();
    if (isAborted) caller.abort();
    expect(await waitWithTimeout(Promise.resolve('there'), timeout, options)).toBe('there');
    await expect(waitWithTimeout(Promise.reject(new Error('failed')), timeout, options)).rejects.toThrow('failed');
    await expect(waitWithTimeout(new Promise(() => undefined), timeout, options)).rejects.toMatchObject(isAborted ? canceled : timedOut);
  });

  describe.each([-2, 4_294_967_295, Number.MAX_VALUE, -Number.MAX_VALUE, NaN, Infinity, '5' as never])(
    'does not take %p for a timeout, and throws at the call',
    timeout => {
      const rejected = Promise.reject(new Error('failed'));
      rejected.catch(() => undefined);
      const sources: readonly (readonly [string, Promise<unknown>])[] = [
        ['is pending', new Promise(() => undefined)],
        ['has been fulfilled', Promise.resolve()],
        ['has been rejected', rejected],
      ];

      it.each(sources)('where the promise %s', (_state, promise) => {
        for (const signal of [undefined, new AbortController().signal, AbortSignal.abort()])
          expect(() => waitWithTimeout(promise, timeout, { signal })).toThrow(
            expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'timeout', actualValue: timeout }) as Error,
          );
      });
    },
  );
});

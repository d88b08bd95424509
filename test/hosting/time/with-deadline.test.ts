import { getEventListeners } from 'node:events';
import { Deferred, withDeadline } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A wait for work that the test drives. */
function waiting(milliseconds = 5_000, signal: AbortSignal | undefined = new AbortController().signal) {
  const timeProvider = new FakeTimeProvider();
  const work = new Deferred<number>();
  const seen: AbortSignal[] = [];
  const result = withDeadline(
    'handshake with app',
    milliseconds,
    limit => {
      seen.push(limit);
      return work.promise;
    },
    { timeProvider, signal },
  );
  result.catch(() => undefined);
  return { timeProvider, work, result, seen, left: () => [timeProvider.pendingTimers.length, signal ? getEventListeners(signal, 'abort').length : 0] };
}

describe('withDeadline', () => {
  it('names the work and the limit when the limit passes', async () => {
    const { timeProvider, result } = waiting();
    timeProvider.advance(5_000);
    await expect(result).rejects.toMatchObject({
      code: 'ERR_DEADLINE_EXCEEDED',
      what: 'handshake with app',
      milliseconds: 5_000,
      message: 'handshake with app did not finish within 5000 ms.',
    });
  });

  it('has a stack that leads to the wait', async () => {
    const { timeProvider, result } = waiting();
    timeProvider.advance(5_000);
    await expect(result).rejects.toHaveProperty('stack', expect.stringContaining('with-deadline.test'));
  });

  it('gives the result and the failure of the work', async () => {
    const [good, bad] = [waiting(), waiting()];
    good.work.resolve(7);
    bad.work.reject(new Error('no'));
    await expect(good.result).resolves.toBe(7);
    await expect(bad.result).rejects.toThrow('no');
  });

  it('rejects when the work throws instead of returning a promise', async () => {
    const timeProvider = new FakeTimeProvider();
    const broken = () => {
      throw new Error('at once');
    };
    await expect(withDeadline('work', 10, broken, { timeProvider })).rejects.toThrow('at once');
    expect(timeProvider.pendingTimers).toEqual([]);
  });

  it('tells the work when the limit passes', () => {
    const { timeProvider, seen } = waiting();
    expect(seen[0]!.aborted).toBe(false);
    timeProvider.advance(5_000);
    expect(seen[0]!.aborted).toBe(true);
  });

  it('aborts the work when the caller gives up, and is then cancelled', async () => {
    const caller = new AbortController();
    const { result, seen } = waiting(5_000, caller.signal);
    caller.abort('enough');
    expect([seen[0]!.aborted, seen[0]!.reason]).toEqual([true, 'enough']);
    await expect(result).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  it('is cancelled at once for a caller that has given up before', async () => {
    await expect(waiting(5_000, AbortSignal.abort()).result).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tells the work when it has failed, so that what it began ends too', async () => {
    const { work, result, seen } = waiting();
    work.reject(new Error('no'));
    await expect(result).rejects.toThrow('no');
    expect(seen[0]!.aborted).toBe(true);
  });

  it('leaves the signal alone when the work has succeeded', async () => {
    const { work, result, seen, timeProvider } = waiting();
    work.resolve(7);
    await result;
    timeProvider.advance(10_000);
    expect(seen[0]!.aborted).toBe(false);
  });

  it('does not report what the work does after the limit has passed', async () => {
    const { timeProvider, work, result } = waiting();
    timeProvider.advance(5_000);
    work.reject(new Error('nobody is told'));
    await expect(result).rejects.toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
  });

  it.each<[string, (wait: ReturnType<typeof waiting>, caller: AbortController) => void]>([
    ['a result', ({ work }) => work.resolve(7)],
    ['a failure', ({ work }) => work.reject(new Error('no'))],
    ['the limit', ({ timeProvider }) => timeProvider.advance(5_000)],
    ['the caller', (_wait, caller) => caller.abort()],
  ])('leaves no timer and no listener behind when it ends through %s', async (_what, end) => {
    const caller = new AbortController();
    const wait = waiting(5_000, caller.signal);
    expect(wait.left()).toEqual([1, 1]);
    end(wait, caller);
    await Promise.allSettled([wait.result]);
    expect(wait.left()).toEqual([0, 0]);
  });

  it('leaves no listener on its own signal, whatever the work does with it', async () => {
    const { work, result, seen } = waiting();
    work.resolve(7);
    await result;
    expect(getEventListeners(seen[0]!, 'abort')).toEqual([]);
  });

  it('has no limit with -1', () => {
    expect(waiting(-1).timeProvider.pendingTimers).toEqual([]);
  });

  it.each([-2, 4_294_967_295, NaN])('does not take a limit of %d, and does not begin the work', async milliseconds => {
    const { result, seen } = waiting(milliseconds);
    await expect(result).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', actualValue: milliseconds });
    expect(seen).toEqual([]);
  });

  it('measures with the clock of the machine unless it is given another', async () => {
    await expect(withDeadline('work', 5, () => new Promise(() => undefined))).rejects.toMatchObject({ milliseconds: 5 });
  });
});

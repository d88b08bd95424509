import { Deferred } from '../../../src/hosting/primitives/index.js';
import { TimeProvider } from '../../../src/hosting/time/index.js';
import { SharedWork } from '../../../src/backchannel/monitor/shared-work.js';
import { expectNoLeaks } from '../../support/leak-check.js';

describe('shared work', () => {
  expectNoLeaks();

  function createWork() {
    const runs: { readonly signal: AbortSignal; readonly end: Deferred<void> }[] = [];
    const work = new SharedWork(signal => {
      const end = new Deferred<void>();
      signal.addEventListener('abort', () => end.resolve());
      runs.push({ signal, end });
      return end.promise;
    }, TimeProvider.system);
    return { runs, work };
  }

  it('runs once for all who want it, until the last of them does not', async () => {
    const { runs, work } = createWork();
    const [first, second] = [new AbortController(), new AbortController()];
    const wanting = [work.during(first.signal), work.during(second.signal)];
    first.abort();
    await wanting[0];
    expect([runs.length, runs[0]?.signal.aborted, work.isRunning]).toEqual([1, false, true]);
    second.abort();
    await wanting[1];
    expect([runs.length, runs[0]?.signal.aborted, work.isRunning]).toEqual([1, true, false]);
  });

  it('begins anew for who wants it after that', async () => {
    const { runs, work } = createWork();
    for (const count of [1, 2]) {
      const caller = new AbortController();
      const wanting = work.during(caller.signal);
      caller.abort();
      await wanting;
      expect(runs).toHaveLength(count);
    }
  });

  it('fails for all who want it when it fails', async () => {
    const { runs, work } = createWork();
    const wanting = [1, 2].map(() => expect(work.during(new AbortController().signal)).rejects.toThrow('no'));
    runs[0]?.end.reject(new Error('no'));
    await Promise.all(wanting);
    expect(work.isRunning).toBe(false);
  });

  it('is not begun for a signal that has fired', async () => {
    const { runs, work } = createWork();
    await work.during(AbortSignal.abort());
    expect(runs).toEqual([]);
  });

  it('ends for all at its disposal', async () => {
    const { runs, work } = createWork();
    const wanting = work.during(new AbortController().signal);
    await work[Symbol.asyncDispose]();
    await wanting;
    expect(runs[0]?.signal.aborted).toBe(true);
  });
});

import { getEventListeners } from 'node:events';
import { OperationCanceledError } from 'hostward';
import { FixturePrograms } from '../../support/hosting-programs.js';
import { turn } from '../../support/hosting-services.js';
import { endless, untilStopped, Worker } from '../../support/hosting-workers.js';
import { expectNoLeaks } from '../../support/leak-check.js';

jest.setTimeout(20_000);
expectNoLeaks();

const { signal: never } = new AbortController();

describe('BackgroundServiceTests', () => {
  it('StartReturnsCompletedTask: start has ended while the work is pending', async () => {
    const worker = endless();
    const ended = jest.fn();
    await worker.start(never);
    void worker.executeTask!.finally(ended);
    await turn();
    expect([worker.stopping?.aborted, ended.mock.calls.length]).toEqual([false, 0]);
  });

  it('StartCancelledThrowsTaskCanceledException: with a signal that has fired start succeeds, and the work is cancelled without having begun', async () => {
    const work = jest.fn();
    const worker = new Worker(work);
    await worker.start(AbortSignal.abort());
    await expect(worker.executeTask).rejects.toBeInstanceOf(OperationCanceledError);
    expect(work).not.toHaveBeenCalled();
  });

  it('StopAsyncWithoutStartAsyncNoops: there is nothing to stop before the first start', async () => {
    const worker = untilStopped();
    await worker.stop(never);
    expect([worker.executeTask, worker.stopping]).toEqual([undefined, undefined]);
  });

  it('StopAsyncStopsBackgroundService: when stop has ended the work has ended', async () => {
    const worker = untilStopped();
    const ended = jest.fn();
    await worker.start(never);
    worker.executeTask!.then(undefined, ended);
    await turn();
    expect(ended).not.toHaveBeenCalled();
    await worker.stop(never);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('StopAsyncStopsEvenIfTaskNeverEnds: stop returns without an error when its signal fires', async () => {
    const worker = endless();
    const patience = new AbortController();
    await worker.start(never);
    const stop = worker.stop(patience.signal);
    await turn();
    patience.abort();
    await stop;
    expect(getEventListeners(patience.signal, 'abort')).toEqual([]);
  });

  // A process of its own, because the error of a listener is the platform's uncaught exception and not an error of stop.
  it('StopAsyncThrowsIfCancellationCallbackThrows: an error in a listener of the signal is reported, and the other listeners and the stop go on', async () => {
    using programs = new FixturePrograms();
    expect(await programs.run('listener-fails')).toEqual({
      exitCode: 0,
      signal: null,
      stdout: 'stop begins\nthe other listener\nuncaught: the listener failed\nwork ends\nstop has ended\n',
      stderr: '',
    });
  });

  it('StartAsyncThenDisposeTriggersCancelledToken: disposal asks the work to end, and does not wait for it', async () => {
    const worker = endless();
    await worker.start(never);
    await turn();
    worker[Symbol.dispose]();
    worker[Symbol.dispose]();
    expect(worker.stopping!.aborted).toBe(true);
  });

  it('StartAsyncThenCancelShouldCancelExecutingTask: the signal of the start cancels the work, as long as the start lasts', async () => {
    const start = new AbortController();
    const worker = untilStopped();
    await worker.start(start.signal);
    await turn();
    start.abort();
    await expect(worker.executeTask).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('CreateAndDisposeShouldNotThrow: what never started can be disposed', () => {
    const worker = untilStopped();
    expect(() => worker[Symbol.dispose]()).not.toThrow();
  });

  it('StartSynchronousAndStop: nothing of the work runs on the stack of start, and stop ends it', async () => {
    const trace: string[] = [];
    const worker = new Worker(async stopping => {
      trace.push('work');
      while (!stopping.aborted) await turn();
      trace.push('work ends');
    });
    const start = worker.start(never);
    trace.push('start has returned');
    await start;
    await worker.stop(never);
    expect(trace).toEqual(['start has returned', 'work', 'work ends']);
  });

  it('StartSynchronousExecuteShouldBeCancelable: work that asks its signal now and then ends when the signal of the start fires', async () => {
    const start = new AbortController();
    const worker = new Worker(async stopping => {
      while (!stopping.aborted) await turn();
    });
    await worker.start(start.signal);
    await turn();
    start.abort();
    expect(await worker.executeTask).toBeUndefined();
  });
});

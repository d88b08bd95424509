import { getEventListeners } from 'node:events';
import { Duration } from '@js-joda/core';
import { CancellationSource, createCancellationSource, type ITimer, TimeProvider, type TimerCallback } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('a cancellation source', () => {
  it('cancels by hand, once, with the reason that it is given', () => {
    using source = new CancellationSource();
    const fired = jest.fn();
    source.signal.addEventListener('abort', fired);
    expect([source.isCancellationRequested, source.signal.aborted]).toEqual([false, false]);
    source.cancel('enough');
    source.cancel('too late');
    expect([source.isCancellationRequested, source.signal.reason, fired.mock.calls.length]).toEqual([true, 'enough', 1]);
  });

  it('cancels after its delay', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider, delay: Duration.ofMillis(10) });
    timeProvider.advance(9);
    expect(source.isCancellationRequested).toBe(false);
    timeProvider.advance(1);
    expect([source.isCancellationRequested, timeProvider.pendingTimers]).toEqual([true, []]);
  });

  it('measures with the clock of the machine unless it is given another', async () => {
    using source = new CancellationSource({ delay: 5 });
    await eventually('the cancellation', () => source.isCancellationRequested);
  });

  it('arms no timer without a delay or with an infinite one', () => {
    const timeProvider = new FakeTimeProvider();
    for (const delay of [undefined, -1]) new CancellationSource({ timeProvider, delay });
    expect(timeProvider.pendingTimers).toEqual([]);
  });

  it('does not keep the process alive with its timer', () => {
    const alive = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
    const before = alive();
    using source = new CancellationSource({ delay: 10_000 });
    expect([alive() - before, source.isCancellationRequested]).toEqual([0, false]);
  });

  it('replaces its limit by a later or an earlier one, measured from now', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider, delay: 10 });
    timeProvider.advance(5);
    source.cancelAfter(10);
    expect(timeProvider.pendingTimers).toEqual([{ dueIn: 10, period: 0 }]);
    source.cancelAfter(2.9);
    timeProvider.advance(2);
    expect(source.isCancellationRequested).toBe(true);
  });

  it('takes its limit away with -1, and can have another', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider, delay: 10 });
    source.cancelAfter(-1);
    timeProvider.advance(100);
    expect([source.isCancellationRequested, timeProvider.pendingTimers]).toEqual([false, []]);
    source.cancelAfter(1);
    timeProvider.advance(1);
    expect(source.isCancellationRequested).toBe(true);
  });

  it('needs its timer no more once it was cancelled by hand', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider, delay: 10 });
    source.cancel();
    source.cancelAfter(5);
    expect(timeProvider.pendingTimers).toEqual([]);
  });

  it.each([-2, 4_294_967_295, NaN])('does not take %d as a limit, not even when it is over', span => {
    const error = expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'delay', actualValue: span });
    const timeProvider = new FakeTimeProvider();
    const source = new CancellationSource({ timeProvider, delay: 10 });
    expect(() => new CancellationSource({ timeProvider, delay: span })).toThrow(error);
    expect(() => source.cancelAfter(span)).toThrow(error);
    expect(timeProvider.pendingTimers).toEqual([{ dueIn: 10, period: 0 }]);
    source.cancel();
    source[Symbol.dispose]();
    expect(() => source.cancelAfter(span)).toThrow(error);
  });

  it('is cancelled together with any signal that it is linked to, with that reason', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    using source = new CancellationSource({ linkedTo: [one.signal, undefined, two.signal] });
    two.abort('two had enough');
    expect([source.isCancellationRequested, source.signal.reason, one.signal.aborted]).toEqual([true, 'two had enough', false]);
  });

  it('is born cancelled when a signal that it is linked to has fired, and arms no timer that stays', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider, delay: 10, linkedTo: [AbortSignal.abort('before')] });
    expect([source.signal.aborted, source.signal.reason, timeProvider.pendingTimers]).toEqual([true, 'before', []]);
  });

  it('holds no timer and no listener once it is disposed, and its signal stays as it is', () => {
    const timeProvider = new FakeTimeProvider();
    const outer = new AbortController();
    const source = new CancellationSource({ timeProvider, delay: 10, linkedTo: [outer.signal, outer.signal] });
    expect([timeProvider.pendingTimers.length, listeners(outer.signal)]).toEqual([1, 2]);
    source[Symbol.dispose]();
    source[Symbol.dispose]();
    for (const use of [() => source.cancel(), () => source.cancelAfter(1), () => source.tryReset()])
      expect(use).toThrow(expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED' }) as Error);
    outer.abort();
    timeProvider.advance(100);
    expect([timeProvider.pendingTimers, listeners(outer.signal), source.signal.aborted]).toEqual([[], 0, false]);
  });

  it.each<[string, (source: CancellationSource) => void, boolean]>([
    ['disposed', source => source[Symbol.dispose](), false],
    ['cancelled', source => source.cancel('by hand'), true],
  ])('does nothing when its timer fires although it has been %s', (_what, end, isCancelled) => {
    /** Its timers fire when a test says so, disposed or not. */
    class ManualClock extends TimeProvider {
      fire: (() => void) | undefined;
      override createTimer<S>(callback: TimerCallback<S>, state: S): ITimer {
        this.fire = () => callback(state);
        return { change: () => true, [Symbol.dispose]: () => undefined, [Symbol.asyncDispose]: async () => undefined };
      }
    }
    const timeProvider = new ManualClock();
    const fired = jest.fn();
    const source = createCancellationSource(10, { timeProvider });
    source.signal.addEventListener('abort', fired);
    end(source);
    timeProvider.fire?.();
    expect([source.isCancellationRequested, fired.mock.calls.length]).toEqual([isCancelled, isCancelled ? 1 : 0]);
  });

  it('stays cancelled when it is disposed', () => {
    const source = new CancellationSource();
    source.cancel();
    source[Symbol.dispose]();
    expect(source.isCancellationRequested).toBe(true);
  });
});

describe('createCancellationSource', () => {
  it('makes a source that cancels after its delay', () => {
    const timeProvider = new FakeTimeProvider();
    using source = createCancellationSource(10, { timeProvider });
    timeProvider.advance(10);
    expect(source.isCancellationRequested).toBe(true);
  });

  it('is cancelled from the beginning with a delay of zero, without a timer', () => {
    const timeProvider = new FakeTimeProvider();
    using source = createCancellationSource(0, { timeProvider });
    expect([source.isCancellationRequested, timeProvider.pendingTimers]).toEqual([true, []]);
  });
});

describe('tryReset', () => {
  it('gives a source that only had a limit later a new signal without limit and listeners', () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider });
    const before = source.signal;
    source.cancelAfter(10);
    expect(source.tryReset()).toBe(true);
    timeProvider.advance(100);
    source.cancel();
    expect([before.aborted, source.signal.aborted]).toEqual([false, true]);
  });

  it.each([
    ['was cancelled', () => new CancellationSource({ delay: 0 })],
    ['was created with a delay', () => new CancellationSource({ timeProvider: new FakeTimeProvider(), delay: 10 })],
    ['is linked to other signals', () => new CancellationSource({ linkedTo: [new AbortController().signal] })],
  ])('refuses a source that %s', (_what, create) => {
    using source = create();
    expect(source.tryReset()).toBe(false);
  });
});

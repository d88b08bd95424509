import { getEventListeners } from 'node:events';
import { Duration } from '@js-joda/core';
import { createCancellationSource, delay, TimeProvider } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('delay', () => {
  it('resolves when the span has passed, and not before', async () => {
    const timeProvider = new FakeTimeProvider();
    const passed = jest.fn();
    const waiting = delay(10, { timeProvider }).then(passed);
    timeProvider.advance(9.9999);
    await turn();
    expect(passed).not.toHaveBeenCalled();
    timeProvider.advance(0.0001);
    await waiting;
    expect(timeProvider.pendingTimers).toEqual([]);
  });

  it('on one clock ends whatever the clock of its signal does, and with its signal whatever its own does', async () => {
    const [timeProvider, other] = [new FakeTimeProvider(), new FakeTimeProvider()];
    using real = createCancellationSource(10_000);
    const passing = delay(10, { timeProvider, signal: real.signal });
    using source = createCancellationSource(10, { timeProvider: other });
    const cancelled = delay(20, { timeProvider, signal: source.signal });
    timeProvider.advance(10);
    await passing;
    expect(real.isCancellationRequested).toBe(false);
    other.advance(10);
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError', signal: source.signal });
  });

  it('counts whole milliseconds only', async () => {
    const timeProvider = new FakeTimeProvider();
    void delay(Duration.ofNanos(1_999_999), { timeProvider });
    expect(timeProvider.pendingTimers).toEqual([{ dueIn: 1, period: 0 }]);
  });

  it('measures with the clock of the machine unless it is given another', async () => {
    const start = performance.now();
    await delay(10);
    expect(performance.now() - start).toBeGreaterThanOrEqual(8);
  });

  it.each([0, 0.9999, -0.5])('of %d ms is over at once and arms no timer', async span => {
    const timeProvider = new FakeTimeProvider();
    const passed = jest.fn();
    void delay(span, { timeProvider }).then(passed);
    expect(timeProvider.pendingTimers).toEqual([]);
    await turn();
    expect(passed).toHaveBeenCalled();
  });

  it('without end arms no timer and ends only through the signal', async () => {
    const timeProvider = new FakeTimeProvider();
    const controller = new AbortController();
    const waiting = delay(-1, { timeProvider, signal: controller.signal });
    expect(timeProvider.pendingTimers).toEqual([]);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', signal: controller.signal });
  });

  it('ends through the signal and leaves neither timer nor listener', async () => {
    const timeProvider = new FakeTimeProvider();
    const controller = new AbortController();
    const waiting = delay(10, { timeProvider, signal: controller.signal });
    controller.abort('enough');
    expect(timeProvider.pendingTimers).toEqual([]);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', signal: controller.signal, cause: 'enough' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('that is cancelled while nobody awaits it is forgotten, and still rejects for who comes later', async () => {
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);
    const controller = new AbortController();
    const waits = [delay(10_000, { signal: controller.signal }), delay(-1, { signal: controller.signal }), delay(10, { signal: AbortSignal.abort() })];
    controller.abort();
    await new Promise(resolve => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves no listener when it has passed, and a signal that fires later changes nothing', async () => {
    const timeProvider = new FakeTimeProvider();
    const controller = new AbortController();
    const waiting = delay(10, { timeProvider, signal: controller.signal });
    timeProvider.advance(10);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    await waiting;
  });

  it.each([0, 10, -1])('of %d ms is cancelled when the signal has fired, without a timer', async span => {
    const timeProvider = new FakeTimeProvider();
    await expect(delay(span, { timeProvider, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(timeProvider.pendingTimers).toEqual([]);
  });

  it.each([-2, 4_294_967_295, NaN, Infinity, '10' as never])('does not take a span of %p, and throws at the call', span => {
    expect(() => void delay(span, { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'delay', actualValue: span }),
    );
  });

  it.each([
    [undefined, 1],
    [true, 1],
    [false, 0],
  ])('with keepAlive %p holds the process by %d timers', async (keepAlive, count) => {
    const alive = () => process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length;
    const controller = new AbortController();
    const before = alive();
    const waiting = delay(10_000, { timeProvider: TimeProvider.system, signal: controller.signal, ...(keepAlive === undefined ? {} : { keepAlive }) });
    expect(alive() - before).toBe(count);
    controller.abort();
    await expect(waiting).rejects.toThrow();
  });
});

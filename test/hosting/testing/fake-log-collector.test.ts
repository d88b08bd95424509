import { LoggerFactory } from 'hostward';
import { FakeLogCollector, FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

function createLogging() {
  const logs = new FakeLogCollector();
  return { logs, factory: new LoggerFactory([logs]) };
}

describe('the fake log collector', () => {
  it('keeps entries in order, and says which came last', () => {
    const { logs, factory } = createLogging();
    expect(() => logs.latestRecord).toThrow('No records logged.');
    factory.createLogger('A').information('one');
    factory.createLogger('B').error('two');
    expect([logs.count, logs.latestRecord.message]).toEqual([2, 'two']);
  });

  it('finds entries by category, level, message and event', () => {
    const { logs, factory } = createLogging();
    factory.createLogger('A').information('one');
    factory.createLogger('A').log('warning', { id: 7 }, undefined, 'two');
    factory.createLogger('B').error('three');
    const pattern = /^t/g;
    expect(
      [
        { category: 'A' },
        { level: 'error' as const },
        { minimumLevel: 'warning' as const },
        { message: 'one' },
        { message: pattern },
        { message: pattern },
        { eventId: 7 },
        {},
      ].map(query => logs.messages(query)),
    ).toEqual([['one', 'two'], ['three'], ['two', 'three'], ['one'], ['two', 'three'], ['two', 'three'], ['two'], ['one', 'two', 'three']]);
  });

  it('gives snapshots that stay as they are, and can forget', () => {
    const { logs, factory } = createLogging();
    factory.createLogger('A').information('one');
    const snapshot = logs.getSnapshot();
    logs.clear();
    expect([snapshot.length, logs.count]).toEqual([1, 0]);
  });

  it('waits for an entry, and does not wait for one that is there', async () => {
    const { logs, factory } = createLogging();
    const coming = logs.waitFor({ level: 'error', message: /order 7/ });
    factory.createLogger('A').error('order 6');
    factory.createLogger('A').error('order 7');
    expect((await coming).message).toBe('order 7');
    expect((await logs.waitFor({ level: 'error' })).message).toBe('order 6');
  });

  it('says what it waited for in vain, and leaves nothing behind', async () => {
    const { logs } = createLogging();
    const time = new FakeTimeProvider();
    const coming = logs.waitFor({ category: 'A', message: /late/ }, { timeout: 100, timeProvider: time });
    const failed = expect(coming).rejects.toMatchObject({
      code: 'ERR_DEADLINE_EXCEEDED',
      message: 'The wait for a log entry with category A, message /late/ did not finish within 100 ms.',
    });
    await time.advanceAsync(100);
    await failed;
    expect(time.pendingTimers).toEqual([]);
  });

  it('gives up when the signal fires', async () => {
    const { logs } = createLogging();
    const controller = new AbortController();
    const coming = logs.waitFor({}, { signal: controller.signal });
    controller.abort();
    await expect(coming).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the fake logger', () => {
  it('keeps what it is given at every level, with the scopes around it', () => {
    const time = new FakeTimeProvider();
    using logger = new FakeLogger({ category: 'Mailer', timeProvider: time });
    for (const level of ['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const) {
      logger.withScope(['Order {Id}', 7], () => logger[level]('sent {Count}', 3));
      expect(logger.latestRecord).toMatchObject({
        level,
        category: 'Mailer',
        message: 'sent 3',
        scopes: [{ text: 'Order 7' }],
        timestamp: Date.UTC(2000, 0, 1),
      });
    }
    using _scope = logger.beginScope('x');
    logger.log('error', { id: 7 }, new Error('no'), 'failed');
    expect(logger.latestRecord).toMatchObject({ eventId: { id: 7 }, error: { message: 'no' }, scopes: [{ text: 'x' }] });
  });

  it('switches levels off and on', () => {
    using logger = new FakeLogger();
    logger.controlLevel('debug', false);
    logger.debug('off');
    expect([logger.isEnabled('debug'), logger.isEnabled('trace'), logger.collector.count]).toEqual([false, true, 0]);
    logger.controlLevel('debug', true);
    logger.debug('on');
    expect(logger.collector.messages()).toEqual(['on']);
  });

  it('may share a collector', () => {
    const collector = new FakeLogCollector();
    using first = new FakeLogger({ collector, category: 'A' });
    using second = new FakeLogger({ collector, category: 'B' });
    first.information('one');
    second.information('two');
    expect(collector.getSnapshot().map(({ category }) => category)).toEqual(['A', 'B']);
  });
});

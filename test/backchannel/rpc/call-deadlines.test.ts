import { CallDeadlines, Expiring } from '../../../src/backchannel/rpc/call-deadlines.js';
import { ArgumentOutOfRangeError } from '../../../src/hosting/primitives/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

class Item extends Expiring {
  constructor(readonly name: string) {
    super();
  }
}

function start() {
  const time = new FakeTimeProvider();
  const begin = time.getTimestamp();
  const expired: [item: string, at: number][] = [];
  const deadlines = new CallDeadlines<Item>(time, ({ name }) => expired.push([name, time.getElapsedMilliseconds(begin)]));
  const items = new Map<string, Item>();
  const add = (name: string, milliseconds: number) => {
    const item = new Item(name);
    items.set(name, item);
    deadlines.add(item, milliseconds);
  };
  const remove = (name: string) => deadlines.remove(items.get(name) as Item);
  return { time, expired, deadlines, add, remove };
}

describe('CallDeadlines', () => {
  it('lets each wait for its own span from its own beginning, on one timer for each span', async () => {
    const { time, expired, add } = start();
    for (let index = 0; index < 5; index++) {
      add(`long ${index}`, 1_000);
      add(`short ${index}`, 250);
      await time.advanceAsync(100);
    }
    expect(time.pendingTimers).toHaveLength(2);
    await time.advanceAsync(10_000);
    expect(expired).toEqual([
      ...[250, 350, 450, 550, 650].map((at, index) => [`short ${index}`, at]),
      ...[1_000, 1_100, 1_200, 1_300, 1_400].map((at, index) => [`long ${index}`, at]),
    ]);
    expect(time.pendingTimers).toEqual([]);
  });

  it('gives the same times whatever ends before', async () => {
    const { time, expired, add, remove } = start();
    for (let index = 0; index < 10; index++) {
      add(`${index}`, 100);
      await time.advanceAsync(7);
    }
    for (const index of [0, 1, 4, 9]) remove(`${index}`);
    await time.advanceAsync(1_000);
    expect(expired).toEqual([2, 3, 5, 6, 7, 8].map(index => [`${index}`, 100 + 7 * index]));
  });

  it('passes all that is due in a jump of the clock', () => {
    const { time, expired, add } = start();
    add('a', 100);
    time.advance(30);
    add('b', 100);
    time.advance(50);
    add('c', 100);
    time.advance(60);
    expect(expired).toEqual([
      ['a', 140],
      ['b', 140],
    ]);
    time.advance(40);
    expect(expired.at(-1)).toEqual(['c', 180]);
  });

  it('is early for nothing that begins between two milliseconds, and late by less than one', () => {
    const { time, expired, add } = start();
    add('a', 100);
    time.advance(0.4);
    add('b', 100);
    time.advance(99.6);
    expect(expired.map(([item]) => item)).toEqual(['a']);
    time.advance(1);
    expect(expired.map(([item]) => item)).toEqual(['a', 'b']);
  });

  it('arms nothing while nothing waits, nor for what waits for ever', () => {
    const { time, add, remove } = start();
    add('ever', -1);
    add('a', 100);
    add('b', 100);
    remove('a');
    expect(time.pendingTimers).toHaveLength(1);
    remove('b');
    remove('ever');
    expect(time.pendingTimers).toEqual([]);
  });

  it('takes what begins to wait while another expires', async () => {
    const time = new FakeTimeProvider();
    const begin = time.getTimestamp();
    const expired: number[] = [];
    const deadlines: CallDeadlines<Item> = new CallDeadlines(time, item => {
      expired.push(time.getElapsedMilliseconds(begin));
      if (expired.length < 4) deadlines.add(item, 100);
    });
    deadlines.add(new Item('again'), 100);
    await time.advanceAsync(1_000);
    expect(expired).toEqual([100, 200, 300, 400]);
  });

  it('refuses a span that no timer takes, and arms nothing for it', () => {
    const { time, add } = start();
    expect(() => add('a', Number.NaN)).toThrow(ArgumentOutOfRangeError);
    expect(() => add('a', -2)).toThrow(ArgumentOutOfRangeError);
    expect(time.pendingTimers).toEqual([]);
  });

  it('lets go of all timers when it is disposed', async () => {
    const { time, expired, add, deadlines } = start();
    add('a', 100);
    add('b', 200);
    deadlines[Symbol.dispose]();
    await time.advanceAsync(1_000);
    expect([expired, time.pendingTimers]).toEqual([[], []]);
  });
});

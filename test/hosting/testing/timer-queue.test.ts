import { type QueuedTimer, TimerQueue } from '../../../src/hosting/testing/timer-queue.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

interface Timer extends QueuedTimer {
  readonly name: number;
  /** The slot that it has to have. */
  readonly place: number;
  due: number;
  scheduledOn: number;
}

function compare(a: Timer, b: Timer): number {
  return a.due - b.due || a.scheduledOn - b.scheduledOn || a.place - b.place;
}

/** A queue beside a list that is sorted whenever somebody looks at it. */
class Pair {
  readonly #queue = new TimerQueue<Timer>();
  #list: Timer[] = [];
  readonly #freePlaces: number[] = [];
  #names = 0;

  get armed(): readonly Timer[] {
    return this.#list;
  }

  add(due: number, scheduledOn: number): void {
    const timer = { name: this.#names++, slot: -1, due, scheduledOn, place: this.#freePlaces.pop() ?? this.#list.length };
    this.#list.push(timer);
    this.#queue.add(timer, due, scheduledOn);
  }

  remove(timer: Timer): void {
    this.#queue.remove(timer);
    const index = this.#list.findIndex(({ name }) => name === timer.name);
    this.#freePlaces.push(...this.#list.splice(index, 1).map(({ place }) => place));
  }

  reschedule(timer: Timer, due: number, scheduledOn: number): void {
    Object.assign(timer, { due, scheduledOn });
    this.#queue.reschedule(timer, due, scheduledOn);
  }

  shift(delta: number): void {
    for (const timer of this.#list) timer.due += delta;
    this.#queue.shift(delta);
  }

  /** Takes the first one away. */
  take(): void {
    const first = this.#list.reduce((least, timer) => (compare(timer, least) < 0 ? timer : least));
    expect(this.#queue.peek()).toBe(first);
    this.remove(first);
  }

  expectSame(): void {
    this.#list.sort(compare);
    expect(this.#list.map(({ slot }) => slot)).toEqual(this.#list.map(({ place }) => place));
    const [first] = this.#list;
    const queue = this.#queue;
    expect([queue.size, queue.peek()?.name, queue.nextDue]).toEqual([this.#list.length, first?.name, first?.due]);
    expect(queue.inOrder().map(({ name }) => name)).toEqual(this.#list.map(({ name }) => name));
    expect(this.#list.map(timer => queue.dueOf(timer))).toEqual(this.#list.map(({ due }) => due));
  }
}

/** Numbers from 0 to `max`, the same for the same seed. */
function randomNumbers(seed: number): (max: number) => number {
  let state = seed;
  return max => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * (max + 1));
  };
}

/** Of few due instants and fewer of arming, so that there are ties of all kinds. */
function change(pair: Pair, random: (max: number) => number, grows: boolean): void {
  const any = pair.armed[random(pair.armed.length - 1)];
  const kind = random(9);
  if (!any || kind < (grows ? 6 : 1)) pair.add(random(200), random(5));
  else if (kind < 7) pair.remove(any);
  else if (kind < 9) pair.reschedule(any, any.due + random(50) - 25, random(5));
  else pair.take();
}

describe('the queue of timers', () => {
  it.each([1, 2])('keeps the order by due instant, arming and slot while it grows to thousands and shrinks again: seed %d', seed => {
    const random = randomNumbers(seed);
    const pair = new Pair();
    let most = 0;
    for (const grows of [true, false, true, false])
      for (let round = 0; round < 8; round++) {
        for (let step = 0; step < 1_000; step++) change(pair, random, grows);
        if (round % 2 === 0) pair.shift(random(1_000_000) - 500_000);
        pair.expectSame();
        most = Math.max(most, pair.armed.length);
      }
    expect(most).toBeGreaterThan(2_000);
  });

  it('keeps it around every size at which it grows', () => {
    for (const size of [56, 57, 58, 120, 121, 122, 248, 249, 250, 504, 505, 506]) {
      const pair = new Pair();
      for (let number = 0; number < size; number++) pair.add((number * 7) % 11, number % 3);
      pair.expectSame();
      for (const timer of [...pair.armed].filter((_, index) => index % 3 === 0)) pair.remove(timer);
      for (let number = 0; number < 5; number++) pair.add(number, number);
      pair.expectSame();
    }
  });

  it('ignores the removal of what it does not hold', () => {
    const queue = new TimerQueue<QueuedTimer>();
    const [held, removed] = [{ slot: -1 }, { slot: -1 }];
    queue.add(held, 1, 0);
    queue.add(removed, 2, 0);
    queue.remove(removed);
    queue.remove(removed);
    expect([queue.size, queue.peek() === held, removed.slot]).toEqual([1, true, -1]);
  });
});

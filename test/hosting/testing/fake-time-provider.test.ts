import { Duration, Instant, ZoneId, ZoneOffset } from '@js-joda/core';
import { delay, type ITimer, PeriodicTimer, TimeProvider, type TimerCallback, type TimeSpan } from 'hostward';
import { FakeTimeProvider, type FakeTimeProviderOptions } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A clock with named timers that keep a trace: `A@10` is a call of A while the clock reads 10 ms after its start. */
class Bench {
  readonly time: FakeTimeProvider;
  readonly trace: string[] = [];
  readonly #start: bigint;
  #seen = 0;

  constructor(options?: FakeTimeProviderOptions) {
    this.time = new FakeTimeProvider(options);
    this.#start = this.time.getTimestamp();
  }

  get now(): number {
    return Number(this.time.getTimestamp() - this.#start) / 10_000;
  }

  timer(name: string, dueTime: TimeSpan, period: TimeSpan = -1, then: (call: number) => void = () => undefined): ITimer {
    let calls = 0;
    return this.time.createTimer(
      () => {
        this.trace.push(`${name}@${this.now}`);
        then(++calls);
      },
      undefined,
      dueTime,
      period,
    );
  }

  /** What an advance adds to the trace. */
  advance(delta: TimeSpan): string[] {
    this.time.advance(delta);
    return this.news();
  }

  news(): string[] {
    const news = this.trace.slice(this.#seen);
    this.#seen = this.trace.length;
    return news;
  }
}

describe('a fake clock', () => {
  it('stands at the beginning of the year 2000 unless it is told otherwise', () => {
    expect(new FakeTimeProvider().getUtcNow()).toEqual(Instant.parse('2000-01-01T00:00:00Z'));
  });

  it.each([
    ['2024-02-29T12:30:00.5Z', Instant.parse('2024-02-29T12:30:00.5Z')],
    ['2024-02-29T12:30:00.500Z', new Date('2024-02-29T12:30:00.5Z')],
    ['1969-12-31T23:59:59.999Z', Instant.ofEpochMilli(-1)],
    ['2000-01-01T00:00:00.000123400Z', Instant.parse('2000-01-01T00:00:00.0001234Z')],
    ['1969-12-31T23:59:59.999999900Z', Instant.parse('1969-12-31T23:59:59.9999999Z')],
  ])('can start at %s', (_text, start) => {
    const expected = start instanceof Date ? Instant.ofEpochMilli(start.getTime()) : start;
    const time = new FakeTimeProvider({ start });
    expect([time.getUtcNow(), time.getUtcNowMilliseconds()]).toEqual([expected, expected.toEpochMilli()]);
  });

  it('moves only when it is told to', async () => {
    const time = new FakeTimeProvider();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(time.getUtcNow()).toEqual(Instant.parse('2000-01-01T00:00:00Z'));
    time.advance(Duration.ofDays(1).plusNanos(100));
    expect(time.getUtcNow()).toEqual(Instant.parse('2000-01-02T00:00:00.0000001Z'));
    expect(time.getUtcNowMilliseconds()).toBe(Date.UTC(2000, 0, 2));
  });

  it('counts ticks of 100 ns since the year 1', () => {
    const time = new FakeTimeProvider();
    const start = time.getTimestamp();
    time.advance(0.0001);
    expect([start, time.getTimestamp() - start, time.timestampFrequency]).toEqual([630_822_816_000_000_000n, 1n, 10_000_000n]);
    time.advance(1.5);
    expect([time.getElapsedMilliseconds(start), time.getElapsedTime(start)]).toEqual([1.5001, Duration.ofNanos(1_500_100)]);
  });

  it('is in UTC until it is given a zone', () => {
    const time = new FakeTimeProvider();
    expect([time.localTimeZone, time.getLocalNow().toString()]).toEqual([ZoneOffset.UTC, '2000-01-01T00:00Z']);
    time.setLocalTimeZone(ZoneId.of('+02:00'));
    expect([time.localTimeZone, time.getLocalNow().toString()]).toEqual([ZoneOffset.ofHours(2), '2000-01-01T02:00+02:00']);
    expect(() => time.setLocalTimeZone(null as never)).toThrow(expect.objectContaining({ name: 'ArgumentNullError', paramName: 'localTimeZone' }));
  });

  it('is a TimeProvider and can be derived from', () => {
    class Watching extends FakeTimeProvider {
      armed = 0;
      override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan): ITimer {
        this.armed++;
        return super.createTimer(callback, state, dueTime, period);
      }
    }
    const time = new Watching();
    void delay(10, { timeProvider: time });
    expect([time instanceof TimeProvider, time.armed, time.pendingTimers.length]).toEqual([true, 1, 1]);
  });

  it.each([-0.0001, -1, Duration.ofNanos(-100)])('does not go back by %s', delta => {
    const time = new FakeTimeProvider();
    expect(() => time.advance(delta)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'delta', actualValue: delta }));
    expect(time.getUtcNowMilliseconds()).toBe(Date.UTC(2000, 0, 1));
  });

  it('does not go back asynchronously either', async () => {
    await expect(new FakeTimeProvider().advanceAsync(-1)).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'delta' });
  });

  it('lists its armed timers in the order in which they will fire', () => {
    const { time, timer } = bound(new Bench());
    timer('B', 10, 5);
    timer('A', 3);
    timer('C', 10);
    time.advance(2);
    expect(time.pendingTimers).toEqual([
      { dueIn: 1, period: 0 },
      { dueIn: 8, period: 5 },
      { dueIn: 8, period: 0 },
    ]);
  });

  function bound(bench: Bench) {
    return { time: bench.time, timer: bench.timer.bind(bench) };
  }
});

describe('the timers of a fake clock fire as those of the original do:', () => {
  it('S1: timers that are due at one instant fire in the order of their creation', () => {
    const bench = new Bench();
    for (const name of 'ABC') bench.timer(name, 10);
    expect([bench.advance(9), bench.advance(1), bench.time.pendingTimers]).toEqual([[], ['A@10', 'B@10', 'C@10'], []]);
  });

  it('S2: a timer takes the place of one that was disposed', () => {
    const bench = new Bench();
    const [a] = [...'ABC'].map(name => bench.timer(name, 10));
    a![Symbol.dispose]();
    bench.timer('D', 10);
    expect(bench.advance(10)).toEqual(['D@10', 'B@10', 'C@10']);
  });

  it('S3: a change to the same instant keeps the place', () => {
    const bench = new Bench();
    const [a] = [...'ABC'].map(name => bench.timer(name, 10));
    a!.change(10, -1);
    expect(bench.advance(10)).toEqual(['A@10', 'B@10', 'C@10']);
  });

  it('S3b: the place that became free last is taken first', () => {
    const bench = new Bench();
    const [a, b] = [...'ABC'].map(name => bench.timer(name, 10));
    a![Symbol.dispose]();
    b![Symbol.dispose]();
    bench.timer('D', 10);
    bench.timer('E', 10);
    expect(bench.advance(10)).toEqual(['E@10', 'D@10', 'C@10']);
  });

  it('S3e: a timer that has fired its only time has lost its place', () => {
    const bench = new Bench();
    const a = bench.timer('A', 5);
    bench.timer('B', 10);
    bench.advance(5);
    bench.timer('D', 5);
    a.change(5, -1);
    expect(bench.advance(5)).toEqual(['A@5', 'B@10', 'D@10', 'A@10'].slice(1));
  });

  it('S3f: timers that were disarmed one after the other take their places in reverse', () => {
    const bench = new Bench();
    const [a, b] = [...'AB'].map(name => bench.timer(name, 10));
    a!.change(-1, -1);
    b!.change(-1, -1);
    a!.change(10, -1);
    b!.change(10, -1);
    expect(bench.advance(10)).toEqual(['B@10', 'A@10']);
  });

  it('S4, C13: a jump fires every period that it passes, between other timers where it was due, and all see the end of the jump', () => {
    const bench = new Bench();
    bench.timer('A', 3, 3);
    bench.timer('B', 5);
    expect([bench.advance(10), bench.time.pendingTimers]).toEqual([['A@10', 'B@10', 'A@10', 'A@10'], [{ dueIn: 2, period: 3 }]]);
    const other = new Bench();
    other.timer('A', 10, 10);
    other.timer('B', 15);
    expect(other.advance(40)).toEqual(['A@40', 'B@40', 'A@40', 'A@40', 'A@40']);
  });

  it('S5: at an instant that two periods share, the one that was armed first fires first', () => {
    const bench = new Bench();
    bench.timer('A', 2, 2);
    bench.timer('B', 3, 3);
    expect(bench.advance(6)).toEqual(['A@6', 'B@6', 'A@6', 'A@6', 'B@6']);
  });

  it.each([
    ['S6: in steps', [3, 3, 3, 2], ['A@3', 'B@3', 'C@6', 'A@6', 'B@6', 'A@9', 'B@9', 'C@11']],
    ['S6b: in one jump', [11], ['A@11', 'B@11', 'C@11', 'A@11', 'B@11', 'A@11', 'B@11', 'C@11']],
  ])('%s, a timer that was armed earlier comes before one that fired meanwhile', (_title, steps, expected) => {
    const bench = new Bench();
    bench.timer('A', 3, 3);
    bench.timer('B', 3, 3);
    bench.timer('C', 6, 5);
    expect(steps.flatMap(step => bench.advance(step))).toEqual(expected);
  });

  it('S7: a callback that advances the clock makes its timer lose the periods that were missed', () => {
    const bench = new Bench();
    bench.timer('T', 1000, 1000, call => call < 10 && bench.time.advance(1000));
    expect([bench.advance(1000), bench.now]).toEqual([['T@1000'], 2000]);
  });

  it('S7b: such a timer is due a period after the time to which it advanced', () => {
    const bench = new Bench();
    bench.timer('T', 1000, 1000, () => bench.time.advance(2500));
    expect([bench.advance(1000), bench.advance(999), bench.advance(1), bench.now]).toEqual([['T@1000'], [], ['T@4500'], 7000]);
  });

  it('S7c: what a nested advance makes due fires after the callback', () => {
    const bench = new Bench();
    bench.timer('O', 500);
    bench.timer('N', 100, -1, () => {
      bench.time.advance(600);
      bench.trace.push(`N sees ${bench.now}`);
    });
    expect(bench.advance(100)).toEqual(['N@100', 'N sees 700', 'O@700']);
  });

  it('S9: a periodic timer can dispose itself', () => {
    const bench = new Bench();
    const timer: ITimer = bench.timer('S', 1, 1, () => timer[Symbol.dispose]());
    expect([bench.advance(5), bench.time.pendingTimers]).toEqual([['S@5'], []]);
  });

  it('S9b: a timer that a callback disposes does not fire, although it was due', () => {
    const bench = new Bench();
    let b: ITimer | undefined = undefined;
    bench.timer('A', 5, -1, () => b![Symbol.dispose]());
    b = bench.timer('B', 5);
    expect(bench.advance(5)).toEqual(['A@5']);
  });

  it('S10: a timer can arm itself anew, measured from the time that its callback sees', () => {
    const bench = new Bench();
    const timer: ITimer = bench.timer('S', 10, -1, call => call < 3 && timer.change(10, -1));
    expect([bench.advance(100), bench.advance(10), bench.advance(10), bench.advance(50)]).toEqual([['S@100'], ['S@110'], ['S@120'], []]);
  });

  it('S10b: a change in the callback replaces the schedule', () => {
    const bench = new Bench();
    const timer: ITimer = bench.timer('S', 10, 10, call => call === 2 && timer.change(1, 1));
    expect([bench.advance(20), bench.advance(1), bench.advance(1)]).toEqual([['S@20', 'S@20'], ['S@21'], ['S@22']]);
  });

  it('S10c: a change to at once fires again after the callback', () => {
    const bench = new Bench();
    const timer: ITimer = bench.timer('S', 10, 10, call => call === 1 && timer.change(0, -1));
    expect([bench.advance(10), bench.advance(50)]).toEqual([['S@10', 'S@10'], []]);
  });

  it('S10d: a timer can disarm itself', () => {
    const bench = new Bench();
    const timer: ITimer = bench.timer('S', 10, 10, () => timer.change(-1, -1));
    expect([bench.advance(100), bench.time.pendingTimers]).toEqual([['S@100'], []]);
  });

  it('S11: a timer that is created to fire at once in a callback fires after it, behind those that are due', () => {
    const bench = new Bench();
    bench.timer('P', 10, -1, () => {
      bench.timer('Z', 0);
      bench.trace.push('P ends');
    });
    bench.timer('Q', 10);
    expect(bench.advance(10)).toEqual(['P@10', 'P ends', 'Q@10', 'Z@10']);
  });

  it('S11b: a timer that is created in a callback counts from the end of the jump', () => {
    const bench = new Bench();
    bench.timer('P', 10, -1, () => bench.timer('F', 5));
    expect([bench.advance(100), bench.advance(5)]).toEqual([['P@100'], ['F@105']]);
  });

  it('S11c: what was due before comes before what is created to fire at once', () => {
    const bench = new Bench();
    bench.timer('B', 8);
    bench.timer('A', 5, -1, () => bench.timer('F', 0));
    expect(bench.advance(10)).toEqual(['A@10', 'B@10', 'F@10']);
  });

  it('S12: a due time of zero fires before the call returns', () => {
    const bench = new Bench();
    bench.timer('Z', 0, 10);
    expect([bench.news(), bench.advance(10)]).toEqual([['Z@0'], ['Z@10']]);
  });

  it('S13: a timer without a due time never fires, also not periodically, until it is changed', () => {
    const bench = new Bench();
    const timer = bench.timer('I', -1, 10);
    expect([bench.advance(1000), bench.time.pendingTimers, timer.change(5, -1), bench.advance(5)]).toEqual([[], [], true, ['I@1005']]);
  });

  it('S14d: every period of a jump is fired when the callback only reads the clock', () => {
    const bench = new Bench();
    bench.timer('A', 10, 10);
    expect(bench.advance(30)).toEqual(['A@30', 'A@30', 'A@30']);
  });

  it('S17: a due time that is a little less than zero has passed already; below -1 ms it is none', () => {
    const bench = new Bench();
    bench.timer('A', -0.5);
    expect(bench.news()).toEqual(['A@0']);
    bench.timer('B', -1.5);
    bench.timer('C', -1.9999);
    expect([bench.advance(10), bench.time.pendingTimers]).toEqual([[], []]);
    expect(() => bench.timer('D', -2)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'dueTime' }));
  });

  it('C5: a due time that has passed comes before one of zero', () => {
    const bench = new Bench();
    bench.timer('P', 1, -1, () => {
      bench.timer('zero', 0);
      bench.timer('past', -0.5);
    });
    expect(bench.advance(1)).toEqual(['P@1', 'past@1', 'zero@1']);
  });

  it('S17b, S17c: parts of a millisecond count, in due times and in periods', () => {
    const bench = new Bench();
    bench.timer('A', 0.5);
    expect([bench.advance(0.4999), bench.advance(0.0001)]).toEqual([[], ['A@0.5']]);
    const other = new Bench();
    other.timer('B', 1, 0.5);
    expect(other.advance(3)).toEqual(['B@3', 'B@3', 'B@3', 'B@3', 'B@3']);
  });

  it.each([0, -0.5, -1, -1.9999])('S17d: with a period of %d a timer fires once', period => {
    const bench = new Bench();
    bench.timer('A', 1, period);
    expect([bench.advance(100), bench.time.pendingTimers]).toEqual([['A@100'], []]);
  });

  it('S17e: the longest span is 4294967294 whole milliseconds', () => {
    const bench = new Bench();
    for (const span of [4_294_967_294, 4_294_967_294.9999]) bench.timer('A', span, span);
    for (const [dueTime, period, paramName] of [
      [4_294_967_295, -1, 'dueTime'],
      [0, 4_294_967_295, 'period'],
      [-2, -2, 'dueTime'],
    ] as const)
      expect(() => bench.timer('B', dueTime, period)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName }));
    expect(bench.time.pendingTimers.length).toBe(2);
  });

  it('S18: a disposed timer says false to a change, and still refuses a wrong one', async () => {
    const bench = new Bench();
    const timer = bench.timer('A', 10, 10);
    timer[Symbol.dispose]();
    timer[Symbol.dispose]();
    await timer[Symbol.asyncDispose]();
    expect([timer.change(1, 1), bench.advance(100)]).toEqual([false, []]);
    expect(() => timer.change(-2, 1)).toThrow(expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName: 'dueTime' }));
  });

  it('S18: a wrong change leaves the schedule of a timer as it is', () => {
    const bench = new Bench();
    const timer = bench.timer('A', 10);
    expect(() => timer.change(1, -2)).toThrow(expect.objectContaining({ paramName: 'period' }));
    expect(bench.advance(10)).toEqual(['A@10']);
  });

  it('S21: timers to fire at once that create each other all fire inside the first call', () => {
    const bench = new Bench();
    const nest = (depth: number): ITimer => bench.timer(`Z${depth}`, 0, -1, () => depth < 5 && nest(depth + 1));
    nest(1);
    expect(bench.news()).toEqual(['Z1@0', 'Z2@0', 'Z3@0', 'Z4@0', 'Z5@0']);
  });

  it('S25: a timer counts as pending during its only callback', () => {
    const bench = new Bench();
    const pending: number[] = [];
    bench.timer('A', 10, -1, () => pending.push(bench.time.pendingTimers.length));
    bench.advance(10);
    expect([pending, bench.time.pendingTimers]).toEqual([[1], []]);
  });

  it('C1: a change begins the phase anew', () => {
    const bench = new Bench();
    const timer = bench.timer('A', 10, 10);
    bench.advance(15);
    timer.change(10, 10);
    expect([bench.advance(9), bench.advance(1), bench.advance(10)]).toEqual([[], ['A@25'], ['A@35']]);
  });

  it('C6: a callback that reads the clock is not interrupted by what is due', () => {
    const bench = new Bench();
    bench.timer('A', 5, -1, () => {
      bench.time.getUtcNow();
      bench.time.getTimestamp();
      bench.trace.push('A ends');
    });
    bench.timer('B', 10);
    expect(bench.advance(10)).toEqual(['A@10', 'A ends', 'B@10']);
  });

  it('C7: a callback can put off a timer that is due', () => {
    const bench = new Bench();
    let b: ITimer | undefined = undefined;
    bench.timer('A', 5, -1, () => b!.change(5, -1));
    b = bench.timer('B', 5);
    expect([bench.advance(5), bench.advance(5)]).toEqual([['A@5'], ['B@10']]);
  });

  it('C8: a disarmed periodic timer can be armed again', () => {
    const bench = new Bench();
    const timer = bench.timer('A', 5, 5);
    timer.change(-1, 5);
    expect([bench.advance(100), timer.change(5, 5), bench.advance(5)]).toEqual([[], true, ['A@105']]);
  });

  it('C12b, C12c: of a periodic timer and a younger one that are due together, the one that was scheduled first fires first', () => {
    const bench = new Bench();
    bench.timer('P', 5, 5);
    bench.advance(5);
    bench.advance(1);
    bench.timer('N', 4);
    expect(bench.advance(4)).toEqual(['P@10', 'N@10']);
    const other = new Bench();
    other.timer('P', 5, 5);
    other.advance(4);
    other.timer('N', 6);
    expect([other.advance(1), other.advance(5)]).toEqual([['P@5'], ['N@10', 'P@10']]);
  });

  it('gives the callback its state, and wants one before it looks at the spans', () => {
    const time = new FakeTimeProvider();
    const states: string[] = [];
    time.createTimer(state => states.push(state), 'the state', 0, -1);
    expect(states).toEqual(['the state']);
    expect(() => time.createTimer(null as never, undefined, -2, -2)).toThrow(expect.objectContaining({ name: 'ArgumentNullError', paramName: 'callback' }));
  });

  it('L1, L2: a jump lets one delay of a chain pass, and steps all of them', async () => {
    const run = async (steps: readonly number[]) => {
      const bench = new Bench();
      void (async () => {
        for (let turn = 0; turn < 3; turn++) {
          await delay(10, { timeProvider: bench.time });
          bench.trace.push(`d${turn}@${bench.now}`);
        }
      })();
      for (const step of steps) {
        bench.time.advance(step);
        await new Promise(resolve => setImmediate(resolve));
      }
      return bench.trace;
    };
    expect(await run([30, 10, 10])).toEqual(['d0@30', 'd1@40', 'd2@50']);
    expect(await run(Array.from({ length: 30 }, () => 1))).toEqual(['d0@10', 'd1@20', 'd2@30']);
  });
});

describe('a callback that throws', () => {
  const failing = (message: string) => () => {
    throw new Error(message);
  };

  it('does not keep the others from firing, and its error comes out of the advance', () => {
    const bench = new Bench();
    bench.timer('X', 5, -1, failing('X failed'));
    bench.timer('B', 10);
    expect(() => bench.advance(10)).toThrow(new Error('X failed'));
    expect([bench.news(), bench.now, bench.time.pendingTimers]).toEqual([['X@10', 'B@10'], 10, []]);
  });

  it('goes on being called when its timer is periodic', () => {
    const bench = new Bench();
    bench.timer('X', 10, 10, call => call === 1 && failing('X failed')());
    expect(() => bench.advance(10)).toThrow('X failed');
    expect([bench.news(), bench.advance(10)]).toEqual([['X@10'], ['X@20']]);
  });

  it('is reported together with others that threw, in their order', () => {
    const bench = new Bench();
    bench.timer('X', 1, -1, failing('X failed'));
    bench.timer('Y', 2, -1, failing('Y failed'));
    expect(() => bench.advance(10)).toThrow(
      expect.objectContaining({ name: 'AggregateError', message: 'Several timer callbacks failed.', errors: [new Error('X failed'), new Error('Y failed')] }),
    );
  });

  it('in an asynchronous advance keeps neither the others nor the clock from getting to the end', async () => {
    const bench = new Bench();
    bench.timer('X', 5, -1, failing('X failed'));
    bench.timer('B', 10);
    await expect(bench.time.advanceAsync(20)).rejects.toThrow(new Error('X failed'));
    expect([bench.news(), bench.now]).toEqual([['X@5', 'B@10'], 20]);
  });

  it('throws out of the call that creates its timer when it is due at once', () => {
    const bench = new Bench();
    expect(() => bench.timer('Z', 0, -1, failing('Z failed'))).toThrow('Z failed');
    bench.timer('A', 0);
    expect([bench.news(), bench.time.pendingTimers]).toEqual([['Z@0', 'A@0'], []]);
  });
});

describe('an asynchronous advance', () => {
  it('goes from firing to firing, so that a chain of delays passes in one call', async () => {
    const bench = new Bench();
    void (async () => {
      for (let turn = 0; turn < 3; turn++) {
        await delay(10, { timeProvider: bench.time });
        bench.trace.push(`d${turn}@${bench.now}`);
      }
    })();
    await bench.time.advanceAsync(35);
    expect([bench.trace, bench.now]).toEqual([['d0@10', 'd1@20', 'd2@30'], 35]);
  });

  it('gives every timer its own due time to see', async () => {
    const bench = new Bench();
    bench.timer('A', 3, 3);
    bench.timer('B', 5);
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['A@3', 'B@5', 'A@6', 'A@9']);
  });

  it('lets code that has not armed its timer yet do so before the first firing', async () => {
    const bench = new Bench();
    void Promise.resolve()
      .then(() => Promise.resolve())
      .then(() => bench.timer('late', 10));
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['late@10']);
  });

  it('lets promise chains of any depth run after each firing and after the last', async () => {
    const bench = new Bench();
    void (async () => {
      await delay(10, { timeProvider: bench.time });
      for (let depth = 0; depth < 1000; depth++) await Promise.resolve();
      bench.trace.push('the end');
    })();
    await bench.time.advanceAsync(10);
    expect(bench.trace).toEqual(['the end']);
  });

  it('lets a loop over a periodic timer see each tick', async () => {
    const bench = new Bench();
    using timer = new PeriodicTimer(10, bench.time);
    void (async () => {
      while (await timer.waitForNextTick()) bench.trace.push(`tick@${bench.now}`);
    })();
    await bench.time.advanceAsync(30);
    expect(bench.trace).toEqual(['tick@10', 'tick@20', 'tick@30']);
  });

  it('does not stop at timers beyond its end', async () => {
    const bench = new Bench();
    bench.timer('A', 10.0001);
    await bench.time.advanceAsync(10);
    expect([bench.trace, bench.now]).toEqual([[], 10]);
  });

  it("runs beside Jest's own fake timers", async () => {
    jest.useFakeTimers();
    try {
      const bench = new Bench();
      bench.timer('A', 10);
      await bench.time.advanceAsync(10);
      expect(bench.trace).toEqual(['A@10']);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('a runaway timer', () => {
  const runaway = expect.objectContaining({
    name: 'RunawayTimerError',
    code: 'ERR_RUNAWAY_TIMER',
    limit: 5,
    firings: 5,
    hottest: expect.objectContaining({ period: 1 }) as unknown,
  });

  it('ends an advance with an error that names its period, and the clock works on', () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const timer = bench.timer('A', 1, 1);
    expect(() => bench.advance(6)).toThrow(runaway);
    expect(bench.news().length).toBe(5);
    timer[Symbol.dispose]();
    bench.timer('B', 1);
    expect(bench.advance(1)).toEqual(['B@7']);
  });

  it('ends an asynchronous advance in the same way', async () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const timer = bench.timer('A', 1, 1);
    await expect(bench.time.advanceAsync(6)).rejects.toEqual(runaway);
    timer[Symbol.dispose]();
    expect(bench.news().length).toBe(5);
  });

  it('is one that goes beyond the limit, not one that reaches it, and each advance counts anew', async () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    bench.timer('A', 1, 1);
    bench.advance(5);
    bench.advance(5);
    await bench.time.advanceAsync(5);
    expect(bench.trace.length).toBe(15);
  });

  it('is found when timers that are due at once create each other without end', () => {
    const bench = new Bench({ maxFiringsPerAdvance: 5 });
    const endless = (): ITimer => bench.timer('Z', 0, -1, endless);
    expect(endless).toThrow(expect.objectContaining({ code: 'ERR_RUNAWAY_TIMER', limit: 5, message: expect.stringContaining('make each other') as unknown }));
  });

  it('may fire 100,000 times unless the limit is another', () => {
    const bench = new Bench();
    bench.timer('A', 1, 1);
    bench.advance(100_000);
    expect(bench.trace.length).toBe(100_000);
    expect(() => bench.advance(100_001)).toThrow(expect.objectContaining({ firings: 100_000 }));
  });
});

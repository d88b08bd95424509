import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

describe('a timer of a fake clock', () => {
  it('S12: a due time of zero fires before the call returns', () => {
    const bench = new Bench();
    bench.timer('Z', 0, 10);
    expect([bench.news(), bench.advance(1), bench.advance(9), bench.advance(10)]).toEqual([['Z@0'], [], ['Z@10'], ['Z@20']]);
  });

  it('S13: a timer without a due time never fires, also not periodically, until it is changed', () => {
    const bench = new Bench();
    const timer = bench.timer('I', -1, 10);
    expect([bench.advance(1000), bench.time.pendingTimers, timer.change(5, -1), bench.advance(5)]).toEqual([[], [], true, ['I@1005']]);
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

  it('C1: a change begins the phase anew', () => {
    const bench = new Bench();
    const timer = bench.timer('A', 10, 10);
    bench.advance(15);
    timer.change(10, 10);
    expect([bench.advance(9), bench.advance(1), bench.advance(10)]).toEqual([[], ['A@25'], ['A@35']]);
  });

  it('C8: a disarmed periodic timer can be armed again', () => {
    const bench = new Bench();
    const timer = bench.timer('A', 5, 5);
    timer.change(-1, 5);
    expect([bench.advance(100), timer.change(5, 5), bench.advance(5)]).toEqual([[], true, ['A@105']]);
  });

  it('gives the callback its state, and wants one before it looks at the spans', () => {
    const time = new FakeTimeProvider();
    const states: string[] = [];
    time.createTimer(state => states.push(state), 'the state', 0, -1);
    expect(states).toEqual(['the state']);
    expect(() => time.createTimer(null as never, undefined, -2, -2)).toThrow(expect.objectContaining({ name: 'ArgumentNullError', paramName: 'callback' }));
  });
});

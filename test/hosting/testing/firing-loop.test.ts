import { delay, type ITimer } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

describe('a callback of a timer of a fake clock', () => {
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

  it('S11b: a timer that is created in a callback counts from the end of the jump', () => {
    const bench = new Bench();
    bench.timer('P', 10, -1, () => bench.timer('F', 5));
    expect([bench.advance(100), bench.advance(5)]).toEqual([['P@100'], ['F@105']]);
  });

  it('S14d: every period of a jump is fired when the callback only reads the clock', () => {
    const bench = new Bench();
    bench.timer('A', 10, 10);
    expect(bench.advance(30)).toEqual(['A@30', 'A@30', 'A@30']);
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

  it('that advances the clock by its own period from a due time of zero does not do so without end', () => {
    const bench = new Bench();
    bench.timer('T', 0, 1000, () => bench.time.advance(1000));
    expect([bench.news(), bench.now]).toEqual([['T@0'], 1000]);
    expect([bench.advance(1000), bench.now]).toEqual([['T@2000'], 3000]);
  });

  it('that moves the clock on and adjusts it back to the same instant goes on from where the adjustment has put its timer', () => {
    const bench = new Bench();
    bench.timer('A', 1, 10, call => {
      if (call > 1) return;
      bench.time.advance(3);
      bench.time.adjustTime(bench.time.start.plusMillis(16));
    });
    expect([bench.advance(16), bench.time.pendingTimers, bench.advance(2)]).toEqual([['A@16', 'A@16'], [{ dueIn: 2, period: 10 }], ['A@18']]);
  });

  it('of a period sees the start, and then the instant of each jump, which it sees as often as periods have passed', () => {
    const bench = new Bench();
    const start = bench.time.start;
    bench.timer('T', 0, 10);
    const jump = (to: number) => (bench.time.setUtcNow(start.plusMillis(to)), bench.news());
    expect([bench.news(), jump(10), jump(20), jump(50)]).toEqual([['T@0'], ['T@10'], ['T@20'], ['T@50', 'T@50', 'T@50']]);
  });
});

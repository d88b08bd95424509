import { expectNoLeaks } from '../../support/leak-check.js';
import { Bench } from './timer-bench.js';

expectNoLeaks();

describe('timers of a fake clock fire in the order of the original:', () => {
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

  it('C5: a due time that has passed comes before one of zero', () => {
    const bench = new Bench();
    bench.timer('P', 1, -1, () => {
      bench.timer('zero', 0);
      bench.timer('past', -0.5);
    });
    expect(bench.advance(1)).toEqual(['P@1', 'past@1', 'zero@1']);
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

  it('S11: a timer that is created to fire at once in a callback fires after it, behind those that are due', () => {
    const bench = new Bench();
    bench.timer('P', 10, -1, () => {
      bench.timer('Z', 0);
      bench.trace.push('P ends');
    });
    bench.timer('Q', 10);
    expect(bench.advance(10)).toEqual(['P@10', 'P ends', 'Q@10', 'Z@10']);
  });

  it('S11c: what was due before comes before what is created to fire at once', () => {
    const bench = new Bench();
    bench.timer('B', 8);
    bench.timer('A', 5, -1, () => bench.timer('F', 0));
    expect(bench.advance(10)).toEqual(['A@10', 'B@10', 'F@10']);
  });
});

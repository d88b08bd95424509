import fc from 'fast-check';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type Command, Model, Real, run } from './clock-model.js';

/** How a random program is made up. */
interface Shape {
  /** Timers have the names 0 to this. */
  readonly names: number;
  readonly latestDue: number;
  readonly longestAdvance: number;
  readonly length: { readonly minLength?: number; readonly maxLength: number };
  /** How deep a callback may contain programs. */
  readonly depth: number;
}

const small: Shape = { names: 5, latestDue: 12, longestAdvance: 30, length: { maxLength: 20 }, depth: 2 };
/** More timers at a time than the queue has places at first, many of them due at the same instants. */
const large: Shape = { names: 400, latestDue: 60, longestAdvance: 3, length: { minLength: 400, maxLength: 800 }, depth: 1 };

const period = fc.constantFrom(-1, 0, 1, 3, 5, 10);

function commands({ names, latestDue, longestAdvance, length, depth }: Shape): fc.Arbitrary<Command[]> {
  const timer = fc.integer({ min: 0, max: names });
  const due = fc.integer({ min: -1, max: latestDue });
  const none: fc.Arbitrary<readonly Command[]> = fc.constant([]);
  const inside =
    depth === 0 ? none : fc.oneof({ weight: 3, arbitrary: none }, commands({ names, latestDue, longestAdvance, length: { maxLength: 4 }, depth: depth - 1 }));
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('create' as const), timer, due, period, inside }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), timer, due, period }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('dispose' as const), timer }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('advance' as const), by: fc.integer({ min: 0, max: longestAdvance }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('adjust' as const), to: fc.integer({ min: -50, max: 200 }) }) },
  );
  return fc.array(command, length);
}

describe('a fake clock under any program of timers', () => {
  expectNoLeaks();

  it('does what a model does that looks through all timers at each firing', () => {
    fc.assert(
      fc.property(commands(small), program => {
        expect(run(new Real(), program)).toEqual(run(new Model(), program));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so with hundreds of timers at a time', () => {
    let most = 0;
    fc.assert(
      fc.property(commands(large), program => {
        const trace = run(new Real(), program);
        expect(trace).toEqual(run(new Model(), program));
        most = Math.max(most, ...trace.map(line => Number(/pending (\d+)/.exec(line)?.[1] ?? 0)));
      }),
      { numRuns: 20 },
    );
    expect(most).toBeGreaterThan(128);
  });
});

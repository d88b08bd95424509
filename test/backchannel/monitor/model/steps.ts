import fc from 'fast-check';
import { Behave, DropAllClients, DropClients, Exit, Kill, KillLost, Listen, type Newcomer, SetHung, Start } from './app-host-steps.js';
import { DeleteDirectory, MakeDirectory, Put, Remove, ReplaceDirectory, ReuseProcessId, SetDirectoryClosed, SetFileClosed } from './file-steps.js';
import { JumpClock, LoseWatches, Pass, Rest, Scan, SetNotifying, SetWatching, Soon, Turns } from './machine-steps.js';
import type { Model } from './model.js';
import { type DirectoryKind, places } from './places.js';
import { AnyStep, type Step } from './step.js';
import type { Clutter, Manner, World } from './world.js';

const hour = 3_600_000;
/** Two of them come more often, so that more happens to the same. */
const place = fc.oneof(fc.constantFrom(...places), fc.constantFrom(places[0]!, places[5]!));
const kind = fc.constantFrom<DirectoryKind>('current', 'legacy');
const clutter = fc.constantFrom<Clutter>('regularFile', 'socketOfAnother', 'staleSocket');
const usually = oneIn(5).map(isRare => !isRare);
const newcomer: fc.Arbitrary<Newcomer> = fc.record({
  manner: anyManner(6),
  isElsewhere: oneIn(5),
  isListening: usually,
  isNameless: oneIn(8),
  predecessorLives: fc.boolean(),
});
const span = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 200, max: 12_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 12_000, max: 90_000 }) },
);

/** Any step. Troubles end more often than they begin, or there would soon be nothing else. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  often(16, fc.tuple(place, newcomer), ([where, who]) => new Start(where, who)),
  often(3, place, where => new Exit(where)),
  often(3, place, where => new Kill(where)),
  often(1, fc.constant(0), () => new KillLost()),
  often(4, fc.tuple(place, oneIn(3)), ([where, isHung]) => new SetHung(where, isHung)),
  often(3, fc.tuple(place, anyManner(3)), ([where, manner]) => new Behave(where, manner)),
  often(3, place, where => new Listen(where)),
  often(3, place, where => new DropClients(where)),
  often(2, fc.constant(0), () => new DropAllClients()),
  often(3, fc.tuple(place, clutter), ([where, what]) => new Put(where, what)),
  often(2, place, where => new Remove(where)),
  often(2, place, where => new ReuseProcessId(where)),
  often(5, fc.tuple(place, fc.boolean()), ([where, isClosed]) => new SetFileClosed(where, isClosed)),
  often(1, kind, which => new DeleteDirectory(which)),
  often(1, kind, which => new MakeDirectory(which)),
  often(1, kind, which => new ReplaceDirectory(which)),
  often(5, fc.tuple(kind, oneIn(3)), ([which, isClosed]) => new SetDirectoryClosed(which, isClosed)),
  often(2, fc.boolean(), isNotifying => new SetNotifying(isNotifying)),
  often(2, usually, canWatch => new LoseWatches(canWatch)),
  often(3, usually, isWatching => new SetWatching(isWatching)),
  often(1, fc.constantFrom(-24 * hour, -hour, -10_000, 400, 10_000, hour, 24 * hour), by => new JumpClock(by)),
  often(4, fc.integer({ min: 1, max: 12 }), count => new Turns(count)),
  often(8, span, milliseconds => new Pass(milliseconds)),
  often(2, fc.constant(0), () => new Scan()),
  often(3, fc.constant(0), () => new Soon()),
  often(1, fc.constant(0), () => new Rest()),
);

/** Every trouble ends that can: permissions come back, what hangs goes on, who did not answer does, and changes are reported. */
export class Recover extends AnyStep {
  async run(model: Model, world: World): Promise<void> {
    const steps = [
      ...(['current', 'legacy'] as const).map(which => new SetDirectoryClosed(which, false)),
      ...places.flatMap(where => [new SetFileClosed(where, false), new SetHung(where, false), new Behave(where, 'answers'), new Listen(where)]),
      new SetNotifying(true),
      new LoseWatches(true),
      new SetWatching(true),
    ];
    for (const step of steps) if (step.check(model)) await step.run(model, world);
  }
}

function often<T>(weight: number, facts: fc.Arbitrary<T>, toStep: (facts: T) => Step): { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> } {
  return { weight, arbitrary: facts.map(toStep) };
}

function oneIn(count: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: count }).map(number => number === count);
}

/** @param weight of one who answers; all others together have 3 */
function anyManner(weight: number): fc.Arbitrary<Manner> {
  return fc.oneof(
    { weight, arbitrary: fc.constant<Manner>('answers') },
    { weight: 3, arbitrary: fc.constantFrom<Manner>('slow', 'old', 'tooSlow', 'refuses', 'leaves', 'hangsUp', 'babbles') },
  );
}

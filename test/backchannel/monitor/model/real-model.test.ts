// To replay a failure: HOSTWARD_MODEL='{"seed":…}' npx jest test/backchannel/monitor/model/real-model.test.ts, with the seed in the title of the test that failed.
import fc from 'fast-check';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { expectTruth } from './expect-truth.js';
import { type Newcomer, Start } from './app-host-steps.js';
import { SetDirectoryClosed, SetFileClosed } from './file-steps.js';
import { Rest } from './machine-steps.js';
import { Model } from './model.js';
import { type Place, places } from './places.js';
import { RealWorld } from './real-world.js';
import type { Step } from './step.js';
import { anyStep } from './steps.js';

const { seed = Math.floor(Math.random() * 2 ** 31) } = JSON.parse(process.env.HOSTWARD_MODEL ?? '{}') as { readonly seed?: number };

function history(seedOfSteps: number): Step[] {
  return fc.sample(fc.array(anyStep, { minLength: 70, maxLength: 70 }), { seed: seedOfSteps, numRuns: 1 })[0]!;
}

/** Lets it all happen on this machine, and looks at what the monitor makes of it when it is over. */
async function happen(steps: readonly Step[]): Promise<void> {
  const model = new Model(true);
  await using world = await RealWorld.create();
  await fc.asyncModelRun(() => ({ model, real: world }), steps);
  await world.rest(() => expectTruth(model, world));
}

describe('the monitor, whatever happens on a real machine', () => {
  expectNoLeaks();

  it.each([1, 2, seed])('knows the truth after the history of seed %d', seedOfSteps => happen(history(seedOfSteps)));

  (RealWorld.cannotBar ? it.skip : it)('knows it while permissions are taken, and when they are given back', () => {
    const newcomer: Newcomer = { manner: 'answers', isElsewhere: false, isListening: true, isNameless: false, predecessorLives: false };
    const [first, second] = places as [Place, Place];
    const rest = new Rest();
    return happen([
      new Start(first, newcomer),
      new SetDirectoryClosed('current', true),
      rest,
      new SetDirectoryClosed('current', false),
      new Start(second, newcomer),
      new SetFileClosed(second, true),
      rest,
      new SetFileClosed(second, false),
      rest,
    ]);
  });
});

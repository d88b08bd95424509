// To replay a failure: HOSTWARD_MODEL='{"seed":…,"path":"…"}' npx jest test/backchannel/monitor/model/virtual-model.test.ts, with what it printed.
import fc from 'fast-check';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { expectTruth } from './expect-truth.js';
import { Model } from './model.js';
import { randomFrom } from './random.js';
import { anyStep, LoseWatches, Pass, type Step } from './steps.js';
import { VirtualWorld } from './virtual-world.js';

const replay = JSON.parse(process.env.HOSTWARD_MODEL ?? '{}') as fc.Parameters<unknown>;

/** Lets it all happen, and looks at what the monitor makes of it when it is over. */
async function happen(steps: Iterable<Step>, seed: number): Promise<void> {
  const model = new Model();
  await using world = await VirtualWorld.create(randomFrom(seed));
  await fc.asyncModelRun(() => ({ model, real: world }), steps);
  await world.rest(() => expectTruth(model, world));
}

/** So that a day passes in a test, an hour in which nothing is reported would take too long: each outage ends after a few minutes. */
function spread(steps: readonly Step[], over: number): Step[] {
  const pause = new Pass(over / steps.length);
  return steps.flatMap((step, index) => [step, pause, ...(index % 8 === 7 ? [new LoseWatches(true)] : [])]);
}

describe('the monitor, whatever happens on the machine', () => {
  expectNoLeaks();
  const { stackTraceLimit } = Error;
  // Errors are made by the ten thousand here, and with a stack each takes as long as a connection.
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

  it('knows the truth after it, and leaves nothing behind', async () => {
    const histories = fc.commands([anyStep], { maxCommands: 60, size: 'max' });
    await fc.assert(fc.asyncProperty(histories, fc.nat(), happen), { numRuns: 200, ...replay });
  });

  it('knows the truth at the end of a day with thousands of events', async () => {
    const day = 24 * 3_600_000;
    const events = fc.array(anyStep, { minLength: 3_000, maxLength: 3_000 }).map(steps => spread(steps, day));
    const { failed, seed, errorInstance } = await fc.check(fc.asyncProperty(events, fc.nat(), happen), { numRuns: 1, endOnFailure: true, ...replay });
    if (failed) throw new Error(`HOSTWARD_MODEL='{"seed":${seed}}' lets it happen again.`, { cause: errorInstance });
  });
});

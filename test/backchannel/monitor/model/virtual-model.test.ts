// To replay a failure: HOSTWARD_MODEL='{"seed":…,"path":"…","replayPath":"…"}' npx jest test/backchannel/monitor/model/virtual-model.test.ts, with what it printed.
import fc from 'fast-check';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { expectTruth } from './expect-truth.js';
import { Pass } from './machine-steps.js';
import { Model } from './model.js';
import { randomFrom } from './random.js';
import type { Step } from './step.js';
import { anyStep, Recover } from './steps.js';
import { VirtualWorld } from './virtual-world.js';

const { replayPath, ...replay } = JSON.parse(process.env.HOSTWARD_MODEL ?? '{}') as fc.Parameters<unknown> & { readonly replayPath?: string };

/** So many milliseconds there are to find a shorter history that fails, too: with the limit of the test the seed would be lost. */
const interruptAfterTimeLimit = 20_000;

/** Lets it all happen, and looks at what the monitor makes of it when it is over. */
async function happen(steps: Iterable<Step>, seed: number, hostWatches: boolean): Promise<void> {
  const model = new Model(hostWatches);
  await using world = await VirtualWorld.create(randomFrom(seed), hostWatches);
  await fc.asyncModelRun(() => ({ model, real: world }), steps);
  if (!model.isWatched) await new Recover().run(model, world);
  await world.rest(() => expectTruth(model, world));
}

/** Over a time, in which each trouble ends after some minutes: what fails is tried again all the time, and a day of that would take too long. */
function spread(steps: readonly Step[], over: number): Step[] {
  const pause = new Pass(over / steps.length);
  return steps.flatMap((step, index) => [step, pause, ...(index % 4 === 3 ? [new Recover()] : [])]);
}

describe('the monitor, whatever happens on the machine', () => {
  expectNoLeaks();
  const { stackTraceLimit } = Error;
  // Errors are made by the ten thousand here, and with a stack each takes as long as a connection.
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

  it('knows the truth after it, and leaves nothing behind', async () => {
    const histories = fc.commands([anyStep], { maxCommands: 100, size: 'max', ...(replayPath && { replayPath }) });
    await fc.assert(fc.asyncProperty(histories, fc.nat(), fc.boolean(), happen), { numRuns: 200, interruptAfterTimeLimit, ...replay });
  });

  it('knows the truth at the end of a day with a thousand events', async () => {
    const day = 24 * 3_600_000;
    const events = fc.array(anyStep, { minLength: 1_000, maxLength: 1_000 }).map(steps => spread(steps, day));
    const { failed, seed, errorInstance } = await fc.check(fc.asyncProperty(events, fc.nat(), fc.boolean(), happen), {
      numRuns: 1,
      endOnFailure: true,
      ...(replay.seed !== undefined && { seed: replay.seed }),
    });
    if (failed) throw new Error(`HOSTWARD_MODEL='{"seed":${seed}}' lets it happen again.`, { cause: errorInstance });
    // Some days are full of AppHosts that are tried again every ten seconds.
  }, 120_000);
});

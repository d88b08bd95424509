import fc from 'fast-check';
import { createCancellationSource } from 'hostward';
import { addExecutable } from 'hostward/apphost';
import { expectNoLeaks } from '../../../support/leak-check.js';
import type { Manners } from '../fake-process-launcher.js';
import { ResourceScene } from './resource-scene.js';

expectNoLeaks();

const count = 50;
const someone = fc.nat({ max: count - 1 });

/** What a resource waits for was declared before it: there is no circle. */
const declaration = fc.record({
  when: fc.constantFrom('never' as const, 'onFailure' as const, 'always' as const),
  maxRestarts: fc.integer({ min: 0, max: 5 }),
  initialDelay: fc.constantFrom(0, 1, 50, 1_000),
  explicitStart: fc.boolean(),
  waitsFor: fc.option(someone),
  manners: fc.constantFrom<Manners>('heeding', 'heeding', 'deaf'),
  survivors: fc.constantFrom(0, 0, 2),
});

const action = fc.oneof(
  fc.record({ what: fc.constant('crash' as const), who: someone, exitCode: fc.constantFrom(0, 1) }),
  fc.record({ what: fc.constantFrom('start' as const, 'stop' as const, 'restart' as const), who: someone, patience: fc.option(fc.nat({ max: 20 })) }),
  fc.record({ what: fc.constant('break' as const) }),
  fc.record({ what: fc.constant('pass' as const), milliseconds: fc.constantFrom(0, 1, 2, 5, 40, 1_000) }),
);

describe('fifty executables that crash, break and are started, stopped and restarted by everybody', () => {
  it('have one process each at most, and none after the end of the host, whenever that comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(declaration, { minLength: count, maxLength: count }),
        fc.array(action, { minLength: 50, maxLength: 250, size: 'max' }),
        fc.array(action, { maxLength: 20 }),
        async (declarations, before, meanwhile) => {
          await using scene = await ResourceScene.open((services, launcher) => {
            launcher.onLaunch = process => {
              const { manners, survivors } = declarations[Number(process.request.command)]!;
              Object.assign(process, { manners, survivors });
            };
            declarations.forEach(({ when, maxRestarts, initialDelay, explicitStart, waitsFor }, index) => {
              const waitFor = waitsFor !== null && waitsFor < index ? [`x${waitsFor}`] : [];
              addExecutable(services, `x${index}`, String(index), { explicitStart, waitFor, restartPolicy: { when, maxRestarts, initialDelay } });
            });
          });
          const all = declarations.map((_, index) => scene.resource(`x${index}`));
          const open = new Set<Promise<unknown>>();

          const run = async (actions: readonly (typeof before)[number][]) => {
            for (const each of actions) {
              await act(each);
              if (each.what === 'pass') expectOneProcessEach();
            }
          };
          const act = async (each: (typeof before)[number]) => {
            if (each.what === 'pass') return scene.time.advanceAsync(each.milliseconds);
            if (each.what === 'break') return void scene.launcher.failures.push('it is broken.');
            if (each.what === 'crash') return newestOf(each.who)?.exits(each.exitCode);
            const command = perform(each.what, each.who, each.patience).catch(() => undefined);
            open.add(command);
            void command.then(() => open.delete(command));
          };
          const perform = async (what: 'start' | 'stop' | 'restart', who: number, patience: number | null) => {
            const { lifecycle } = all[who]!;
            const signal = patience === null ? new AbortController().signal : createCancellationSource(patience, { timeProvider: scene.time }).signal;
            if (what !== 'start') await lifecycle!.stop(signal);
            if (what !== 'stop') await lifecycle!.start(signal);
          };
          const newestOf = (who: number) => scene.launcher.processes.findLast(({ request, hasEnded }) => request.command === String(who) && !hasEnded);
          const expectOneProcessEach = () => {
            const alive = scene.launcher.processes.filter(({ isDisposed }) => !isDisposed).map(({ request }) => request.command);
            expect(alive.filter((command, index) => alive.indexOf(command) !== index)).toEqual([]);
            for (const [index, { facts }] of all.entries())
              if (facts.state === 'Running') expect([facts.state, alive.includes(String(index))]).toEqual(['Running', true]);
          };

          await run(before);
          const stopped = scene.host.stop();
          const launchedBefore = scene.launcher.processes.length;
          await run(meanwhile);
          await scene.time.advanceAsync(35_000);
          await stopped;
          expect(open.size).toBe(0);
          expect(scene.launcher.processes.filter(({ isDisposed, hasEnded, survivors }) => !isDisposed || !hasEnded || survivors > 0)).toEqual([]);
          // What was under way when the stop came.
          expect(scene.launcher.processes.length - launchedBefore).toBeLessThanOrEqual(count);
          const ends = new Set(all.map(({ facts }) => facts.state));
          expect([...ends].filter(state => !['NotStarted', 'Finished', 'FailedToStart'].includes(state!))).toEqual([]);
          expect(all.filter(({ facts }) => facts.waitingFor || (facts.state === 'Finished') !== (typeof facts.exitCode === 'number'))).toEqual([]);
          expect(scene.time.pendingTimers).toEqual([]);
        },
      ),
      { numRuns: 10, endOnFailure: true },
    );
  });
});

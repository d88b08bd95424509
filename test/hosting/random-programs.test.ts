import fc from 'fast-check';
import { expectNoLeaks } from '../support/leak-check.js';
import { type Call, execute, type Group, type History, type Outcome, type Program, programs } from '../support/random-host-programs.js';

const startPhases: readonly string[] = ['starting', 'start', 'started'];
const stopPhases: readonly string[] = ['stopping', 'stop', 'stopped'];

describe('a host under any script of starts, stops, aborts and disposals', () => {
  expectNoLeaks();

  it('settles every promise it has given out, leaves no rejection unhandled, no timer armed and no listener on a signal', async () => {
    await forAll(({ outcomes, unhandled, leaks }) => {
      const pending = outcomes.filter(({ settled }) => settled === Infinity).map(({ kind }) => `${kind} never settles`);
      return [...pending, ...unhandled, ...leaks];
    });
  });

  it('calls each method of a service at most once in one start, stop, rollback or restart', async () => {
    await forAll(({ groups }) =>
      groups.flatMap(({ calls }) => calls.filter((call, index) => calls.slice(0, index).some(earlier => isSameMethod(earlier, call)))),
    );
  });

  it('begins a phase of a start when all calls of the earlier ones have succeeded, and of a stop when they have ended or were left behind', async () => {
    await forAll(({ groups }, program) =>
      groups.flatMap(group =>
        pairs(group)
          .filter(([earlier, later]) => isPhaseBefore(earlier, later))
          .filter(([earlier, later]) => !(isStart(later) ? hasSucceededBefore(earlier, later) : isOverBefore(earlier, later, group, program))),
      ),
    );
  });

  it('starts one service after the other unless concurrently, none after a failure, and so stops them, all of them in spite of failures', async () => {
    await forAll(({ groups }, program) => {
      const { servicesStartConcurrently, servicesStopConcurrently } = program.options;
      return groups.flatMap(group =>
        pairs(group)
          .filter(([earlier, later]) => earlier.method === later.method && !(isStart(later) ? servicesStartConcurrently : servicesStopConcurrently))
          .filter(([earlier, later]) => !(isStart(later) ? hasSucceededBefore(earlier, later) : isOverBefore(earlier, later, group, program))),
      );
    });
  });

  it('calls the services in their order in each phase of a start, and in reverse in each of a stop and in the rollback of a start', async () => {
    await forAll(({ groups }, program) =>
      groups.flatMap(group => pairs(group).filter(([earlier, later]) => earlier.method === later.method && !isInOrder(earlier, later, program))),
    );
  });

  it('stops all services in one stop or none, and in a rollback those that the same start has started', async () => {
    await forAll(({ groups, outcomes }, program) =>
      groups.filter(isStopping).filter(group => {
        const stops = group.calls.filter(({ method }) => method === 'stop');
        if (stops.length === program.services.length) return false;
        const ofSameAction = groups.filter(({ action }) => action === group.action).flatMap(({ calls }) => calls);
        const hasStarted = ({ service }: Call) => ofSameAction.some(call => call.service === service && call.method === 'start' && call.succeeded);
        return !mayBeRollback(group, outcomes, program) || stops.length < group.calls.length || !stops.every(hasStarted);
      }),
    );
  });

  it('begins to stop the services, unless it rolls back, when the application is stopping, and from then on starts something only with a signal that has fired', async () => {
    await forAll(({ groups }, { options }) => {
      const calls = groups.flatMap(group => group.calls);
      const early = calls.filter(({ method, wasStopping }) => !wasStopping && (method === 'stopped' || (method === 'stop' && !options.rollbackFailedStart)));
      const late = calls.filter(call => isStart(call) && call.wasStopping && !call.hadFired);
      return [...early, ...late];
    });
  });

  it('settles a start and a stop when the calls that it made have ended or were left behind', async () => {
    await forAll(({ groups, outcomes }, program) =>
      groups.flatMap(group => {
        const { kind, settled, settledAt } = outcomes[group.action]!;
        return group.calls
          .filter(call => call.began < settled && !(program.services[call.service]!.kind === 'background' && call.method === 'start'))
          .filter(call => !isOverBefore(call, { began: settled, beganAt: settledAt }, group, program))
          .map(call => [kind, call]);
      }),
    );
  });

  it('restarts a background service when its work has ended, and no more often than its policy allows', async () => {
    let restarts = 0;
    const startedOnce = programs.map(({ services, options, script }): Program => ({
      services: services.map(service => ({ ...service, kind: 'background' })),
      options,
      script: [{ kind: 'start', pause: 30_000 }, ...script.filter(({ kind }) => kind !== 'start' && kind !== 'run')],
    }));
    await forAll(
      ({ executions }, { services }) =>
        services.filter(({ restartPolicy }, index) => {
          const own = executions.filter(({ service }) => service === index);
          restarts += Math.max(0, own.length - 1);
          const overlaps = own.some((execution, nth) => nth > 0 && own[nth - 1]!.ended > execution.began);
          return overlaps || own.length > 1 + (restartPolicy?.maxRestarts ?? 0);
        }),
      startedOnce,
    );
    expect(restarts).toBeGreaterThan(0);
  });
});

async function forAll(violations: (history: History, program: Program) => readonly unknown[], of: fc.Arbitrary<Program> = programs): Promise<void> {
  await fc.assert(
    fc.asyncProperty(of, async program => {
      expect(violations(await execute(program), program)).toEqual([]);
    }),
    { numRuns: 300, interruptAfterTimeLimit: 4_000 },
  );
}

/** All calls of a group, two at a time, the one that began first in front. */
function pairs({ calls }: Group): [Call, Call][] {
  return calls.flatMap((earlier, index) => calls.slice(index + 1).map((later): [Call, Call] => [earlier, later]));
}

function isSameMethod(one: Call, other: Call): boolean {
  return one.service === other.service && one.method === other.method;
}

function isStart({ method }: Call): boolean {
  return startPhases.includes(method);
}

function isStopping({ calls }: Group): boolean {
  return calls.some(({ method }) => method === 'stop');
}

function mayBeRollback({ action }: Group, outcomes: readonly Outcome[], { options }: Program): boolean {
  const { kind, error } = outcomes[action]!;
  return options.rollbackFailedStart && (kind === 'start' || kind === 'run') && error !== undefined;
}

function isPhaseBefore(earlier: Call, later: Call): boolean {
  if (isStart(earlier) !== isStart(later)) throw new Error(`One signal for ${earlier.method} and ${later.method}.`);
  const phases = isStart(later) ? startPhases : stopPhases;
  if (phases.indexOf(earlier.method) > phases.indexOf(later.method)) throw new Error(`${later.method} after ${earlier.method}.`);
  return earlier.method !== later.method;
}

function hasSucceededBefore(call: Call, { began }: Call): boolean {
  return call.succeeded && call.ended < began;
}

/** Whether the call has ended by then, or has had so long after its signal that the host need not wait for it. */
function isOverBefore(call: Call, { began, beganAt }: Pick<Call, 'began' | 'beganAt'>, { firedAt }: Group, { options }: Program): boolean {
  return call.ended < began || beganAt >= Math.max(call.beganAt, firedAt) + options.hungServiceTimeout;
}

function isInOrder(earlier: Call, later: Call, { options, services }: Program): boolean {
  const [first, second] = isStart(later) ? [earlier.service, later.service] : [later.service, earlier.service];
  return options.startOrder === 'dependencies' ? !services[first]!.startAfter.includes(second) : first <= second;
}

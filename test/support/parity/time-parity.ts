import { comparable } from './time-errors.js';
import type { Op, StepTrace, TimeEvent, TimeScenario } from './time-scenario.js';
import { TimeStage } from './time-stage.js';

// Taken before anybody can put a fake in its place.
const { setImmediate } = globalThis;

/** How a scenario went: the differences, or why it says nothing about a port. */
export interface Verdict {
  readonly differences: readonly string[];
  readonly skipped?: string;
}

/** Where a port may do otherwise, by tag; a scenario with such a tag that does not otherwise counts as passed. */
const mayDiffer: Readonly<Record<string, string>> = {
  'registration-order': 'an AbortSignal runs its listeners first to last',
  'same-step-race': 'a promise is seen to settle one microtask late',
  'dotnet-range': "the range of .NET's dates",
};

/** Replays a scenario of the fake clock and the timed primitives, and compares step by step. */
export async function replayTime(scenario: TimeScenario): Promise<Verdict> {
  const stage = new TimeStage(scenario);
  const steps = comparedSteps(scenario);
  const differences: string[] = [];
  for (let index = 0; index < steps && differences.length === 0; index++) {
    const found = await runStep(stage, scenario.steps[index]!);
    differences.push(...compare(index, scenario.steps[index]!, scenario.trace[index]!, found));
  }
  const excuse = scenario.tags?.map(tag => mayDiffer[tag]).find(reason => reason !== undefined);
  return differences.length > 0 && excuse !== undefined ? { differences: [], skipped: excuse } : { differences };
}

/** Where an error leaves a callback, .NET's clock stops for ever and ours goes on: the steps from there on are not compared. */
function comparedSteps({ tags, trace }: TimeScenario): number {
  if (!tags?.includes('callback-throws')) return trace.length;
  const first = trace.findIndex(({ sync }) => sync.some(({ x }) => x?.type === 'ScenarioException' || x?.type === 'AggregateException'));
  return first < 0 ? trace.length : first;
}

async function runStep(stage: TimeStage, op: Op): Promise<StepTrace> {
  const sync: TimeEvent[] = (stage.events = []);
  stage.perform(op);
  const drain: TimeEvent[] = (stage.events = []);
  for (let turn = 0; turn < 2; turn++) await new Promise<void>(resolve => setImmediate(resolve));
  return { sync, drain, t: stage.now, pending: stage.pending };
}

function compare(index: number, op: Op, recorded: StepTrace, found: StepTrace): string[] {
  const parts: [string, unknown, unknown][] = [
    ['events', recorded.sync.map(normalize), found.sync.map(normalize)],
    ['events afterwards', byId(recorded.drain ?? []), byId(found.drain ?? [])],
    ['clock', Number(recorded.t), Number(found.t)],
    ['pending timers', recorded.pending, found.pending],
  ];
  return parts
    .map(([what, expected, actual]) => [what, JSON.stringify(expected), JSON.stringify(actual)])
    .filter(([, expected, actual]) => expected !== actual)
    .map(([what, expected, actual]) => `step ${index + 1} (${op.op}), ${what}: expected ${expected}, found ${actual}`);
}

const asynchronousOps = new Set(['delay', 'wait', 'waitAsync', 'consume', 'loop']);

/** An event with its members in one order, without what says nothing about a port. */
function normalize(event: TimeEvent): object {
  const { e, op, id, n, t, r, s, v, x } = event;
  // Whether the result of an asynchronous call was there at once cannot be told from a promise.
  const result = op !== undefined && asynchronousOps.has(op) ? undefined : r;
  return {
    e,
    op,
    id,
    n,
    t: t === undefined ? undefined : Number(t),
    r: typeof result === 'string' && /^-?\d+$/.test(result) ? Number(result) : result,
    s,
    v,
    x: x && comparable(x),
  };
}

/** Events of different names may come in any order: how many microtasks lie between a settlement and its observer is nobody's business. */
function byId(events: readonly TimeEvent[]): object[] {
  return events
    .map((event, index) => ({ event, index }))
    .sort((a, b) => (a.event.id ?? '').localeCompare(b.event.id ?? '') || a.index - b.index)
    .map(({ event }) => normalize(event));
}

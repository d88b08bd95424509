import type { IHostTimeline, TimelineEntry } from './diagnostics/index.js';
import { isError } from './primitives/errors.js';
import { toError } from './primitives/index.js';

/** How much is printed of a failure: its messages, also the service and the phase, or also the stacks. */
export type ErrorDetail = 'message' | 'place' | 'stack';

/**
 * Failures for people: the message, its causes, the parts of an aggregate, and in which service and phase it happened. One that reached the host on two ways
 * is reported once.
 */
export function reportFailures(failures: readonly unknown[], timeline: IHostTimeline | undefined, wanted: ErrorDetail = 'place'): string {
  const detail = process.env.HOSTWARD_DEBUG === '1' ? 'stack' : wanted;
  const places = detail === 'message' ? undefined : timeline;
  const reported = new Set<unknown>();
  return failures
    .map(failure => report(toError(failure), places, detail === 'stack', reported))
    .filter(text => text !== '')
    .join('');
}

function report(failure: Error, timeline: IHostTimeline | undefined, withStacks: boolean, reported: Set<unknown>): string {
  const lines: string[] = [];
  for (let current: unknown = failure, prefix = 'Error'; isError(current) && !reported.has(current); current = current.cause, prefix = '  Caused by') {
    reported.add(current);
    const parts = current instanceof AggregateError ? [...new Set(current.errors as unknown[])].map(toError) : [];
    const [only] = parts;
    const shown = parts.length === 1 && only ? only : current;
    // A stack begins with the name of the error.
    const text = withStacks ? (shown.stack ?? shown.message) : shown.message;
    lines.push(withStacks && prefix === 'Error' ? text : `${prefix}: ${text}`, ...placeOf(shown, timeline));
    for (const part of parts) {
      reported.add(part);
      if (parts.length > 1) lines.push(`  - ${withStacks ? part.stack : part.message}`, ...placeOf(part, timeline).map(line => `  ${line}`));
    }
  }
  return lines.map(line => `${line}\n`).join('');
}

function placeOf(error: Error, timeline: IHostTimeline | undefined): string[] {
  const entry = timeline?.entries.find(({ error: own }) => own === error);
  return entry ? [`  In: ${entry.name} (${activities[entry.phase]})`] : [];
}

const activities: Readonly<Record<TimelineEntry['phase'], string>> = {
  waitForStart: 'before the start',
  starting: 'before the start',
  start: 'start',
  started: 'after the start',
  execute: 'work in the background',
  stopping: 'before the stop',
  stop: 'stop',
  stopped: 'after the stop',
  stopLifetime: 'stop',
};

import type { IHostTimeline, TimelineEntry } from './diagnostics/index.js';
import { isError } from './primitives/errors.js';
import { toError } from './primitives/index.js';

/** How much is printed of a failure: its messages, also the service and the phase, or also the stacks. */
export type ErrorDetail = 'message' | 'place' | 'stack';

/**
 * Failures for people: the message, its causes, the parts of an aggregate, and in which service and phase it happened. One that reached the host on two ways
 * is reported once, and so are those that read the same.
 */
export function reportFailures(failures: readonly unknown[], timeline: IHostTimeline | undefined, wanted: ErrorDetail = 'place'): string {
  const detail = process.env.HOSTWARD_DEBUG === '1' ? 'stack' : wanted;
  const places = detail === 'message' ? undefined : timeline;
  const reported = new Set<unknown>();
  const counts = new Map<string, number>();
  for (const failure of failures) {
    const text = report(toError(failure), places, detail === 'stack', reported);
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text}  So often: ${count} times\n`)).join('');
}

function report(failure: Error, timeline: IHostTimeline | undefined, withStacks: boolean, reported: Set<unknown>): string {
  const lines: string[] = [];
  // A stack begins with the name of the error.
  write(failure, withStacks ? '' : 'Error: ', '');
  return lines.map(line => `${line}\n`).join('');

  /** An error with its causes, which stand side by side, and the parts of what is an aggregate below it. */
  function write(first: unknown, label: string, indent: string): void {
    for (let current = first, prefix = label; isError(current) && !reported.has(current); prefix = '  Caused by: ') {
      reported.add(current);
      const parts = current instanceof AggregateError ? [...new Set(current.errors as unknown[])].map(toError) : [];
      const [only] = parts;
      const shown: Error = parts.length === 1 && only ? only : current;
      reported.add(shown);
      const text = withStacks ? (shown.stack ?? shown.message) : shown.message;
      lines.push(indent + prefix + withoutParts(text, parts), ...placeOf(shown, timeline).map(line => indent + line));
      if (parts.length > 1) for (const part of parts) write(part, '- ', `${indent}  `);
      current = shown.cause ?? current.cause;
    }
  }
}

/** The text of an aggregate without the messages of its parts, which .NET puts behind its own, in brackets: they come below. */
function withoutParts(text: string, parts: readonly Error[]): string {
  return parts.length > 1 ? text.replace(parts.map(({ message }) => ` (${message})`).join(''), '') : text;
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

import { stripVTControlCharacters } from 'node:util';
import { ChangeLatch, disposeAllSync } from '../../../hosting/primitives/index.js';
import type { ResourceLogLine } from '../../contract/index.js';
import type { AppHostResource } from '../resources/resource.js';
import type { LogLine } from './resource-log.js';

/** Lines that are taken from the logs at a time. */
const sliceLength = 256;
/** Of each log at least so many: with fewer, every line would cost a look at all logs. */
const minSliceOfEach = 16;

/** Whose lines are wanted, and which. */
export interface LogQuery {
  /** The resources at the moment; asked again when `onChange` calls back. */
  readonly resources: () => readonly AppHostResource[];
  /** Tells of changes of {@link resources}, for a reader that follows. Default: there are none. */
  readonly onChange?: ((listener: () => void) => Disposable) | undefined;
  /** Whether to go on with what is logged from now on. */
  readonly follow: boolean;
  /** Only lines of which this is part, or part of the name of the resource, in any letter case; colours do not count. */
  readonly search?: string | null;
  /** Only the last lines, when not following a single resource. */
  readonly tail?: number | null;
}

/** How far the log of one resource has been read. */
interface Cursor {
  readonly resource: AppHostResource;
  /** The number of the line to read next. */
  position: number;
  /** The number of the line before which to stop, when not following. */
  readonly end: number;
}

/**
 * The lines of some resources in the order of time, numbered from 0, when following from 1, as the original does.
 *
 * A reader holds no lines: it reads on in the logs themselves. One that is too slow misses what they no longer keep, and a line that begins with `[sys]` tells how
 * many lines that were.
 *
 * Differs from .NET: the lines of a resource keep their order on replay, and following several resources brings them in the order of time, too.
 *
 * @throws OperationCanceledError when `signal` fires while following
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.GetConsoleLogsAsync
 */
export async function* readLogs(query: LogQuery, signal: AbortSignal): AsyncGenerator<ResourceLogLine, void, undefined> {
  if (query.follow) return yield* followLogs(query, signal);
  const { tail } = query;
  const cursors = query.resources().map(resource => toCursor(resource, resource.log.next));
  const lines = backlogOf(cursors, query);
  // Of several resources the last lines are no lines of anybody.
  if (tail && tail > 0 && cursors.length === 1) yield* [...lines].slice(-tail);
  else yield* lines;
}

function* backlogOf(cursors: readonly Cursor[], query: LogQuery): Generator<ResourceLogLine> {
  for (let lines = takeLines(cursors); lines.length > 0; lines = takeLines(cursors)) yield* toWire(lines, 0, query);
}

async function* followLogs(query: LogQuery, signal: AbortSignal): AsyncGenerator<ResourceLogLine, never, undefined> {
  const changed = new ChangeLatch();
  const cursors = new Map<AppHostResource, Cursor>();
  const subscriptions: Disposable[] = [];
  const subscribe = () => {
    for (const resource of query.resources()) {
      if (cursors.has(resource)) continue;
      cursors.set(resource, toCursor(resource, Infinity));
      subscriptions.push(resource.log.onLine(() => changed.set()));
    }
    changed.set();
  };
  try {
    subscribe();
    if (query.onChange) subscriptions.push(query.onChange(subscribe));
    for (;;) {
      const all = [...cursors.values()];
      for (let lines = takeLines(all); lines.length > 0; lines = takeLines(all)) yield* toWire(lines, 1, query);
      await changed.wait(signal);
    }
  } finally {
    disposeAllSync(subscriptions);
  }
}

function toCursor(resource: AppHostResource, end: number): Cursor {
  return { resource, position: resource.log.first, end };
}

/** A line that is the next, or one of the next, of its log. */
interface ReadyLine {
  readonly cursor: Cursor;
  /** Where the cursor stands after it. */
  readonly next: number;
  /** By what lines of different logs are sorted; never falls within one, whatever the clock did. */
  readonly order: number;
  readonly line: LogLine;
  /** Whether it stands for lines that are missing. */
  readonly isLoss: boolean;
}

/** The next lines of all logs in the order of time; the cursors are behind them then. */
function takeLines(cursors: readonly Cursor[]): readonly ReadyLine[] {
  const count = Math.max(minSliceOfEach, Math.ceil(sliceLength / cursors.length));
  let horizon = Infinity;
  const ready: ReadyLine[] = [];
  for (const cursor of cursors) {
    const lines = nextOf(cursor, count);
    // Of this log there may be more, and none of them is earlier than that.
    if (lines.length >= count) horizon = Math.min(horizon, lines.at(-1)!.order);
    ready.push(...lines);
  }
  const taken = ready.filter(({ order }) => order <= horizon).sort((a, b) => a.order - b.order);
  for (const { cursor, next } of taken) cursor.position = next;
  return taken;
}

function nextOf(cursor: Cursor, count: number): readonly ReadyLine[] {
  const { position, end } = cursor;
  const lines = cursor.resource.log.slice(position, Math.min(count, end - position)).filter(({ number }) => number < end);
  const [oldest] = lines;
  if (!oldest) return [];
  let order = -Infinity;
  const ready = lines.map((line): ReadyLine => {
    order = Math.max(order, line.timestamp);
    return { cursor, next: line.number + 1, order, line, isLoss: false };
  });
  const lost = oldest.number - position;
  if (lost === 0) return ready;
  return [{ cursor, next: oldest.number, order: oldest.timestamp, line: lossBefore(oldest, lost), isLoss: true }, ...ready];
}

/** In the place of the lines that a slow reader has missed. */
function lossBefore({ number, timestamp }: LogLine, lost: number): LogLine {
  const text = `[sys] ${lost} ${lost === 1 ? 'line is' : 'lines are'} missing here: they were dropped before they were read.`;
  return { number: number - 1, timestamp, text, isError: true };
}

/** The lines that are wanted in the form of the wire. That lines are missing, everybody is told. */
function* toWire(ready: readonly ReadyLine[], firstNumber: number, { search }: LogQuery): Generator<ResourceLogLine> {
  const wanted = search?.toLowerCase();
  for (const { cursor, line, isLoss } of ready) {
    const { number, timestamp, text, isError } = line;
    const wire = { resourceName: cursor.resource.name, lineNumber: number + firstNumber, content: `${momentOf(timestamp)} ${text}`, isError };
    if (!wanted || isLoss || textsOf(wire).some(candidate => candidate.toLowerCase().includes(wanted))) yield wire;
  }
}

/** In UTC with seven decimals, as every client expects it at the start of a line. */
function momentOf(timestamp: number): string {
  return new Date(timestamp).toISOString().replace('Z', '0000Z');
}

function textsOf({ content, resourceName }: ResourceLogLine): readonly string[] {
  return [content, resourceName, stripVTControlCharacters(content)];
}

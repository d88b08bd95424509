import { ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';
import {
  type AppHostLogEntry,
  auxMethods,
  consoleLogCalls,
  type GetConsoleLogsRequest,
  type LogCall,
  readAppHostLogEntry,
  readResourceLogBatch,
  readResourceLogLine,
  type ResourceLogBatch,
  type ResourceLogLine,
  toLogBatches,
} from '../contract/index.js';
import { RpcError, RpcProtocolError } from '../rpc/index.js';
import { type AuxCaller, isMethodMissing, type StreamCall } from './aux-caller.js';
import type { StreamOptions } from './call-options.js';
import { LeavableStream } from './leavable-stream.js';

/** Options of `AppHostConnection.getResourceLogs`. */
export interface ResourceLogsOptions extends StreamOptions {
  /** Whether to go on after the backlog. Default: false. */
  readonly follow?: boolean | undefined;
}

type LogItem = ResourceLogBatch | ResourceLogLine;

const maxInt32 = 0x7fff_ffff;

/** The lines of resources, batches opened as they come, by the best way that the AppHost has. */
export function openConsoleLogs(
  caller: AuxCaller,
  offered: readonly string[],
  request: GetConsoleLogsRequest,
  { signal }: StreamOptions,
): AsyncIterableIterator<ResourceLogLine> {
  const calls = consoleLogCalls(offered, writtenOut(request));
  return new LeavableStream(ending => toLines(openItems(caller, calls, ending)), signal);
}

/** The same in batches: as they come from `aux.v3`, else made here. */
export function openConsoleLogBatches(
  caller: AuxCaller,
  offered: readonly string[],
  request: GetConsoleLogsRequest,
  { signal }: StreamOptions,
): AsyncIterableIterator<ResourceLogBatch> {
  const calls = consoleLogCalls(offered, writtenOut(request));
  return new LeavableStream(ending => toBatches(openItems(caller, calls, ending), request.follow ?? false), signal);
}

/** The lines by the oldest way, whatever the AppHost offers. */
export function openResourceLogs(
  caller: AuxCaller,
  resourceName: string | null,
  { signal, follow = false }: ResourceLogsOptions,
): AsyncIterableIterator<ResourceLogLine> {
  const oldest = consoleLogCalls([], { resourceName, follow }).slice(-1);
  return new LeavableStream(ending => toLines(openItems(caller, oldest, ending)), signal);
}

/** The entries of the AppHost's own log. */
export function openAppHostLogEntries(caller: AuxCaller, { signal }: StreamOptions): AsyncIterableIterator<AppHostLogEntry> {
  const call = { method: auxMethods.getAppHostLogEntries, args: [], read: readAppHostLogEntry, itemName: 'AppHostLogEntry' };
  return caller.stream([call], signal);
}

/**
 * The request with its defaults, as the CLI of .NET writes it.
 *
 * @throws ArgumentOutOfRangeError for a `tail` that the AppHost could not read: it would be taken for one without the method
 */
function writtenOut({ resourceName, follow = false, search, tail, includeHidden = false }: GetConsoleLogsRequest): GetConsoleLogsRequest {
  if (typeof tail === 'number' && !(Number.isInteger(tail) && Math.abs(tail) <= maxInt32)) throw new ArgumentOutOfRangeError('tail', tail, 'a whole number');
  return {
    ...(typeof resourceName === 'string' && { resourceName }),
    follow,
    ...(typeof search === 'string' && { search }),
    ...(typeof tail === 'number' && { tail }),
    includeHidden,
  };
}

function openItems(caller: AuxCaller, calls: readonly LogCall[], signal: AbortSignal | undefined): AsyncIterableIterator<LogItem> {
  return caller.stream(calls.map(toStreamCall), signal);
}

/**
 * Differs from .NET: in the last way any failure there is taken for a log that is empty, here only an error that the AppHost answers with, not the loss of the
 * connection and not its silence.
 */
function toStreamCall({ method, args, items, mayFail }: LogCall): StreamCall<LogItem> {
  const leadsOn = mayFail ? (error: unknown) => error instanceof RpcError || error instanceof RpcProtocolError : isMethodMissing;
  return items === 'batches'
    ? { method, args, leadsOn, read: readResourceLogBatch, itemName: 'ResourceLogBatch' }
    : { method, args, leadsOn, read: readResourceLogLine, itemName: 'ResourceLogLine' };
}

async function* toLines(items: AsyncIterable<LogItem>): AsyncGenerator<ResourceLogLine, void, undefined> {
  for await (const item of items) {
    if (isBatch(item)) yield* item.lines;
    else yield item;
  }
}

/** Which kind the items are, the first of them tells: all are of one way. */
async function* toBatches(items: AsyncIterableIterator<LogItem>, follow: boolean): AsyncGenerator<ResourceLogBatch, void, undefined> {
  try {
    const first = await items.next();
    if (first.done === true) return;
    const all = startingWith(first.value, items);
    yield* isBatch(first.value) ? (all as AsyncIterable<ResourceLogBatch>) : toLogBatches(all as AsyncIterable<ResourceLogLine>, follow);
  } finally {
    await items.return?.();
  }
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

function isBatch(item: LogItem): item is ResourceLogBatch {
  return 'lines' in item;
}

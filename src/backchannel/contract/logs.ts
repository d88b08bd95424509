import { MemberReader } from './member-reader.js';

/** The request of `GetConsoleLogsAsync` and `GetConsoleLogBatchesAsync`. */
export interface GetConsoleLogsRequest {
  /** An instance or model name; null is all resources, which only `aux.v3` knows. */
  readonly resourceName?: string | null;
  /** Whether to go on after the backlog. Default: false. */
  readonly follow?: boolean;
  /** Keeps lines that contain this text, in any letter case. */
  readonly search?: string | null;
  /** Keeps the last lines of a single resource; only without `follow`. */
  readonly tail?: number | null;
  /** Whether `all` includes hidden resources. Default: false. */
  readonly includeHidden?: boolean;
}

/** A line of a resource's log; `content` usually begins with a UTC time and may hold line feeds. */
export interface ResourceLogLine {
  /** The instance name. */
  readonly resourceName: string;
  /** From 0 in a backlog, from 1 when following. */
  readonly lineNumber: number;
  readonly content: string;
  readonly isError: boolean;
}

/** An item of `GetConsoleLogBatchesAsync`. */
export interface ResourceLogBatch {
  readonly lines: readonly ResourceLogLine[];
}

/** An entry of the AppHost's own log, an item of `GetAppHostLogEntriesAsync`. */
export interface AppHostLogEntry {
  readonly eventId: { readonly id: number; readonly name: string | null };
  /** 0 Trace, 1 Debug, 2 Information, 3 Warning, 4 Error, 5 Critical, 6 None. */
  readonly logLevel: number;
  readonly message: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly categoryName: string;
}

/** Reads the request of `GetConsoleLogsAsync` with its defaults; null and undefined are an empty one. @throws ContractError */
export function readGetConsoleLogsRequest(value: unknown): Required<GetConsoleLogsRequest> {
  const request = new MemberReader(value ?? {}, 'GetConsoleLogsRequest');
  return {
    resourceName: request.stringOrNull('resourceName'),
    follow: request.boolean('follow', false),
    search: request.stringOrNull('search'),
    tail: request.integerOrNull('tail'),
    includeHidden: request.boolean('includeHidden', false),
  };
}

/** Reads an item of `GetConsoleLogsAsync` or `GetResourceLogsAsync`. @param path where it stands, for errors @throws ContractError */
export function readResourceLogLine(value: unknown, path = 'ResourceLogLine'): ResourceLogLine {
  return readLine(value, path);
}

/** Reads an item of `GetConsoleLogBatchesAsync`. @param path where it stands, for errors @throws ContractError */
export function readResourceLogBatch(value: unknown, path = 'ResourceLogBatch'): ResourceLogBatch {
  return { lines: new MemberReader(value, path).list('lines', readLine) };
}

/** Reads an item of `GetAppHostLogEntriesAsync`. @param path where it stands, for errors @throws ContractError */
export function readAppHostLogEntry(value: unknown, path = 'AppHostLogEntry'): AppHostLogEntry {
  const entry = new MemberReader(value, path);
  return {
    eventId: entry.objectOrNull('eventId', id => ({ id: id.integerOrNull('id') ?? 0, name: id.stringOrNull('name') })) ?? { id: 0, name: null },
    logLevel: entry.integer('logLevel'),
    message: entry.string('message'),
    timestamp: entry.time('timestamp'),
    categoryName: entry.string('categoryName'),
  };
}

function readLine(value: unknown, path: string): ResourceLogLine {
  const line = new MemberReader(value, path);
  return {
    resourceName: line.string('resourceName'),
    lineNumber: line.integer('lineNumber'),
    content: line.string('content'),
    isError: line.boolean('isError', false),
  };
}

import { ArgumentOutOfRangeError, HostwardError } from '../../hosting/primitives/index.js';
import { withDeadline } from '../../hosting/time/index.js';
import { toTimerTicks } from '../../hosting/time/span.js';
import type { ResourceLogLine } from '../contract/index.js';
import { type AppHostLogLine, inOrderOfTime, parseLogLine, SeenLines } from './app-host-log-lines.js';
import { assertResourceExists, type ConnectedAppHost } from './app-host-resources.js';
import { LeavableStream } from './leavable-stream.js';

/** Options of {@link AppHost.logs}. */
export interface AppHostLogOptions {
  /** Whether to go on with what is logged from now on, until the signal fires, the loop is left or the AppHost goes. Default: false. */
  readonly follow?: boolean | undefined;
  /** How many of the last lines that there are already; 0 is none. Default: all. */
  readonly tail?: number | undefined;
  /** Whether the logs of all resources include those of hidden ones. Default: false. */
  readonly includeHidden?: boolean | undefined;
  /** Milliseconds until the reading of what there is already is given up; -1 is never. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** Ends it with `OperationCanceledError`. */
  readonly signal?: AbortSignal | undefined;
}

const defaultTimeout = 30_000;
/** What an AppHost may have kept of all logs together: fifty times what one of .NET keeps of a resource. */
const maxLines = 500_000;

/**
 * The lines that there are, by time, then, when following, each new one as it comes.
 *
 * To follow, the AppHost is asked twice: it sends the whole backlog, in an order of its own, before it goes on. What is in the second answer and not in the first is new.
 *
 * @throws ArgumentOutOfRangeError (synchronously) for a `tail` that is no whole number from 0 on, and for a `timeout` that no timer takes
 */
export function openLogs(appHost: ConnectedAppHost, resourceName: string | null, options: AppHostLogOptions): AsyncIterableIterator<AppHostLogLine> {
  const { tail, timeout = defaultTimeout } = options;
  toTimerTicks(timeout, 'timeout');
  if (tail !== undefined && !(Number.isSafeInteger(tail) && tail >= 0)) throw new ArgumentOutOfRangeError('tail', tail, 'a whole number from 0 on');
  return new LeavableStream(ending => readAll(appHost, resourceName, options, ending), options.signal);
}

async function* readAll(
  appHost: ConnectedAppHost,
  resourceName: string | null,
  { follow = false, tail, includeHidden = false, timeout = defaultTimeout }: AppHostLogOptions,
  signal: AbortSignal,
): AsyncGenerator<AppHostLogLine, void, undefined> {
  const what = `Reading ${resourceName === null ? 'the logs' : `the log of '${resourceName}'`} of ${appHost.name}`;
  const read = async (limit: AbortSignal) => {
    if (resourceName !== null) await assertResourceExists(appHost, resourceName, limit);
    return readBacklog(appHost, resourceName, includeHidden, limit);
  };
  const backlog = await withDeadline(what, timeout, read, { timeProvider: appHost.timeProvider, signal });
  const ordered = inOrderOfTime(backlog);
  for (const line of tail === undefined ? ordered : ordered.slice(Math.max(0, ordered.length - tail))) yield parseLogLine(line);
  if (!follow) return;
  const seen = new SeenLines(backlog);
  for await (const line of appHost.connection.getConsoleLogs({ resourceName, follow, includeHidden }, { signal }))
    if (!seen.take(line)) yield parseLogLine(line);
}

/** The last lines of a log, for an error. */
export async function readLastLines(
  { connection }: ConnectedAppHost,
  resourceName: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly AppHostLogLine[]> {
  const lines: ResourceLogLine[] = [];
  for await (const line of connection.getConsoleLogs({ resourceName }, { signal })) lines.push(line);
  return inOrderOfTime(lines).slice(-count).map(parseLogLine);
}

async function readBacklog(
  { connection, name }: ConnectedAppHost,
  resourceName: string | null,
  includeHidden: boolean,
  signal: AbortSignal,
): Promise<readonly ResourceLogLine[]> {
  const lines: ResourceLogLine[] = [];
  for await (const line of connection.getConsoleLogs({ resourceName, includeHidden }, { signal })) {
    if (lines.length === maxLines)
      throw new HostwardError(
        'ERR_LOG_TOO_LONG',
        `${name} has kept more than ${maxLines} log lines. Read the log of one resource, with connection.getConsoleLogs.`,
      );
    lines.push(line);
  }
  return lines;
}

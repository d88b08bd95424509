import { ChangeLatch } from '../../../hosting/primitives/index.js';
import type { AppHostLogEntry } from '../../contract/index.js';
import type { BoundedLog } from './bounded-log.js';

/** Entries that are taken from the log at a time. */
const sliceLength = 256;
const warning = 3;

/**
 * The AppHost's own log: what is kept of it, then what comes.
 *
 * A reader that is too slow misses entries, and an entry of its own tells it how many.
 *
 * @throws OperationCanceledError when `signal` fires: there is no other end
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.GetAppHostLogEntriesAsync
 */
export async function* readAppHostLog(log: BoundedLog<AppHostLogEntry>, signal: AbortSignal): AsyncGenerator<AppHostLogEntry, never, undefined> {
  const changed = new ChangeLatch();
  using _entries = log.onItem(() => changed.set());
  for (let position = log.first; ;) {
    const lost = log.first - position;
    const entries = log.slice(position, sliceLength);
    position = Math.max(position, log.first) + entries.length;
    const [oldest] = entries;
    if (lost > 0 && oldest) yield lossBefore(oldest, lost);
    yield* entries;
    if (entries.length === 0) await changed.wait(signal);
  }
}

function lossBefore({ timestamp }: AppHostLogEntry, lost: number): AppHostLogEntry {
  const message = `${lost} ${lost === 1 ? 'entry is' : 'entries are'} missing here: they were dropped before they were read.`;
  return { eventId: { id: 0, name: null }, logLevel: warning, message, timestamp, categoryName: 'hostward.AppHost' };
}

import type { ILogger } from '../../hosting/logging/index.js';
import { raceAbort } from '../../hosting/primitives/index.js';
import { nextTurn } from '../../hosting/time/next-turn.js';
import { type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import type { McpToolServer } from './mcp-server.js';
import type { StdioTransport, TransportEnd } from './protocol/stdio-transport.js';

/** So long calls may still take when the input has ended: a client that ended it may wait for that, and kills the server soon. Milliseconds. */
const lastAnswersTimeout = 1_000;
/** So long cancelled calls may take to end before they are left behind. Milliseconds. */
const cancellationTimeout = 1_000;

/** What a session is made of; it owns the transport. */
export interface McpSessionParts {
  readonly server: McpToolServer;
  readonly transport: StdioTransport;
  readonly timeProvider: TimeProvider;
  readonly logger: ILogger;
}

/**
 * Serves one client until it is gone or `signal` fires.
 *
 * When its input has ended, calls have a second to end. What takes longer is cancelled, and gets no answer; then the client is given the time to take the answers.
 *
 * Differs from the server of the `aspire` CLI, which at the end of its input loses even answers that are ready.
 *
 * @returns false when the client neither takes the last answers nor goes away, so that they keep the process alive
 * @throws the error of the input when it cannot be read
 */
export async function runSession({ server, transport, timeProvider, logger }: McpSessionParts, signal: AbortSignal): Promise<boolean> {
  await using owned = transport;
  await server.sdk.connect(owned);
  logger.information('The MCP server listens on its standard input; it ends when that ends');
  const end = await raceAbort(transport.ended, signal).catch((): TransportEnd => ({ reason: 'closed' }));
  // What has just been received becomes a call in the next turn.
  await new Promise<void>(resolve => nextTurn(resolve));
  if (end.reason === 'inputEnded')
    await withDeadline('The last answers', lastAnswersTimeout, () => server.calls.idle(), { timeProvider, signal }).catch(() => undefined);
  logEnd(logger, end, server.calls.count);
  await transport.close();
  await withDeadline('The cancellation of calls', cancellationTimeout, () => server.calls.idle(), { timeProvider }).catch(() =>
    logger.warning('{Count} calls do not end although they are cancelled; they are left behind', server.calls.count),
  );
  if (end.reason === 'inputFailed') throw end.error;
  const isTaken = await transport.flush();
  if (!isTaken) logger.warning('The client did not take all of the answers; the rest is lost');
  return isTaken;
}

function logEnd(logger: ILogger, end: TransportEnd, calls: number): void {
  const why = {
    inputEnded: 'The input has ended',
    closed: 'The server is told to stop',
    outputBroken: 'The client does not read any more',
    inputFailed: 'The input cannot be read',
  }[end.reason];
  if (calls > 0) logger.information('{Reason}: {Count} calls that are under way are cancelled', why, calls);
  else logger.information('{Reason}', why);
}

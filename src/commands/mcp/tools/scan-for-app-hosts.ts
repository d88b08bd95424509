import { DeadlineExceededError } from '../../../hosting/primitives/index.js';
import { withDeadline } from '../../../hosting/time/index.js';
import type { ToolCall } from './mcp-tool.js';

/** So long a scan may take: a little more than an AppHost that accepts and does not answer has for its handshake. Milliseconds. */
export const scanTimeout = 6_000;

/**
 * Looks for AppHosts. One that does not answer holds this up for no longer than {@link scanTimeout}.
 *
 * @returns whether all of them have answered or failed
 * @throws OperationCanceledError, PrivateDirectoryError
 */
export async function scanForAppHosts({ monitor, timeProvider, signal }: Pick<ToolCall, 'monitor' | 'timeProvider' | 'signal'>): Promise<boolean> {
  try {
    await withDeadline('The search for AppHosts', scanTimeout, limit => monitor.scan(limit), { timeProvider, signal });
    return true;
  } catch (error) {
    if (error instanceof DeadlineExceededError) return false;
    throw error;
  }
}

import { DeadlineExceededError } from '../../hosting/primitives/index.js';
import { type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import type { ResourceSnapshot, WaitForResourceRequest, WaitForResourceResponse } from '../contract/index.js';
import type { ResourceModel } from './resource-model.js';

const terminalStates = new Set(['finished', 'failedtostart', 'exited']);

/** Whether a wait is over: with success, with a reason why it never will be, or not yet. */
type Verdict = true | string | undefined;

/**
 * Waits until a resource is healthy, up or down, as the request says.
 *
 * @see Aspire.Hosting, AuxiliaryBackchannelRpcTarget.WaitForResourceAsync
 */
export async function waitForResource(
  model: ResourceModel,
  request: WaitForResourceRequest,
  timeProvider: TimeProvider,
  signal: AbortSignal,
): Promise<WaitForResourceResponse> {
  const { resourceName, status, timeoutSeconds = 120 } = request;
  const judge = judges[status];
  const wanted = resourceName.toLowerCase();
  if (!model.snapshots.some(({ name }) => name.toLowerCase() === wanted))
    return failure({ resourceNotFound: true, errorMessage: `Resource '${resourceName}' was not found.` });
  if (!judge) return failure({ errorMessage: `Unknown status: ${status}` });
  try {
    return await withDeadline(`the wait for ${resourceName}`, timeoutSeconds * 1000, limit => untilJudged(model, wanted, judge, limit), {
      timeProvider,
      signal,
    });
  } catch (error) {
    if (error instanceof DeadlineExceededError) return failure({ timedOut: true, errorMessage: `Timed out waiting for resource '${resourceName}'.` });
    throw error;
  }
}

async function untilJudged(
  model: ResourceModel,
  wanted: string,
  judge: (snapshot: ResourceSnapshot) => Verdict,
  signal: AbortSignal,
): Promise<WaitForResourceResponse> {
  for await (const snapshot of model.watch(signal)) {
    if (snapshot.name.toLowerCase() !== wanted) continue;
    const verdict = judge(snapshot);
    const { state = null, healthStatus = null } = snapshot;
    if (verdict === true) return { success: true, state, healthStatus, resourceNotFound: false, timedOut: false, errorMessage: null };
    if (verdict !== undefined) return failure({ state, healthStatus, errorMessage: verdict });
  }
  throw new Error('The resources ended before the wait.');
}

const judges: Readonly<Record<string, (snapshot: ResourceSnapshot) => Verdict>> = {
  healthy: ({ state, healthStatus, displayName }) => {
    if (healthStatus === 'Healthy') return true;
    return isTerminal(state) ? `Stopped waiting for resource '${displayName}' to become healthy because it failed to start.` : undefined;
  },
  up: ({ state, displayName }) => {
    if (state === 'Running') return true;
    return isTerminal(state) ? `Resource '${displayName}' failed to reach 'Running' state. Current state: ${state}.` : undefined;
  },
  down: ({ state, exitCode }) => (isTerminal(state) || (exitCode !== null && exitCode !== undefined) ? true : undefined),
};

function isTerminal(state: string | null | undefined): boolean {
  return terminalStates.has((state ?? '').toLowerCase());
}

function failure(facts: Partial<WaitForResourceResponse>): WaitForResourceResponse {
  return { success: false, state: null, healthStatus: null, resourceNotFound: false, timedOut: false, errorMessage: null, ...facts };
}

import { ArgumentOutOfRangeError, DeadlineExceededError, Deferred, raceAbort } from '../../hosting/primitives/index.js';
import { type TimeProvider, withDeadline } from '../../hosting/time/index.js';
import type { WaitForResourceRequest, WaitForResourceResponse } from '../contract/index.js';
import type { ResourceFacts } from './resources/resource-facts.js';
import { healthOf } from './resources/resource-health.js';
import type { AppHostResource } from './resources/resource.js';
import type { ResourceCatalog } from './resources/resource-catalog.js';

/** The longest wait: what a timer can measure, just under 50 days. */
const maxTimeoutSeconds = 4_294_967;

const terminalStates: readonly string[] = ['finished', 'failedtostart', 'exited'];
/** In which nothing will ever be healthy. The original compares these exactly. */
const hopelessStates: readonly string[] = ['Finished', 'Exited', 'FailedToStart', 'RuntimeUnhealthy'];

/** The answer to a wait that is over, or nothing. */
type Judge = (resource: AppHostResource) => WaitForResourceResponse | undefined;

/**
 * Waits until a resource is healthy, up or down, as the request says.
 *
 * The state is looked at before the time is, so that a wait of 0 seconds asks how it is now; a wait of more than 49 days ends then.
 *
 * @throws ArgumentOutOfRangeError for a negative time, as in .NET
 * @throws OperationCanceledError when `signal` fires
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.WaitForResourceAsync
 */
export async function waitForResource(
  catalog: ResourceCatalog,
  request: Required<WaitForResourceRequest>,
  timeProvider: TimeProvider,
  signal: AbortSignal,
): Promise<WaitForResourceResponse> {
  const { resourceName, status, timeoutSeconds } = request;
  const found = catalog.find(resourceName);
  if (found.kind === 'unknown') return failure({ resourceNotFound: true, errorMessage: `Resource '${resourceName}' was not found.` });
  if (found.kind === 'ambiguous') {
    const errorMessage = `Resource '${resourceName}' is ambiguous because it has multiple replicas. Specify the exact instance name.`;
    return failure({ errorMessage });
  }
  const judge = Object.hasOwn(judges, status) ? judges[status] : undefined;
  if (!judge) return failure({ errorMessage: `Unknown status: ${status}` });
  if (timeoutSeconds < 0) throw new ArgumentOutOfRangeError('timeoutSeconds', timeoutSeconds, '0 or more seconds');
  const timedOut = failure({ timedOut: true, errorMessage: `Timed out waiting for resource '${resourceName}'.` });
  const answer = judge(found.resource);
  if (answer || timeoutSeconds === 0) return answer ?? timedOut;
  try {
    const options = { timeProvider, signal };
    return await withDeadline(
      `the wait for ${resourceName}`,
      Math.min(timeoutSeconds, maxTimeoutSeconds) * 1000,
      limit => nextAnswer(found.resource, judge, limit),
      options,
    );
  } catch (error) {
    if (error instanceof DeadlineExceededError) return timedOut;
    throw error;
  }
}

/** Looks at every change, however short the state lasts. */
async function nextAnswer(resource: AppHostResource, judge: Judge, signal: AbortSignal): Promise<WaitForResourceResponse> {
  const answered = new Deferred<WaitForResourceResponse>();
  using _changes = resource.onChange(() => {
    const answer = judge(resource);
    if (answer) answered.resolve(answer);
  });
  return await raceAbort(answered.promise, signal);
}

const judges: Readonly<Record<string, Judge>> = {
  healthy: ({ displayName, facts }) => {
    if (healthOf(facts) === 'Healthy') return success(facts);
    if (!hopelessStates.includes(facts.state ?? '')) return undefined;
    return failure({ errorMessage: `Stopped waiting for resource '${displayName}' to become healthy because it failed to start.` });
  },
  up: ({ displayName, facts }) => {
    if (facts.state === 'Running') return success(facts);
    if (!isTerminal(facts) && facts.stateStyle !== 'error' && !hasExited(facts)) return undefined;
    const state = facts.state ?? null;
    return failure({
      state,
      healthStatus: healthOf(facts),
      errorMessage: `Resource '${displayName}' failed to reach 'Running' state. Current state: ${state ?? ''}.`,
    });
  },
  down: ({ facts }) => (isTerminal(facts) || hasExited(facts) ? success(facts) : undefined),
};

function isTerminal({ state }: ResourceFacts): boolean {
  return terminalStates.includes((state ?? '').toLowerCase());
}

function hasExited({ exitCode }: ResourceFacts): boolean {
  return exitCode !== null && exitCode !== undefined;
}

function success(facts: ResourceFacts): WaitForResourceResponse {
  return { success: true, state: facts.state ?? null, healthStatus: healthOf(facts), resourceNotFound: false, timedOut: false, errorMessage: null };
}

function failure(facts: Partial<WaitForResourceResponse>): WaitForResourceResponse {
  return { success: false, state: null, healthStatus: null, resourceNotFound: false, timedOut: false, errorMessage: null, ...facts };
}

import type { ResourceSnapshot } from '../contract/index.js';

/** What a resource can be waited to be: `healthy`; `up`, which is running; `down`, which is ended in whatever way. */
export type ResourceStatus = 'healthy' | 'up' | 'down';

const terminalStates: readonly string[] = ['finished', 'failedtostart', 'exited'];
/** In which nothing will ever be healthy. The original compares these exactly. */
const hopelessStates: readonly string[] = ['Finished', 'Exited', 'FailedToStart', 'RuntimeUnhealthy'];

/**
 * What an AppHost with `aux.v2` would say of a resource: that it has the status, that it will not get it, or nothing yet.
 *
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.WaitForResourceAsync
 */
export function verdictOn(status: ResourceStatus, { state, stateStyle, healthStatus, exitCode }: ResourceSnapshot): 'reached' | 'failed' | undefined {
  const hasEnded = terminalStates.includes((state ?? '').toLowerCase()) || exitCode !== null;
  switch (status) {
    case 'healthy':
      if (healthStatus === 'Healthy') return 'reached';
      return hopelessStates.includes(state ?? '') ? 'failed' : undefined;
    case 'up':
      if (state === 'Running') return 'reached';
      return hasEnded || stateStyle === 'error' ? 'failed' : undefined;
    case 'down':
      return hasEnded ? 'reached' : undefined;
  }
}

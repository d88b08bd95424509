import type { HealthReport } from '../../contract/index.js';
import type { ResourceFacts } from './resource-facts.js';

/** From the worst to the best. */
const statuses: readonly string[] = ['Unhealthy', 'Degraded', 'Healthy'];

/**
 * How a resource is: null unless its state is `Running`, then what it says of itself, or the worst of its reports, of which it needs none to be healthy.
 *
 * @see Aspire.Hosting.ApplicationModel, CustomResourceSnapshot.ComputeHealthStatus
 */
export function healthOf({ state, healthStatus, healthReports = [] }: ResourceFacts): string | null {
  if (state !== 'Running') return null;
  return healthStatus ?? worstOf(healthReports);
}

/** A report that says nothing counts as the worst: nobody knows. */
function worstOf(reports: readonly HealthReport[]): string {
  const found = reports.map(({ status }) => Math.max(0, statuses.indexOf(status ?? '')));
  return statuses[Math.min(statuses.length - 1, ...found)]!;
}

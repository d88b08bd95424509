import { withDeadline } from '../../hosting/time/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { capabilities, type HealthReport, isHiddenResource, type ResourceSnapshot } from '../contract/index.js';
import { MethodNotFoundError } from '../rpc/rpc-errors.js';
import type { AppHostConnection } from './app-host-connection.js';
import { ResourceNotFoundError } from './app-host-errors.js';
import { asLine, didYouMean, listNames } from './app-host-text.js';

/** What the operations on a connected AppHost share. */
export interface ConnectedAppHost {
  readonly connection: AppHostConnection;
  readonly timeProvider: TimeProvider;
  /** As a noun phrase for messages. */
  readonly name: string;
}

/** How a resource was seen, as far as errors tell it: no environment, no property, no address, for those hold secrets. */
export interface ResourceSummary {
  /** The instance name. */
  readonly name: string;
  /** The model name. */
  readonly displayName: string | null;
  readonly state: string | null;
  readonly healthStatus: string | null;
  readonly exitCode: number | null;
  readonly waitingFor: readonly string[] | null;
  readonly healthReports: readonly HealthReport[];
}

/** What may be asked only to explain a failure takes no longer. Milliseconds. */
export const explanationTimeout = 2_000;

export function summaryOf({ name, displayName, state, healthStatus, exitCode, waitingFor, healthReports }: ResourceSnapshot): ResourceSummary {
  return { name, displayName, state, healthStatus, exitCode, waitingFor, healthReports };
}

/** `web is Running and Unhealthy, exit code 1, waits for db; check 'ping' is Unhealthy: no answer`. */
export function describeResource({ name, state, healthStatus, exitCode, waitingFor, healthReports }: ResourceSummary): string {
  const health = healthStatus === null ? '' : ` and ${asLine(healthStatus)}`;
  const ending = exitCode === null ? '' : `, exit code ${exitCode}`;
  const waiting = waitingFor?.length ? `, waits for ${listNames(waitingFor)}` : '';
  const checks = healthReports.filter(({ status }) => status !== 'Healthy').map(describeReport);
  return `${asLine(name)} is ${asLine(state ?? '') || 'in no state'}${health}${ending}${waiting}${checks.length > 0 ? `; ${checks.join('; ')}` : ''}`;
}

function describeReport({ name, status, description, exceptionText }: HealthReport): string {
  const reason = description ?? exceptionText?.split('\n', 1)[0];
  return `check '${asLine(name)}' is ${status === null ? 'without a result' : asLine(status)}${reason ? `: ${asLine(reason)}` : ''}`;
}

/** The resources that a name means: the instance of that name, else all instances of the model of that name, regardless of letter case. */
export function resourcesNamed<R extends Pick<ResourceSnapshot, 'name' | 'displayName'>>(name: string, resources: readonly R[]): readonly R[] {
  const exact = resources.filter(resource => resource.name === name);
  if (exact.length > 0) return exact;
  const wanted = name.toUpperCase();
  return resources.filter(({ name: own, displayName }) => (displayName ?? own).toUpperCase() === wanted || own.toUpperCase() === wanted);
}

/**
 * Makes sure that there is a resource of that name, also one that has no state yet.
 *
 * An AppHost without `aux.v2` cannot be asked for those: there, a resource that has no state yet is not found.
 *
 * @throws ResourceNotFoundError with the names that there are
 */
export async function assertResourceExists({ connection, name: appHost }: ConnectedAppHost, name: string, signal: AbortSignal): Promise<void> {
  const all = await connection.getResources({ includeHidden: true, signal });
  if (resourcesNamed(name, all).length > 0) return;
  if (!(await isDeclared(connection, name, signal))) throw notFoundIn(appHost, name, all);
}

/** Whether the AppHost knows the name: a wait of no time tells. */
async function isDeclared(connection: AppHostConnection, resourceName: string, signal: AbortSignal): Promise<boolean> {
  if (!connection.supports(capabilities.v2)) return false;
  try {
    const { resourceNotFound } = await connection.waitForResource({ resourceName, status: 'up', timeoutSeconds: 0 }, { signal });
    return !resourceNotFound;
  } catch (error) {
    if (error instanceof MethodNotFoundError) return false;
    throw error;
  }
}

/** The error that names the resources that there are. */
export function notFoundIn(appHost: string, name: string, all: readonly ResourceSnapshot[]): ResourceNotFoundError {
  const known = [...new Set(all.filter(resource => !isHiddenResource(resource)).map(resource => resource.displayName ?? resource.name))];
  const there = known.length === 0 ? 'It tells of no resource at all.' : `It has: ${listNames(known)}.`;
  return new ResourceNotFoundError(`There is no resource '${asLine(name)}' in ${appHost}.${didYouMean(name, known)} ${there}`, name, known);
}

/** Asks for something that only explains a failure: soon, or not at all. */
export async function forExplanation<T>({ connection, timeProvider }: ConnectedAppHost, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  if (connection.isClosed) return undefined;
  try {
    return await withDeadline('the explanation', explanationTimeout, ask, { timeProvider });
  } catch {
    return undefined;
  }
}

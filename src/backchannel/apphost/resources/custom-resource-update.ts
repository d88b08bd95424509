import { type HealthStatus, healthStatuses } from '../../../hosting/diagnostics/host-health.js';
import { ArgumentError } from '../../../hosting/primitives/index.js';
import { assertResourceOptions, factsOfOptions } from './facts-of-options.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceUrlOptions } from './resource-options.js';

/** States that the clients know, besides any other text. */
export type ResourceStateName =
  | 'NotStarted'
  | 'Waiting'
  | 'Starting'
  | 'Running'
  | 'Building'
  | 'Active'
  | 'ValueMissing'
  | 'RuntimeUnhealthy'
  | 'Stopping'
  | 'Exited'
  | 'Finished'
  | 'FailedToStart';

/** What a program says of a resource of its own. What is left out stays as it is. */
export interface ResourceUpdate {
  /** One of the states that clients know, or at most 64 characters that they show as they are. */
  readonly state?: ResourceStateName | (string & {});
  /** How the state is shown; null is the client's choice. */
  readonly stateStyle?: 'success' | 'info' | 'warning' | 'error' | null;
  /** Shown while the state is `Running`. */
  readonly health?: HealthStatus | { readonly status: HealthStatus; readonly description?: string | undefined };
  /** A whole number of 32 bits; only of what has ended. Null takes it away. */
  readonly exitCode?: number | null;
  /** Takes the place of all that there were. */
  readonly urls?: readonly ResourceUrlOptions[];
  /** Any JSON values by name, added to those that there are; undefined takes one away. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

const endStates: readonly string[] = ['Exited', 'Finished', 'FailedToStart'] satisfies readonly ResourceStateName[];
const styles: readonly unknown[] = ['success', 'info', 'warning', 'error', null];
const healthNames: Readonly<Record<HealthStatus, string>> = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy' };
const members: readonly string[] = ['state', 'stateStyle', 'health', 'exitCode', 'urls', 'properties'] satisfies readonly (keyof ResourceUpdate)[];

/** Whether it has ended, and can be started again. */
export function isEndState(state: string | null | undefined): boolean {
  return endStates.includes(state ?? '');
}

/**
 * The facts that change. The moments of its start and end follow from its state.
 *
 * @param now as ISO 8601
 * @throws ArgumentError that names the resource, for what makes no sense; nothing changes then
 */
export function factsOfUpdate(name: string, update: ResourceUpdate, before: ResourceFacts, now: string): ResourceFacts {
  assertUpdate(name, update, before);
  const { state, stateStyle, health, exitCode, urls, properties } = update;
  const isStart = state === 'Running' && before.state !== 'Running';
  const isEnd = isEndState(state) && !isEndState(before.state);
  return {
    ...(state !== undefined && { state }),
    ...(isStart && { startedAt: now, stoppedAt: null, exitCode: null }),
    ...(isEnd && { stoppedAt: now }),
    ...(stateStyle !== undefined && { stateStyle }),
    ...(health !== undefined && { healthReports: [reportOf(name, health)] }),
    ...(exitCode !== undefined && { exitCode }),
    ...(urls && { urls: factsOfOptions({ urls }).urls ?? [] }),
    ...(properties && { properties: copyOf(properties) }),
  };
}

function assertUpdate(name: string, update: ResourceUpdate, before: ResourceFacts): void {
  const refuse = (problem: string): never => {
    throw new ArgumentError('update', `The resource '${name}' cannot be so: ${problem}.`);
  };
  if (typeof update !== 'object' || update === null) refuse(`expected an object, but found ${update === null ? 'null' : typeof update}`);
  for (const member of Object.keys(update)) if (!members.includes(member)) refuse(`there is no '${member}'; expected ${members.join(', ')}`);
  const { state, stateStyle, health, exitCode, urls, properties = {} } = update;
  if (state !== undefined && (typeof state !== 'string' || !/^[^\p{Cc}\s](?:[^\p{Cc}]{0,62}[^\p{Cc}\s])?$/u.test(state)))
    refuse(`its state must be a text of 1 to 64 characters, but is ${JSON.stringify(state)}`);
  if (stateStyle !== undefined && !styles.includes(stateStyle)) refuse(`the style of a state is success, info, warning, error or null, but not ${stateStyle}`);
  const status = typeof health === 'object' && health !== null ? health.status : health;
  if (health !== undefined && !healthStatuses.includes(status as HealthStatus))
    refuse(`its health is healthy, degraded or unhealthy, but not ${String(status)}`);
  if (typeof exitCode === 'number') {
    if ((exitCode | 0) !== exitCode) refuse(`an exit code is a whole number of 32 bits, but not ${exitCode}`);
    const next = state ?? before.state;
    if (!isEndState(next)) refuse(`only what has ended (${endStates.join(', ')}) has an exit code, but its state is ${next}`);
  } else if (exitCode !== undefined && exitCode !== null) refuse(`an exit code is a whole number of 32 bits, but not ${typeof exitCode}`);
  const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  assertResourceOptions(name, { ...(urls && { urls }), properties: given });
}

function reportOf(name: string, health: NonNullable<ResourceUpdate['health']>): NonNullable<ResourceFacts['healthReports']>[number] {
  const { status, description = null } = typeof health === 'object' ? health : { status: health };
  return { name, status: healthNames[status], description, exceptionText: null };
}

/** So that nobody changes them later, unnoticed. */
function copyOf(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return structuredClone(properties);
}

import { healthStatuses } from '../../../hosting/diagnostics/host-health.js';
import { ArgumentError } from '../../../hosting/primitives/index.js';
import { isEndState, reportsOf, type ResourceUpdate } from './custom-resource-update.js';
import { assertResourceOptions } from './facts-of-options.js';
import type { ResourceFacts } from './resource-facts.js';

type Refuse = (problem: string) => never;

const styles: readonly unknown[] = ['success', 'info', 'warning', 'error', null];
const mountTypes: readonly unknown[] = ['bind', 'volume', undefined];
const moments = ['createdAt', 'startedAt', 'stoppedAt'] as const satisfies readonly (keyof ResourceUpdate)[];
const lists = ['urls', 'volumes', 'environmentVariables'] as const satisfies readonly (keyof ResourceUpdate)[];
const others = ['state', 'stateStyle', 'health', 'exitCode', 'properties'] as const satisfies readonly (keyof ResourceUpdate)[];
const members: readonly string[] = [...others, ...moments, ...lists];

/**
 * Checks what a program says of a resource of its own.
 *
 * @throws ArgumentError that names the resource, for what makes no sense
 */
export function assertUpdate(name: string, update: ResourceUpdate, before: ResourceFacts): void {
  const refuse: Refuse = problem => {
    throw new ArgumentError('update', `The resource '${name}' cannot be so: ${problem}.`);
  };
  if (typeof update !== 'object' || update === null) refuse(`expected an object, but found ${update === null ? 'null' : typeof update}`);
  for (const member of Object.keys(update)) if (!members.includes(member)) refuse(`there is no '${member}'; expected ${members.join(', ')}`);
  for (const list of lists) if (update[list] !== undefined && !Array.isArray(update[list])) refuse(`'${list}' must be a list, but is ${shown(update[list])}`);
  assertState(update, before, refuse);
  assertHealth(name, update, refuse);
  assertMoments(update, before, refuse);
  assertSurroundings(update, refuse);
  const given = Object.fromEntries(Object.entries(update.properties ?? {}).filter(([, value]) => value !== undefined));
  assertResourceOptions(name, { ...(update.urls && { urls: update.urls }), properties: given });
}

function assertState({ state, stateStyle, exitCode }: ResourceUpdate, before: ResourceFacts, refuse: Refuse): void {
  if (state !== undefined && (typeof state !== 'string' || !/^[^\p{Cc}\s](?:[^\p{Cc}]{0,62}[^\p{Cc}\s])?$/u.test(state)))
    refuse(`its state must be a text of 1 to 64 characters, but is ${JSON.stringify(state)}`);
  if (stateStyle !== undefined && !styles.includes(stateStyle)) refuse(`the style of a state is success, info, warning, error or null, but not ${stateStyle}`);
  if (typeof exitCode === 'number') {
    if ((exitCode | 0) !== exitCode) refuse(`an exit code is a whole number of 32 bits, but not ${exitCode}`);
    const next = state ?? before.state;
    if (!isEndState(next)) refuse(`only what has ended (Exited, Finished, FailedToStart) has an exit code, but its state is ${next}`);
  } else if (exitCode !== undefined && exitCode !== null) refuse(`an exit code is a whole number of 32 bits, but not ${typeof exitCode}`);
}

function assertHealth(resourceName: string, { health }: ResourceUpdate, refuse: Refuse): void {
  if (health === undefined) return;
  const names = new Set<string>();
  for (const report of reportsOf(health)) {
    const { name = resourceName, status, description, exceptionText } = report ?? {};
    if (!healthStatuses.includes(status)) refuse(`its health is healthy, degraded or unhealthy, but not ${String(status ?? report)}`);
    if (typeof name !== 'string' || name.trim() === '') refuse('a report on its health needs a name that is not empty');
    if (names.has(name)) refuse(`there are two reports '${name}' on its health; give each a name of its own`);
    names.add(name);
    for (const [member, text] of Object.entries({ description, exceptionText }))
      if (text !== undefined && text !== null && typeof text !== 'string') refuse(`'${member}' of the report '${name}' must be a text, but is ${shown(text)}`);
  }
}

function assertMoments(update: ResourceUpdate, before: ResourceFacts, refuse: Refuse): void {
  for (const member of moments) {
    const moment = update[member];
    // Clients of .NET cannot read other years, and with them the whole resource.
    if (moment !== undefined && moment !== null && !(moment instanceof Date && moment.getTime() >= firstMoment && moment.getTime() <= lastMoment))
      refuse(`'${member}' must be a date of the years 1 to 9999, or null, but is ${shown(moment)}`);
  }
  const { startedAt = dateOf(before.startedAt), stoppedAt } = update;
  if (startedAt && stoppedAt && stoppedAt < startedAt)
    refuse(`it cannot have stopped at ${stoppedAt.toISOString()}, before it started at ${startedAt.toISOString()}`);
}

const firstMoment = Date.parse('0001-01-01T00:00:00Z');
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z');

function assertSurroundings({ volumes = [], environmentVariables = [] }: ResourceUpdate, refuse: Refuse): void {
  for (const volume of volumes) {
    const { source = null, target, mountType, isReadOnly = false } = volume ?? {};
    if (typeof target !== 'string' || target === '') refuse(`a volume needs a target such as '/data', but has ${shown(target)}`);
    if (source !== null && typeof source !== 'string') refuse(`the source of the volume at '${target}' must be a text or null, but is ${shown(source)}`);
    if (!mountTypes.includes(mountType)) refuse(`the volume at '${target}' must be of the type bind or volume, but is ${shown(mountType)}`);
    if (typeof isReadOnly !== 'boolean') refuse(`'isReadOnly' of the volume at '${target}' must be true or false, but is ${shown(isReadOnly)}`);
  }
  const names = new Set<string>();
  for (const variable of environmentVariables) {
    const { name, value = null, isFromSpec = true } = variable ?? {};
    if (typeof name !== 'string' || !/^[^=\0]+$/.test(name)) refuse(`${shown(name)} cannot be the name of a variable`);
    if (names.has(name)) refuse(`the variable '${name}' is there twice`);
    names.add(name);
    if (value !== null && typeof value !== 'string') refuse(`the variable '${name}' must be a text or null, but is ${shown(typeof value)}`);
    if (typeof isFromSpec !== 'boolean') refuse(`'isFromSpec' of the variable '${name}' must be true or false, but is ${shown(isFromSpec)}`);
  }
}

function dateOf(iso: string | null | undefined): Date | null {
  return typeof iso === 'string' ? new Date(iso) : null;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

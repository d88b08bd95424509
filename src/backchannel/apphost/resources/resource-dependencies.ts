import { ArgumentError, ChangeLatch, disposeAllSync, throwIfAborted } from '../../../hosting/primitives/index.js';
import { kindOf } from '../commands/message-text.js';
import { ResourceDeclarationError } from './declared-error.js';
import type { DeclaredDependencies, DeclaredResource } from './declared-resource.js';
import { healthOf } from './resource-health.js';
import type { AppHostResource } from './resource.js';

/** States that a resource does not leave by itself. */
const ended: readonly string[] = ['Finished', 'Exited', 'FailedToStart', 'RuntimeUnhealthy'];

/** Finds all instances of what has this display name, or name. */
export type FindInstances = (name: string) => readonly AppHostResource[];

/** One resource that another one waits for. */
interface Dependency {
  readonly name: string;
  readonly until: 'up' | 'completed';
  readonly instances: readonly AppHostResource[];
}

/**
 * Waits until everything that a resource waits for is as it must be, which the resource shows meanwhile.
 *
 * @returns why that will never be; undefined when it is
 * @throws OperationCanceledError when `signal` fires
 */
export async function waitForDependencies(resource: DeclaredResource, find: FindInstances, signal: AbortSignal): Promise<string | undefined> {
  let pending = dependenciesOf(resource, find);
  const changed = new ChangeLatch();
  const subscriptions = pending.flatMap(({ instances }) => instances.map(instance => instance.onChange(() => changed.set())));
  const told = new Set<string>();
  const tell = (text: string) => {
    if (!told.has(text)) resource.write(text);
    told.add(text);
  };
  try {
    for (;;) {
      throwIfAborted(signal);
      const failed = pending.flatMap(({ until, instances }) => instances.filter(instance => readiness(instance, until) === 'failed'))[0];
      if (failed) return failureOf(failed);
      const before = pending;
      pending = pending.filter(dependency => !isReady(dependency));
      for (const dependency of before.filter(isReady)) if (told.size > 0) tell(`Finished waiting for resource '${dependency.name}'.`);
      if (pending.length === 0) return undefined;
      pending.forEach(dependency => tell(`Waiting for resource '${dependency.name}' to ${whatFor(dependency)}.`));
      resource.showWaiting(
        pending.flatMap(({ until, instances }) => instances.filter(instance => readiness(instance, until) !== 'ready').map(({ name }) => name)),
      );
      await changed.wait(signal);
    }
  } finally {
    disposeAllSync(subscriptions);
  }
}

/** @throws ArgumentError for what is no list of names */
export function assertDependencyNames(resourceName: string, { waitFor, waitForCompletion }: DeclaredDependencies): void {
  for (const [option, names] of Object.entries({ waitFor, waitForCompletion }) as [string, unknown][]) {
    const refuse = (problem: string): never => {
      throw new ArgumentError(option, `The resource '${resourceName}' cannot be declared so: '${option}' has to be a list of display names, but ${problem}.`);
    };
    if (names === undefined) continue;
    if (!Array.isArray(names)) refuse(`is ${kindOf(names)}`);
    for (const name of names as unknown[]) if (typeof name !== 'string') refuse(`holds ${kindOf(name)}`);
  }
}

/**
 * Checks that everything that resources wait for is there, and that they do not wait for one another.
 *
 * @throws ResourceDeclarationError
 */
export function assertDependencies(declared: readonly DeclaredResource[], all: readonly AppHostResource[], find: FindInstances): void {
  for (const resource of declared) {
    for (const name of namesOf(resource))
      if (find(name).length === 0) {
        const known = [...new Set(all.map(({ displayName }) => displayName))].join(', ');
        throw new ResourceDeclarationError(resource.displayName, `it waits for '${name}', which is none of the resources: ${known}.`);
      }
  }
  const cleared = new Set<AppHostResource>();
  const visit = (resource: AppHostResource, path: readonly AppHostResource[]): void => {
    if (path.includes(resource)) {
      const circle = [...path.slice(path.indexOf(resource)), resource].map(({ displayName }) => displayName).join(' -> ');
      throw new ResourceDeclarationError(resource.displayName, `it waits for itself: ${circle}.`);
    }
    if (cleared.has(resource)) return;
    const own = declared.find(one => one === resource);
    for (const name of own ? namesOf(own) : []) for (const next of find(name)) visit(next, [...path, resource]);
    cleared.add(resource);
  };
  for (const resource of declared) visit(resource, []);
}

/** For each of the resources those of them that wait for it. */
export function dependentsOf(declared: readonly DeclaredResource[], find: FindInstances): ReadonlyMap<DeclaredResource, readonly DeclaredResource[]> {
  const dependents = new Map<DeclaredResource, DeclaredResource[]>(declared.map(resource => [resource, []]));
  for (const resource of declared) for (const awaited of namesOf(resource).flatMap(find)) dependents.get(awaited as DeclaredResource)?.push(resource);
  return dependents;
}

function namesOf({ dependencies }: DeclaredResource): readonly string[] {
  return [...dependencies.waitFor, ...dependencies.waitForCompletion];
}

function dependenciesOf({ dependencies }: DeclaredResource, find: FindInstances): readonly Dependency[] {
  const toDependency = (until: Dependency['until']) => (name: string) => ({ name, until, instances: find(name) });
  return [...dependencies.waitFor.map(toDependency('up')), ...dependencies.waitForCompletion.map(toDependency('completed'))];
}

function isReady({ until, instances }: Dependency): boolean {
  return instances.every(instance => readiness(instance, until) === 'ready');
}

function readiness({ facts }: AppHostResource, until: Dependency['until']): 'ready' | 'waiting' | 'failed' {
  const { state, exitCode } = facts;
  const hasEnded = state !== null && state !== undefined && ended.includes(state);
  if (until === 'completed' && hasEnded && exitCode === 0) return 'ready';
  if (hasEnded) return 'failed';
  return until === 'up' && healthOf(facts) === 'Healthy' ? 'ready' : 'waiting';
}

function whatFor({ until, instances }: Dependency): string {
  if (until === 'completed') return 'complete';
  return instances.every(({ facts }) => facts.state === 'Running') ? 'become healthy' : "enter the 'Running' state";
}

function failureOf({ displayName, facts }: AppHostResource): string {
  const exitCode = typeof facts.exitCode === 'number' ? `, exit code ${facts.exitCode}` : '';
  return `It is not started, because it waits for '${displayName}', which has ended: ${facts.state}${exitCode}`;
}

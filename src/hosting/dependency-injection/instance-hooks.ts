import type { Container } from 'inversify';
import { type AnyDisposable, InvalidOperationError, markHandled } from '../primitives/index.js';

/** What the application asked inversify to do with each instance of a service. */
export interface InstanceHooks {
  /** Runs when the instance has been made; what it returns takes its place. */
  readonly activate?: ((instance: unknown) => unknown) | undefined;
  /** What is to be disposed before the instance. */
  readonly deactivate?: ((instance: unknown) => AnyDisposable) | undefined;
}

/** A handler of inversify for instances that were made. */
export type Activation = (context: never, instance: unknown) => unknown;

/** A handler of inversify for instances that are given up. */
export type Deactivation = (instance: unknown) => void | Promise<void>;

/** The handlers of a service in one; undefined when there are none. */
export function hooksOf(activations: readonly Activation[], deactivations: readonly Deactivation[], container: Container): InstanceHooks | undefined {
  if (activations.length + deactivations.length === 0) return undefined;
  const context = {
    get: container.get.bind(container),
    getAll: container.getAll.bind(container),
    getAsync: container.getAsync.bind(container),
    getAllAsync: container.getAllAsync.bind(container),
  };
  return {
    activate: activations.length > 0 ? instance => activations.reduce((made, activate) => activate(context as never, made), instance) : undefined,
    deactivate: deactivations.length > 0 ? instance => deactivationOf(instance, deactivations) : undefined,
  };
}

/** What a binding and the class that it makes ask for at the end of an instance. */
export function deactivationsOf(binding: object): Deactivation[] {
  const { onDeactivation, implementationType } = binding as { readonly onDeactivation?: Deactivation; readonly implementationType?: object };
  const methods = [...(implementationType ? (metadataOf(implementationType)?.lifecycle.preDestroyMethodNames ?? []) : [])];
  const preDestroy = methods.map(
    (name): Deactivation =>
      instance =>
        (instance as Record<string | symbol, () => void | Promise<void>>)[name]!(),
  );
  return [...preDestroy, ...(onDeactivation ? [onDeactivation] : [])];
}

/** Whether inversify's decorators ask for more than constructor arguments. */
export function hasInjectedMembers(type: object): boolean {
  const metadata = metadataOf(type);
  return metadata !== undefined && metadata.properties.size + metadata.lifecycle.postConstructMethodNames.size > 0;
}

/** What inversify's decorators left on a class. They leave no public trace; a test fails when they leave another one. */
function metadataOf(type: object): InversifyMetadata | undefined {
  const reflect = Reflect as unknown as { getOwnMetadata?(key: string, target: object): InversifyMetadata | undefined };
  return reflect.getOwnMetadata?.('@inversifyjs/core/classMetadataReflectKey', type);
}

interface InversifyMetadata {
  readonly properties: ReadonlyMap<unknown, unknown>;
  readonly lifecycle: { readonly postConstructMethodNames: ReadonlySet<unknown>; readonly preDestroyMethodNames: ReadonlySet<string | symbol> };
}

function deactivationOf(instance: unknown, deactivations: readonly Deactivation[]): AnyDisposable {
  return {
    [Symbol.dispose]() {
      for (const deactivate of deactivations) {
        const pending = deactivate(instance);
        if (!pending) continue;
        markHandled(pending);
        throw new InvalidOperationError('A handler for a deactivation is asynchronous. Use Symbol.asyncDispose to dispose the container.');
      }
    },
    async [Symbol.asyncDispose]() {
      for (const deactivate of deactivations) await deactivate(instance);
    },
  };
}

import { type ServiceToken, serviceToken } from '../../../hosting/dependency-injection/index.js';
import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import { ArgumentError } from '../../../hosting/primitives/index.js';
import type { TimeSpan } from '../../../hosting/time/index.js';
import { toTimerTicks, wholeMilliseconds } from '../../../hosting/time/span.js';
import type { ResourceStateName, ResourceUpdate } from './custom-resource-update.js';
import type { DeclaredDependencies } from './declared-resource.js';
import { assertResourceOptions } from './facts-of-options.js';
import { factsOfUpdate } from './facts-of-update.js';
import { assertDependencyNames } from './resource-dependencies.js';
import type { ResourceFacts } from './resource-facts.js';
import type { ResourceOptions } from './resource-options.js';
import { stopTimeoutOf } from './stop-timeout.js';

/**
 * How a program speaks of a resource that it has declared with `addResource`. Injected by the resource's name:
 * `@inject(IResourceHandle) @fromKeyed('cache') cache: IResourceHandle`.
 */
export interface IResourceHandle {
  readonly name: string;
  /** As clients see it now. */
  readonly facts: ResourceFacts;
  /**
   * Says how it is.
   *
   * @throws ArgumentError for what makes no sense, such as the exit code of something that runs; nothing changes then
   */
  update(update: ResourceUpdate): void;
  /** Writes a line to its log. @param isError default: false */
  log(text: string, isError?: boolean): void;
}

export const IResourceHandle: ServiceToken<IResourceHandle> = serviceToken('IResourceHandle');

/** What the functions of a resource get. */
export interface ResourceContext {
  readonly resource: IResourceHandle;
  readonly services: IServiceProvider;
  /** Of `start`: fires when the start is given up. Of `stop`: fires when there is no more time. */
  readonly signal: AbortSignal;
  /** Fires when the resource is to stop, before `stop` is called: give it to what `start` leaves running. */
  readonly stopping: AbortSignal;
}

/** A resource that is neither a hosted service nor a child process: the program says what it is. */
export interface CustomResourceOptions extends ResourceOptions, DeclaredDependencies {
  /**
   * How it is at first: its state, or all that an update can say. Unlike an update it brings no moment about that it does not name. Default of the state: `NotStarted` when there is a
   * `start`, otherwise `Running`.
   */
  readonly initialState?: ResourceStateName | (string & {}) | ResourceUpdate;
  /** Whether it is only started when somebody asks for it. Default: false. */
  readonly explicitStart?: boolean;
  /** Starts it; it runs when this returns, unless it has said that it is otherwise. Without one it cannot be started by a command. */
  readonly start?: (context: ResourceContext) => Promise<void> | void;
  /** Stops it. */
  readonly stop?: (context: ResourceContext) => Promise<void> | void;
  /** So long `start` may take. -1 is without limit. Default: 60 s. */
  readonly startTimeout?: TimeSpan;
  /** So long `stop` may take. 0 to 4294967294 ms. Default: 4 s. */
  readonly stopTimeout?: TimeSpan;
}

/** @throws ArgumentError, ArgumentOutOfRangeError for what makes no sense */
export function assertCustomResource(name: string, options: CustomResourceOptions): void {
  const { start, stop, waitFor = [], waitForCompletion = [], explicitStart } = options;
  assertResourceOptions(name, options);
  for (const [option, value] of Object.entries({ start, stop }))
    if (value !== undefined && typeof value !== 'function')
      throw new ArgumentError(option, `Expected a function, but '${option}' of '${name}' is ${typeof value}.`);
  if (!start && (waitFor.length > 0 || waitForCompletion.length > 0 || explicitStart !== undefined))
    throw new ArgumentError('options', `The resource '${name}' has no 'start', therefore it can neither wait for others nor be started explicitly.`);
  if (!start && stop) throw new ArgumentError('options', `The resource '${name}' has a 'stop', but no 'start'.`);
  assertDependencyNames(name, options);
  customTimeouts(options);
  initialFacts(name, options);
}

/** @throws ArgumentError for what makes no sense */
export function initialFacts(name: string, { initialState = {}, start }: CustomResourceOptions): ResourceFacts {
  const update = typeof initialState === 'string' ? { state: initialState } : initialState;
  const state = update?.state ?? (start ? 'NotStarted' : 'Running');
  return { state, ...factsOfUpdate(name, update, { state }, '') };
}

/** Both in milliseconds. */
export function customTimeouts(options: CustomResourceOptions): { readonly start: number; readonly stop: number } {
  const { startTimeout = 60_000 } = options;
  return { start: wholeMilliseconds(toTimerTicks(startTimeout, 'startTimeout')), stop: stopTimeoutOf(options) };
}

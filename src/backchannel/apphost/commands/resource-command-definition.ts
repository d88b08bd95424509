import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import type { ILogger } from '../../../hosting/logging/index.js';
import type { ResourceFacts } from '../resources/resource-facts.js';
import type { ArgumentDefinitions, ArgumentErrors, ArgumentValues } from './argument-definition.js';

/** What a command is told when it runs. */
export interface CommandContext<A extends ArgumentDefinitions = ArgumentDefinitions> {
  readonly arguments: ArgumentValues<A>;
  /** The resource on which it runs. */
  readonly resource: { readonly name: string; readonly displayName: string; readonly facts: ResourceFacts };
  /** Those of the host. A hosted service is among them when it was added with `as`: `addHostedService(Orders, { as: [Orders] })`. */
  readonly services: IServiceProvider;
  /** Fires when the client cancels or goes, and when the application stops. */
  readonly signal: AbortSignal;
  /** Writes to the log of the resource. */
  readonly logger: ILogger;
  /** Whether nobody can be asked anything. */
  readonly isNonInteractive: boolean;
}

/** How a command ended. */
export interface CommandResult {
  /** Default: true. */
  readonly success?: boolean;
  /** Whether it gave up because it was cancelled. Default: false. */
  readonly canceled?: boolean;
  readonly message?: string;
  /** What it produced, for the caller's standard output. */
  readonly value?: string;
  /** Of {@link value}. Default: `text`. */
  readonly format?: 'text' | 'json' | 'markdown';
  /** Whether a user interface shows the value without being asked. Default: false. */
  readonly displayImmediately?: boolean;
}

/** Something that can be done with a resource. */
export interface ResourceCommandDefinition<A extends ArgumentDefinitions = ArgumentDefinitions> {
  readonly name: string;
  /** Default: the name. */
  readonly displayName?: string;
  readonly description?: string;
  /** Default: none. */
  readonly arguments?: A;
  /** Who is offered it: people in a dashboard, programs and command lines, or both. Everybody may run it. Default: `UI, Api`. */
  readonly visibility?: 'UI' | 'Api' | 'UI, Api';
  /** Whether it makes sense at present. Default: always enabled. */
  readonly state?: (facts: ResourceFacts) => 'enabled' | 'disabled' | 'hidden';
  /** Looks at arguments that fit their definitions. */
  readonly validate?: (values: ArgumentValues<A>, signal: AbortSignal) => Promise<ArgumentErrors<A> | void> | ArgumentErrors<A> | void;
  /** Does it. Returning nothing is success; what it throws becomes the message of a failure. */
  readonly execute: (context: CommandContext<A>) => Promise<CommandResult | void> | CommandResult | void;
  /** Milliseconds after which it is cancelled and counts as failed; -1 is never. Default: -1. */
  readonly timeout?: number;
}

/** A command whose function sees its arguments with the types that they are declared with. */
export function defineCommand<const A extends ArgumentDefinitions = Record<never, never>>(
  // Said twice, so that functions in the arguments have the types of their parameters.
  definition: ResourceCommandDefinition<A> & { readonly arguments?: ArgumentDefinitions },
): ResourceCommandDefinition {
  return definition as unknown as ResourceCommandDefinition;
}

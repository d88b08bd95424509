import type { ILogger } from '../../../hosting/logging/index.js';
import type { ResourceFacts } from '../resources/resource-facts.js';

/** An argument of a command, as clients show and check it. */
export interface ArgumentDefinition {
  /** `secret` is text that is not shown, and not trimmed. */
  readonly type: 'text' | 'secret' | 'choice' | 'boolean' | 'number';
  /** What a form shows for the name. */
  readonly label?: string;
  readonly description?: string;
  /** Whether the description is Markdown. Default: false. */
  readonly enableDescriptionMarkdown?: boolean;
  /** Default: false. */
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Taken when the argument is not given. */
  readonly default?: string | number | boolean;
  /** The values of a choice, with their labels; a list when they are the same. */
  readonly options?: readonly string[] | Readonly<Record<string, string | null>>;
  /** Whether a choice may be another value. Default: false. */
  readonly allowCustomChoice?: boolean;
  /** Whether it cannot be given at present. Default: false. */
  readonly disabled?: boolean;
  /** The most characters. Default: 8,000. */
  readonly maxLength?: number;
  /** Computes the choices when a form asks for them, from the values that it has so far. */
  readonly load?: (context: ArgumentLoadContext) => Promise<LoadedArgument> | LoadedArgument;
  /** Names of arguments whose values {@link load} looks at. Default: none. */
  readonly dependsOn?: readonly string[];
}

/** What {@link ArgumentDefinition.load} gets. */
export interface ArgumentLoadContext {
  /** The values as text, by the names of the arguments; null for what is not given. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly signal: AbortSignal;
}

/** What {@link ArgumentDefinition.load} changes of its argument. */
export type LoadedArgument = Readonly<Partial<Pick<ArgumentDefinition, 'options' | 'default' | 'disabled' | 'placeholder'>>>;

/** The arguments of a command by name, in the order in which they may be given by position. */
export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>;

type ValueOf<T extends ArgumentDefinition['type']> = T extends 'number' ? number : T extends 'boolean' ? boolean : string;

/** What is loaded may turn out to be disabled, and has no value then. */
type IsGiven<A extends ArgumentDefinition> = A extends { default: string | number | boolean }
  ? true
  : A extends { load: unknown }
    ? false
    : A extends { required: true }
      ? true
      : false;

/** The values of a command's arguments: undefined only for one that has no default, and is not required or may be disabled when it is loaded. */
export type ArgumentValues<A extends ArgumentDefinitions> = {
  readonly [K in keyof A]: ValueOf<A[K]['type']> | (IsGiven<A[K]> extends true ? never : undefined);
};

/** What a command is told when it runs. */
export interface CommandContext<A extends ArgumentDefinitions = ArgumentDefinitions> {
  readonly arguments: ArgumentValues<A>;
  /** The resource on which it runs. */
  readonly resource: { readonly name: string; readonly displayName: string; readonly facts: ResourceFacts };
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

/** What a validator finds wrong, by the name of the argument. */
export type ArgumentErrors = Readonly<Record<string, string | undefined>>;

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
  readonly validate?: (values: ArgumentValues<A>, signal: AbortSignal) => Promise<ArgumentErrors | void> | ArgumentErrors | void;
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

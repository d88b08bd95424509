/** What arguments of every type may have. */
interface CommonArgument {
  /** What a form shows for the name. */
  readonly label?: string;
  readonly description?: string;
  /** Whether the description is Markdown. Default: false. */
  readonly enableDescriptionMarkdown?: boolean;
  /** Default: false. */
  readonly required?: boolean;
  readonly placeholder?: string;
  /** Whether it cannot be given at present. Default: false. */
  readonly disabled?: boolean;
  /** Computes what is known only when a form asks for it, from the values that the form has so far. */
  readonly load?: (context: ArgumentLoadContext) => Promise<LoadedArgument> | LoadedArgument;
  /** Names of arguments, declared before this one, whose values {@link load} looks at. Default: none. */
  readonly dependsOn?: readonly string[];
}

/** An argument that is any text. */
export interface TextArgument extends CommonArgument {
  /** `secret` is text that is not shown, and not trimmed. */
  readonly type: 'text' | 'secret';
  /** Taken when the argument is not given. */
  readonly default?: string;
  /** The most characters. Default: 8,000. */
  readonly maxLength?: number;
  readonly options?: never;
  readonly allowCustomChoice?: never;
}

/** An argument that is one of some texts: it has `options`, a `load` that finds them, or `allowCustomChoice`. */
export interface ChoiceArgument extends CommonArgument {
  readonly type: 'choice';
  /** Taken when the argument is not given; one of the options. */
  readonly default?: string;
  /** The values, with their labels; a list when they are the same. */
  readonly options?: readonly string[] | Readonly<Record<string, string | null>>;
  /** Whether it may be another text. Default: false. */
  readonly allowCustomChoice?: boolean;
  readonly maxLength?: never;
}

/** An argument that is true or false. */
export interface BooleanArgument extends CommonArgument {
  readonly type: 'boolean';
  /** Taken when the argument is not given. */
  readonly default?: boolean;
  readonly options?: never;
  readonly allowCustomChoice?: never;
  readonly maxLength?: never;
}

/** An argument that is a finite number. */
export interface NumberArgument extends CommonArgument {
  readonly type: 'number';
  /** Taken when the argument is not given. */
  readonly default?: number;
  readonly options?: never;
  readonly allowCustomChoice?: never;
  readonly maxLength?: never;
}

/** An argument of a command, as clients show and check it. */
export type ArgumentDefinition = TextArgument | ChoiceArgument | BooleanArgument | NumberArgument;

/** What `load` of an argument gets. */
export interface ArgumentLoadContext {
  /** The values as text, by the names of the arguments; null for what is not given. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly signal: AbortSignal;
}

/** What `load` of an argument changes of it. */
export interface LoadedArgument {
  /** Of a choice. */
  readonly options?: readonly string[] | Readonly<Record<string, string | null>>;
  /** Of the argument's type. */
  readonly default?: string | number | boolean;
  readonly disabled?: boolean;
  readonly placeholder?: string;
}

/** The arguments of a command by name, in the order in which they may be given by position. */
export type ArgumentDefinitions = Readonly<Record<string, ArgumentDefinition>>;

/** The values of a command's arguments: undefined only for one that has no default, and is not required or may be disabled when it is loaded. */
export type ArgumentValues<A extends ArgumentDefinitions> = {
  readonly [K in keyof A]: ValueOf<A[K]> | (IsGiven<A[K]> extends true ? never : undefined);
};

/** What a validator finds wrong, by the name of the argument. */
export type ArgumentErrors<A extends ArgumentDefinitions = ArgumentDefinitions> = { readonly [K in Extract<keyof A, string>]?: string | undefined };

type ValueOf<A extends ArgumentDefinition, T = A['type']> = T extends 'number'
  ? number
  : T extends 'boolean'
    ? boolean
    : T extends 'choice'
      ? ChoiceOf<A>
      : string;

/** The options that are there from the beginning; any text when it may be another. */
type ChoiceOf<A> = A extends { readonly load: unknown }
  ? string
  : A extends { readonly options: infer O; readonly allowCustomChoice?: false }
    ? (O extends readonly (infer V)[] ? V : `${keyof O & (string | number)}`) | (A extends { readonly default: infer D } ? D : never)
    : string;

/** What is loaded may turn out to be disabled, and has no value then. */
type IsGiven<A> = A extends { readonly default: string | number | boolean }
  ? true
  : A extends { readonly load: unknown }
    ? false
    : A extends { readonly required: true }
      ? true
      : false;

/** A recording of the container: the format of `di.seed1.json`. */
export interface DiRecording {
  readonly format: 'hostward-di/1';
  readonly scenarios: readonly DiScenario[];
}

export interface DiScenario {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly impls: Readonly<Record<string, Impl>>;
  readonly registrations: readonly RegistrationOp[];
  readonly options: { readonly validateScopes: boolean; readonly validateOnBuild: boolean };
  readonly script: readonly Step[];
  readonly golden: { readonly registrations: readonly Outcome[]; readonly descriptors: readonly unknown[]; readonly steps: readonly Outcome[] };
}

export interface Impl {
  readonly services: readonly string[];
  readonly ctors: readonly { readonly params: readonly Param[] }[];
  readonly disposable?: 'sync' | 'async' | 'both';
  readonly throwOnDispose?: string;
  readonly throwInConstructor?: string;
}

export type Key = string | number | { readonly any: true } | null;

export interface Param {
  readonly service?: string;
  readonly optional?: boolean;
  readonly enumerable?: boolean;
  readonly key?: Key;
  readonly inheritKey?: boolean;
  readonly serviceKey?: ValueKind;
  readonly value?: ValueKind;
}

export type ValueKind = 'any' | 'string' | 'number';

export interface RegistrationOp {
  readonly op: 'add' | 'tryAdd' | 'tryAddEnumerable' | 'replace' | 'removeAll' | 'removeAllKeyed' | 'clear' | 'makeReadOnly';
  readonly service: string;
  readonly key?: Key;
  readonly lifetime: 'singleton' | 'scoped' | 'transient';
  readonly kind: 'type' | 'instance' | 'factory' | 'shared' | 'forward' | 'null' | 'throw';
  readonly impl: string;
  readonly to: { readonly service: string; readonly key?: Key };
  readonly message?: string;
  readonly declared?: string;
}

export interface Step {
  readonly do: 'build' | 'createScope' | 'get' | 'getRequired' | 'getAll' | 'isService' | 'create' | 'getOrCreate' | 'dispose';
  readonly service: string;
  readonly key?: Key;
  readonly from: string;
  readonly as: string;
  readonly impl: string;
  readonly args: readonly (string | number | null | { readonly instance: string })[];
  readonly target: string;
  readonly mode: 'sync' | 'async';
}

export type Outcome = Readonly<Record<string, unknown>> & { readonly error?: ErrorFacts; readonly events?: readonly unknown[] };

export interface ErrorFacts {
  readonly kind: string;
  readonly inner?: readonly ErrorFacts[];
  readonly [fact: string]: unknown;
}

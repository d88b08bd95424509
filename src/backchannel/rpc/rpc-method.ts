import { describeJson, isJsonObject } from './json-value.js';
import { InvalidParamsError } from './rpc-errors.js';
import type { TraceContext } from './trace-context.js';

/** What a served method learns about the call. */
export interface RpcCallContext {
  /**
   * Fires when nobody waits for the result any more: the caller cancelled or is gone, or the session was disposed.
   *
   * For a method that returns a stream it stays in force until the stream has ended.
   */
  readonly signal: AbortSignal;
  /** The trace that the caller is in, when it said so. */
  readonly traceContext: TraceContext | undefined;
}

/** A method that {@link serveRpc} offers. */
export interface RpcMethod {
  /** The names of the parameters in their order. Callers send them by position, or by these names. */
  readonly parameters: readonly string[];
  /** How many of the parameters, counted from the first, must be given. Default: all. */
  readonly required?: number | undefined;
  /**
   * Does the work.
   *
   * Parameters that were not given are undefined or missing at the end of `args`; null arrives as null. A result that is async iterable becomes a stream,
   * anything else is written as JSON. What it throws is answered as -32000 with the error's name and message, {@link InvalidParamsError} as -32602, and a
   * cancellation as -32800.
   */
  invoke(args: readonly unknown[], context: RpcCallContext): unknown;
}

/** Methods by their wire names. A name with the suffix `Async` is also answered without it, and the other way round. */
export type RpcMethods = Readonly<Record<string, RpcMethod>>;

const asyncSuffix = 'Async';

/** The method with that name, or with the other form of it; a name that was given wins over the other form of another. */
export function methodNamed(methods: RpcMethods, name: string): RpcMethod | undefined {
  if (Object.hasOwn(methods, name)) return methods[name];
  const otherForm = name.endsWith(asyncSuffix) ? name.slice(0, -asyncSuffix.length) : name + asyncSuffix;
  return Object.hasOwn(methods, otherForm) ? methods[otherForm] : undefined;
}

/**
 * The arguments of a call in the order of the method's parameters.
 *
 * Positions must fit in number; by name, unknown members are ignored as .NET does, and no parameters at all is the same as `[]` and `{}`.
 *
 * @throws InvalidParamsError
 */
export function bindParameters({ parameters, required = parameters.length }: Pick<RpcMethod, 'parameters' | 'required'>, params: unknown): readonly unknown[] {
  if (Array.isArray(params)) {
    if (params.length < required || params.length > parameters.length)
      throw new InvalidParamsError(`Expected ${countOf(required, parameters.length)}, found ${params.length}.`);
    return params;
  }
  const named = params ?? {};
  if (!isJsonObject(named)) throw new InvalidParamsError(`Expected parameters in a list or an object, found ${describeJson(params)}.`);
  const missing = parameters.slice(0, required).find(name => !Object.hasOwn(named, name));
  if (missing !== undefined) throw new InvalidParamsError(`Expected ${countOf(required, parameters.length)}, but '${missing}' is missing.`);
  return parameters.map(name => (Object.hasOwn(named, name) ? named[name] : undefined));
}

function countOf(required: number, most: number): string {
  return required === most ? `${most} parameters` : `${required} to ${most} parameters`;
}

import { ArgumentError } from '../primitives/index.js';

declare const serviceType: unique symbol;

/** A class that can be named as a token without being constructed: abstract ones included. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructors of any shape, as inversify takes them, too
export type AbstractClass<T> = abstract new (...args: any[]) => T;

/** A class that the container can construct. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructors of any shape; their dependencies are checked when the graph is built
export type Class<T> = new (...args: any[]) => T;

/** A token for a contract that exists at compile time only: a symbol that remembers its type. */
export type InterfaceToken<T> = symbol & { readonly [serviceType]?: T };

/** What a service is asked for by: an {@link InterfaceToken}, an abstract class or a class. */
export type ServiceToken<T> = InterfaceToken<T> | AbstractClass<T>;

/**
 * Creates the token of an interface. By convention it is a constant of the interface's name, so that a constructor reads `@inject(IMailer) mailer: IMailer`.
 *
 * ```ts
 * export interface IMailer { send(to: string): Promise<void> }
 * export const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');
 * ```
 */
export function serviceToken<T>(name: string): InterfaceToken<T> {
  return Symbol(name);
}

/** The name of a token for people. */
export function tokenName(token: ServiceToken<unknown>): string {
  return typeof token === 'symbol' ? (token.description ?? 'Symbol()') : token.name || '(anonymous class)';
}

/** Whether `value` can be a token at all; `undefined` is what a circular import leaves behind. */
export function isServiceToken(value: unknown): value is ServiceToken<unknown> {
  return typeof value === 'symbol' || typeof value === 'function';
}

/** @throws ArgumentError when `value` cannot be a token */
export function throwUnlessServiceToken(value: unknown, paramName: string): asserts value is ServiceToken<unknown> {
  if (!isServiceToken(value))
    throw new ArgumentError(paramName, `A service token is a symbol or a class, but this is ${String(value)}; is there a circular import?`);
}

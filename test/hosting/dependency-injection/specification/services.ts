import { type IServiceProvider, ServiceCollection, ServiceProvider, type ServiceToken, serviceToken } from 'hostward';

/** Keeps what its constructor received, and counts its disposals. */
export class Parts implements Disposable {
  readonly parts: readonly unknown[];
  disposals = 0;

  constructor(...parts: unknown[]) {
    this.parts = parts;
  }

  [Symbol.dispose](): void {
    this.disposals++;
  }
}

// Services are named by one letter, as in error messages `A(A1) -> B(B1) -> A`; X and Y are registered under themselves.
export const A: ServiceToken<Parts> = serviceToken('A');
export const B: ServiceToken<Parts> = serviceToken('B');
export const C: ServiceToken<Parts> = serviceToken('C');
export class A1 extends Parts {}
export class A2 extends Parts {}
export class B1 extends Parts {}
export class C1 extends Parts {}
export class X extends Parts {}
export class Y extends Parts {}

/** For instances that are told from each other by their value. */
export const N: ServiceToken<number> = serviceToken('N');

export const lifetimes = ['addSingleton', 'addScoped', 'addTransient'] as const;

/** A provider of what `register` adds, that checks scopes. */
export function provideChecked(register: (services: ServiceCollection) => ServiceCollection, validateOnBuild = false): ServiceProvider {
  return new ServiceProvider(register(new ServiceCollection()), { validateScopes: true, validateOnBuild });
}

/** The services of these tokens, one after the other. */
export function ask<T>(services: IServiceProvider, ...tokens: ServiceToken<T>[]): T[] {
  return tokens.map(token => services.getRequiredService(token));
}

/** What every request to something that was disposed throws. */
export const disposed = { name: 'ObjectDisposedError', code: 'ERR_OBJECT_DISPOSED', objectName: 'IServiceProvider' };

/** What the constructor of X received. */
export function partsOfX(services: IServiceProvider): readonly unknown[] {
  return services.getRequiredService(X).parts;
}

/** The provider that X was given as its first part. */
export function providerOfX(services: IServiceProvider): IServiceProvider {
  return partsOfX(services)[0] as IServiceProvider;
}

/** How many different objects there are. */
export function countDifferent(items: Iterable<unknown>): number {
  return new Set(items).size;
}

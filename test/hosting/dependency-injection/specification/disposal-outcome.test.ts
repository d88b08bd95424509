import { IServiceProvider } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { disposablesIn, provide, thrownBy } from '../provide.js';
import { A, A1, ask, B, B1, C, disposed, Parts, providerOfX, X, Y } from './services.js';

expectNoLeaks();

/** What a disposal fails with, synchronous or not. */
const modes = {
  sync: async (target: Disposable) => void target[Symbol.dispose](),
  async: async (target: AsyncDisposable) => target[Symbol.asyncDispose](),
} as const;
const failureOf = (disposal: Promise<void>): Promise<unknown> =>
  disposal.then(
    () => undefined,
    (error: unknown) => error,
  );
const bothModes = ['sync', 'async'] as const;

let trace: string[];
beforeEach(() => void (trace = []));
/** Writes down its disposal with its name. */
const noting = (name: string) => new (disposablesIn(trace).sync(name))() as Parts;
const failing = (name: string): Parts =>
  Object.assign(new Parts(), {
    [Symbol.dispose](): void {
      trace.push(name);
      throw new Error(`${name} failed`);
    },
  });

describe('the modes of disposal', () => {
  const both = () => Object.assign(noting('sync form'), { [Symbol.asyncDispose]: async () => void trace.push('async form') });
  const asyncOnly = (name: string) => new (disposablesIn(trace).async(name))() as unknown as Parts;

  it('are asynchronous where an object can, else synchronous, one strictly after the other', async () => {
    const provider = provide(services =>
      services
        .addSingleton(A, () => asyncOnly('a'))
        .addSingleton(B, () => noting('b'))
        .addSingleton(C, () => asyncOnly('c'))
        .addSingleton(Y, both),
    );
    ask(provider, A, B, C, Y);
    await modes.async(provider);
    expect(trace).toEqual(['async form', 'c begins', 'c ends', 'b', 'a begins', 'a ends']);
  });

  it('fail synchronously for what can be disposed asynchronously only, while the others are disposed', async () => {
    class OnlyAsync {
      async [Symbol.asyncDispose](): Promise<void> {
        trace.push('async');
      }
    }
    const provider = provide(services =>
      services
        .addSingleton(A, () => noting('a'))
        .addSingleton(OnlyAsync)
        .addSingleton(Y, both),
    );
    ask<unknown>(provider, A, OnlyAsync, Y);
    expect(await failureOf(modes.sync(provider))).toMatchObject({
      name: 'InvalidOperationError',
      message: expect.stringMatching(/^'OnlyAsync' type only implements AsyncDisposable\./),
    });
    expect(trace).toEqual(['sync form', 'a']);
  });

  describe.each(bothModes)('go on to the end past failures (%s)', mode => {
    const open = (names: readonly string[]) => {
      const [a, b, c] = ['a', 'b', 'c'].map(name => () => (names.includes(name) ? failing(name) : noting(name))) as [() => Parts, () => Parts, () => Parts];
      const provider = provide(services => services.addSingleton(A, a).addScoped(B, b).addTransient(C, c));
      ask(provider, A, B, C);
      return provider;
    };

    it('and throw a single error as it is', async () => {
      expect(await failureOf(modes[mode](open(['b'])))).toEqual(new Error('b failed'));
      expect(trace).toEqual(['c', 'b', 'a']);
    });

    it('and throw several in order of occurrence', async () => {
      expect(await failureOf(modes[mode](open(['a', 'c'])))).toMatchObject({ name: 'AggregateError', errors: [new Error('c failed'), new Error('a failed')] });
      expect(trace).toEqual(['c', 'b', 'a']);
    });

    it.each(bothModes)('and do nothing the second time (%s)', async second => {
      const provider = open(['b']);
      await failureOf(modes[mode](provider));
      expect(await failureOf(modes[second](provider))).toBeUndefined();
      expect(trace).toEqual(['c', 'b', 'a']);
    });
  });
});

describe('after disposal', () => {
  const requests: [string, (services: IServiceProvider) => unknown][] = [
    ['a service', services => services.getService(A)],
    ['a list', services => services.getServices(A)],
    ['a service with a key', services => services.getKeyedService(A, 'k')],
    ['an instance', services => services.createInstance(X)],
    ['a scope', services => services.createScope()],
  ];
  const open = () => provide(services => services.addSingleton(A, A1).addScoped(B, B1).addTransient(X, [IServiceProvider]));

  it.each(requests)('of a scope, asking it for %s is an error, and the others go on', (_what, request) => {
    const provider = open();
    const [scope, other] = [provider.createScope(), provider.createScope()];
    scope[Symbol.dispose]();
    expect(thrownBy(() => request(scope.services))).toMatchObject(disposed);
    for (const services of [provider, other.services]) expect(() => request(services)).not.toThrow();
  });

  it.each(requests)('of the root, asking it or any scope for %s is an error', (_what, request) => {
    const provider = open();
    const scope = provider.createScope();
    provider[Symbol.dispose]();
    for (const services of [provider, scope.services]) expect(thrownBy(() => request(services))).toMatchObject(disposed);
  });

  it('of the root, an open scope can still be disposed', () => {
    const provider = open();
    const scope = provider.createScope();
    const b = scope.services.getRequiredService(B);
    provider[Symbol.dispose]();
    expect(b.disposals).toBe(0);
    scope[Symbol.dispose]();
    expect(b.disposals).toBe(1);
  });

  it.each(bothModes)('of the injected provider of the root, the container is disposed (%s)', async mode => {
    const provider = open();
    const [a] = ask(provider, A) as [Parts];
    await modes[mode](providerOfX(provider) as unknown as Disposable & AsyncDisposable);
    expect(a.disposals).toBe(1);
    expect(thrownBy(() => provider.getService(A))).toMatchObject(disposed);
  });
});

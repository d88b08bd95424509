import { all, IServiceProvider, type ServiceCollection, type ServiceToken } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { disposablesIn, provide, thrownBy } from '../provide.js';
import { A, A1, ask, B, B1, C, C1, disposed, Parts, X } from './services.js';

expectNoLeaks();

const disposalsOf = (objects: readonly Parts[]): number[] => objects.map(({ disposals }) => disposals);

let trace: string[];
beforeEach(() => void (trace = []));
/** Writes down its disposal with its name. */
const noting = (name: string) => new (disposablesIn(trace).sync(name))() as Parts;

describe('disposal', () => {
  it('31 DisposingScopeDisposesService: a scope disposes what was made in it, the container the rest', () => {
    const provider = provide(services => services.addSingleton(A, A1).addScoped(B, B1).addTransient(C, C1));
    const rootTransient = ask(provider, C);
    const scope = provider.createScope();
    const [scoped, first, second, singleton] = ask(scope.services, B, C, C, A) as [Parts, Parts, Parts, Parts];
    scope[Symbol.dispose]();
    expect(disposalsOf([scoped, first, second, singleton, ...rootTransient])).toEqual([1, 1, 1, 0, 0]);
    provider[Symbol.dispose]();
    expect(disposalsOf([scoped, first, second, singleton, ...rootTransient])).toEqual([1, 1, 1, 1, 1]);
  });

  it('32 DisposesInReverseOrderOfCreation: what needs another is disposed before that', () => {
    const order: Parts[] = [];
    class Noting extends Parts {
      override [Symbol.dispose](): void {
        order.push(this);
      }
    }
    const provider = provide(services =>
      services
        .addSingleton(C, C1)
        .addTransient(X, Noting, [A, all(B), C])
        .addSingleton(B, Noting, [C])
        .addScoped(B, Noting, [C])
        .addTransient(B, Noting, [C])
        .addSingleton(A, Noting, [C]),
    );
    provider.getService(C);
    const outer = provider.getRequiredService(X);
    const [a, list] = outer.parts as [Parts, Parts[]];
    provider[Symbol.dispose]();
    expect(order.map(object => [outer, list[2], list[1], list[0], a].indexOf(object))).toEqual([0, 1, 2, 3, 4]);
  });

  it('33 SafelyDisposeNestedProviderReferences: disposing the container from inside a disposal is harmless', () => {
    class Nested extends Parts {
      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        const [services] = this.parts as [Disposable];
        services[Symbol.dispose]();
      }
    }
    const nested = provide(services => services.addTransient(X, Nested, [IServiceProvider])).getRequiredService(X);
    nested[Symbol.dispose]();
    expect(nested.disposals).toBe(2);
  });

  it('never reaches an instance, nor what createInstance made', () => {
    const instance = new A1();
    const provider = provide(services => services.addSingleton(A, instance).addTransient(B, B1));
    const scope = provider.createScope();
    const created = scope.services.createInstance(X, [], [A, B]);
    scope[Symbol.dispose]();
    provider[Symbol.dispose]();
    expect([instance.disposals, created.disposals, (created.parts[1] as Parts).disposals]).toEqual([0, 0, 1]);
  });

  it.each<[string, (services: ServiceCollection, make: () => Parts) => unknown, number[]]>([
    ['of a singleton with the container', (services, make) => services.addSingleton(A, make), [0, 1]],
    ['of a scoped service with the scope', (services, make) => services.addScoped(A, make), [1, 1]],
    ['of a transient with the scope', (services, make) => services.addTransient(A, make), [1, 1]],
    [
      'of a keyed service with its owner',
      (services, make) => services.addSingleton(A, p => p.getRequiredKeyedService(B, 1)).addKeyedScoped(B, 1, make),
      [0, 1],
    ],
    ['with a list of dependencies with its owner', (services, make) => services.addScoped(A, make, []), [1, 1]],
  ])('reaches what a factory made: that %s', (_what, register, expected) => {
    const provider = provide(services => register(services, () => new A1()));
    const scope = provider.createScope();
    const a = scope.services.getRequiredService(A);
    const found = [scope, provider].map(owner => (owner[Symbol.dispose](), a.disposals));
    expect(found).toEqual(expected);
  });

  const making =
    (name: string) =>
    (..._parts: unknown[]) =>
      noting(name);

  it('runs in the reverse order in which things were made, whatever the order of registration', () => {
    const provider = provide(services => services.addSingleton(A, making('a'), []).addTransient(B, making('b'), [A]).addScoped(C, making('c'), [B, A]));
    ask(provider, C, B);
    provider[Symbol.dispose]();
    expect(trace).toEqual(['b', 'c', 'b', 'a']);
  });

  it('makes nothing that was never asked for', () => {
    const factory = jest.fn(() => new A1());
    provide(services => services.addSingleton(A, factory))[Symbol.dispose]();
    expect(factory).not.toHaveBeenCalled();
  });

  it('of transients of the root waits for the container', () => {
    const provider = provide(services => services.addTransient(A, A1));
    const made = [...ask(provider, A, A), ...provider.getServices(A)];
    provider.createScope()[Symbol.dispose]();
    expect(disposalsOf(made)).toEqual([0, 0, 0]);
    provider[Symbol.dispose]();
    expect(disposalsOf(made)).toEqual([1, 1, 1]);
  });
});

describe('an object that is handed out several times', () => {
  it('is disposed once, at the place of its first capture', () => {
    const shared = noting('shared');
    const provider = provide(services =>
      services
        .addSingleton(A, () => shared)
        .addTransient(B, () => shared)
        .addTransient(C, () => noting('between')),
    );
    ask(provider, A, C, B, B);
    provider[Symbol.dispose]();
    expect(trace).toEqual(['between', 'shared']);
  });

  it('is disposed by each scope that captured it', () => {
    const shared = new A1();
    const provider = provide(services => services.addTransient(A, () => shared));
    const scopes = [provider.createScope(), provider.createScope()];
    for (const { services } of scopes) ask(services, A, A);
    for (const scope of scopes) scope[Symbol.dispose]();
    expect(shared.disposals).toBe(2);
  });

  it('is disposed although it is the instance of a registration, when a factory hands it out', () => {
    const instance = new A1();
    const provider = provide(services => services.addSingleton(A, instance).addTransient(B, p => p.getRequiredService(A)));
    ask(provider, A, B);
    provider[Symbol.dispose]();
    expect(instance.disposals).toBe(1);
  });
});

describe('an object that disposes its container while it is made', () => {
  const modes = ['dispose', 'asyncDispose'] as const;

  it.each([
    ['the container', modes[0]],
    ['the container', modes[1]],
    ['the scope', modes[0]],
    ['the scope', modes[1]],
  ] as const)('is disposed with what was made before, and the request fails: %s, by %s', async (owner, mode) => {
    class Ending extends Parts {
      constructor(services: Disposable & AsyncDisposable) {
        super();
        made.push(this);
        if (mode === 'dispose') services[Symbol.dispose]();
        else pending.push(services[Symbol.asyncDispose]());
      }
    }
    const pending: PromiseLike<void>[] = [];
    const made: Parts[] = [];
    const provider = provide(services => services.addTransient(A, A1).addTransient(Ending, [IServiceProvider as ServiceToken<any>]));
    const services = owner === 'the container' ? provider : provider.createScope().services;
    made.push(...ask(services, A));
    expect(thrownBy(() => services.getService(Ending))).toMatchObject(disposed);
    await Promise.all(pending);
    expect(disposalsOf(made)).toEqual([1, 1]);
  });
});

import { all, IServiceProvider, IServiceScopeFactory, type ServiceToken, serviceToken } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide } from '../provide.js';
import { A, A1, A2, B, C, C1, countDifferent, partsOfX, type Parts, providerOfX, X } from './services.js';

expectNoLeaks();

describe('resolution', () => {
  it('1 ServicesRegisteredWithImplementationTypeCanBeResolved: a class answers for its service', () => {
    expect(provide(services => services.addTransient(A, A1)).getService(A)).toBeInstanceOf(A1);
  });

  it('2 ServicesRegisteredWithImplementationType_ReturnDifferentInstancesPerResolution_ForTransientServices: a transient is made for each request', () => {
    const provider = provide(services => services.addTransient(A, A1));
    const [first, second] = [provider.getService(A), provider.getService(A)];
    expect([first, second]).toEqual([expect.any(A1), expect.any(A1)]);
    expect(first).not.toBe(second);
  });

  it('3 ServicesRegisteredWithImplementationType_ReturnSameInstancesPerResolution_ForSingletons: a singleton is made once', () => {
    const provider = provide(services => services.addSingleton(A, A1));
    expect(provider.getService(A)).toBeInstanceOf(A1);
    expect(provider.getService(A)).toBe(provider.getService(A));
  });

  it('4 ServiceInstanceCanBeResolved: an instance is given as it is', () => {
    const a = new A1();
    expect(provide(services => services.addSingleton(A, a)).getService(A)).toBe(a);
  });

  it('5 TransientServiceCanBeResolvedFromProvider: the root gives another transient each time', () => {
    const provider = provide(services => services.addTransient(A, A1));
    expect(countDifferent([undefined, provider.getService(A), provider.getService(A)])).toBe(3);
  });

  it('6 TransientServiceCanBeResolvedFromScope: so does a scope', () => {
    const provider = provide(services => services.addTransient(A, A1));
    const { services } = provider.createScope();
    expect(countDifferent([provider.getService(A), services.getService(A), services.getService(A)])).toBe(3);
  });

  it('9 SingletonServiceCanBeResolved: the root gives the same singleton each time', () => {
    const provider = provide(services => services.addSingleton(A, A1));
    const a = provider.getService(A);
    expect(a).toBeDefined();
    expect(provider.getService(A)).toBe(a);
  });

  it('14 AttemptingToResolveNonexistentServiceReturnsNull: nothing is given for what is not registered', () => {
    expect(provide(() => undefined).getService(A)).toBeUndefined();
  });

  it('15 OuterServiceCanHaveOtherServicesInjected: a constructor receives services and lists', () => {
    const a = new A1();
    const provider = provide(services =>
      services
        .addTransient(X, [A, all(B)])
        .addSingleton(A, a)
        .addTransient(B, A1)
        .addTransient(B, A2),
    );
    const [given, list] = partsOfX(provider);
    expect(given).toBe(a);
    expect(list).toEqual([expect.any(A1), expect.any(A2)]);
  });

  it('16 LastServiceReplacesPreviousServices: the last registration answers', () => {
    expect(provide(services => services.addTransient(A, A1).addTransient(A, A2)).getService(A)).toBeInstanceOf(A2);
  });

  class Made {
    constructor(
      readonly a: Parts | undefined,
      readonly value = 0,
    ) {}
  }
  const Factory: ServiceToken<Made> = serviceToken('Factory');
  const Scoped: ServiceToken<Made> = serviceToken('Scoped');

  it('17 FactoryServicesCanBeCreatedByGetService: a factory receives a provider that has the other services', () => {
    const provider = provide(services => services.addTransient(A, A1).addTransient(Factory, p => new Made(p.getRequiredService(A), 42)));
    expect(provider.getService(Factory)).toEqual({ a: expect.any(A1), value: 42 });
  });

  it('18 FactoryServicesAreCreatedAsPartOfCreatingObjectGraph: factories make dependencies, each with its lifetime', () => {
    const provider = provide(services =>
      services
        .addTransient(A, A1)
        .addTransient(Factory, p => new Made(p.getRequiredService(A), 42))
        .addScoped(Scoped, p => new Made(p.getService(A)))
        .addTransient(X, [Scoped, Factory]),
    );
    const [[scoped, made], [otherScoped, otherMade]] = [partsOfX(provider), partsOfX(provider)];
    expect([scoped, made, otherMade]).toEqual([
      { a: expect.any(A1), value: 0 },
      { a: expect.any(A1), value: 42 },
      { a: expect.any(A1), value: 42 },
    ]);
    expect(made).not.toBe(otherMade);
    expect(scoped).toBe(otherScoped);
  });
});

describe('scopes', () => {
  it.each(['addScoped', 'addTransient'] as const)(
    '7 NonSingletonService_WithInjectedProvider_ResolvesScopeProvider: what is made in a scope receives its provider (%s)',
    method => {
      const provider = provide(services => services.addScoped(A, A1)[method](X, [IServiceProvider]));
      const found = [provider.createScope(), provider.createScope()].map(({ services }) => {
        const asked = [providerOfX(services).getRequiredService(A), providerOfX(services).getRequiredService(A)];
        expect(asked[0]).toBe(services.getService(A));
        expect(asked[1]).toBe(asked[0]);
        return asked[0];
      });
      expect(found[0]).not.toBe(found[1]);
    },
  );

  it("8 SingletonServiceCanBeResolvedFromScope: a singleton receives the root's provider, whoever asks for it", () => {
    const provider = provide(services => services.addSingleton(X, [IServiceProvider]));
    const [first, second] = [provider.createScope().services, provider.createScope().services];
    expect(providerOfX(first)).toBe(providerOfX(second));
    expect([first, second]).not.toContain(providerOfX(first));
    expect(providerOfX(first)).toBe(provider.getService(IServiceProvider));
  });

  it('10 ScopedServiceCanBeResolved: a scope has its own scoped service, and the root one', () => {
    const provider = provide(services => services.addScoped(A, A1));
    const { services } = provider.createScope();
    expect(services.getService(A)).toBe(services.getService(A));
    expect(services.getService(A)).not.toBe(provider.getService(A));
  });

  it('11 NestedScopedServiceCanBeResolved: a scope of a scope has its own, too', () => {
    const outer = provide(services => services.addScoped(A, A1)).createScope();
    const inner = outer.services.createScope();
    expect(countDifferent([undefined, outer.services.getService(A), inner.services.getService(A)])).toBe(3);
  });

  it('12 NestedScopedServiceCanBeResolvedWithNoFallbackProvider: whichever of them is asked first', () => {
    const outer = provide(services => services.addScoped(A, A1)).createScope();
    const inner = outer.services.createScope();
    const first = inner.services.getService(A);
    expect(outer.services.getService(A)).not.toBe(first);
    expect(inner.services.getService(A)).toBe(first);
  });

  it('13 SingletonServicesComeFromRootProvider: a singleton is shared by scopes and outlives them', () => {
    const provider = provide(services => services.addSingleton(A, A1));
    const found = [1, 2].map(() => {
      const scope = provider.createScope();
      const a = scope.services.getRequiredService(A);
      scope[Symbol.dispose]();
      return a;
    });
    expect(found[0]).toBe(found[1]);
    expect(found[0]!.disposals).toBe(0);
  });

  it('19 SelfResolveThenDispose: the provider gives itself, and does not dispose itself twice', () => {
    const provider = provide(() => undefined);
    expect(provider.getService(IServiceProvider)).toBeDefined();
    expect(() => provider[Symbol.dispose]()).not.toThrow();
  });

  it('20 ServiceProviderIsDisposable: in both ways', () => {
    expect(provide(() => undefined)).toMatchObject({ [Symbol.dispose]: expect.any(Function), [Symbol.asyncDispose]: expect.any(Function) });
  });

  it('21 ServiceProviderRegistersServiceScopeFactory: scopes can be opened by what is injected', () => {
    const factory = provide(services => services.addScoped(A, A1)).getRequiredService(IServiceScopeFactory);
    expect(factory.createScope().services.getService(A)).toBeInstanceOf(A1);
  });

  it('22 ServiceScopeFactoryIsSingleton: it is one object, the same from everywhere', () => {
    const provider = provide(() => undefined);
    const asked = [provider, provider, provider.createScope().services].map(services => services.getRequiredService(IServiceScopeFactory));
    expect(countDifferent(asked)).toBe(1);
  });

  it('23 ScopedServices_FromCachedScopeFactory_CanBeResolvedAndDisposed: each scope disposes its own, in any depth', () => {
    const factory = provide(services => services.addScoped(A, A1)).getRequiredService(IServiceScopeFactory);
    for (let time = 0; time < 3; time++) {
      const outer = factory.createScope();
      const inner = outer.services.getRequiredService(IServiceScopeFactory).createScope();
      const [outers, inners] = [outer.services.getRequiredService(A), inner.services.getRequiredService(A)];
      expect(outers).not.toBe(inners);
      inner[Symbol.dispose]();
      expect([outers.disposals, inners.disposals]).toEqual([0, 1]);
      outer[Symbol.dispose]();
      expect([outers.disposals, inners.disposals]).toEqual([1, 1]);
    }
  });

  it('24 ScopesAreFlatNotHierarchical: a scope outlives the one that it was opened from', () => {
    const outer = provide(services => services.addSingleton(A, A1).addScoped(C, C1)).createScope();
    const inner = outer.services.createScope();
    outer[Symbol.dispose]();
    expect(inner.services.getService(A)).toBeInstanceOf(A1);
    expect(inner.services.getService(C)).toBeInstanceOf(C1);
  });
});

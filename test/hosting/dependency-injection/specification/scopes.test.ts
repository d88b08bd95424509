import {
  all,
  fromKeyed,
  IServiceProvider,
  IServiceProviderIsService,
  IServiceScopeFactory,
  optional,
  type ServiceCollection,
  type ServiceToken,
  type ServiceValidationError,
} from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, B, B1, C, C1, disposed, type Parts, partsOfX, provideChecked, providerOfX, X, Y } from './services.js';

expectNoLeaks();

const scopedFromRoot = (service: string, scoped?: string) => ({ code: 'ERR_SCOPED_FROM_ROOT', service, scoped });
const captive = (scoped: string, singleton: string) => ({ code: 'ERR_CAPTIVE_DEPENDENCY', scoped, singleton });

describe('what a singleton needs', () => {
  it('is made in the root, whichever scope asks for the singleton, and lives as long', () => {
    const provider = provide(services => services.addSingleton(X, [A, B, IServiceProvider]).addTransient(A, A1, [IServiceProvider]).addScoped(B, B1));
    const scope = provider.createScope();
    const [transient, scoped, injected] = partsOfX(scope.services) as [Parts, Parts, IServiceProvider];
    expect(injected).toBe(provider.getService(IServiceProvider));
    expect(transient.parts[0]).toBe(injected);
    expect(scoped).toBe(provider.getService(B));
    scope[Symbol.dispose]();
    expect([transient.disposals, scoped.disposals]).toEqual([0, 0]);
    provider[Symbol.dispose]();
    expect([transient.disposals, scoped.disposals]).toEqual([1, 1]);
  });

  it('is asked for by its factory in the root', () => {
    const provider = provide(services => services.addSingleton(X, p => new X(p, p.getService(A))).addScoped(A, A1));
    const { services } = provider.createScope();
    const [asked, a] = partsOfX(services);
    expect(asked).toBe(provider.getService(IServiceProvider));
    expect(a).toBe(provider.getService(A));
    expect(a).not.toBe(services.getService(A));
  });
});

describe('a scoped service, where scopes are not checked', () => {
  it('is one object of the root, however it is asked for there', () => {
    const provider = provide(services => services.addScoped(A, A1).addTransient(X, [A, all(A)]));
    const a = provider.getService(A);
    const found = [provider.getService(A), ...provider.getServices(A), ...partsOfX(provider).flat()];
    expect(found.map(one => one === a)).toEqual([true, true, true, true]);
  });
});

describe('the check of scopes', () => {
  it.each<[string, (services: ServiceCollection) => ServiceCollection, ReturnType<typeof captive>]>([
    ['directly', services => services.addSingleton(X, [A]).addScoped(A, A1), captive('A', 'X')],
    ['through a transient', services => services.addSingleton(X, [B]).addTransient(B, B1, [A]).addScoped(A, A1), captive('A', 'X')],
    [
      'through a list',
      services =>
        services
          .addSingleton(X, [all(A)])
          .addTransient(A, A2)
          .addScoped(A, A1),
      captive('A', 'X'),
    ],
    ['through another singleton, which is named', services => services.addSingleton(X, [B]).addSingleton(B, B1, [A]).addScoped(A, A1), captive('A', 'B')],
    ['through an alias', services => services.addSingleton(X, [B]).addAlias(B, A).addScoped(A, A1), captive('A', 'X')],
    ['where another scoped one leads to it', services => services.addSingleton(X, [A]).addScoped(A, A1, [B]).addScoped(B, B1), captive('B', 'X')],
    ['where it may stay undefined', services => services.addSingleton(X, [optional(A)]).addScoped(A, A1), captive('A', 'X')],
  ])('finds a scoped service below a singleton, each time: %s', (_how, register, expected) => {
    const provider = provideChecked(register);
    for (const services of [provider, provider.createScope().services, provider]) expect(thrownBy(() => services.getService(X))).toMatchObject(expected);
  });

  it.each<[string, (services: ServiceCollection) => ServiceCollection, ReturnType<typeof scopedFromRoot>]>([
    ['the service itself', services => services.addScoped(X), scopedFromRoot('X')],
    ['what it needs', services => services.addTransient(X, [A]).addScoped(A, A1), scopedFromRoot('X', 'A')],
    ['the first of several', services => services.addTransient(X, [B, C]).addTransient(B, B1, [A]).addScoped(A, A1).addScoped(C, C1), scopedFromRoot('X', 'A')],
    [
      'an item of a list',
      services =>
        services
          .addTransient(X, [all(A)])
          .addTransient(A, A2)
          .addScoped(A, A1),
      scopedFromRoot('X', 'A'),
    ],
    ['the service itself, although it needs another', services => services.addScoped(X, [A]).addScoped(A, A1), scopedFromRoot('X')],
  ])('finds a scoped service in what the root is asked for, each time, but not a scope: %s', (_what, register, expected) => {
    const provider = provideChecked(register);
    const { services } = provider.createScope();
    for (let time = 0; time < 2; time++) {
      expect(thrownBy(() => provider.getService(X))).toMatchObject(expected);
      expect(services.getService(X)).toBeInstanceOf(X);
    }
  });

  it.each<[string, (services: ServiceCollection) => ServiceCollection, ReturnType<typeof scopedFromRoot>]>([
    ['the list itself where it is kept by the scope', services => services.addScoped(A, A1), scopedFromRoot('A[]')],
    ['the scoped item where another is transient', services => services.addScoped(A, A1).addTransient(A, A2), scopedFromRoot('A[]', 'A')],
    ['what an item needs', services => services.addTransient(A, A1, [C]).addScoped(C, C1), scopedFromRoot('A[]', 'C')],
  ])('names for a list from the root %s', (_what, register, expected) => {
    const provider = provideChecked(register);
    expect(thrownBy(() => provider.getServices(A))).toMatchObject(expected);
    expect(provider.createScope().services.getServices(A)).not.toHaveLength(0);
  });

  it('does not look into factories, instances and providers', () => {
    const provider = provideChecked(services =>
      services
        .addSingleton(X, [A, B, IServiceProvider, IServiceScopeFactory])
        .addSingleton(A, () => new A1())
        .addSingleton(B, new B1())
        .addScoped(C, C1),
    );
    expect(partsOfX(provider)).toHaveLength(4);
    expect(thrownBy(() => providerOfX(provideChecked(services => services.addSingleton(X, [IServiceProvider]).addScoped(C, C1))).getService(C))).toMatchObject(
      scopedFromRoot('C'),
    );
  });

  it('takes what the factory of a singleton asks for, for a request from the root', () => {
    const provider = provideChecked(services =>
      services
        .addSingleton(A, p => new A1(p.getService(C)))
        .addScoped(C, C1)
        .addTransient(B, p => new B1(p.getService(C))),
    );
    const { services } = provider.createScope();
    expect(thrownBy(() => services.getService(A))).toMatchObject(scopedFromRoot('C'));
    expect(services.getRequiredService(B).parts[0]).toBe(services.getService(C));
  });

  describe('names the service between a singleton and a scoped one, where that was checked before', () => {
    const register = (services: ServiceCollection) => services.addTransient(B, B1, [A]).addSingleton(X, [B]).addScoped(A, A1);

    it('by a request', () => {
      const provider = provideChecked(register);
      provider.createScope().services.getService(B);
      expect(thrownBy(() => provider.getService(X))).toMatchObject(captive('B', 'X'));
    });

    it('when the provider was built', () => {
      const error = thrownBy(() => provideChecked(register, true)) as ServiceValidationError;
      expect(error.errors.map(({ cause }) => cause)).toMatchObject([captive('B', 'X')]);
    });
  });

  it.each(['before', 'after'])('is not confused by an instance of the same service, registered %s the scoped one', order => {
    const provider = provideChecked(services => {
      if (order === 'before') services.addSingleton(A, new A2());
      services.addScoped(A, A1);
      if (order === 'after') services.addSingleton(A, new A2());
      return services.addSingleton(X, [all(A)]);
    });
    expect(provider.createScope().services.getServices(A)).toHaveLength(2);
    expect(thrownBy(() => provider.getServices(A))).toMatchObject(scopedFromRoot('A[]'));
    expect(thrownBy(() => provider.getService(X))).toMatchObject({ code: 'ERR_CAPTIVE_DEPENDENCY', singleton: 'X' });
  });

  it.each([
    ['first', [X, A]],
    ['last', [A, X]],
  ] as [string, ServiceToken<Parts>[]][])('is not confused by a missing optional parameter with a key, checked %s', (_order, tokens) => {
    const provider = provideChecked(services => services.addSingleton(X, [optional(fromKeyed('k', A))]).addScoped(A, A1));
    const found = tokens.map(token => {
      if (token === X) return partsOfX(provider);
      return thrownBy(() => provider.getService(token));
    });
    expect(found[tokens.indexOf(X)]).toEqual([undefined]);
    expect(found[tokens.indexOf(A)]).toMatchObject(scopedFromRoot('A'));
  });
});

describe('validation when the provider is built', () => {
  const errorsOf = (register: (services: ServiceCollection) => ServiceCollection) => {
    const { errors } = thrownBy(() => provideChecked(register, true)) as ServiceValidationError;
    return errors.map(({ descriptor, cause }) => [descriptor.toString().replace(/^.*: /, ''), (cause as Error & { code: string }).code]);
  };

  it('reports every registration that cannot work, in order, overridden ones as well', () => {
    expect(
      errorsOf(services => services.addSingleton(A, A1, [B]).addSingleton(A, A2).addTransient(Y, [A, C]).addSingleton(X, [Y]).addScoped(C, C1, [C])),
    ).toEqual([
      ['A1', 'ERR_SERVICE_NOT_REGISTERED'],
      ['Y', 'ERR_CIRCULAR_DEPENDENCY'],
      ['X', 'ERR_CIRCULAR_DEPENDENCY'],
      ['C1', 'ERR_CIRCULAR_DEPENDENCY'],
    ]);
  });

  it('reports scoped services in singletons, but not those that would be asked for from the root', () => {
    expect(errorsOf(services => services.addScoped(A, A1).addTransient(Y, [A]).addSingleton(X, [A]))).toEqual([['X', 'ERR_CAPTIVE_DEPENDENCY']]);
    expect(() => provideChecked(services => services.addScoped(A, A1).addTransient(Y, [A]), true)).not.toThrow();
  });

  it('has nothing to say of factories and instances', () => {
    const register = (services: ServiceCollection) => services.addSingleton(A, p => new A1(p.getRequiredService(B))).addSingleton(X, new X());
    expect(() => provideChecked(register, true)).not.toThrow();
  });

  it('is left out unless it is asked for', () => {
    expect(() => provideChecked(services => services.addSingleton(A, A1, [B]).addSingleton(X, [C]).addScoped(C, C1))).not.toThrow();
  });
});

describe('isService', () => {
  it('goes on in a scope that was disposed', () => {
    const scope = provide(services => services.addTransient(A, A1)).createScope();
    const injected = scope.services.getRequiredService(IServiceProviderIsService);
    scope[Symbol.dispose]();
    expect([injected.isService(A), scope.services.isService(A), injected.isService(B)]).toEqual([true, true, false]);
  });

  it('cannot be resolved any more when the root was disposed', () => {
    const provider = provide(services => services.addTransient(A, A1));
    provider[Symbol.dispose]();
    expect(thrownBy(() => provider.getService(IServiceProviderIsService))).toMatchObject(disposed);
  });
});

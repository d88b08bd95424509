import { anyKey, IServiceProvider, serviceKey } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, countDifferent, providerOfX, X } from './services.js';

expectNoLeaks();

const anyKeySingle = { name: 'ServiceResolutionError', code: 'ERR_SERVICE_KEY' };
const keyOf = (services: IServiceProvider, key: unknown): unknown => services.getRequiredKeyedService(A, key).parts[0];

describe('a singleton with a key', () => {
  it('81 ResolveKeyedServiceSingletonInstance: is the instance', () => {
    const a = new A1();
    const provider = provide(services => services.addKeyedSingleton(A, 'k', a));
    expect(provider.getService(A)).toBeUndefined();
    expect(provider.getKeyedService(A, 'k')).toBe(a);
  });

  it('82 ResolveKeyedServiceSingletonInstanceWithKeyInjection: is told its key', () => {
    const provider = provide(services => services.addKeyedSingleton(A, 'k', A1, [serviceKey()]));
    expect(provider.getService(A)).toBeUndefined();
    expect(keyOf(provider, 'k')).toBe('k');
  });

  it('83 ResolveKeyedServiceSingletonInstanceWithAnyKey: registered for any key, is told the one that was asked for', () => {
    const provider = provide(services => services.addKeyedSingleton(A, anyKey, A1, [serviceKey()]));
    expect(provider.getService(A)).toBeUndefined();
    expect([keyOf(provider, 'x'), keyOf(provider, 'y')]).toEqual(['x', 'y']);
  });

  it('85 ResolveKeyedServiceSingletonFactory: is what the factory returns', () => {
    const a = new A1();
    const provider = provide(services => services.addKeyedSingleton(A, 'k', () => a));
    expect(provider.getService(A)).toBeUndefined();
    expect(provider.getKeyedService(A, 'k')).toBe(a);
  });

  it('86 ResolveKeyedServiceSingletonFactoryWithAnyKey: is made once for each key that is asked for', () => {
    const provider = provide(services => services.addKeyedSingleton(A, anyKey, (_p, key) => new A1(key)));
    expect(provider.getService(A)).toBeUndefined();
    for (const key of ['first', 2, {}]) {
      expect(provider.getKeyedService(A, key)).toBe(provider.getKeyedService(A, key));
      expect(keyOf(provider, key)).toBe(key);
    }
  });

  it('87 ResolveKeyedServiceSingletonFactoryWithAnyKeyIgnoreWrongType: takes only keys of the type that its parameter declares', () => {
    const provider = provide(services => services.addKeyedTransient(A, anyKey, A1, [serviceKey(Number)]));
    expect(provider.getService(A)).toBeUndefined();
    expect(keyOf(provider, 87)).toBe(87);
    expect(thrownBy(() => provider.getKeyedService(A, {}))).toMatchObject({ code: 'ERR_SERVICE_KEY', service: 'A' });
  });

  it('88 ResolveKeyedServiceSingletonType: is of the class', () => {
    const provider = provide(services => services.addKeyedSingleton(A, 'k', A1));
    expect(provider.getService(A)).toBeUndefined();
    expect(provider.getKeyedService(A, 'k')).toBeInstanceOf(A1);
  });
});

describe('a transient with a key', () => {
  it('89 ResolveKeyedServiceTransientFactory: is made by the factory each time, for the key', () => {
    const provider = provide(services => services.addKeyedTransient(A, 'k', (_p, key) => new A1(key)));
    expect(provider.getService(A)).toBeUndefined();
    expect(provider.getKeyedService(A, 'k')).not.toBe(provider.getKeyedService(A, 'k'));
    expect([keyOf(provider, 'k'), keyOf(provider, 'k')]).toEqual(['k', 'k']);
  });

  it.each([
    ['90 ResolveKeyedServiceTransientType: is another object each time', 'k'],
    ['91 ResolveKeyedServiceTransientTypeWithAnyKey: is another object each time, registered for any key', anyKey],
  ])('%s', (_title, key) => {
    const provider = provide(services => services.addKeyedTransient(A, key, A1));
    expect(countDifferent([undefined, provider.getKeyedService(A, 'k'), provider.getKeyedService(A, 'k')])).toBe(3);
  });
});

describe('a request with a key', () => {
  it.each([
    ['92 ResolveKeyedSingletonFromInjectedServiceProvider: gives a singleton through an injected provider', 'addKeyedSingleton', true],
    ['93 ResolveKeyedTransientFromInjectedServiceProvider: gives a transient through an injected provider', 'addKeyedTransient', false],
  ] as const)('%s', (_title, method, isSame) => {
    const injected = providerOfX(provide(services => services[method](A, 'k', A1).addSingleton(X, [IServiceProvider])));
    expect(injected.getService(A)).toBeUndefined();
    const [first, second] = [injected.getKeyedService(A, 'k'), injected.getKeyedService(A, 'k')];
    expect([first, second]).toEqual([expect.any(A1), expect.any(A1)]);
    expect(first === second).toBe(isSame);
  });

  it.each([
    ['94 ResolveKeyedSingletonFromScopeServiceProvider: gives one singleton in all scopes', 'addKeyedSingleton', 1],
    ['95 ResolveKeyedScopedFromScopeServiceProvider: gives one scoped service in each scope', 'addKeyedScoped', 2],
    ['96 ResolveKeyedTransientFromScopeServiceProvider: gives another transient each time', 'addKeyedTransient', 4],
  ] as const)('%s', (_title, method, different) => {
    const provider = provide(services => services[method](A, 'k', A1));
    const found = [provider.createScope(), provider.createScope()].map(({ services }) => {
      expect(services.getService(A)).toBeUndefined();
      expect(thrownBy(() => services.getKeyedService(A, anyKey))).toMatchObject(anyKeySingle);
      return [services.getRequiredKeyedService(A, 'k'), services.getRequiredKeyedService(A, 'k')];
    });
    expect(countDifferent(found.flat())).toBe(different);
    if (different < 4) expect(found.map(([first, second]) => first === second)).toEqual([true, true]);
  });

  it.each([
    ['a text', 'secret', 'string'],
    ['a number', 7, 'number'],
    ['an object', new Date(0), 'Date'],
  ])('97 ResolveRequiredKeyedServiceThrowsIfNotFound: names the type of a key that is not found, not the key: %s', (_what, key, type) => {
    const provider = provide(() => undefined);
    expect((thrownBy(() => provider.getRequiredKeyedService(A, key)) as Error).message.split('\n')[0]).toBe(
      `No keyed service for type 'A' using key type '${type}' has been registered.`,
    );
  });

  it('99 SimpleServiceKeyedResolution: can be made by what has the provider', () => {
    class ByName {
      constructor(private readonly services: IServiceProvider) {}

      find(name: string): unknown {
        return this.services.getKeyedService(A, name);
      }
    }
    const provider = provide(services =>
      services.addKeyedTransient(A, 'simple', A1).addKeyedTransient(A, 'another', A2).addTransient(ByName, [IServiceProvider]),
    );
    expect(provider.getRequiredService(ByName).find('simple')).toBeInstanceOf(A1);
  });
});

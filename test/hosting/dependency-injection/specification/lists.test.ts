import { all, anyKey, IServiceProvider, IServiceProviderIsService, IServiceScopeFactory, ServiceCollection, ServiceProvider } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, B, countDifferent, type lifetimes, N, partsOfX, X } from './services.js';

expectNoLeaks();

describe('a list', () => {
  it('26 SingleServiceCanBeIEnumerableResolved: has the only registration', () => {
    expect(provide(services => services.addTransient(A, A1)).getServices(A)).toEqual([expect.any(A1)]);
  });

  it('27 MultipleServiceCanBeIEnumerableResolved: has every registration', () => {
    expect(provide(services => services.addTransient(A, A1).addTransient(A, A2)).getServices(A)).toEqual([expect.any(A1), expect.any(A2)]);
  });

  it('28 RegistrationOrderIsPreservedWhenServicesAreIEnumerableResolved: is in the order that the collection had when the provider was built', () => {
    const services = new ServiceCollection().addTransient(A, A1).addTransient(A, A2);
    const before = new ServiceProvider(services);
    const reversed = [...services].reverse();
    services.clear();
    for (const descriptor of reversed) services.add(descriptor);
    const after = new ServiceProvider(services);
    expect(before.getServices(A)).toEqual([expect.any(A1), expect.any(A2)]);
    expect(after.getServices(A)).toEqual([expect.any(A2), expect.any(A1)]);
  });

  it('29 NonexistentServiceCanBeIEnumerableResolved: is empty where nothing is registered', () => {
    expect(provide(() => undefined).getServices(A)).toEqual([]);
  });

  it.each(['addScoped', 'addSingleton'] as const)(
    '30 ResolvesDifferentInstancesForServiceWhenResolvingEnumerable: has an object for each registration, also of one class (%s)',
    method => {
      const { services } = provide(collection => collection[method](A, A1)[method](A, A1)[method](A, A1)).createScope();
      const list = services.getServices(A);
      expect([list.length, countDifferent(list)]).toEqual([3, 3]);
      expect(services.getService(A)).toBe(list[2]);
    },
  );

  it('has for each registration what a request of that registration alone gives', () => {
    const instance = new A2();
    const provider = provide(services => services.addSingleton(A, A1).addSingleton(A, instance).addTransient(A, A1).addScoped(A, A2));
    const { services } = provider.createScope();
    const [first, second] = [services.getServices(A), services.getServices(A)];
    expect(first.map((item, index) => item === second[index])).toEqual([true, true, false, true]);
    expect(first[1]).toBe(instance);
    expect(first[3]).toBe(services.getService(A));
    expect(provider.getServices(A)[0]).toBe(first[0]);
  });

  it('of a key has the registrations with exactly that key, and without one those without', () => {
    const provider = provide(services =>
      services.addKeyedSingleton(N, anyKey, 1).addKeyedSingleton(N, 'k', 2).addSingleton(N, 3).addKeyedSingleton(N, 'other', 4).addKeyedSingleton(N, null, 5),
    );
    expect(provider.getKeyedServices(N, 'k')).toEqual([2]);
    expect(provider.getKeyedServices(N, 'unknown')).toEqual([]);
    expect(provider.getKeyedServices(N, null)).toEqual([3, 5]);
    expect(provider.getServices(N)).toEqual([3, 5]);
  });

  it('of all keys has every registration with a key, each made for its own, but none for any key', () => {
    const provider = provide(services =>
      services
        .addKeyedSingleton(A, 'k', (_p, key) => new A1(key))
        .addKeyedSingleton(A, anyKey, (_p, key) => new A1(key))
        .addKeyedTransient(A, 7, (_p, key) => new A1(key))
        .addSingleton(A, A1)
        .addKeyedSingleton(A, 'k', (_p, key) => new A2(key)),
    );
    const list = provider.getKeyedServices(A, anyKey);
    expect(list.map(({ parts }) => parts)).toEqual([['k'], [7], ['k']]);
    expect(list[2]).toBe(provider.getKeyedService(A, 'k'));
  });

  it.each([IServiceProvider, IServiceScopeFactory, IServiceProviderIsService])('is empty for what is built in: %p', token => {
    expect(provide(() => undefined).getServices(token as symbol)).toEqual([]);
  });

  describe('is kept as an object', () => {
    const lists = (...methods: readonly (typeof lifetimes)[number][]) => {
      const provider = provide(services => methods.forEach(method => services[method](A, A1)));
      const [one, other] = [provider.createScope().services, provider.createScope().services];
      const asked = [provider, one, other].map(services => [services.getServices(A), services.getServices(A)] as const);
      return { sameEachTime: asked.map(([first, second]) => first === second), different: countDifferent(asked.flat()) };
    };

    it('by the container, when all items are singletons', () => {
      expect(lists('addSingleton', 'addSingleton')).toEqual({ sameEachTime: [true, true, true], different: 1 });
    });

    it('by each scope, when some are scoped', () => {
      expect(lists('addSingleton', 'addScoped')).toEqual({ sameEachTime: [true, true, true], different: 3 });
    });

    it('by nobody, when one is transient', () => {
      expect(lists('addSingleton', 'addScoped', 'addTransient')).toEqual({ sameEachTime: [false, false, false], different: 6 });
    });

    it('also where it is injected', () => {
      const provider = provide(services => services.addSingleton(A, A1).addTransient(X, [all(A)]));
      expect(partsOfX(provider)[0]).toBe(provider.getServices(A));
    });
  });

  it('fails as a whole when one item cannot be built', () => {
    const made: string[] = [];
    const provider = provide(services => services.addSingleton(A, () => (made.push('a'), new A1())).addSingleton(A, A2, [B]));
    expect(thrownBy(() => provider.getServices(A))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', service: 'B', implementation: 'A2' });
    expect(made).toEqual([]);
  });
});

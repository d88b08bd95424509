import { anyKey, type ServiceCollection, type ServiceProvider, type ServiceToken, serviceToken } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, B, B1, countDifferent, N } from './services.js';

expectNoLeaks();

const anyKeySingle = { name: 'ServiceResolutionError', code: 'ERR_SERVICE_KEY' };
const first = (services: ServiceCollection, token = N) => services.addKeyedSingleton(token, 'first', 1);
const firstAndService = (services: ServiceCollection, token = N) =>
  first(services, token).addKeyedSingleton(token, 's', 2).addKeyedSingleton(token, 's', 3).addKeyedSingleton(token, 's', 4);
const withUnkeyed = (services: ServiceCollection) => firstAndService(services).addKeyedSingleton(N, null, 5).addSingleton(N, 6);

describe('requests with keys', () => {
  it('67 ResolveKeyedService: each key gives its own registration, and none is given without a key', () => {
    const provider = provide(services => services.addKeyedSingleton(N, 'service1', 1).addKeyedSingleton(N, 'service2', 2));
    expect([provider.getService(N), provider.getKeyedService(N, 'service1'), provider.getRequiredKeyedService(N, 'service2')]).toEqual([undefined, 1, 2]);
  });

  it('68 ResolveNullKeyedService: a null key is no key when something is registered', () => {
    const provider = provide(services => services.addKeyedSingleton(N, null, 1));
    expect([provider.getService(N), provider.getKeyedService(N, null)]).toEqual([1, 1]);
  });

  it('69 ResolveNonKeyedService: a null key is no key when something is asked for', () => {
    const provider = provide(services => services.addSingleton(N, 1));
    expect([provider.getService(N), provider.getKeyedService(N, null)]).toEqual([1, 1]);
  });

  it('70 CombinationalRegistration: registrations without a key, for any key and with one do not mix', () => {
    const provider = provide(services =>
      services
        .addSingleton(N, 1)
        .addSingleton(N, 2)
        .addKeyedSingleton(N, null, 3)
        .addKeyedSingleton(N, null, 4)
        .addKeyedSingleton(N, anyKey, 5)
        .addKeyedSingleton(N, anyKey, 6)
        .addKeyedSingleton(N, 'k', 7)
        .addKeyedSingleton(N, 'k', 8),
    );
    expect([provider.getServices(N), provider.getService(N)]).toEqual([[1, 2, 3, 4], 4]);
    expect([provider.getKeyedServices(N, null), provider.getKeyedService(N, null)]).toEqual([[1, 2, 3, 4], 4]);
    expect(provider.getKeyedServices(N, anyKey)).toEqual([7, 8]);
    expect(thrownBy(() => provider.getKeyedService(N, anyKey))).toMatchObject(anyKeySingle);
    expect([provider.getKeyedServices(N, 'k'), provider.getKeyedService(N, 'k')]).toEqual([[7, 8], 8]);
  });

  it('71 ResolveKeyedServices: a list has all of one key', () => {
    const provider = provide(firstAndService);
    expect([provider.getKeyedServices(N, 'first'), provider.getKeyedServices(N, 's')]).toEqual([[1], [2, 3, 4]]);
  });

  it('72 ResolveKeyedServicesAnyKey: the list of all keys leaves out what has none, each time', () => {
    const provider = provide(withUnkeyed);
    for (let time = 0; time < 2; time++) expect(provider.getKeyedServices(N, anyKey)).toEqual([1, 2, 3, 4]);
  });

  it('73 ResolveKeyedServicesAnyKeyWithAnyKeyRegistration: and what a registration for any key made for other keys', () => {
    const provider = provide(services => withUnkeyed(services.addKeyedTransient(N, anyKey, () => 0)));
    expect([provider.getKeyedService(N, 'x'), provider.getKeyedService(N, 'y')]).toEqual([0, 0]);
    expect(provider.getKeyedServices(N, anyKey)).toEqual([1, 2, 3, 4]);
    expect(provider.getKeyedServices(N, 's')).toEqual([2, 3, 4]);
    expect(provider.getServices(N)).toEqual([5, 6]);
  });

  it.each(['before', 'after'])('74 ResolveKeyedServicesAnyKeyConsistency: one of all keys is an error %s the list is asked for', order => {
    const provider = provide(services => first(services));
    const single = () => expect(thrownBy(() => provider.getKeyedService(N, anyKey))).toMatchObject(anyKeySingle);
    if (order === 'before') single();
    expect(provider.getKeyedServices(N, anyKey)).toEqual([1]);
    single();
  });

  it.each(['before', 'after'])('75 ResolveKeyedServicesAnyKeyConsistencyWithAnyKeyRegistration: also with a registration for any key, %s', order => {
    const provider = provide(services => first(services).addKeyedSingleton(N, anyKey, 2));
    const list = () => expect(provider.getKeyedServices(N, anyKey)).toEqual([1]);
    if (order === 'after') list();
    expect(provider.getKeyedService(N, {})).toBe(2);
    expect(thrownBy(() => provider.getKeyedService(N, anyKey))).toMatchObject(anyKeySingle);
    list();
  });
});

describe('the list of all keys', () => {
  const keys = ['key1', 'key2', 'key3'];
  const sameKeys = ['key', 'key', 'key'];
  const orders = ['first', 'last'] as const;

  /** Registers A and B in turn with these keys, and asks for the lists of all keys first or last. */
  const ask = (order: (typeof orders)[number], keysOf: readonly string[], isInstance: boolean) => {
    const made: unknown[] = [];
    const provider = provide(services => {
      for (const key of keysOf) {
        for (const [token, type] of [
          [A, A1],
          [B, B1],
        ] as const) {
          const instance = new type();
          if (isInstance) made.push(instance);
          services.addKeyedSingleton(token, key, isInstance ? instance : type);
        }
      }
    });
    const lists = () => [A, B].map(token => provider.getKeyedServices(token, anyKey));
    const before = order === 'first' ? lists() : undefined;
    const single = [A, B].map(token => keysOf.map(key => provider.getRequiredKeyedService(token, key)));
    const found = before ?? lists();
    expect(lists().map((list, index) => list === found[index])).toEqual([true, true]);
    return { found, single, made: [made.filter(one => one instanceof A1), made.filter(one => one instanceof B1)] };
  };
  const expectSame = (lists: readonly (readonly unknown[])[], others: readonly (readonly unknown[])[]) => {
    lists.forEach((list, which) => expect(list.map((item, index) => item === others[which]![index])).toEqual(list.map(() => true)));
  };

  it.each(orders)('76 ResolveWithAnyKeyQuery_Constructor: has what each key gives, asked for %s', order => {
    const { found, single } = ask(order, keys, false);
    expect(found).toEqual([keys.map(() => expect.any(A1)), keys.map(() => expect.any(B1))]);
    expectSame(found, single);
  });

  it.each(orders)(
    '77 ResolveWithAnyKeyQuery_Constructor_Duplicates: has every registration of a key, the last of which is what it gives, asked for %s',
    order => {
      const { found, single } = ask(order, sameKeys, false);
      expect(found.map(list => countDifferent(list))).toEqual([3, 3]);
      expect(found.map((list, which) => list[2] === single[which]![0])).toEqual([true, true]);
    },
  );

  it.each(orders)('78 ResolveWithAnyKeyQuery_InstanceProvided: has the instances in order, asked for %s', order => {
    const { found, single, made } = ask(order, keys, true);
    expectSame(found, made);
    expectSame(found, single);
  });

  it.each(orders)('79 ResolveWithAnyKeyQuery_InstanceProvided_Duplicates: has all instances of a key, asked for %s', order => {
    const { found, single, made } = ask(order, sameKeys, true);
    expectSame(found, made);
    expect(found.map((list, which) => list[2] === single[which]![0])).toEqual([true, true]);
  });

  it('80 ResolveKeyedServicesAnyKeyOrdering: is in the order of registration, not by key', () => {
    const provider = provide(services => services.addKeyedSingleton(N, 'A', 1).addKeyedSingleton(N, 'B', 2).addKeyedSingleton(N, 'A', 3));
    expect(provider.getKeyedServices(N, anyKey)).toEqual([1, 2, 3]);
  });

  it('84 ResolveKeyedServicesSingletonInstanceWithAnyKey: a registration for any key is not in the list of one', () => {
    const provider = provide(services => services.addKeyedSingleton(N, anyKey, 1).addKeyedSingleton(N, 'k', 2));
    expect(provider.getKeyedServices(N, 'k')).toEqual([2]);
  });

  it('100 ResolveKeyedGenericServices: lists of one form of a generic, as of any token', () => {
    const generic: ServiceToken<number> = serviceToken('Generic<N>');
    const provider: ServiceProvider = provide(services => firstAndService(services, generic));
    expect([provider.getKeyedServices(generic, 'first'), provider.getKeyedServices(generic, 's')]).toEqual([[1], [2, 3, 4]]);
  });
});

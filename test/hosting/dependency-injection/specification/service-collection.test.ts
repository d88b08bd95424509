import { anyKey, describeService, type DescriptorOptions, ServiceCollection, type ServiceDescriptor, ServiceProvider } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { thrownBy } from '../provide.js';
import { A, A1, A2, B, B1, N, type Parts } from './services.js';

expectNoLeaks();

const descriptor = (implementation: (new () => Parts) | (() => Parts) | Parts, options: DescriptorOptions = {}, service = A): ServiceDescriptor =>
  describeService<Parts>(service, 'singleton', implementation, options);
const number = (value: number, serviceKey?: unknown): ServiceDescriptor => describeService(N, 'singleton', value, { serviceKey });
const [a1, a2, b1] = [descriptor(A1), descriptor(A2), descriptor(B1, {}, B)];
const collectionOf = (...descriptors: readonly ServiceDescriptor[]): ServiceCollection =>
  descriptors.reduce((services, each) => services.add(each), new ServiceCollection());
/** The registrations as numbers, for those that are made of one. */
const numbersIn = (services: ServiceCollection): unknown[] => [...services].map(({ source }) => (source as { instance?: unknown }).instance);

describe('a service collection as a list', () => {
  it('appends, the same as often as it is told', () => {
    expect([...collectionOf(a1, a2, a1)]).toEqual([a1, a2, a1]);
  });

  it('inserts at an index, the end included', () => {
    expect([...collectionOf(a1).insert(0, a2).insert(2, b1).insert(1, a1)]).toEqual([a2, a1, a1, b1]);
  });

  it('removes at an index, or the first that is the same descriptor', () => {
    const services = collectionOf(a1, a2, b1, a2);
    expect([...services.removeAt(0)]).toEqual([a2, b1, a2]);
    expect([services.remove(a2), ...services]).toEqual([true, b1, a2]);
    expect([services.remove(descriptor(A2)), services.count]).toEqual([false, 2]);
  });

  it.each([-1, 2])('knows no index %p where there is one registration', index => {
    const services = collectionOf(a1);
    for (const change of [() => services.insert(index, a2), () => services.removeAt(index)]) expect(thrownBy(change)).toMatchObject({ paramName: 'index' });
    expect([...services]).toEqual([a1]);
  });

  it('finds descriptors, counts them and forgets them', () => {
    const services = collectionOf(a1, a2, a1);
    expect([services.indexOf(a1), services.indexOf(a2), services.indexOf(descriptor(A1)), services.at(1) === a2, services.at(3)]).toEqual([
      0,
      1,
      -1,
      true,
      undefined,
    ]);
    expect([services.has(A), services.has(B), services.has(A, 'k'), services.count]).toEqual([true, false, false, 3]);
    expect([services.clear().count, services.has(A)]).toEqual([0, false]);
  });
});

describe('tryAdd', () => {
  it('appends where the service has no registration with the key, whatever its implementation', () => {
    const services = new ServiceCollection();
    for (const each of [
      number(1),
      number(2),
      number(3, 'k'),
      number(4, 'k'),
      number(5, anyKey),
      number(6, anyKey),
      number(7, null),
      number(8, 1),
      number(9, '1'),
    ])
      services.tryAdd(each);
    expect(numbersIn(services)).toEqual([1, 3, 5, 8, 9]);
  });
});

describe('tryAddEnumerable', () => {
  const makeA = () => new A1();
  const countOf = (...descriptors: readonly ServiceDescriptor[]) =>
    descriptors.reduce((services, each) => services.tryAddEnumerable(each), new ServiceCollection()).count;

  it.each<[string, ServiceDescriptor, ServiceDescriptor, number]>([
    ['equal classes', a1, descriptor(A1), 1],
    ['other classes', a1, a2, 2],
    ['equal classes of other lifetimes', a1, describeService(A, 'transient', A1), 1],
    ['equal classes of other services', a1, descriptor(A1, {}, B), 2],
    ['equal classes with other keys', a1, descriptor(A1, { serviceKey: 'k' }), 2],
    ['equal classes with equal keys', descriptor(A1, { serviceKey: 'k' }), descriptor(A1, { serviceKey: 'k' }), 1],
    ['equal classes, one with a null key', a1, descriptor(A1, { serviceKey: null }), 1],
    ['two instances of a class', descriptor(new A1()), descriptor(new A1()), 1],
    ['a class and an instance of it', a1, descriptor(new A1()), 1],
    ['instances of two classes', descriptor(new A1()), descriptor(new A2()), 2],
    ['a class and a factory that is declared to make it', a1, descriptor(makeA, { implementationType: A1 }), 1],
    [
      'two factories that are declared to make the same',
      descriptor(() => new A1(), { implementationType: A1 }),
      descriptor(makeA, { implementationType: A1 }),
      1,
    ],
    ['one factory that is declared to make this and that', descriptor(makeA, { implementationType: A1 }), descriptor(makeA, { implementationType: A2 }), 2],
    ['a factory twice, of which nothing is declared', descriptor(makeA), descriptor(makeA), 1],
    ['two factories of which nothing is declared', descriptor(makeA), descriptor(() => new A1()), 2],
  ])('judges by service, key and class: %s', (_what, one, other, count) => {
    expect(countOf(one, other)).toBe(count);
  });

  it.each<[string, ServiceDescriptor, string]>([
    [
      'a factory that is declared to make the service itself',
      descriptor(makeA, { implementationType: A }),
      "'A' because it is indistinguishable from other services registered for 'A'",
    ],
    [
      'a factory that is declared to make any object',
      descriptor(makeA, { implementationType: Object }),
      "'Object' because it is indistinguishable from other services registered for 'A'",
    ],
    ['a class under itself', describeService(A1, 'singleton', A1), "'A1' because it is indistinguishable from other services registered for 'A1'"],
    ['an instance under its class', describeService(A1, 'singleton', new A1()), "'A1' because it is indistinguishable from other services registered for 'A1'"],
  ])('refuses what says nothing beside the service: %s', (_what, indistinguishable, message) => {
    const services = new ServiceCollection();
    expect(thrownBy(() => services.tryAddEnumerable(indistinguishable))).toMatchObject({ name: 'ArgumentError', message: expect.stringContaining(message) });
    expect(services.count).toBe(0);
  });
});

describe('replace', () => {
  it.each<[string, ServiceDescriptor, unknown[]]>([
    ['the first of several', number(9), [2, 3, 4, 5, 9]],
    ['the one with the key', number(9, 'k'), [1, 2, 4, 5, 9]],
    ['the one for any key', number(9, anyKey), [1, 2, 3, 5, 9]],
    ['the first without a key, for a null one', number(9, null), [2, 3, 4, 5, 9]],
    ['nothing where there is none', number(9, 'other'), [1, 2, 3, 4, 5, 9]],
  ])('removes %s, and appends', (_what, replacement, expected) => {
    const services = collectionOf(number(1), number(2), number(3, 'k'), number(4, anyKey), number(5));
    expect(numbersIn(services.replace(replacement))).toEqual(expected);
  });
});

describe('removeAll', () => {
  const open = () => collectionOf(number(1), number(2, 'k'), number(3, anyKey), number(4), number(5, 'k'), number(6, 'other'), a1);

  it('removes what has no key', () => {
    expect(numbersIn(open().removeAll(N))).toEqual([2, 3, 5, 6, undefined]);
  });

  it.each<[string, unknown, unknown[]]>([
    ['this key', 'k', [1, 3, 4, 6, undefined]],
    ['any key, when that is said', anyKey, [1, 2, 4, 5, 6, undefined]],
    ['no key, when that is null', null, [2, 3, 5, 6, undefined]],
    ['nothing, when there is none', 'unknown', [1, 2, 3, 4, 5, 6, undefined]],
  ])('removes with a key what is registered with %s', (_what, key, expected) => {
    expect(numbersIn(open().removeAllKeyed(N, key))).toEqual(expected);
  });
});

describe('a read-only collection', () => {
  const open = () => {
    const services = collectionOf(a1);
    services.makeReadOnly();
    return services;
  };

  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['add', services => services.add(a2)],
    ['insert', services => services.insert(0, a2)],
    ['tryAdd', services => services.tryAdd(b1)],
    ['tryAddEnumerable', services => services.tryAddEnumerable(a2)],
    ['replace', services => services.replace(a2)],
    ['remove', services => services.remove(a1)],
    ['removeAt', services => services.removeAt(0)],
    ['removeAll', services => services.removeAll(A)],
    ['removeAllKeyed', services => services.removeAllKeyed(A, null)],
    ['clear', services => services.clear()],
    ['addSingleton', services => services.addSingleton(B, B1)],
    ['addKeyedScoped', services => services.addKeyedScoped(B, 'k', B1)],
  ])('refuses every change: %s', (_method, change) => {
    const services = open();
    expect(thrownBy(() => change(services))).toMatchObject({
      name: 'InvalidOperationError',
      message: 'The service collection cannot be modified because it is read-only.',
    });
    expect([...services]).toEqual([a1]);
  });

  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['tryAdd', services => services.tryAdd(a2)],
    ['tryAddEnumerable', services => services.tryAddEnumerable(descriptor(A1))],
    ['removeAll', services => services.removeAll(B)],
    ['removeAllKeyed', services => services.removeAllKeyed(A, 'k')],
  ])('allows what changes nothing: %s', (_method, change) => {
    expect(() => change(open())).not.toThrow();
  });

  it('can be read, and be built from', () => {
    const services = open();
    expect([services.isReadOnly, services.count, services.at(0), services.has(A)]).toEqual([true, 1, a1, true]);
    expect(new ServiceProvider(services).getService(A)).toBeInstanceOf(A1);
  });

  it('is not what building makes', () => {
    const services = collectionOf(a1);
    new ServiceProvider(services);
    expect(services.isReadOnly).toBe(false);
    expect([...services.add(b1)]).toEqual([a1, b1]);
  });
});

describe('a registration with a null key', () => {
  it('has none, and its factory is called with null', () => {
    const factory = jest.fn((_services: unknown, _key: unknown) => new A1());
    const services = new ServiceCollection().addKeyedTransient(A, null, factory);
    expect([services.at(0)!.isKeyed, services.at(0)!.serviceKey]).toEqual([false, undefined]);
    expect(new ServiceProvider(services).getService(A)).toBeInstanceOf(A1);
    expect(factory.mock.calls.map(([, key]) => key)).toEqual([null]);
  });
});

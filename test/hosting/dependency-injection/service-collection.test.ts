import {
  anyKey,
  describeService,
  IHostedService,
  inject,
  type IServiceProvider,
  ServiceCollection,
  type ServiceDescriptor,
  ServiceProvider,
  serviceToken,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

interface IThing {
  readonly name: string;
}
const IThing = serviceToken<IThing>('IThing');
const IOther = serviceToken<IThing>('IOther');

class A implements IThing {
  readonly name: string = 'A';
}
class B implements IThing {
  readonly name: string = 'B';
}
class Service implements IHostedService {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

const names = (services: ServiceCollection, token = IThing) => new ServiceProvider(services).getServices(token).map(({ name }) => name);

describe('a service collection', () => {
  it('keeps registrations in their order, and tells what it has', () => {
    const services = new ServiceCollection().addSingleton(IThing, A).addScoped(IOther, B).addTransient(IThing, B);
    expect([...services].map(({ serviceType, lifetime }) => [serviceType, lifetime])).toEqual([
      [IThing, 'singleton'],
      [IOther, 'scoped'],
      [IThing, 'transient'],
    ]);
    expect([services.count, services.has(IThing), services.has(A)]).toEqual([3, true, false]);
  });

  it.each<[string, (services: ServiceCollection) => unknown, ServiceDescriptor['source']['kind']]>([
    ['a class under itself', services => services.addSingleton(A), 'type'],
    ['a class under itself with a dependency list', services => services.addSingleton(A, []), 'type'],
    ['a class under a token', services => services.addSingleton(IThing, A), 'type'],
    ['a class under a token with a dependency list', services => services.addSingleton(IThing, A, []), 'type'],
    ['a class under another class', services => services.addSingleton(A, B), 'type'],
    ['a class of older make', services => services.addSingleton(IThing, olderClass()), 'type'],
    ['an arrow function', services => services.addSingleton(IThing, () => new A()), 'factory'],
    [
      'a function',
      services =>
        services.addSingleton(IThing, function () {
          return new A();
        }),
      'factory',
    ],
    ['a bound function', services => services.addSingleton(IThing, ((name: string) => ({ name })).bind(undefined, 'bound') as never), 'factory'],
    ['an object', services => services.addSingleton(IThing, new A()), 'instance'],
    ['an object under its class', services => services.addSingleton(A, new A()), 'instance'],
    ['a falsy value', services => services.addSingleton(serviceToken<number>('IZero'), 0), 'instance'],
  ])('takes %s', (_what, register, kind) => {
    const services = new ServiceCollection();
    register(services);
    expect([...services].map(({ source }) => source.kind)).toEqual([kind]);
  });

  function olderClass(): new () => IThing {
    function Older(this: { name: string }) {
      this.name = 'older';
    }
    Object.defineProperty(Older.prototype, 'greet', { value: () => undefined });
    return Older as unknown as new () => IThing;
  }

  it.each([undefined, null, 'IThing', 7, ['IThing']])('does not take %p for a token', token => {
    expect(() => new ServiceCollection().addSingleton(token as never, A)).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        message: `A service token is a symbol or a class, but this is ${String(token)}; is there a circular import? (Parameter 'serviceType')`,
      }),
    );
  });

  it.each([undefined, null])('does not take %p for an implementation', implementation => {
    expect(() => new ServiceCollection().addSingleton(IThing, implementation as never)).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        message: `IThing is registered with ${implementation}; is there a circular import? (Parameter 'implementation')`,
      }),
    );
  });

  it('takes ready-made descriptions', () => {
    const services = new ServiceCollection().add(describeService(IThing, 'transient', A)).tryAdd(describeService(IThing, 'transient', B));
    expect(names(services)).toEqual(['A']);
  });

  it.each(['tryAddSingleton', 'tryAddScoped', 'tryAddTransient'] as const)('%s adds only what the token does not have yet', tryAdd => {
    const lifetime = tryAdd.slice(6).toLowerCase();
    const services = new ServiceCollection().addSingleton(IOther, A);
    services[tryAdd](IOther, B);
    services[tryAdd](IThing, A);
    services[tryAdd](IThing, B);
    services[tryAdd](B);
    services[tryAdd](B);
    expect([...services].map(({ serviceType, lifetime }) => [serviceType, lifetime])).toEqual([
      [IOther, 'singleton'],
      [IThing, lifetime],
      [B, lifetime],
    ]);
    expect(names(services)).toEqual(['A']);
  });

  it('tryAddEnumerable adds what the token does not have with the same class, whatever the lifetime', () => {
    const factory = () => new A();
    const services = new ServiceCollection();
    for (const implementation of [A, B, A, factory, factory, () => new A()]) services.tryAddEnumerable(describeService(IThing, 'singleton', implementation));
    services.tryAddEnumerable(describeService(IThing, 'transient', A)).tryAddEnumerable(describeService(IOther, 'singleton', A));
    expect([names(services), services.count]).toEqual([['A', 'B', 'A', 'A'], 5]);
  });

  it('tryAddEnumerable adds again what was taken away, and not what came in another way', () => {
    const services = new ServiceCollection();
    const tryAgain = () => services.tryAddEnumerable(describeService(IThing, 'singleton', A));
    const changes: (() => unknown)[] = [() => services.removeAt(0), () => services.removeAll(IThing), () => services.clear()];
    const counts = changes.map(change => {
      tryAgain();
      change();
      return [services.count, tryAgain().count];
    });
    const plain = { name: 'plain' };
    services.addSingleton(IThing, B).insert(0, describeService(IThing, 'singleton', plain));
    for (const implementation of [B, plain]) services.tryAddEnumerable(describeService(IThing, 'singleton', implementation));
    expect([counts, names(services)]).toEqual([Array(3).fill([0, 1]), ['plain', 'A', 'B']]);
  });

  it('tryAddEnumerable takes ready-made instances by their class, plain objects by themselves', () => {
    const [plain, other] = [{ name: 'plain' }, { name: 'plain' }];
    const bare = Object.assign(Object.create(null), { name: 'bare' }) as IThing;
    const services = new ServiceCollection();
    for (const instance of [new A(), new A(), plain, other, plain, bare, bare, new B()])
      services.tryAddEnumerable(describeService(IThing, 'singleton', instance));
    services.tryAddEnumerable(describeService(IThing, 'scoped', A));
    expect(names(services)).toEqual(['A', 'plain', 'plain', 'bare', 'B']);
  });

  it('tryAddEnumerable tells keys apart', () => {
    const services = new ServiceCollection();
    for (const serviceKey of ['a', 'b', 'a', null, undefined, anyKey, 7, '7'])
      services.tryAddEnumerable(describeService(IThing, 'singleton', A, { serviceKey }));
    expect([...services].map(({ serviceKey }) => serviceKey)).toEqual(['a', 'b', undefined, anyKey, 7, '7']);
  });

  it('tryAddEnumerable takes factories by what they are declared to make', () => {
    const services = new ServiceCollection();
    for (const implementationType of [A, B, A]) services.tryAddEnumerable(describeService(IThing, 'singleton', () => new A(), { implementationType }));
    services.tryAddEnumerable(describeService(IThing, 'singleton', B)).tryAddEnumerable(describeService(IThing, 'singleton', new A()));
    expect(services.count).toBe(2);
  });

  it.each<[string, string, string, () => ServiceDescriptor]>([
    ['a class under itself', 'A', 'A', () => describeService(A, 'singleton', A)],
    ['an instance under its class', 'A', 'A', () => describeService(A, 'singleton', new A())],
    ['a keyed class under itself', 'A', 'A', () => describeService(A, 'singleton', A, { serviceKey: 'key' })],
    [
      'a factory that is declared to make the service',
      'IThing',
      'IThing',
      () => describeService(IThing, 'singleton', () => new A(), { implementationType: IThing }),
    ],
    [
      'a factory that is declared to make any object',
      'Object',
      'IThing',
      () => describeService(IThing, 'singleton', () => new A(), { implementationType: Object }),
    ],
  ])('tryAddEnumerable refuses what is told from nothing else: %s', (_what, type, service, describeIt) => {
    const services = new ServiceCollection();
    expect(() => services.tryAddEnumerable(describeIt())).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        paramName: 'descriptor',
        message: `Implementation type cannot be '${type}' because it is indistinguishable from other services registered for '${service}'. (Parameter 'descriptor')`,
      }),
    );
    expect(services.count).toBe(0);
  });

  it.each(['replaceSingleton', 'replaceScoped', 'replaceTransient'] as const)(
    '%s takes the first registration away and adds the new one at the end',
    replace => {
      const services = new ServiceCollection().addSingleton(IThing, A).addSingleton(IThing, { name: 'second' });
      services[replace](IThing, B);
      expect([...services].map(({ source }) => source)).toMatchObject([{ instance: { name: 'second' } }, { type: B }]);
      services[replace](IOther, A);
      expect([names(services), [...services].at(-1)]).toEqual([
        ['second', 'B'],
        expect.objectContaining({ serviceType: IOther, lifetime: replace.slice(7).toLowerCase() }),
      ]);
    },
  );

  it('removes all registrations of a token, and no others', () => {
    const services = new ServiceCollection().addSingleton(IThing, A).addSingleton(IOther, A).addSingleton(IThing, B).removeAll(IThing).removeAll(A);
    expect([...services].map(({ serviceType }) => serviceType)).toEqual([IOther]);
  });

  it('is copied by a provider, which later changes do not reach', () => {
    const services = new ServiceCollection().addSingleton(IThing, A);
    const first = new ServiceProvider(services);
    expect(services.isReadOnly).toBe(false);
    services.addSingleton(IThing, B).addSingleton(IOther, A);
    expect([first.getServices(IThing), first.getService(IOther)]).toEqual([[expect.any(A)], undefined]);
    expect(new ServiceProvider(services.removeAll(IOther)).getServices(IThing)).toEqual([expect.any(A), expect.any(B)]);
  });

  it('serves several providers, which have nothing in common', () => {
    const services = new ServiceCollection().addSingleton(IThing, A);
    const [first, second] = [new ServiceProvider(services), new ServiceProvider(services)];
    expect(first.getService(IThing)).toBe(first.getService(IThing));
    expect(first.getService(IThing)).not.toBe(second.getService(IThing));
  });

  it('is a list of registrations', () => {
    const [a, b, c] = [A, B, A].map(type => describeService(IThing, 'singleton', type)) as [ServiceDescriptor, ServiceDescriptor, ServiceDescriptor];
    const services = new ServiceCollection().add(a).add(c).insert(1, b);
    expect([...services]).toEqual([a, b, c]);
    expect([services.at(1), services.at(3), services.indexOf(c), services.indexOf(describeService(IThing, 'singleton', A))]).toEqual([b, undefined, 2, -1]);
    expect([services.remove(b), services.remove(b), services.count]).toEqual([true, false, 2]);
    expect([...services.removeAt(0)]).toEqual([c]);
    expect([...services.add(c).insert(2, a)]).toEqual([c, c, a]);
    expect([services.clear().count, [...services]]).toEqual([0, []]);
  });

  it.each([-1, 2, NaN])('refuses the index %p beyond its end', index => {
    const services = new ServiceCollection().addSingleton(A);
    for (const change of [() => services.insert(index, describeService(A, 'singleton', A)), () => services.removeAt(index)])
      expect(change).toThrow(expect.objectContaining({ name: 'ArgumentError', paramName: 'index' }));
    expect(services.count).toBe(1);
  });

  it.each([undefined, {}, A])('takes %p for no description', descriptor => {
    expect(() => new ServiceCollection().add(descriptor as never)).toThrow(expect.objectContaining({ name: 'ArgumentError', paramName: 'descriptor' }));
  });
});

describe('keyed registrations', () => {
  const keys = (services: ServiceCollection, token: symbol | (new () => IThing) = IThing) =>
    [...services].filter(({ serviceType }) => serviceType === token).map(({ serviceKey }) => serviceKey);

  it.each(['Singleton', 'Scoped', 'Transient'] as const)('are added by addKeyed%s, of a class, a factory or under the class itself', lifetime => {
    const services = new ServiceCollection();
    services[`addKeyed${lifetime}`](A, 'self');
    services[`addKeyed${lifetime}`](IThing, 'class', B);
    services[`addKeyed${lifetime}`](IThing, 'factory', () => new A());
    expect([...services].map(({ serviceType, serviceKey, lifetime }) => [serviceType, serviceKey, lifetime])).toEqual([
      [A, 'self', lifetime.toLowerCase()],
      [IThing, 'class', lifetime.toLowerCase()],
      [IThing, 'factory', lifetime.toLowerCase()],
    ]);
    const provider = new ServiceProvider(services);
    expect([
      provider.getKeyedService(A, 'self'),
      ...['class', 'factory'].map(key => provider.getKeyedService(IThing, key)),
      provider.getService(A),
      provider.getService(IThing),
    ]).toEqual([expect.any(A), expect.any(B), expect.any(A), undefined, undefined]);
  });

  it('take an instance, and dependency lists', () => {
    class Pair {
      readonly parts: unknown[];
      constructor(...parts: unknown[]) {
        this.parts = parts;
      }
    }
    const provider = new ServiceProvider(
      new ServiceCollection()
        .addKeyedSingleton(IThing, 'ready', new A())
        .addKeyedSingleton(Pair, 'list', Pair, [IOther])
        .addKeyedSingleton(Pair, 'function', (other: IThing) => new Pair(other, other), [IOther])
        .addSingleton(IOther, B),
    );
    const other = provider.getService(IOther);
    expect(provider.getKeyedService(IThing, 'ready')).toBeInstanceOf(A);
    expect(['list', 'function'].map(key => provider.getKeyedService(Pair, key)!.parts)).toEqual([[other], [other, other]]);
  });

  it('give their factory the key that was asked for', () => {
    const seen: unknown[] = [];
    const factory = (_services: unknown, key: unknown) => (seen.push(key), new A());
    const provider = new ServiceProvider(
      new ServiceCollection().addKeyedTransient(IThing, 'own', factory).addKeyedTransient(IThing, anyKey, factory).addKeyedTransient(IThing, null, factory),
    );
    for (const key of ['own', 'other', 7]) provider.getKeyedService(IThing, key);
    provider.getService(IThing);
    expect(seen).toEqual(['own', 'other', 7, null]);
  });

  it.each(['Singleton', 'Scoped', 'Transient'] as const)('are added once for each key by tryAddKeyed%s', lifetime => {
    const services = new ServiceCollection().addSingleton(IThing, A);
    for (const key of ['a', 'b', 'a', null, anyKey]) services[`tryAddKeyed${lifetime}`](IThing, key, B);
    services[`tryAddKeyed${lifetime}`](A, 'a')[`tryAddKeyed${lifetime}`](A, 'a');
    expect([keys(services), keys(services, A)]).toEqual([[undefined, 'a', 'b', anyKey], ['a']]);
  });

  it.each(['Singleton', 'Scoped', 'Transient'] as const)('are replaced key by key by replaceKeyed%s', lifetime => {
    const services = new ServiceCollection()
      .addKeyedSingleton(IThing, 'a', A)
      .addKeyedSingleton(IThing, 'a', A)
      .addSingleton(IThing, A)
      .addKeyedSingleton(IThing, 'b', A);
    services[`replaceKeyed${lifetime}`](IThing, 'a', B);
    expect(keys(services)).toEqual(['a', undefined, 'b', 'a']);
    services[`replaceKeyed${lifetime}`](IThing, null, B)[`replaceKeyed${lifetime}`](IThing, 'c', B);
    expect(keys(services)).toEqual(['a', 'b', 'a', undefined, 'c']);
    expect([...services].slice(2).map(({ lifetime }) => lifetime)).toEqual(Array(3).fill(lifetime.toLowerCase()));
  });

  it('are told from those without a key wherever something is looked for or taken away', () => {
    const open = () => new ServiceCollection().addSingleton(IThing, A).addKeyedSingleton(IThing, 'a', A).addKeyedSingleton(IThing, anyKey, A);
    expect([undefined, null, 'a', 'b', anyKey].map(key => open().has(IThing, key))).toEqual([true, true, true, false, true]);
    expect(keys(open().removeAll(IThing))).toEqual(['a', anyKey]);
    expect(keys(open().removeAllKeyed(IThing, null))).toEqual(['a', anyKey]);
    expect(keys(open().removeAllKeyed(IThing, 'a'))).toEqual([undefined, anyKey]);
    expect(keys(open().removeAllKeyed(IThing, anyKey))).toEqual([undefined, 'a']);
    expect(keys(open().removeAllKeyed(IThing, 'b'))).toEqual([undefined, 'a', anyKey]);
  });

  it('compare keys by value, objects by identity', () => {
    const key = {};
    const services = new ServiceCollection();
    for (const item of [1, '1', 0, -0, NaN, NaN, key, {}, key]) services.tryAddKeyedSingleton(IThing, item, A);
    expect(keys(services)).toEqual([1, '1', 0, NaN, key, {}]);
    const provider = new ServiceProvider(services);
    expect([1, '1', -0, NaN, key, {}, '0'].map(item => provider.getKeyedService(IThing, item) !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('take a class under itself with a dependency list, as those without a key do', () => {
    class Owner {
      constructor(readonly other: IThing) {}
    }
    const services = new ServiceCollection().addSingleton(IOther, A).addKeyedSingleton(Owner, 'key', [IOther]);
    expect(new ServiceProvider(services).getRequiredKeyedService(Owner, 'key')).toEqual({ other: new A() });
  });
});

describe('an alias', () => {
  it('cannot be another name of itself', () => {
    expect(() => new ServiceCollection().addAlias(IThing, IThing)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT', paramName: 'alias' }) as Error,
    );
  });

  it.each(['singleton', 'scoped', 'transient'] as const)('is another name of a %s, with its lifetime', lifetime => {
    const services = new ServiceCollection().add(describeService(IThing, lifetime, A)).addAlias(IOther, IThing);
    const provider = new ServiceProvider(services);
    const scopes = [provider.createScope().services, provider.createScope().services];
    const shared = scopes.map(scope => scope.getRequiredService(IOther) === scope.getRequiredService(IThing));
    expect([...shared, scopes[0]!.getRequiredService(IOther) === scopes[1]!.getRequiredService(IOther)]).toEqual(
      { singleton: [true, true, true], scoped: [true, true, false], transient: [false, false, false] }[lifetime],
    );
  });

  it('follows the last registration of its target', () => {
    expect(names(new ServiceCollection().addAlias(IOther, IThing).addSingleton(IThing, A).addSingleton(IThing, B), IOther)).toEqual(['B']);
  });
});

describe('addHostedService', () => {
  it('takes the class among its further tokens for what it is', () => {
    const provider = new ServiceProvider(new ServiceCollection().addHostedService(Service, { as: [Service] }), { validateOnBuild: true });
    expect(provider.getServices(IHostedService)).toEqual([provider.getRequiredService(Service)]);
  });

  const hosted = (services: ServiceCollection) => new ServiceProvider(services).getServices(IHostedService);

  it('registers a singleton under IHostedService, and not under its class', () => {
    const services = new ServiceCollection().addHostedService(Service);
    const provider = new ServiceProvider(services);
    expect([provider.isService(Service), provider.getServices(IHostedService).length]).toEqual([false, 1]);
    expect(provider.getRequiredService(IHostedService)).toBe(provider.createScope().services.getRequiredService(IHostedService));
  });

  it('registers a class once', () => {
    expect(
      hosted(
        new ServiceCollection()
          .addHostedService(Service)
          .addHostedService(class Other extends Service {})
          .addHostedService(Service),
      ).length,
    ).toBe(2);
  });

  it('takes a dependency list, alone or as an option', () => {
    class Listed extends Service {
      constructor(readonly thing: IThing) {
        super();
      }
    }
    for (const options of [[IThing], { dependencies: [IThing] }] as const)
      expect(hosted(new ServiceCollection().addSingleton(IThing, A).addHostedService(Listed, options))).toMatchObject([{ thing: { name: 'A' } }]);
  });

  it('takes factories, each once, which may use other services', () => {
    const factory = () => new Service();
    const services = new ServiceCollection().addSingleton(IThing, A).addHostedService(factory).addHostedService(factory);
    services.addHostedService((provider: IServiceProvider) => Object.assign(new Service(), { thing: provider.getRequiredService(IThing) }));
    expect(hosted(services)).toEqual([expect.any(Service), expect.objectContaining({ thing: { name: 'A' } })]);
  });

  it('can give the same instance other names; then its class is one, too', () => {
    const services = new ServiceCollection().addSingleton(IThing, A).addHostedService(Service, { as: [IOther, IThing] as never });
    const provider = new ServiceProvider(services);
    const service = provider.getRequiredService(Service);
    expect([IOther, IThing, IHostedService].map(token => provider.getRequiredService<unknown>(token) === service)).toEqual([true, true, true]);
    expect([provider.getServices(IHostedService).length, provider.getServices(IThing).length]).toEqual([1, 2]);
  });

  it('with other names takes a dependency list', () => {
    class Listed extends Service {
      constructor(readonly thing: IThing) {
        super();
      }
    }
    expect(hosted(new ServiceCollection().addSingleton(IThing, A).addHostedService(Listed, { as: [IOther] as never, dependencies: [IThing] }))).toMatchObject([
      { thing: { name: 'A' } },
    ]);
  });

  it('with other names registers a class once, also when that comes again', () => {
    const services = new ServiceCollection().addHostedService(Service, { as: [IOther] as never }).addHostedService(Service, { as: [IOther] as never });
    const provider = new ServiceProvider(services);
    expect([provider.getServices(IHostedService).length, provider.getServices<unknown>(IOther).length]).toEqual([1, 1]);
    const plain = new ServiceCollection().addHostedService(Service, { as: [IOther] as never }).addHostedService(Service);
    expect(hosted(plain).length).toBe(1);
  });

  it.each<[string, (services: ServiceCollection) => ServiceCollection]>([
    ['a class that is registered as a service already', services => services.addSingleton(Service)],
    ['a class that is a hosted service already', services => services.addHostedService(Service)],
    ['a class that is a hosted service with another name already', services => services.addHostedService(Service, { as: [IThing] as never })],
  ])('with other names hosts %s, as one instance', (_what, before) => {
    const provider = new ServiceProvider(before(new ServiceCollection()).addHostedService(Service, { as: [IOther] as never }));
    const service = provider.getRequiredService(Service);
    expect(provider.getServices(IHostedService)).toEqual([service]);
    expect(provider.getRequiredService(IHostedService)).toBe(service);
    expect(provider.getRequiredService<unknown>(IOther)).toBe(service);
  });

  it('keeps the place of a hosted service that gets other names later', () => {
    class Other extends Service {}
    const services = new ServiceCollection()
      .addHostedService(Service)
      .addHostedService(Other)
      .addHostedService(Service, { as: [IOther] as never });
    expect(hosted(services)).toEqual([expect.any(Service), expect.any(Other)]);
    expect(hosted(services)[0]).not.toBeInstanceOf(Other);
  });

  it('with other names needs a class', () => {
    expect(() => new ServiceCollection().addHostedService((() => new Service()) as never, { as: [IOther, A] })).toThrow(
      expect.objectContaining({ name: 'InvalidOperationError', message: 'Only a class can be registered under further tokens, not a factory: IOther, A.' }),
    );
  });

  it('takes a class with decorators', () => {
    class Decorated extends Service {
      constructor(@inject(IThing) readonly thing: IThing) {
        super();
      }
    }
    expect(hosted(new ServiceCollection().addSingleton(IThing, A).addHostedService(Decorated))).toMatchObject([{ thing: { name: 'A' } }]);
  });
});

import {
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

  it('tryAddEnumerable takes ready-made instances, each once', () => {
    const [one, two] = [new A(), new A()];
    const services = new ServiceCollection();
    for (const instance of [one, two, one]) services.tryAddEnumerable(describeService(IThing, 'singleton', instance));
    expect([...services].map(({ source }) => source)).toEqual([
      { kind: 'instance', instance: one },
      { kind: 'instance', instance: two },
    ]);
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

  it('is read-only once a provider was built from it, for every kind of change', () => {
    const services = new ServiceCollection().addSingleton(IThing, A);
    expect(services.isReadOnly).toBe(false);
    new ServiceProvider(services);
    expect(services.isReadOnly).toBe(true);
    const changes: (() => unknown)[] = [
      () => services.addSingleton(IThing, B),
      () => services.add(describeService(IThing, 'singleton', B)),
      () => services.tryAddSingleton(IThing, B),
      () => services.tryAddEnumerable(describeService(IThing, 'singleton', A)),
      () => services.replaceSingleton(IThing, B),
      () => services.removeAll(IOther),
      () => services.addAlias(IOther, IThing),
      () => services.addHostedService(Service),
    ];
    for (const change of changes)
      expect(change).toThrow(
        expect.objectContaining({ name: 'InvalidOperationError', message: 'The service collection cannot be modified because it is read-only.' }),
      );
    expect(services.count).toBe(1);
  });
});

describe('an alias', () => {
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
    for (const options of [[IThing], { dependencies: [IThing] }])
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

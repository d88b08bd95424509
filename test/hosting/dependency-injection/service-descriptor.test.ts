import { readFileSync } from 'node:fs';
import { inherits } from 'node:util';
import { all, anyKey, describeService, IHostedService, inject, optional, ServiceCollection, ServiceProvider, type ServiceToken, serviceToken } from 'hostward';
import { provide, thrownBy } from './provide.js';

interface IMailer {
  readonly kind?: string;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');

class Smtp implements IMailer {
  readonly kind = 'smtp';
}
class Service implements IHostedService {
  constructor(..._parts: unknown[]) {}

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** A constructor as it was written before there were classes. */
function olderClass({ methods = false, statics = false }): unknown {
  function Older(this: object): void {}
  if (methods) Object.assign(Older.prototype as object, { send: () => undefined });
  if (statics) Object.setPrototypeOf(Older, Smtp);
  return Older;
}

describe('describeService', () => {
  class Silent extends Smtp {}

  it.each<[string, any, 'type' | 'factory' | 'instance']>([
    ['a class', Smtp, 'type'],
    ['a class of the language itself', Map, 'type'],
    ['an older constructor with methods', olderClass({ methods: true }), 'type'],
    ['an older constructor whose statics are inherited', olderClass({ statics: true }), 'type'],
    [
      'a generator function',
      function* parts() {
        yield new Smtp();
      },
      'factory',
    ],
    [
      'a bound class',
      class Bound {
        static readonly version = 1;
      }.bind(undefined),
      'factory',
    ],
    ['an anonymous class', class {}, 'type'],
    ['a class without members that extends another', Silent, 'type'],
    [
      'a class with static members only',
      class Versioned {
        static readonly version = 1;
      },
      'type',
    ],
    [
      'a function whose name begins with class',
      function classic() {
        return new Smtp();
      },
      'factory',
    ],
    [
      'a method',
      {
        make() {
          return new Smtp();
        },
      }.make,
      'factory',
    ],
    ['a mock', jest.fn(), 'factory'],
    ['an object with a method named call', { call: () => undefined }, 'instance'],
    ['a list', [1, 2], 'instance'],
    ['an empty text', '', 'instance'],
    ['false', false, 'instance'],
  ])('takes %s for what it is', (_what, implementation, kind) => {
    expect(describeService(IMailer, 'singleton', implementation as IMailer).source.kind).toBe(kind);
  });

  it('takes an older constructor without methods that inherits by util.inherits for a class', () => {
    function Parent(this: object): void {}
    function Child(this: object): void {}
    inherits(Child, Parent);
    expect(describeService<unknown>(IMailer, 'singleton', Child).source.kind).toBe('type');
  });

  it('says the same of a class with decorators and of one with a list', () => {
    class Decorated {
      constructor(@inject(IMailer) _a: IMailer, @inject(Smtp) @optional() _b: Smtp | undefined, @all(IMailer) _c: readonly IMailer[]) {}
    }
    class Listed {
      constructor(..._parts: unknown[]) {}
    }
    const list = [IMailer, optional(Smtp), all(IMailer)];
    const described = [
      describeService(Decorated, 'scoped', Decorated),
      describeService(Listed, 'scoped', Listed, list),
      describeService(Listed, 'scoped', Listed, { dependencies: list }),
      describeService(Listed, 'scoped', (..._parts: unknown[]) => new Listed(), list),
    ];
    for (const { dependencies } of described)
      expect(dependencies).toEqual([{ token: IMailer }, { token: Smtp, isOptional: true }, { token: IMailer, isMultiple: true }]);
    expect(described.map(({ source }) => source.kind)).toEqual(['type', 'type', 'type', 'function']);
  });

  it('has no dependencies of a factory, an instance or an alias to tell', () => {
    const services = new ServiceCollection().addSingleton(IMailer, () => new Smtp()).addSingleton(IMailer, new Smtp());
    expect([...services.addAlias(IMailer, Smtp)].map(({ dependencies }) => dependencies)).toEqual([[], [], []]);
  });

  it('takes a class with an unknown parameter before a decorated one, whose dependencies cannot be told', () => {
    class Late {
      constructor(
        readonly unknown: unknown,
        @inject(IMailer) readonly mailer: IMailer,
      ) {}
    }
    const descriptor = describeService(Late, 'singleton', Late);
    expect(() => descriptor.dependencies).toThrow('parameter 0 of the constructor of Late');
  });

  it.each(['scoped', 'transient'] as const)('refuses an instance that is %s', lifetime => {
    for (const options of [{}, { serviceKey: 'key' }])
      expect(thrownBy(() => describeService(IMailer, lifetime, new Smtp(), options))).toMatchObject({
        name: 'ArgumentError',
        paramName: 'implementation',
        message: expect.stringContaining(`IMailer is registered as ${lifetime}, but with an instance, which is always a singleton.`),
      });
  });

  it('refuses an asynchronous factory', () => {
    for (const dependencies of [undefined, [IMailer]])
      expect(thrownBy(() => describeService<unknown>(IMailer, 'singleton', async () => new Smtp(), { dependencies }))).toMatchObject({
        name: 'ArgumentError',
        paramName: 'implementation',
        message: expect.stringContaining('A factory must be synchronous.'),
      });
  });

  it('tells the key, and takes null for none', () => {
    const key = {};
    const described = [undefined, null, 'outbox', 7, 0, key, anyKey].map(serviceKey => describeService(IMailer, 'singleton', Smtp, { serviceKey }));
    expect(described.map(descriptor => descriptor.serviceKey)).toEqual([undefined, undefined, 'outbox', 7, 0, key, anyKey]);
    expect(described.map(({ isKeyed }) => isKeyed)).toEqual([false, false, true, true, true, true, true]);
  });

  it('tells what tryAddEnumerable compares', () => {
    const factory = () => new Smtp();
    const plain = { kind: 'plain' };
    const bare = Object.assign(Object.create(null) as object, { kind: 'bare' });
    const types = [Smtp, new Smtp(), factory, plain, bare].map(
      implementation => describeService<unknown>(IMailer, 'singleton', implementation).implementationType,
    );
    expect(types).toEqual([Smtp, Smtp, factory, plain, bare]);
    expect(describeService(IMailer, 'singleton', factory, { implementationType: Smtp }).implementationType).toBe(Smtp);
    expect(new ServiceCollection().addAlias(IMailer, Smtp).at(0)!.implementationType).toBe(Smtp);
  });

  it('prints as .NET does, and never what an instance holds', () => {
    const secret = { toString: () => 'secret', token: 'secret' };
    const services = new ServiceCollection()
      .addSingleton(IMailer, Smtp)
      .addScoped(Smtp)
      .addTransient(IMailer, function makeMailer() {
        return new Smtp();
      })
      .addTransient(IMailer, () => new Smtp())
      .addSingleton(IMailer, new Smtp())
      .addSingleton<unknown>(IMailer, secret)
      .addKeyedScoped(IMailer, 'outbox', Smtp)
      .addKeyedTransient(IMailer, anyKey, () => new Smtp())
      .addKeyedSingleton(IMailer, Symbol('both'), new Smtp())
      .addAlias(IMailer, Smtp);
    expect([...services].map(String)).toEqual([
      'ServiceType: IMailer Lifetime: Singleton ImplementationType: Smtp',
      'ServiceType: Smtp Lifetime: Scoped ImplementationType: Smtp',
      'ServiceType: IMailer Lifetime: Transient ImplementationFactory: makeMailer',
      'ServiceType: IMailer Lifetime: Transient ImplementationFactory: (anonymous function)',
      'ServiceType: IMailer Lifetime: Singleton ImplementationInstance: Smtp',
      'ServiceType: IMailer Lifetime: Singleton ImplementationInstance: Object',
      'ServiceType: IMailer Lifetime: Scoped ServiceKey: outbox KeyedImplementationType: Smtp',
      'ServiceType: IMailer Lifetime: Transient ServiceKey: * KeyedImplementationFactory: (anonymous function)',
      'ServiceType: IMailer Lifetime: Singleton ServiceKey: both KeyedImplementationInstance: Smtp',
      'ServiceType: IMailer Lifetime: Transient ImplementationAlias: Smtp',
    ]);
  });

  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['addSingleton', services => services.addSingleton(Smtp)],
    ['addScoped under a token', services => services.addScoped(IMailer, Smtp)],
    ['addTransient of a factory', services => services.addTransient(IMailer, () => new Smtp())],
    ['addKeyedSingleton', services => services.addKeyedSingleton(IMailer, 'key', Smtp)],
    ['tryAddScoped', services => services.tryAddScoped(Smtp)],
    ['replaceTransient', services => services.replaceTransient(Smtp)],
    ['addAlias', services => services.addAlias(IMailer, Smtp)],
    ['addHostedService', services => services.addHostedService(Service, [])],
    ['addHostedService with another name', services => services.addHostedService(Service, { as: [IMailer], dependencies: [] })],
    ['add of a description', services => services.add(describeService(IMailer, 'singleton', Smtp))],
  ])('remembers where it was registered: %s', (what, register) => {
    const services = new ServiceCollection();
    register(services);
    const found = [...new Set([...services].map(({ registeredAt }) => registeredAt))].map(place =>
      /^\/.*\/service-descriptor\.test\.ts:(\d+):\d+$/.exec(place!),
    );
    const source = readFileSync(__filename, 'utf8').split('\n');
    expect(found.map(match => source[Number(match?.[1]) - 1])).toEqual([expect.stringContaining(`['${what}', `)]);
  });

  it.each(['/home/u/app/(auth)/page.ts', '/home/u/app(copy)/page.ts'])('remembers where it was registered, in %s', file => {
    const register = (0, eval)(`services => services.addSingleton(class {})\n//# sourceURL=${file}`) as (services: ServiceCollection) => ServiceCollection;
    expect(register(new ServiceCollection()).at(0)!.registeredAt).toMatch(new RegExp(`^${file.replace(/[()]/g, '\\$&')}:1:\\d+$`));
  });

  it('leaves the length of stacks alone', () => {
    const { stackTraceLimit } = Error;
    describeService(IMailer, 'singleton', Smtp);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(new Error('deep').stack!.split('\n').length).toBeGreaterThan(3);
  });
});

describe('an optional dependency', () => {
  it('that is registered and cannot be made fails what needs it', () => {
    class Pump {
      constructor(readonly mailer: IMailer | undefined) {}
    }
    class Broken {
      constructor(readonly map: unknown) {}
    }
    const provider = provide(services => services.addSingleton(Pump, [optional(IMailer)]).addSingleton(IMailer, Broken as never, [Map]));
    expect(thrownBy(() => provider.getService(Pump))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', path: ['Pump', 'IMailer(Broken)', 'Map'] });
  });
});

describe('what a circular import leaves undefined', () => {
  const missing = undefined as never;

  it.each<[string, (services: ServiceCollection) => unknown, string]>([
    ['a class', services => services.addSingleton(missing), 'serviceType'],
    ['what is registered under a token', services => services.addSingleton(IMailer, missing), 'implementation'],
    ['what is registered under a class', services => services.addSingleton(Smtp, missing), 'implementation'],
    ['what is registered under a class with a list', services => services.addSingleton(Smtp, missing, [] as never), 'implementation'],
    ['the key of a class', services => services.addKeyedSingleton(Smtp, missing), 'serviceKey'],
    ['the key of a token', services => services.addKeyedSingleton(IMailer, missing, Smtp), 'serviceKey'],
    ['what is registered with a key', services => services.addKeyedSingleton(Smtp, 'key', missing), 'implementation'],
    ['an entry of a list', services => services.addSingleton(Service, [IMailer, missing]), 'dependencies'],
    ['an entry of the list of a factory', services => services.addSingleton(IMailer, (_a: unknown) => new Smtp(), [missing]), 'dependencies'],
    ['a hosted service', services => services.addHostedService(missing), 'implementation'],
    ['an alias', services => services.addAlias(missing, IMailer), 'alias'],
    ['the target of an alias', services => services.addAlias(IMailer, missing), 'target'],
    ['a further token of a hosted service', services => services.addHostedService(Service, { as: [missing] }), 'as'],
    ['an entry of the list of a hosted service', services => services.addHostedService(Service, [missing]), 'dependencies'],
  ])('%s is refused at once, and nothing is registered', (_what, register, paramName) => {
    const services = new ServiceCollection();
    expect(thrownBy(() => register(services))).toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      paramName,
      message: expect.stringContaining('is there a circular import?'),
    });
    expect(services.count).toBe(0);
  });
});

describe('a read-only collection', () => {
  const open = () => {
    const services = new ServiceCollection()
      .addSingleton(Smtp)
      .addKeyedSingleton(Smtp, 'key')
      .addHostedService(Service, { as: [IMailer] });
    services.makeReadOnly();
    return services;
  };
  const smtp = describeService(Smtp, 'singleton', Smtp);

  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['add', services => services.addTransient(Smtp)],
    ['add with a key', services => services.addKeyedTransient(Smtp, 'key')],
    ['add of a description', services => services.add(smtp)],
    ['tryAdd of what is not there', services => services.tryAddSingleton(Map)],
    ['tryAdd of what is there with another key', services => services.tryAddKeyedSingleton(Smtp, 'other')],
    ['tryAddEnumerable of another class', services => services.tryAddEnumerable(describeService(IMailer, 'singleton', Smtp))],
    ['replace', services => services.replaceSingleton(Smtp)],
    ['removeAll of what is there', services => services.removeAll(Smtp)],
    ['removeAllKeyed of what is there', services => services.removeAllKeyed(Smtp, 'key')],
    ['remove of what is there', services => services.remove(services.at(0)!)],
    ['removeAt', services => services.removeAt(0)],
    ['insert', services => services.insert(0, smtp)],
    ['clear', services => services.clear()],
    ['addAlias', services => services.addAlias(IMailer, Smtp)],
    ['addHostedService of another class', services => services.addHostedService(class extends Service {}, [])],
    ['addHostedService with another name', services => services.addHostedService(Service, { as: [Smtp] })],
  ])('refuses a change: %s', (_what, change) => {
    const services = open();
    const before = [...services];
    expect(thrownBy(() => change(services))).toMatchObject({
      name: 'InvalidOperationError',
      code: 'ERR_INVALID_OPERATION',
      message: 'The service collection cannot be modified because it is read-only.',
    });
    expect([...services]).toEqual(before);
  });

  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['tryAdd of what is there', services => services.tryAddSingleton(Smtp)],
    ['tryAdd of what is there with its key', services => services.tryAddKeyedSingleton(Smtp, 'key')],
    ['tryAdd of a description of what is there', services => services.tryAdd(smtp)],
    ['tryAddEnumerable of what is there', services => services.tryAddEnumerable(describeService<IHostedService>(IHostedService, 'singleton', Service))],
    ['removeAll of what is not there', services => services.removeAll(Map)],
    ['removeAllKeyed of what is not there', services => services.removeAllKeyed(Smtp, 'other')],
    ['remove of what is not there', services => services.remove(smtp)],
    ['addHostedService of what is there', services => services.addHostedService(Service)],
    ['reading', services => [services.count, services.has(Smtp, 'key'), services.indexOf(smtp), services.at(0), [...services]]],
    ['building', services => new ServiceProvider(services).getRequiredService(Smtp)],
  ])('takes what changes nothing: %s', (_what, attempt) => {
    const services = open();
    const before = [...services];
    expect(() => attempt(services)).not.toThrow();
    expect([...services]).toEqual(before);
    expect(services.isReadOnly).toBe(true);
  });

  it('takes addHostedService with other names that are all there', () => {
    expect(() => open().addHostedService(Service, { as: [IMailer] })).not.toThrow();
  });
});

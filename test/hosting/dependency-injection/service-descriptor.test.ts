import { all, describeService, type IHostedService, inject, optional, ServiceCollection, type ServiceToken, serviceToken } from 'hostward';
import { provide, thrownBy } from './provide.js';

interface IMailer {
  readonly kind?: string;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');

class Smtp implements IMailer {
  readonly kind = 'smtp';
}
class Service implements IHostedService {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

describe('describeService', () => {
  class Silent extends Smtp {}

  it.each<[string, any, 'type' | 'factory' | 'instance']>([
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

  it('says the same of a class with decorators and of one with a list', () => {
    class Decorated {
      constructor(@inject(IMailer) _a: IMailer, @inject(Smtp) @optional() _b: Smtp | undefined, @all(IMailer) _c: IMailer[]) {}
    }
    class Listed {}
    const described = [describeService(Decorated, 'scoped', Decorated), describeService(Listed, 'scoped', Listed, [IMailer, optional(Smtp), all(IMailer)])].map(
      ({ source }) => source.kind === 'type' && source.dependencies,
    );
    expect(described[0]).toEqual([{ token: IMailer }, { token: Smtp, isOptional: true }, { token: IMailer, isMultiple: true }]);
    expect(described[1]).toEqual(described[0]);
  });

  it('refuses a class with an unknown parameter before a decorated one', () => {
    class Late {
      constructor(
        readonly unknown: unknown,
        @inject(IMailer) readonly mailer: IMailer,
      ) {}
    }
    expect(() => describeService(Late, 'singleton', Late)).toThrow('parameter 0 of the constructor of Late');
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
    expect(thrownBy(() => provider.getService(Pump))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', path: ['Pump', 'Broken', 'Map'] });
  });
});

describe('what a circular import leaves undefined', () => {
  const missing = undefined as never;

  it.each<[string, (services: ServiceCollection) => unknown, string]>([
    ['a class', services => services.addSingleton(missing), 'serviceType'],
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
  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['tryAdd of what is there', services => services.tryAddSingleton(Smtp)],
    ['removeAll of what is not', services => services.removeAll(IMailer)],
    ['addHostedService with `as` of what is there', services => services.addHostedService(Service, { as: [IMailer] })],
  ])('refuses also what would change nothing: %s', (_what, change) => {
    const services = new ServiceCollection().addSingleton(Smtp).addHostedService(Service, { as: [IMailer] });
    const { count } = services;
    services.makeReadOnly();
    expect(thrownBy(() => change(services))).toMatchObject({ code: 'ERR_INVALID_OPERATION' });
    expect(services.count).toBe(count);
  });
});

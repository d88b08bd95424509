import {
  fromKeyed,
  Host,
  InvalidServiceError,
  ServiceCollection,
  ServiceProvider,
  type ServiceResolutionError,
  type ServiceToken,
  serviceToken,
  ServiceValidationError,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { thrownBy } from './provide.js';

expectNoLeaks();

class Part {
  constructor(..._parts: unknown[]) {}
}
class App extends Part {}
class Store extends Part {}
class Disk extends Part {}
class Session extends Part {}
class Undeclared {
  constructor(readonly what: string) {}
}
const IStore: ServiceToken<object> = serviceToken('IStore');
const IStorage: ServiceToken<object> = serviceToken('IStorage');
const IQueue: ServiceToken<object> = serviceToken('IQueue');

const everything = { validateOnBuild: true, validateScopes: true };

function errorOf(register: (services: ServiceCollection) => unknown, options = everything): ServiceValidationError {
  const services = new ServiceCollection();
  register(services);
  const error = thrownBy(() => new ServiceProvider(services, options));
  expect(error).toBeInstanceOf(ServiceValidationError);
  return error as ServiceValidationError;
}

describe('validation on build', () => {
  it('finds everything that is wrong at once, whatever is wrong, in order of the registrations', () => {
    const { code, errors } = errorOf(services =>
      services
        .addSingleton(App, [Disk])
        .addSingleton(IStore, Store, [IStorage])
        .addSingleton(IStorage, Store, [IStore])
        .addScoped(Session)
        .addTransient(Part, [fromKeyed('outbox', IQueue)])
        .addSingleton(Store, [Session])
        .addSingleton(Undeclared),
    );
    expect(code).toBe('ERR_SERVICE_VALIDATION');
    expect(
      errors.map(({ descriptor, cause }) => [
        (descriptor.serviceType as { description?: string; name: string }).description ?? (descriptor.serviceType as { name: string }).name,
        (cause as ServiceResolutionError).code,
      ]),
    ).toEqual([
      ['App', 'ERR_SERVICE_NOT_REGISTERED'],
      ['IStore', 'ERR_CIRCULAR_DEPENDENCY'],
      ['IStorage', 'ERR_CIRCULAR_DEPENDENCY'],
      ['Part', 'ERR_SERVICE_NOT_REGISTERED'],
      ['Store', 'ERR_CAPTIVE_DEPENDENCY'],
      ['Undeclared', 'ERR_INVALID_ARGUMENT'],
    ]);
    expect(errors[0]).toBeInstanceOf(InvalidServiceError);
    expect(errors[0]?.message).toMatch(
      /^Error while validating the service descriptor 'ServiceType: App Lifetime: Singleton ImplementationType: App': Unable to resolve/,
    );
  });

  it('says each reason once, with the shortest path, the place of the registration and what may have been meant', () => {
    const { message } = errorOf(services => services.addSingleton(App, [Store]).addSingleton(Store, [IStorage]).addSingleton(IStore, Disk));
    const lines = message.split('\n');
    expect(lines.map(line => line.replace(/ at .*service-validation/, ' at service-validation').replace(/ts:[\d:]+/, 'ts'))).toEqual([
      'Some services are not able to be constructed (2):',
      "  1. Unable to resolve service for type 'IStorage' while attempting to activate 'Store'.",
      '     Path: Store -> IStorage',
      '     Store is registered at service-validation.test.ts',
      '     Did you mean IStore?',
      '     Fails: App, Store',
    ]);
  });

  it('finds every dependency that is missing of a constructor, not only the first', () => {
    const { errors, message } = errorOf(services => services.addSingleton(App, [Disk, IStore, Store]).addSingleton(Store, [IQueue]));
    expect(errors[0]?.others.map(error => (error as ServiceResolutionError).service)).toEqual(['IStore', 'IQueue']);
    for (const name of ['Disk', 'IStore', 'IQueue']) expect(message).toContain(`Unable to resolve service for type '${name}'`);
  });

  it('finds every scoped service that a singleton would capture', () => {
    const { errors } = errorOf(services => services.addScoped(Session).addScoped(Disk).addTransient(Store, [Disk]).addSingleton(App, [Session, Store]));
    expect([errors[0]?.cause, ...errors[0]!.others].map(error => (error as ServiceResolutionError).path.join(' -> '))).toEqual([
      'App -> Session',
      'App -> Store',
    ]);
  });

  it('names the whole path from a singleton to the scoped service', () => {
    const { errors } = errorOf(services => services.addSingleton(App, [Store]).addTransient(Store, [IStore]).addScoped(IStore, Disk));
    expect(errors[0]?.cause).toMatchObject({ code: 'ERR_CAPTIVE_DEPENDENCY', singleton: 'App', scoped: 'IStore', path: ['App', 'Store', 'IStore(Disk)'] });
  });

  it('looks at registrations that others override', () => {
    expect(errorOf(services => services.addSingleton(App, [Disk]).addSingleton(App, [])).errors).toHaveLength(1);
  });

  it('constructs nothing, and calls no factory', () => {
    const made = jest.fn();
    class Made {
      constructor() {
        made();
      }
    }
    const services = new ServiceCollection().addSingleton(Made).addScoped(IStore, made).addTransient(App, [Made, IStore]);
    new ServiceProvider(services, { validateOnBuild: true });
    expect(made).not.toHaveBeenCalled();
  });

  it('leaves scopes alone unless they are to be validated, and the rest unless it is', () => {
    const services = new ServiceCollection().addScoped(Session).addSingleton(App, [Session]);
    new ServiceProvider(services, { validateOnBuild: true });
    new ServiceProvider(services.addSingleton(Store, [Disk]), { validateScopes: true });
    expect(() => new ServiceProvider(services, { validateOnBuild: true })).toThrow(ServiceValidationError);
  });

  it('is not needed to find a constructor of which a parameter is not declared', () => {
    const { errors, message } = errorOf(
      services =>
        services
          .addSingleton(Undeclared)
          .addSingleton(IStore, Undeclared as never)
          .addSingleton(App, [Disk]),
      { validateOnBuild: false, validateScopes: false },
    );
    expect(errors).toHaveLength(2);
    expect(message).toMatch(
      /Nothing says what parameter 0 of the constructor of Undeclared receives\..*\n +It is registered at .*service-validation\.test\.ts:\d+/,
    );
  });
});

describe('a hint', () => {
  const hintOf = (register: (services: ServiceCollection) => unknown, token: ServiceToken<object> = IStore): string => {
    const services = new ServiceCollection();
    register(services);
    return (thrownBy(() => new ServiceProvider(services).getRequiredService(token)) as Error).message.split('\n  ').at(-1)!;
  };

  it.each<[string, (services: ServiceCollection) => unknown, string]>([
    ['a name that differs little', services => services.addSingleton(IStorage, Disk), 'Did you mean IStorage?'],
    ['the class in place of its interface', services => services.addSingleton(Store), 'Did you mean Store?'],
    [
      'a key',
      services => services.addKeyedSingleton(IStore, 'a', Disk).addKeyedSingleton(IStore, 7, Disk),
      'IStore is registered only with a key: a, 7. Ask with fromKeyed(key), or register it without one.',
    ],
    [
      'a token of the same name',
      services => services.addSingleton(serviceToken<object>('IStore'), Disk),
      'Another token named IStore is registered: the module that makes it is loaded twice, or two modules make one each.',
    ],
  ])('says that %s may have been meant', (_what, register, hint) => {
    expect(hintOf(register)).toBe(hint);
  });

  it('says under which token a class is registered', () => {
    expect(hintOf(services => services.addSingleton(IStore, Store), Store)).toBe(
      'Store is registered as IStore, not under itself. Ask for that, or add an alias.',
    );
  });

  it('is left out where nothing is near', () => {
    expect(hintOf(services => services.addSingleton(App))).toBe("No service for type 'IStore' has been registered.");
  });

  it('names the other keys, and a registration without one', () => {
    const provider = new ServiceProvider(new ServiceCollection().addKeyedSingleton(IStore, 'a', Disk).addSingleton(IQueue, Disk));
    expect(thrownBy(() => provider.getRequiredKeyedService(IStore, 'b'))).toMatchObject({
      message: expect.stringContaining('IStore is registered with other keys: a.'),
    });
    expect(thrownBy(() => provider.getRequiredKeyedService(IQueue, 'b'))).toMatchObject({
      message: expect.stringContaining('IQueue is registered without a key'),
    });
  });
});

describe('a host', () => {
  const build = (environmentName: string, disableDefaults = false) => {
    const builder = Host.createApplicationBuilder({ environmentName, disableDefaults });
    builder.logging.clearProviders();
    builder.services.addSingleton(App, [Disk]);
    return builder;
  };

  it('is validated in the environment Development only', async () => {
    expect(() => build('development').build()).toThrow(ServiceValidationError);
    for (const builder of [build('Production'), build('Development', true)]) {
      await using host = builder.build();
      expect(host.services.isService(App)).toBe(true);
    }
  });

  it('is validated when the program wants it, and not when it does not', async () => {
    expect(() =>
      build('Production')
        .useDefaultServiceProvider(options => void (options.validateOnBuild = true))
        .build(),
    ).toThrow(ServiceValidationError);
    await using host = build('Development')
      .useDefaultServiceProvider(options => void (options.validateOnBuild = false))
      .build();
    expect(host.services.isService(App)).toBe(true);
  });

  it('has nothing of its own that does not stand the validation', async () => {
    const builder = Host.createApplicationBuilder({ environmentName: 'Development' });
    await using host = builder.build();
    expect(
      host.services.describeServices().filter(({ dependencies, problem }) => problem !== undefined || dependencies.some(({ isMissing }) => isMissing)),
    ).toEqual([]);
  });
});

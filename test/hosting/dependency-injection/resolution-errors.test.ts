import { all, fromKeyed, IServiceProvider, optional, type ServiceCollection, ServiceResolutionError, type ServiceToken, serviceToken } from 'hostward';
import { provide, thrownBy } from './provide.js';

class Node {
  constructor(...parts: unknown[]) {
    void parts;
  }
}
class App extends Node {}
class Store extends Node {}
class Disk extends Node {}
const IStore: ServiceToken<unknown> = serviceToken('IStore');
const IDisk: ServiceToken<unknown> = serviceToken('IDisk');

const missing = (message: string, path: string[]) => ({ code: 'ERR_SERVICE_NOT_REGISTERED', message, path });
const activating = (what: string, whose: string, path: string[]) =>
  missing(`Unable to resolve service for type '${what}' while attempting to activate '${whose}'.\n  Path: ${path.join(' -> ')}`, path);
const circle = (path: string[]) => ({
  code: 'ERR_CIRCULAR_DEPENDENCY',
  message: `A circular dependency was detected for the service of type '${path.at(-1)}'.\n  Path: ${path.join(' -> ')}`,
  path,
});
/** The code, the path, and the message without the hints that follow the path. */
const facts = (action: () => unknown) => {
  const error = thrownBy(action);
  expect(error).toBeInstanceOf(ServiceResolutionError);
  const { name, code, message, path } = error as ServiceResolutionError;
  expect(name).toBe('ServiceResolutionError');
  const [title, second] = message.split('\n');
  return { code, message: second?.startsWith('  Path: ') ? `${title}\n${second}` : title, path };
};

describe('a service that is not registered', () => {
  it('is an error of getRequiredService', () => {
    const provider = provide(() => undefined);
    for (const services of [provider, provider.createScope().services])
      expect(facts(() => services.getRequiredService(IStore))).toEqual(missing("No service for type 'IStore' has been registered.", ['IStore']));
  });

  it('is named with the path that leads to it, whichever way it is asked for', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [IDisk]));
    const expected = activating('IDisk', 'Store', ['App', 'IStore(Store)', 'IDisk']);
    const requests: ((services: IServiceProvider) => unknown)[] = [
      services => services.getService(App),
      services => services.getRequiredService(App),
      services => services.createScope().services.getService(App),
    ];
    for (const services of [provider, provider.createScope().services])
      for (const request of requests) expect(facts(() => request(services))).toEqual(expected);
    expect(facts(() => provider.getServices(App))).toEqual(activating('IDisk', 'Store', ['App[]', 'App', 'IStore(Store)', 'IDisk']));
  });

  it('is a fact of the error, with what needs it and where that was registered', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [IDisk]));
    expect(thrownBy(() => provider.getService(App))).toMatchObject({
      service: 'IDisk',
      implementation: 'Store',
      registeredAt: expect.stringMatching(/resolution-errors\.test\.ts:\d+:\d+$/),
      message: expect.stringMatching(/\n {2}Store is registered at .*resolution-errors\.test\.ts:\d+:\d+$/m),
    });
  });

  it('is found before anything is made', () => {
    const factory = jest.fn(() => new Disk());
    const provider = provide(services => services.addSingleton(App, [IDisk, IStore]).addSingleton(IDisk, factory));
    expect(facts(() => provider.getService(App))).toEqual(activating('IStore', 'App', ['App', 'IStore']));
    expect(factory).not.toHaveBeenCalled();
    expect(provider.getService(IDisk)).toBeInstanceOf(Disk);
  });

  it('is named with its key', () => {
    const provider = provide(services => services.addSingleton(App, [fromKeyed('fast', IDisk)]).addKeyedSingleton(IStore, 'safe', Store, [App]));
    expect(facts(() => provider.getKeyedService(IStore, 'safe'))).toEqual(activating('IDisk', 'App', ['IStore@safe(Store)', 'App', 'IDisk@fast']));
    expect(facts(() => provider.getRequiredKeyedService(IDisk, 'slow'))).toEqual(
      missing("No keyed service for type 'IDisk' using key type 'string' has been registered.", ['IDisk@slow']),
    );
  });

  it('is found behind what a factory with a dependency list needs', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, (disk: unknown) => disk, [IDisk]));
    expect(facts(() => provider.getService(App))).toEqual(activating('IDisk', 'IStore', ['App', 'IStore', 'IDisk']));
  });

  it('is found behind lists, optional parameters and aliases', () => {
    const provider = provide(services =>
      services
        .addSingleton(App, [all(Disk)])
        .addSingleton(Disk, [optional(IStore)])
        .addAlias(IStore, Store)
        .addSingleton(Store, [IDisk]),
    );
    expect(facts(() => provider.getService(App))).toEqual(activating('IDisk', 'Store', ['App', 'Disk[]', 'Disk', 'IStore', 'Store', 'IDisk']));
  });

  it('is found behind a factory that asks for it', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, p => p.getRequiredService(IDisk)));
    expect(facts(() => provider.getService(App))).toEqual(
      missing("No service for type 'IDisk' has been registered.\n  Path: App -> IStore -> IDisk", ['App', 'IStore', 'IDisk']),
    );
  });

  it('is found behind a constructor that asks for it', () => {
    class Asking {
      constructor(services: IServiceProvider) {
        services.getRequiredService(IDisk);
      }
    }
    const provider = provide(services => services.addSingleton(App, [Asking]).addSingleton(Asking, [IServiceProvider]));
    expect(facts(() => provider.getService(App)).path).toEqual(['App', 'Asking', 'IDisk']);
  });

  it('is the target of an alias', () => {
    const provider = provide(services => services.addAlias(IStore, IDisk));
    expect(provider.isService(IStore)).toBe(true);
    expect(facts(() => provider.getService(IStore))).toEqual(activating('IDisk', 'IStore', ['IStore', 'IDisk']));
  });

  it('is not said to be registered under its alias', () => {
    const provider = provide(services => services.addAlias(IStore, IDisk));
    expect(thrownBy(() => provider.getService(IStore))).toMatchObject({ message: expect.not.stringContaining('IDisk is registered as IStore') });
  });

  it('has a name for people also when its token has none', () => {
    const nameless: ServiceToken<unknown> = Symbol();
    const provider = provide(services => services.addSingleton(IStore, class extends Node {}, [nameless]));
    expect(facts(() => provider.getService(IStore)).path).toEqual(['IStore((anonymous class))', 'Symbol()']);
  });

  it('is reported afresh at the next request', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]));
    const first = thrownBy(() => provider.getService(App));
    const second = thrownBy(() => provider.getService(App));
    expect(second).not.toBe(first);
    expect(second).toMatchObject({ path: ['App', 'IStore'] });
  });
});

describe('services that need each other', () => {
  it('are named around the whole circle', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addScoped(IStore, Store, [Disk]).addTransient(Disk, [App]));
    expect(facts(() => provider.getService(App))).toEqual(circle(['App', 'IStore(Store)', 'Disk', 'App']));
    expect(facts(() => provider.createScope().services.getService(IStore))).toEqual(circle(['IStore(Store)', 'Disk', 'App', 'IStore']));
  });

  it('are named with what led into the circle', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [Disk]).addSingleton(Disk, [IStore]));
    expect(facts(() => provider.getService(App))).toEqual(circle(['App', 'IStore(Store)', 'Disk', 'IStore']));
  });

  it.each(['addSingleton', 'addScoped'] as const)('are found when factories of %s ask for each other, with what led there', method => {
    const provider = provide(services => {
      services.addTransient(App, [IStore]);
      services[method](IStore, p => p.getRequiredService(IDisk));
      services[method](IDisk, p => p.getRequiredService(IStore));
    });
    expect(facts(() => provider.getService(IStore))).toEqual(circle(['IStore', 'IDisk', 'IStore']));
    expect(facts(() => provider.createScope().services.getService(App))).toEqual(circle(['App', 'IStore', 'IDisk', 'IStore']));
  });

  it.each<[string, (services: ServiceCollection) => unknown, names: string[]]>([
    [
      'two factories',
      services => services.addTransient(IStore, p => p.getRequiredService(IDisk)).addTransient(IDisk, p => p.getRequiredService(IStore)),
      ['IDisk', 'IStore'],
    ],
    ['a factory and a class', services => services.addTransient(IStore, p => p.getRequiredService(Disk)).addTransient(Disk, [IStore]), ['Disk', 'IStore']],
    ['a factory that wants the list', services => services.addTransient(IStore, p => p.getServices(IStore)), ['IStore', 'IStore[]']],
    [
      'a constructor that asks',
      services =>
        services.addTransient(
          IStore,
          class Asking {
            constructor(p: IServiceProvider) {
              p.getService(IStore);
            }
          },
          [IServiceProvider],
        ),
      ['IStore(Asking)'],
    ],
  ])('are found when they are made anew each time, after many rounds, by one of them: %s', (_what, register, names) => {
    const provider = provide(services => register(services.addTransient(App, [IStore])));
    for (const token of [IStore, App]) {
      const { code, path } = facts(() => provider.getService(token));
      expect([code, [...path.slice(0, -1)].sort(), path.at(-1)]).toEqual(['ERR_CIRCULAR_DEPENDENCY', names, path[0]!.replace(/\(.*/, '')]);
    }
  });

  it('are no error when factories of transients ask for them a number of times only', () => {
    let left = 50;
    const provider = provide(services => services.addTransient(IStore, p => (left-- > 0 ? { inner: p.getRequiredService(IStore) } : new Disk())));
    for (left = 50; left > 0;) expect(provider.getService(IStore)).toHaveProperty('inner.inner.inner');
  });

  it('are found when a class needs itself', () => {
    expect(facts(() => provide(services => services.addTransient(App, [App])).getService(App))).toEqual(circle(['App', 'App']));
  });

  it('are found when a list contains its owner', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [all(IStore)]));
    // As in .NET: the place of a service in the path is where it was planned last, here as an item of the list.
    expect(facts(() => provider.getService(App))).toEqual(circle(['App', 'IStore[]', 'IStore(Store)', 'IStore[]']));
  });

  it('are told apart by their keys', () => {
    const keyed = (from: string) =>
      provide(services =>
        services
          .addKeyedSingleton(App, 'a', App, [fromKeyed('b', App)])
          .addKeyedSingleton(App, 'b', App, [fromKeyed(from, App)])
          .addSingleton(App),
      );
    expect(facts(() => keyed('a').getKeyedService(App, 'a'))).toEqual(circle(['App@a', 'App@b', 'App@a']));
    expect(() => provide(services => services.addKeyedSingleton(App, 'a', App, [App]).addSingleton(App)).getRequiredKeyedService(App, 'a')).not.toThrow();
  });

  it('are found before anything is made', () => {
    const factory = jest.fn(() => new Disk());
    const provider = provide(services => services.addSingleton(App, [IDisk, Store]).addSingleton(Store, [App]).addSingleton(IDisk, factory));
    expect(facts(() => provider.getService(App)).code).toBe('ERR_CIRCULAR_DEPENDENCY');
    expect(factory).not.toHaveBeenCalled();
  });

  it('are found among aliases', () => {
    const provider = provide(services => services.addAlias(IStore, IDisk).addAlias(IDisk, IStore));
    expect(facts(() => provider.getService(IStore))).toEqual(circle(['IStore', 'IDisk', 'IStore']));
  });

  it('are no error while the circle is closed later, through the provider', () => {
    const provider = provide(services => services.addSingleton(App, p => ({ store: () => p.getService(Store) })).addSingleton(Store, [App]));
    const { store } = provider.getRequiredService(App) as unknown as { store(): unknown };
    expect(store()).toBe(provider.getService(Store));
  });

  it('do not stand in the way of an earlier registration of the same token', () => {
    const provider = provide(services => services.addSingleton(IStore, Store).addSingleton(App, [all(IStore)]));
    expect(provider.getService(App)).toBeInstanceOf(App);
  });

  it('leave the provider usable', () => {
    const provider = provide(services => services.addSingleton(App, [Store]).addSingleton(Store, [App]).addSingleton(Disk));
    for (let time = 0; time < 2; time++) expect(facts(() => provider.getService(App)).path).toEqual(['App', 'Store', 'App']);
    expect(provider.getService(Disk)).toBeInstanceOf(Disk);
  });
});

import { all, type IServiceProvider, optional, ServiceResolutionError, type ServiceToken, serviceToken } from 'hostward';
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

const missing = (message: string, path: string[]) => ({ name: 'ServiceResolutionError', code: 'ERR_SERVICE_NOT_REGISTERED', message, path });
const activating = (what: string, whose: string, path: string[]) =>
  missing(`Unable to resolve service for type '${what}' while attempting to activate '${whose}'.\n  Path: ${path.join(' -> ')}`, path);
const circle = (path: string[]) => ({
  name: 'ServiceResolutionError',
  code: 'ERR_CIRCULAR_DEPENDENCY',
  message: `A circular dependency was detected for the service of type '${path[0]}'.\n  Path: ${path.join(' -> ')}`,
  path,
});
const facts = (action: () => unknown) => {
  const error = thrownBy(action);
  expect(error).toBeInstanceOf(ServiceResolutionError);
  const { name, code, message, path } = error as ServiceResolutionError;
  return { name, code, message, path };
};

describe('a service that is not registered', () => {
  it('is an error of getRequiredService', () => {
    const provider = provide(() => undefined);
    for (const services of [provider, provider.createScope().services])
      expect(facts(() => services.getRequiredService(IStore))).toEqual(missing("No service for type 'IStore' has been registered.", ['IStore']));
  });

  it('is named with the path that leads to it, whichever way it is asked for', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [IDisk]));
    const expected = activating('IDisk', 'Store', ['App', 'Store', 'IDisk']);
    const requests: ((services: IServiceProvider) => unknown)[] = [
      services => services.getService(App),
      services => services.getRequiredService(App),
      services => services.getServices(App),
    ];
    for (const services of [provider, provider.createScope().services])
      for (const request of requests) expect(facts(() => request(services))).toEqual(expected);
  });

  it('is found behind lists, optional parameters and aliases', () => {
    const provider = provide(services =>
      services
        .addSingleton(App, [all(Disk)])
        .addSingleton(Disk, [optional(IStore)])
        .addAlias(IStore, Store)
        .addSingleton(Store, [IDisk]),
    );
    expect(facts(() => provider.getService(App))).toEqual(activating('IDisk', 'Store', ['App', 'Disk', 'IStore', 'Store', 'IDisk']));
  });

  it('is found behind a factory that asks for it', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, p => p.getRequiredService(IDisk)));
    expect(facts(() => provider.getService(App))).toEqual(activating('IDisk', 'IStore', ['App', 'IStore', 'IDisk']));
  });

  it('is the target of an alias', () => {
    const provider = provide(services => services.addAlias(IStore, IDisk));
    expect(provider.isService(IStore)).toBe(true);
    expect(facts(() => provider.getService(IStore))).toEqual(activating('IDisk', 'IStore', ['IStore', 'IDisk']));
  });

  it('has a name for people also when its token has none', () => {
    const nameless: ServiceToken<unknown> = Symbol();
    const provider = provide(services => services.addSingleton(IStore, class extends Node {}, [nameless]));
    expect(facts(() => provider.getService(IStore)).path).toEqual(['(anonymous class)', 'Symbol()']);
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
    expect(facts(() => provider.getService(App))).toEqual(circle(['App', 'Store', 'Disk', 'App']));
    expect(facts(() => provider.createScope().services.getService(IStore))).toEqual(circle(['Store', 'Disk', 'App', 'Store']));
  });

  it('are named without what led into the circle', () => {
    const provider = provide(services => services.addSingleton(App, [IStore]).addSingleton(IStore, Store, [Disk]).addSingleton(Disk, [IStore]));
    expect(facts(() => provider.getService(App))).toEqual(circle(['Store', 'Disk', 'Store']));
  });

  it.each(['addSingleton', 'addScoped', 'addTransient'] as const)('are found when they are registered by %s, through factories as well', method => {
    const provider = provide(services => services[method](IStore, p => p.getRequiredService(IDisk))[method](IDisk, p => p.getRequiredService(IStore)));
    expect(facts(() => provider.getService(IStore))).toEqual(circle(['IStore', 'IDisk', 'IStore']));
  });

  it('are found when a class needs itself', () => {
    expect(facts(() => provide(services => services.addTransient(App, [App])).getService(App))).toEqual(circle(['App', 'App']));
  });

  it('are found when a list contains its owner', () => {
    const provider = provide(services => services.addSingleton(IStore, Store, [all(IStore)]));
    expect(facts(() => provider.getService(IStore))).toEqual(circle(['Store', 'Store']));
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

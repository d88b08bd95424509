import { inject, IServiceProvider, type ServiceToken, serviceToken } from 'hostward';
import { disposablesIn, provide, thrownBy } from './provide.js';

class Session {}
class Settings {}
class Request {
  constructor(
    @inject(Session) readonly session: Session,
    @inject(Settings) readonly settings: Settings,
    @inject(IServiceProvider) readonly services: IServiceProvider,
  ) {}
}

const disposed = (objectName: string) => expect.objectContaining({ code: 'ERR_OBJECT_DISPOSED', objectName });

describe('a scope', () => {
  const open = () => provide(services => services.addScoped(Session).addSingleton(Settings).addTransient(Request));

  it('has instances of its own for scoped services, and one of each', () => {
    const provider = open();
    const [first, second] = [provider.createScope().services, provider.createScope().services];
    const instances = [first, second, provider].map(services => services.getService(Session));
    expect(new Set(instances).size).toBe(3);
    expect([first, second, provider].map(services => services.getService(Session))).toEqual(instances);
    expect(first.getService(Session)).toBe(instances[0]);
  });

  it('shares singletons with the whole provider, whoever asks first', () => {
    const provider = open();
    const settings = provider.createScope().services.getService(Settings);
    expect([provider, provider.createScope().services].map(services => services.getService(Settings) === settings)).toEqual([true, true]);
  });

  it('gives its own services to what is made in it', () => {
    const { services } = open().createScope();
    const [request, other] = [services.getRequiredService(Request), services.getRequiredService(Request)];
    expect(request).not.toBe(other);
    expect(request.session).toBe(services.getService(Session));
    expect(other.session).toBe(request.session);
  });

  it('is what is injected as IServiceProvider, also into factories', () => {
    const token: ServiceToken<IServiceProvider> = serviceToken('seen by a factory');
    const provider = provide(services =>
      services
        .addScoped(Session)
        .addSingleton(Settings)
        .addScoped(Request)
        .addScoped(token, scope => scope),
    );
    const { services } = provider.createScope();
    expect(services.getService(IServiceProvider)).toBe(services);
    expect(services.getRequiredService(Request).services).toBe(services);
    expect(services.getService(token)).toBe(services);
  });

  it('makes a singleton, and what that needs, in the root', () => {
    class Cache {
      constructor(
        @inject(Session) readonly session: Session,
        @inject(IServiceProvider) readonly services: IServiceProvider,
      ) {}
    }
    const provider = provide(services => services.addScoped(Session).addSingleton(Cache));
    const { services } = provider.createScope();
    const cache = services.getRequiredService(Cache);
    expect(cache.services).toBe(provider.getService(IServiceProvider));
    expect(cache.session).toBe(provider.getService(Session));
    expect(services.getService(Session)).not.toBe(cache.session);
  });

  it('of a scope is a sibling of it', async () => {
    const provider = open();
    const outer = provider.createScope();
    const inner = outer.services.createScope();
    expect(inner.services.getService(Session)).not.toBe(outer.services.getService(Session));
    await outer[Symbol.asyncDispose]();
    expect(inner.services.getService(Session)).toBeInstanceOf(Session);
  });

  it('gives list items as it gives single services', () => {
    const provider = provide(services => services.addScoped(Session).addScoped(Session));
    const { services } = provider.createScope();
    const sessions = services.getServices(Session);
    expect(new Set([...sessions, ...services.getServices(Session), ...provider.getServices(Session)]).size).toBe(4);
    expect(sessions[1]).toBe(services.getService(Session));
  });

  it('says what can be resolved, as the provider does', () => {
    const { services } = open().createScope();
    expect([services.isService(Session), services.isService(IServiceProvider), services.isService(Map)]).toEqual([true, true, false]);
  });

  describe('that was disposed', () => {
    const requests: [string, (services: IServiceProvider) => unknown][] = [
      ['getService', services => services.getService(Session)],
      ['getService of what is not registered', services => services.getService(Map)],
      ['getService of IServiceProvider', services => services.getService(IServiceProvider)],
      ['getRequiredService', services => services.getRequiredService(Settings)],
      ['getServices', services => services.getServices(Session)],
      ['createScope', services => services.createScope()],
    ];

    it.each(requests)('throws at %s, while the others go on', async (_what, request) => {
      const provider = open();
      const [scope, other] = [provider.createScope(), provider.createScope()];
      scope.services.getService(Session);
      await scope[Symbol.asyncDispose]();
      expect(thrownBy(() => request(scope.services))).toEqual(disposed('IServiceScope'));
      for (const services of [other.services, provider]) expect(() => request(services)).not.toThrow();
    });

    it.each(requests)('with its provider throws at %s', async (_what, request) => {
      const provider = open();
      const scope = provider.createScope();
      await provider[Symbol.asyncDispose]();
      for (const services of [provider, scope.services]) expect(thrownBy(() => request(services))).toEqual(disposed('IServiceProvider'));
    });

    it('still says what could be resolved', async () => {
      const scope = open().createScope();
      await scope[Symbol.asyncDispose]();
      expect(scope.services.isService(Session)).toBe(true);
    });
  });

  it('that is open when its provider is disposed can be disposed afterwards', async () => {
    const trace: string[] = [];
    const { sync } = disposablesIn(trace);
    const token: ServiceToken<Disposable> = serviceToken('disposable');
    const provider = provide(services => services.addScoped(token, sync('scoped')));
    const scope = provider.createScope();
    scope.services.getService(token);
    await provider[Symbol.asyncDispose]();
    expect(trace).toEqual([]);
    await scope[Symbol.asyncDispose]();
    expect(trace).toEqual(['scoped']);
  });
});

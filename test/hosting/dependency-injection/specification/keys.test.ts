import {
  all,
  anyKey,
  fromKeyed,
  inheritedKey,
  IServiceProvider,
  IServiceProviderIsService,
  IServiceScopeFactory,
  optional,
  ServiceCollection,
  serviceKey,
  ServiceProvider,
  type ServiceValidationError,
} from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, B, B1, C, C1, N, partsOfX, type Parts, X } from './services.js';

expectNoLeaks();

describe('a key', () => {
  const [object, other] = [{}, {}];

  it.each<[string, unknown, unknown]>([
    ['a number and its text', 1, '1'],
    ['two objects', object, other],
    ['two symbols of one name', Symbol('k'), Symbol('k')],
    ['true and 1', true, 1],
  ])('tells %s apart', (_what, one, two) => {
    const provider = provide(services => services.addKeyedSingleton(N, one, 1).addKeyedSingleton(N, two, 2));
    expect([provider.getKeyedService(N, one), provider.getKeyedService(N, two)]).toEqual([1, 2]);
  });

  it.each<[string, unknown, unknown]>([
    ['equal texts', 'key', ['k', 'ey'].join('')],
    ['not a number', NaN, NaN],
    ['both zeros', 0, -0],
    ['the empty text', '', ''],
    ['false', false, false],
    ['an object', object, object],
  ])('is the same for %s', (_what, registered, asked) => {
    const provider = provide(services => services.addKeyedSingleton(N, registered, 1));
    expect([provider.getKeyedService(N, asked), provider.isKeyedService(N, asked), provider.getService(N)]).toEqual([1, true, undefined]);
  });

  it('answers with the last registration that has it, else with the last for any key, else not', () => {
    const provider = provide(services =>
      services
        .addKeyedSingleton(N, 'k', 1)
        .addKeyedSingleton(N, 'k', 2)
        .addKeyedSingleton(N, anyKey, 3)
        .addKeyedSingleton(N, anyKey, 4)
        .addKeyedSingleton(A, 'k', A1),
    );
    expect(['k', 'other'].map(key => provider.getKeyedService(N, key))).toEqual([2, 4]);
    expect(provider.getService(N)).toBeUndefined();
    expect(provider.getKeyedService(A, 'other')).toBeUndefined();
  });

  it.each(['none', 'one', 'one for any key'])('that stands for all of them gives no single service, however many there are: %s', count => {
    const provider = provide(services => {
      if (count !== 'none') services.addKeyedSingleton(A, count === 'one' ? 'k' : anyKey, A1);
    });
    for (const request of ['getKeyedService', 'getRequiredKeyedService'] as const)
      expect(thrownBy(() => provider[request](A, anyKey))).toMatchObject({ code: 'ERR_SERVICE_KEY', service: 'A' });
  });

  it('is told to a factory after the provider, as it was asked for', () => {
    const factory = jest.fn((_services: IServiceProvider, _key: unknown) => new A1());
    const provider = provide(services => services.addKeyedTransient(A, anyKey, factory).addKeyedTransient(B, 'k', factory));
    const { services } = provider.createScope();
    services.getKeyedService(A, 'x');
    services.getKeyedService(B, 'k');
    expect(factory.mock.calls.map(([given, key]) => [given === services, key])).toEqual([
      [true, 'x'],
      [true, 'k'],
    ]);
  });

  it.each([IServiceProvider, IServiceScopeFactory, IServiceProviderIsService])('leads to nothing that is built in: %p', token => {
    const provider = provide(() => undefined);
    expect(provider.getKeyedService(token as symbol, 'k')).toBeUndefined();
    expect(provider.getKeyedService(token as symbol, null)).toBeDefined();
  });
});

describe('a parameter', () => {
  it('with a key receives exactly that, or what serves any key', () => {
    const provider = provide(services =>
      services
        .addKeyedSingleton(N, 'k', 1)
        .addKeyedSingleton(N, anyKey, 2)
        .addTransient(X, [fromKeyed('k', N), fromKeyed(7, N)]),
    );
    expect(partsOfX(provider)).toEqual([1, 2]);
  });

  it('without a key of its own does not inherit that of its owner', () => {
    const provider = provide(services => services.addKeyedSingleton(N, 'k', 1).addSingleton(N, 2).addKeyedTransient(X, 'k', X, [N]));
    expect(provider.getRequiredKeyedService(X, 'k').parts).toEqual([2]);
  });

  describe('that inherits the key', () => {
    const levels = [
      ['with the key of a registration', 'k'],
      ['with the key that was asked for, of a registration for any', anyKey],
    ] as const;

    it.each(levels)('passes it on level by level, also into lists: %s', (_how, registered) => {
      const provider = provide(services =>
        services
          .addKeyedTransient(A, registered, A1, [fromKeyed(inheritedKey, B)])
          .addKeyedTransient(B, registered, B1, [fromKeyed(inheritedKey, all(C))])
          .addKeyedTransient(C, 'k', C1, [serviceKey()])
          .addKeyedTransient(C, 'other', C1, [serviceKey()])
          .addTransient(C, C1),
      );
      const [b] = provider.getRequiredKeyedService(A, 'k').parts as [Parts];
      const [list] = b.parts as [Parts[]];
      expect(list.map(({ parts }) => parts)).toEqual([['k']]);
    });

    it('asks without a key where the owner has none', () => {
      const provider = provide(services =>
        services
          .addSingleton(N, 1)
          .addKeyedSingleton(N, 'k', 2)
          .addTransient(X, [fromKeyed(inheritedKey, N)]),
      );
      expect(partsOfX(provider)).toEqual([1]);
    });

    it('stays undefined where that is allowed and nothing has the key', () => {
      const provider = provide(services => services.addSingleton(N, 1).addKeyedTransient(X, 'k', X, [optional(fromKeyed(inheritedKey, N))]));
      expect(provider.getRequiredKeyedService(X, 'k').parts).toEqual([undefined]);
    });
  });

  describe('for the key itself', () => {
    it.each([
      ['of its registration', 'k'],
      ['that was asked for', anyKey],
    ])('receives that %s', (_which, registered) => {
      const provider = provide(services => services.addKeyedTransient(X, registered, X, [serviceKey()]));
      expect(provider.getRequiredKeyedService(X, 'k').parts).toEqual(['k']);
    });

    it('cannot be satisfied where the registration has no key, unless it may stay undefined', () => {
      const provider = provide(services => services.addTransient(A, A1, [serviceKey(String)]).addTransient(B, B1, [optional(serviceKey())]));
      expect(thrownBy(() => provider.getService(A))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', service: 'string', implementation: 'A1' });
      expect(provider.getRequiredService(B).parts).toEqual([undefined]);
    });

    it('says in each item of a list which one it is', () => {
      const provider = provide(services => services.addKeyedTransient(A, 'k', A1, [serviceKey()]).addKeyedTransient(A, 7, A2, [serviceKey()]));
      expect(provider.getKeyedServices(A, anyKey).map(({ parts }) => parts)).toEqual([['k'], [7]]);
    });
  });
});

describe('validation of a registration for any key', () => {
  const validate = (register: (services: ServiceCollection) => ServiceCollection) =>
    new ServiceProvider(register(new ServiceCollection()), { validateOnBuild: true });

  it('leaves open whether keys will be of the type that a parameter takes', () => {
    const provider = validate(services => services.addKeyedTransient(A, anyKey, A1, [serviceKey(Number)]));
    expect(provider.getRequiredKeyedService(A, 7).parts).toEqual([7]);
  });

  it('finds for an inherited key what is registered for any key, too', () => {
    const provider = validate(services => services.addKeyedTransient(A, anyKey, A1, [fromKeyed(inheritedKey, B)]).addKeyedTransient(B, anyKey, B1));
    expect(provider.getRequiredKeyedService(A, 'k').parts).toEqual([expect.any(B1)]);
  });

  it('does not find for an inherited key what is registered for one', () => {
    const error = thrownBy(() => validate(services => services.addKeyedTransient(A, anyKey, A1, [fromKeyed(inheritedKey, B)]).addKeyedTransient(B, 'k', B1)));
    expect((error as ServiceValidationError).errors.map(({ cause }) => cause)).toMatchObject([
      { code: 'ERR_SERVICE_NOT_REGISTERED', service: 'B', implementation: 'A1' },
    ]);
  });
});

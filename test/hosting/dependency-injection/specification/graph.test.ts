import { all, fromKeyed, IServiceProvider, optional, ServiceCollection, ServiceProvider, type ServiceToken, type ServiceValidationError } from 'hostward';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { provide, thrownBy } from '../provide.js';
import { A, A1, A2, B, B1, C, C1, countDifferent, lifetimes, Parts, partsOfX, X, Y } from './services.js';

expectNoLeaks();

const circular = (service: string, ...path: string[]) => ({ code: 'ERR_CIRCULAR_DEPENDENCY', service, path: [...path, service] });
const unresolvable = (service: string, implementation: string) => ({ code: 'ERR_SERVICE_NOT_REGISTERED', service, implementation });

describe('a graph', () => {
  it('that cannot be built fails anew at each request, with the same facts', () => {
    const provider = provide(services => services.addSingleton(A, A1, [B]).addSingleton(B, B1, [C]));
    const errors = [1, 2].map(() => thrownBy(() => provider.getService(A)));
    expect(errors[0]).not.toBe(errors[1]);
    for (const error of errors) expect(error).toMatchObject({ ...unresolvable('C', 'B1'), path: ['A(A1)', 'B(B1)', 'C'] });
  });

  it('takes the first parameter that is not found for the reason', () => {
    const provider = provide(services => services.addTransient(X, [optional(A), B, C]));
    expect(thrownBy(() => provider.getService(X))).toMatchObject(unresolvable('B', 'X'));
  });

  it('leaves an optional parameter undefined when nothing is registered, but fails when that cannot be built', () => {
    const parts = [optional(A), optional(fromKeyed('k', A)), all(A)];
    expect(partsOfX(provide(services => services.addTransient(X, parts)))).toEqual([undefined, undefined, []]);
    const broken = provide(services => services.addTransient(X, parts).addTransient(A, A1, [B]));
    expect(thrownBy(() => broken.getService(X))).toMatchObject(unresolvable('B', 'A1'));
  });

  it('makes one object for each service under which a class is registered, unless a factory forwards', () => {
    const provider = provide(services =>
      services
        .addSingleton(A, X)
        .addSingleton(B, X)
        .addSingleton(C, p => p.getRequiredService(A)),
    );
    expect([A, B, C].map(token => provider.getService(token) === provider.getService(A))).toEqual([true, false, true]);
  });
});

describe('a circle', () => {
  const register = {
    'of two': services => services.addTransient(A, A1, [B]).addTransient(B, B1, [A]),
    'of a class under itself': services => services.addTransient(X, [X]),
    'through a list': services => services.addTransient(A, A1, [all(B)]).addTransient(B, B1, [A]),
    'that is led into': services => services.addTransient(X, [A]).addTransient(A, A1, [B]).addTransient(B, B1, [A]),
    'of a list that needs itself': services => services.addTransient(A, A1, [all(A)]),
    'beside the way': services => services.addTransient(X, [C, A]).addTransient(C, C1).addTransient(A, A1, [X]),
  } satisfies Record<string, (services: ServiceCollection) => ServiceCollection>;

  it.each<[keyof typeof register, ServiceToken<unknown>, ReturnType<typeof circular>]>([
    ['of two', A, circular('A', 'A(A1)', 'B(B1)')],
    ['of a class under itself', X, circular('X', 'X')],
    ['through a list', A, circular('A', 'A(A1)', 'B[]', 'B(B1)')],
    ['that is led into', X, circular('A', 'X', 'A(A1)', 'B(B1)')],
    ['of a list that needs itself', A, circular('A[]', 'A[]', 'A(A1)')],
    ['beside the way', X, circular('X', 'X', 'A(A1)')],
  ])('is reported with everything from the request down: %s', (which, token, expected) => {
    expect(thrownBy(() => provide(register[which]).getService(token))).toMatchObject(expected);
  });

  it('is reported from the list down, when that is asked for', () => {
    expect(thrownBy(() => provide(register['of two']).getServices(A))).toMatchObject(circular('A', 'A[]', 'A(A1)', 'B(B1)'));
  });

  it('is reported with keys, which .NET leaves out', () => {
    const provider = provide(services => services.addKeyedTransient(A, 'k', A1, [B]).addTransient(B, B1, [fromKeyed('k', A)]));
    expect(thrownBy(() => provider.getKeyedService(A, 'k'))).toMatchObject(circular('A@k', 'A@k(A1)', 'B(B1)'));
  });

  it('leaves other services usable', () => {
    const provider = provide(services => register['of two'](services).addTransient(C, C1));
    for (let time = 0; time < 2; time++) expect(thrownBy(() => provider.getService(A))).toMatchObject(circular('A', 'A(A1)', 'B(B1)'));
    expect(provider.getService(C)).toBeInstanceOf(C1);
  });

  describe('is a matter of what was asked for before, where an earlier registration needs a later one of its own service', () => {
    const services = () => new ServiceCollection().addTransient(A, A1, [A]).addTransient(A, A2);

    it('so that the list fails when it is asked for first', () => {
      expect(thrownBy(() => new ServiceProvider(services()).getServices(A))).toMatchObject(circular('A', 'A[]', 'A(A1)'));
    });

    it('so that validation when the provider is built fails', () => {
      const error = thrownBy(() => new ServiceProvider(services(), { validateOnBuild: true })) as ServiceValidationError;
      expect(error.errors.map(({ cause }) => cause)).toMatchObject([circular('A', 'A(A1)')]);
    });

    it('so that the list works after the single service', () => {
      const provider = new ServiceProvider(services());
      provider.getService(A);
      const [earlier, later] = provider.getServices(A);
      expect([earlier, earlier?.parts, later]).toEqual([expect.any(A1), [expect.any(A2)], expect.any(A2)]);
    });
  });

  it.each(lifetimes)('through factories is found when it runs (%s)', method => {
    const provider = provide(services => services[method](A, p => new A1(p.getRequiredService(B)))[method](B, p => new B1(p.getRequiredService(A))));
    for (const { services } of [{ services: provider }, provider.createScope()])
      expect(thrownBy(() => services.getService(A))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY' });
  });

  it.each(lifetimes)('through createInstance in a factory is found when it runs (%s)', method => {
    const provider = provide(services => services[method](A, p => new A1(p.createInstance(X, [], [A]))));
    expect(thrownBy(() => provider.createScope().services.getService(A))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY', service: 'A' });
  });

  it.each(lifetimes)('through factories that open a scope each time is found when it runs (%s)', method => {
    const provider = provide(services => services[method](A, p => new A1(p.createScope().services.getService(A))));
    expect(thrownBy(() => provider.createScope().services.getService(A))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY', service: 'A' });
  });

  it.each(lifetimes)('through a constructor that asks the provider is found when it runs (%s)', method => {
    class Asking extends Parts {
      constructor(services: IServiceProvider) {
        super(services.getRequiredService(A));
      }
    }
    const provider = provide(services => services[method](A, Asking, [IServiceProvider]));
    expect(thrownBy(() => provider.createScope().services.getService(A))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY', service: 'A' });
  });
});

describe('construction', () => {
  let trace: string[];
  beforeEach(() => void (trace = []));
  const noting =
    (name: string) =>
    (...parts: unknown[]) => (trace.push(name), new Parts(...parts));

  it('goes through parameters from left to right, depth first, each when its turn comes', () => {
    const failure = new Error('no B');
    const provider = provide(services =>
      services
        .addTransient(X, [A, B, C])
        .addTransient(A, noting('a'), [Y])
        .addTransient(Y, noting('y'), [])
        .addTransient(B, () => {
          throw failure;
        })
        .addTransient(C, noting('c'), []),
    );
    expect(thrownBy(() => provider.getService(X))).toBe(failure);
    expect(trace).toEqual(['y', 'a']);
  });

  it.each([{}, { validateOnBuild: true }, { validateOnBuild: true, validateScopes: true }])('waits for a request, whatever is validated: %j', options => {
    const services = new ServiceCollection().addSingleton(A, noting('a'), []).addSingleton(X, [A]);
    const provider = new ServiceProvider(services, options);
    services.addSingleton(A, noting('later'), []).addSingleton(Y);
    expect(trace).toEqual([]);
    provider.getService(X);
    expect([trace, provider.getService(Y)]).toEqual([['a'], undefined]);
  });

  it.each(lifetimes)('that fails throws the very error and keeps nothing but what was made before (%s)', method => {
    const failures = [new Error('first'), new Error('second')];
    const made: Parts[] = [];
    const makeB = (services: IServiceProvider) => {
      made.push(services.getRequiredService(A));
      const failure = failures.shift();
      if (failure) throw failure;
      return new B1();
    };
    const provider = provide(services => services.addTransient(A, A1)[method](B, makeB)[method](X, [A, B]));
    const expected = [...failures];
    for (const failure of expected) expect(thrownBy(() => provider.getService(X))).toBe(failure);
    const x = provider.getRequiredService(X);
    provider[Symbol.dispose]();
    expect([countDifferent(made), made.map(({ disposals }) => disposals), x.disposals]).toEqual([3, [1, 1, 1], 1]);
  });
});

describe('a factory that returns null', () => {
  const open = (method: (typeof lifetimes)[number]) => {
    const factory = jest.fn(() => null as never);
    return { factory, provider: provide(services => services[method](A, factory).addTransient(X, [A])) };
  };

  it.each(lifetimes)('gives nothing to a request, an error to a required one, and itself to parameters and lists (%s)', method => {
    const { provider } = open(method);
    expect(provider.getService(A)).toBeUndefined();
    expect(thrownBy(() => provider.getRequiredService(A))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', service: 'A', implementation: undefined });
    expect([partsOfX(provider), provider.getServices(A)]).toEqual([[null], [null]]);
  });

  it.each([
    ['addSingleton', 1],
    ['addScoped', 2],
    ['addTransient', 8],
  ] as const)('is remembered as what it returned, for its lifetime (%s)', (method, calls) => {
    const { factory, provider } = open(method);
    for (const { services } of [provider.createScope(), provider.createScope()]) {
      services.getService(A);
      services.getService(A);
      services.getService(X);
      services.getServices(A);
    }
    expect(factory).toHaveBeenCalledTimes(calls);
  });
});

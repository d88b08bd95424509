import {
  ArgumentError,
  fromKeyed,
  inject,
  type IServiceProvider,
  optional,
  ServiceCollection,
  ServiceProvider,
  type ServiceToken,
  serviceToken,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { provide, thrownBy } from './provide.js';

expectNoLeaks();

interface IMailer {
  readonly name?: string;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');
class Smtp implements IMailer {}
const missing = undefined as never;

describe('a registration', () => {
  it.each<[string, (services: ServiceCollection) => unknown]>([
    ['an undefined token', services => services.addSingleton(missing, Smtp)],
    ['an undefined class', services => services.addScoped(missing)],
    ['an undefined implementation', services => services.addTransient(IMailer, missing)],
    ['an undefined implementation of a class', services => services.addTransient(Smtp, missing)],
    ['null', services => services.tryAddSingleton(IMailer, null as never)],
    ['an undefined key', services => services.addKeyedSingleton(IMailer, undefined, Smtp)],
    ['an undefined entry of a list', services => services.addSingleton(IMailer, (_other: IMailer) => new Smtp(), [missing])],
  ])('of %s is refused at once, says that a circular import may be the reason, and leaves nothing behind', (_what, register) => {
    const services = new ServiceCollection();
    expect(thrownBy(() => register(services))).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining('is there a circular import?') });
    expect(services.count).toBe(0);
  });

  it.each(['IMailer', 7, {}, null])('under %p, which is no token, is refused', token => {
    expect(thrownBy(() => new ServiceCollection().addSingleton(token as never, Smtp))).toBeInstanceOf(ArgumentError);
  });

  it('of an asynchronous function is refused', () => {
    const error = thrownBy(() => new ServiceCollection().addSingleton(IMailer, (async () => new Smtp()) as never));
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining('belongs into the start of a hosted service') });
  });

  it('that something else than describeService made is refused', () => {
    expect(() => new ServiceCollection().add({ serviceType: IMailer, lifetime: 'singleton' } as never)).toThrow(
      'A registration is what describeService returns.',
    );
  });

  it('after the host was built is refused', () => {
    const services = new ServiceCollection().addSingleton(Smtp);
    services.makeReadOnly();
    for (const change of [() => services.addSingleton(Smtp), () => services.clear(), () => services.removeAt(0), () => services.removeAll(Smtp)])
      expect(thrownBy(change)).toMatchObject({ code: 'ERR_INVALID_OPERATION', message: 'The service collection cannot be modified because it is read-only.' });
    expect(services.count).toBe(1);
  });

  it('after a provider was built has no effect on it', () => {
    const services = new ServiceCollection().addSingleton(Smtp);
    const provider = new ServiceProvider(services);
    services.addSingleton(IMailer, Smtp);
    expect([provider.isService(IMailer), new ServiceProvider(services).isService(IMailer)]).toEqual([false, true]);
  });
});

describe('a key', () => {
  const odd: [string, unknown][] = [
    ['a text', 'a'],
    ['an empty text', ''],
    ['a number', 7],
    ['zero', 0],
    ['no number', NaN],
    ['a big integer', 7n],
    ['false', false],
    ['a symbol', Symbol('key')],
    [
      'an object',
      {
        toString: () => {
          throw new Error('no name');
        },
      },
    ],
    ['an object without a prototype', Object.create(null)],
    ['a list', [1]],
    ['a function', () => undefined],
    ['a class', Smtp],
  ];

  it.each(odd)('can be %s: equal keys find each other, and errors name it', (_what, key) => {
    class Pump {
      constructor(readonly mailer: IMailer) {}
    }
    const provider = provide(services => services.addKeyedSingleton(IMailer, key, Smtp).addTransient(Pump, [fromKeyed(key, IMailer)]));
    expect(provider.getRequiredService(Pump).mailer).toBe(provider.getKeyedService(IMailer, key));
    for (const [, other] of odd) expect(provider.isKeyedService(IMailer, other)).toBe(Object.is(other, key));
    const incomplete = provide(services => services.addTransient(Pump, [fromKeyed(key, IMailer)]));
    expect(thrownBy(() => incomplete.getService(Pump))).toMatchObject({
      code: 'ERR_SERVICE_NOT_REGISTERED',
      path: ['Pump', expect.stringMatching(/^IMailer@/)],
    });
    expect(thrownBy(() => incomplete.getRequiredKeyedService(IMailer, key))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED' });
    expect(provider.toMermaid()).toContain('IMailer @ ');
    expect(provider.container).toBeDefined();
  });

  it('that is a text differs from the number that looks like it, and zero is zero with either sign', () => {
    const provider = provide(services => services.addKeyedSingleton(IMailer, '1', Smtp).addKeyedSingleton(IMailer, -0, Smtp));
    expect(['1', 1, 0, -0].map(key => provider.isKeyedService(IMailer, key))).toEqual([true, false, true, true]);
  });
});

describe('something that fails', () => {
  class Fragile {
    static attempts = 0;

    constructor() {
      if (++Fragile.attempts < 3) throw new Error(`attempt ${Fragile.attempts}`);
    }
  }
  beforeEach(() => void (Fragile.attempts = 0));

  it.each(['addSingleton', 'addScoped', 'addTransient'] as const)('is thrown as it is, is not kept, and is tried again: a constructor, %s', method => {
    const provider = provide(services =>
      services[method](Fragile)[method](IMailer, inner => ({ name: String(inner.getRequiredService(Fragile) instanceof Fragile) })),
    );
    const { services } = provider.createScope();
    expect(thrownBy(() => services.getService(IMailer))).toEqual(new Error('attempt 1'));
    expect(thrownBy(() => services.getService(Fragile))).toEqual(new Error('attempt 2'));
    expect(services.getService(IMailer)?.name).toBe('true');
  });

  it('may be caught by the factory that asked, which goes on', () => {
    const provider = provide(services =>
      services.addSingleton(Fragile).addSingleton(IMailer, inner => {
        const { message } = thrownBy(() => inner.getService(Fragile)) as Error;
        return { name: message };
      }),
    );
    expect(provider.getService(IMailer)?.name).toBe('attempt 1');
    expect(thrownBy(() => provider.getService(Fragile))).toEqual(new Error('attempt 2'));
    expect(provider.getService(Fragile)).toBeInstanceOf(Fragile);
  });

  it('leaves what was made before it to be disposed', async () => {
    const disposed: string[] = [];
    class Handle implements Disposable {
      [Symbol.dispose](): void {
        disposed.push('handle');
      }
    }
    class Broken {
      constructor(@inject(Handle) readonly handle: Handle) {
        throw new Error('broken');
      }
    }
    const provider = provide(services => services.addTransient(Handle).addTransient(Broken));
    expect(() => provider.getService(Broken)).toThrow('broken');
    await provider[Symbol.asyncDispose]();
    expect(disposed).toEqual(['handle']);
  });

  it('is a factory that returns a promise, whose own failure is no unhandled rejection', async () => {
    const provider = provide(services =>
      services
        .addSingleton(IMailer, (() => Promise.reject(new Error('later'))) as never)
        .addSingleton(Smtp, ((_mailer: IMailer) => Promise.resolve(new Smtp())) as never, [optional(serviceToken<IMailer>('INone'))] as never),
    );
    for (const token of [IMailer, Smtp])
      expect(thrownBy(() => provider.getService<object>(token))).toMatchObject({
        code: 'ERR_ASYNC_FACTORY',
        registeredAt: expect.stringContaining('bad-input.test.ts'),
      });
    await new Promise(resolve => setImmediate(resolve));
  });

  it('when disposed does not keep the others from being disposed', async () => {
    const disposed: string[] = [];
    const failing = (name: string) =>
      class implements Disposable {
        [Symbol.dispose](): void {
          disposed.push(name);
          throw new Error(name);
        }
      };
    const [A, B] = [failing('a'), failing('b')];
    const provider = provide(services => services.addSingleton(A).addSingleton(B));
    provider.getService(A);
    provider.getService(B);
    await expect(provider[Symbol.asyncDispose]()).rejects.toMatchObject({ name: 'AggregateError', errors: [new Error('b'), new Error('a')] });
    expect(disposed).toEqual(['b', 'a']);
    await provider[Symbol.asyncDispose]();
    expect(disposed).toEqual(['b', 'a']);
  });
});

describe('a request', () => {
  it.each<[string, (services: IServiceProvider) => unknown]>([
    ['getService', services => services.getService(missing)],
    ['getRequiredService', services => services.getRequiredService(missing)],
    ['getServices', services => services.getServices(missing)],
    ['getKeyedService', services => services.getKeyedService('IMailer' as never, 'key')],
    ['createInstance', services => services.createInstance(missing)],
    ['createInstance of a function', services => services.createInstance((() => new Smtp()) as never)],
  ])('for what is no token is an error: %s', (_what, request) => {
    const provider = provide(services => services.addSingleton(IMailer, Smtp));
    for (const services of [provider, provider.createScope().services])
      expect(thrownBy(() => request(services))).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});

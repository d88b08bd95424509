import { all, inject, IServiceProvider, optional, type ServiceCollection, type ServiceToken, serviceToken } from 'hostward';
import { Container, ContainerModule, inject as inversifyInject, injectable, postConstruct } from 'inversify';
import { createTestHost } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { provide, thrownBy } from './provide.js';

expectNoLeaks();

interface IMailer {
  readonly name?: string;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');
const IOutbox: ServiceToken<IMailer> = serviceToken('IOutbox');
const ILimit: ServiceToken<number> = serviceToken('ILimit');

const trace: string[] = [];
beforeEach(() => void trace.splice(0));

class Smtp implements IMailer, Disposable {
  readonly name: string = 'smtp';

  [Symbol.dispose](): void {
    trace.push(this.name);
  }
}
class Dry extends Smtp {
  override readonly name = 'dry';
}
class Limited extends Smtp {
  override readonly name = 'limited';

  constructor(@inject(ILimit) readonly limit: number) {
    super();
  }
}
const dispose = (target: AsyncDisposable) => target[Symbol.asyncDispose]();
const lifetimes = ['addSingleton', 'addScoped', 'addTransient'] as const;

describe('the container of a provider', () => {
  it.each(lifetimes)('gives what the provider gives: %s', method => {
    const provider = provide(services => services[method](IMailer, Smtp).addAlias(IOutbox, IMailer));
    const isSame = method !== 'addTransient';
    expect(provider.container.get(IMailer)).toBeInstanceOf(Smtp);
    expect(provider.container.get(IMailer) === provider.getService(IMailer)).toBe(isSame);
    expect(provider.container.get(IOutbox) === provider.getService(IMailer)).toBe(isSame);
  });

  it('gives the last registration, and the provider itself', () => {
    const provider = provide(services => services.addSingleton(IMailer, Smtp).addSingleton(IMailer, Dry));
    expect(provider.container.get(IMailer)).toBe(provider.getService(IMailer));
    expect(provider.container.get(IServiceProvider)).toBe(provider.getService(IServiceProvider));
  });

  it('is the same before and after it is configured, and the same each time', () => {
    let configured: Container | undefined;
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => void (configured = container),
    );
    expect(configured).toBeInstanceOf(Container);
    expect(provider.container).toBe(configured);
  });

  it('leads to the scope that is being resolved', () => {
    class Request {
      constructor(
        readonly mailer: IMailer,
        readonly services: IServiceProvider,
      ) {}
    }
    const provider = provide(
      services => services.addScoped(IMailer, Smtp).addTransient(Request, [IMailer, IServiceProvider]),
      container => container.rebind(Request).toDynamicValue(({ get }) => new Request(get(IMailer), get(IServiceProvider))),
    );
    const { services } = provider.createScope();
    const request = services.getRequiredService(Request);
    expect(request.mailer).toBe(services.getService(IMailer));
    expect(request.services).toBe(services);
    expect(provider.getRequiredService(Request).services).toBe(provider.getService(IServiceProvider));
  });
});

describe('configureContainer', () => {
  const replacements: [string, (container: Container) => unknown][] = [
    ['a class', container => container.rebind<IMailer>(IMailer).to(Dry)],
    ['a class in singleton scope', container => container.rebind<IMailer>(IMailer).to(Dry).inSingletonScope()],
    ['a class in transient scope', container => container.rebind<IMailer>(IMailer).to(Dry).inTransientScope()],
    ['a class in request scope', container => container.rebind<IMailer>(IMailer).to(Dry).inRequestScope()],
    ['a dynamic value', container => container.rebind<IMailer>(IMailer).toDynamicValue(() => new Dry())],
    [
      'a dynamic value in singleton scope',
      container =>
        container
          .rebind<IMailer>(IMailer)
          .toDynamicValue(() => new Dry())
          .inSingletonScope(),
    ],
    ['a resolved value', container => container.rebind<IMailer>(IMailer).toResolvedValue(() => new Dry())],
    ['a class, by unbind and bind', container => (container.unbind(IMailer), container.bind<IMailer>(IMailer).to(Dry))],
    ['a class, by a module', container => (container.unbind(IMailer), container.load(new ContainerModule(({ bind }) => void bind<IMailer>(IMailer).to(Dry))))],
  ];

  describe.each(replacements)('that rebinds to %s', (_what, rebind) => {
    const open = (method: (typeof lifetimes)[number]) => provide(services => services[method](IMailer, Smtp), rebind);

    it('replaces the registration in every way of asking', () => {
      const provider = open('addSingleton');
      const mailer = provider.getService(IMailer);
      expect(mailer).toBeInstanceOf(Dry);
      expect([provider.container.get(IMailer), ...provider.getServices(IMailer), provider.createScope().services.getService(IMailer)]).toEqual([
        mailer,
        mailer,
        mailer,
      ]);
      expect(provider.container.get(IMailer)).toBe(mailer);
    });

    it.each(lifetimes)('keeps the lifetime: %s', method => {
      const provider = open(method);
      const [first, second] = [provider.createScope().services, provider.createScope().services];
      expect(first.getService(IMailer) === first.getService(IMailer)).toBe(method !== 'addTransient');
      expect(first.getService(IMailer) === second.getService(IMailer)).toBe(method === 'addSingleton');
      expect(first.getService(IMailer) === provider.getService(IMailer)).toBe(method === 'addSingleton');
    });

    it.each(lifetimes)('disposes it with its owner: %s', async method => {
      const provider = open(method);
      const scope = provider.createScope();
      scope.services.getService(IMailer);
      scope.services.getService(IMailer);
      await dispose(scope);
      expect(trace).toEqual({ addSingleton: [], addScoped: ['dry'], addTransient: ['dry', 'dry'] }[method]);
      await dispose(provider);
      expect(trace).toEqual(method === 'addTransient' ? ['dry', 'dry'] : ['dry']);
    });
  });

  it.each(lifetimes)('that rebinds %s to a constant gives that, and never disposes it', async method => {
    const dry = new Dry();
    const provider = provide(
      services => services[method](IMailer, Smtp),
      container => container.rebind<IMailer>(IMailer).toConstantValue(dry),
    );
    const scope = provider.createScope();
    expect([provider, scope.services].map(services => services.getService(IMailer) === dry)).toEqual([true, true]);
    expect(provider.container.get(IMailer)).toBe(dry);
    await dispose(scope);
    await dispose(provider);
    expect(trace).toEqual([]);
  });

  it.each(lifetimes)('that rebinds %s to another service shares its instance, and leaves its disposal to it', async method => {
    const provider = provide(
      services => services[method](IMailer, Smtp).addSingleton(Dry),
      container => container.rebind(IMailer).toService(Dry),
    );
    const scope = provider.createScope();
    expect(scope.services.getService(IMailer)).toBe(provider.getService(Dry));
    expect(provider.container.get(IMailer)).toBe(provider.getService(Dry));
    await dispose(scope);
    expect(trace).toEqual([]);
    await dispose(provider);
    expect(trace).toEqual(['dry']);
  });

  it('that adds a name for another service leaves its lifetime alone', async () => {
    const provider = provide(
      services => services.addScoped(Dry),
      container => container.bind(IOutbox).toService(Dry),
    );
    const [first, second] = [provider.createScope(), provider.createScope()];
    expect(first.services.getService(IOutbox)).toBe(first.services.getService(Dry));
    expect(second.services.getService(IOutbox)).not.toBe(first.services.getService(Dry));
    await dispose(first);
    expect(trace).toEqual(['dry']);
    await dispose(second);
  });

  it('that rebinds an alias keeps the lifetime of what it led to', () => {
    const provider = provide(
      services => services.addSingleton(Smtp).addAlias<IMailer>(IMailer, Smtp).addAlias(IOutbox, IMailer),
      container => container.rebind<IMailer>(IOutbox).to(Dry),
    );
    expect(provider.getService(IOutbox)).toBeInstanceOf(Dry);
    expect(provider.getService(IOutbox)).toBe(provider.getService(IOutbox));
    expect(provider.getService(IMailer)).toBe(provider.getService(Smtp));
  });

  it('that rebinds what an alias leads to shows through the alias', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp).addAlias(IOutbox, IMailer),
      container => container.rebind<IMailer>(IMailer).to(Dry),
    );
    expect(provider.getService(IOutbox)).toBe(provider.getService(IMailer));
    expect(provider.getService(IOutbox)).toBeInstanceOf(Dry);
  });

  it('may rebind one of two aliases that lead to each other', () => {
    const provider = provide(
      services => services.addAlias(IMailer, IOutbox).addAlias(IOutbox, IMailer),
      container => container.rebind<IMailer>(IOutbox).to(Dry),
    );
    expect(provider.getService(IMailer)).toBeInstanceOf(Dry);
  });

  it('that rebinds a token with several registrations leaves the new one only', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp).addSingleton(IMailer, Smtp),
      container => container.rebind<IMailer>(IMailer).to(Dry),
    );
    expect(provider.getServices(IMailer)).toEqual([expect.any(Dry)]);
  });

  it('that binds beside the registrations adds to them, in order of the calls', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.bind<IMailer>(IMailer).to(Limited),
      container => container.bind<IMailer>(IMailer).to(Dry),
      container => container.bind(ILimit).toConstantValue(3),
    );
    expect(provider.getServices(IMailer).map(({ name }) => name)).toEqual(['smtp', 'limited', 'dry']);
    expect(provider.getService(IMailer)).toBe(provider.getServices(IMailer)[2]);
    expect(provider.container.get(IMailer)).toBe(provider.getService(IMailer));
  });

  it('sees in each call what the one before it left', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.rebind<IMailer>(IMailer).to(Limited),
      container => container.rebind<IMailer>(IMailer).to(Dry),
    );
    expect(provider.getServices(IMailer)).toEqual([expect.any(Dry)]);
  });

  it('that unbinds a token unregisters it', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.unbind(IMailer),
    );
    expect([provider.getService(IMailer), provider.getServices(IMailer), provider.isService(IMailer)]).toEqual([undefined, [], false]);
    expect(thrownBy(() => provider.getRequiredService(IMailer))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED' });
  });

  it('that unbinds everything leaves the provider itself', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.unbindAll(),
    );
    expect(provider.isService(IMailer)).toBe(false);
    expect(provider.getService(IServiceProvider)).toBeDefined();
  });

  it('makes a class resolvable that is bound in the container only', async () => {
    class Pump {
      constructor(@inject(Limited) readonly mailer: Limited) {}
    }
    const provider = provide(
      services => services.addSingleton(Pump),
      container => container.bind(Limited).toSelf().inSingletonScope(),
      container => container.bind(ILimit).toConstantValue(3),
    );
    expect(provider.isService(Limited)).toBe(true);
    expect(provider.getRequiredService(Pump).mailer).toBe(provider.getService(Limited));
    expect(provider.getRequiredService(Limited).limit).toBe(3);
    await dispose(provider);
    expect(trace).toEqual(['limited']);
  });

  it('binds what has no registration as a transient, as inversify does', () => {
    const provider = provide(
      () => undefined,
      container => container.bind(Smtp).toSelf(),
    );
    expect(provider.getService(Smtp)).not.toBe(provider.getService(Smtp));
  });

  it('leaves bindings with a condition to inversify', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.bind<IMailer>(IMailer).to(Dry).whenNamed('test'),
    );
    expect(provider.getServices(IMailer)).toEqual([expect.any(Smtp)]);
    expect(provider.getService(IMailer)).toBeInstanceOf(Smtp);
    expect(provider.container.get(IMailer, { name: 'test' })).toBeInstanceOf(Dry);
    expect(provider.container.get(IMailer)).toBe(provider.getService(IMailer));
  });

  it('keeps what is to happen when a binding is activated', () => {
    @injectable()
    class Ready extends Smtp {
      readonly steps: string[] = [];

      @postConstruct()
      prepare(): void {
        this.steps.push('prepared');
      }
    }
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container =>
        container
          .rebind<IMailer>(IMailer)
          .to(Ready)
          .onActivation((_context, mailer) => {
            (mailer as Ready).steps.push('activated');
            return mailer;
          }),
    );
    expect(provider.getService(IMailer)).toMatchObject({ steps: ['prepared', 'activated'] });
    expect(provider.getService(IMailer)).toMatchObject({ steps: ['prepared', 'activated'] });
  });

  it("runs what inversify's decorators ask for beside the constructor, also with our own on it", () => {
    @injectable()
    class Prepared extends Limited {
      @inversifyInject(ILimit) readonly property!: number;
      prepared = 0;

      constructor(@inject(ILimit) limit: number) {
        super(limit);
      }

      @postConstruct()
      prepare(): void {
        this.prepared++;
      }
    }
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp).addSingleton(ILimit, 3),
      container => container.rebind<IMailer>(IMailer).to(Prepared),
    );
    expect(provider.getService(IMailer)).toMatchObject({ limit: 3, property: 3, prepared: 1 });
  });

  describe('that binds a decorated class directly', () => {
    class Relay {
      constructor(
        @inject(IMailer) readonly mailer: IMailer,
        @inject(IOutbox) @optional() readonly outbox: IMailer | undefined,
        @all(IMailer) readonly every: readonly IMailer[],
        @all(ILimit) readonly limits: readonly number[],
      ) {}
    }
    class Heir extends Relay {}
    const register = (services: ServiceCollection) => services.addSingleton(IMailer, Smtp).addSingleton(IMailer, Dry);

    it.each([Relay, Heir])('gives %p what the registrations say, lists included', type => {
      const provider = provide(register, container => container.bind(Relay).to(type));
      const relay = provider.getRequiredService(Relay);
      expect(relay).toBeInstanceOf(type);
      expect(relay.mailer).toBe(provider.getService(IMailer));
      expect(relay.outbox).toBeUndefined();
      expect(relay.every).toEqual(provider.getServices(IMailer));
      expect(relay.limits).toEqual([]);
    });

    it('reports what is missing with the path from the root', () => {
      class Post {
        constructor(@inject(IMailer) readonly mailer: IMailer) {}
      }
      const provider = provide(
        services => services.addSingleton(IMailer, Smtp).addSingleton(Post),
        container => container.rebind<IMailer>(IMailer).to(Limited),
      );
      expect(thrownBy(() => provider.getService(Post))).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', path: ['Post', 'IMailer(Limited)', 'ILimit'] });
    });

    it('finds a circle through it', () => {
      class Loop {
        constructor(@inject(IMailer) readonly mailer: IMailer) {}
      }
      const provider = provide(
        services => services.addSingleton(IMailer, Smtp).addSingleton(Loop),
        container => container.rebind<IMailer>(IMailer).to(Loop as never),
      );
      expect(thrownBy(() => provider.getService(IMailer))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY' });
    });

    it('works in a container of inversify alone', () => {
      const container = new Container();
      container.bind(Relay).toSelf();
      container.bind<IMailer>(IMailer).to(Dry);
      container.bind(ILimit).toConstantValue(1);
      container.bind(ILimit).toConstantValue(2);
      expect(container.get(Relay)).toMatchObject({ mailer: { name: 'dry' }, outbox: undefined, limits: [1, 2] });
    });
  });

  it('finds a circle through dynamic values', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp).addSingleton(IOutbox, Smtp),
      container => container.rebind<IMailer>(IMailer).toDynamicValue(({ get }) => get(IOutbox)),
      container => container.rebind<IMailer>(IOutbox).toDynamicValue(({ get }) => get(IMailer)),
    );
    expect(thrownBy(() => provider.getService(IMailer))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY', path: ['IMailer', 'IOutbox', 'IMailer'] });
  });

  it('of a host runs each call once, before anything is made', async () => {
    const made: string[] = [];
    await using host = createTestHost(builder => {
      builder.services.addSingleton(IMailer, () => (made.push('smtp'), new Smtp()));
      builder.configureContainer(() => void made.push('first'));
      builder.configureContainer(container => {
        made.push('second');
        container.rebind<IMailer>(IMailer).toDynamicValue(() => (made.push('dry'), new Dry()));
      });
    });
    expect(made).toEqual(['first', 'second']);
    expect(host.services.getService(IMailer)).toBeInstanceOf(Dry);
    expect(made).toEqual(['first', 'second', 'dry']);
  });
});

import { all, inject, type IServiceProvider, optional, ServiceCollection, ServiceProvider, type ServiceToken, serviceToken } from 'hostward';
import { Container, preDestroy } from 'inversify';
import { expectNoLeaks } from '../../support/leak-check.js';
import { provide, thrownBy } from './provide.js';

expectNoLeaks();

interface IMailer {
  readonly name: string;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');
const IOutbox: ServiceToken<IMailer> = serviceToken('IOutbox');

const trace: string[] = [];
beforeEach(() => void trace.splice(0));

class Smtp implements IMailer, Disposable {
  readonly name: string = 'smtp';

  [Symbol.dispose](): void {
    trace.push(`${this.name} disposed`);
  }
}
class Dry extends Smtp {
  override readonly name = 'dry';
}
class Pump {
  constructor(@inject(IMailer) readonly mailer: IMailer) {}
}

describe('what surprises users of inversify does not happen here:', () => {
  it('several registrations of a token are not ambiguous, and all of them can be had from the container', () => {
    const { container } = provide(services => services.addSingleton(IMailer, Smtp).addSingleton(IMailer, Dry));
    expect(container.get<IMailer>(IMailer).name).toBe('dry');
    expect(container.getAll<IMailer>(IMailer).map(({ name }) => name)).toEqual(['smtp', 'dry']);
    expect(container.getAll<IMailer>(IOutbox, { optional: true })).toEqual([]);
  });

  it('a registration without a key does not answer a request with a name, nor stands one in the way of the other', () => {
    const { container } = provide(services => services.addSingleton(IMailer, Smtp).addKeyedSingleton(IMailer, 'test', Dry).addSingleton(IOutbox, Smtp));
    expect([container.get<IMailer>(IMailer).name, container.get<IMailer>(IMailer, { name: 'test' }).name]).toEqual(['smtp', 'dry']);
    expect(container.getAll<IMailer>(IMailer, { name: 'test' }).map(({ name }) => name)).toEqual(['dry']);
    expect(() => container.get<IMailer>(IOutbox, { name: 'test' })).toThrow('No bindings found');
  });

  it('a scope is no child container, in which a binding would hide those of its parent', () => {
    const provider = provide(services => services.addSingleton(IMailer, Smtp).addScoped(Pump));
    const { services } = provider.createScope();
    expect(services.getRequiredService(Pump).mailer).toBe(provider.getService(IMailer));
    expect(services.getServices(IMailer)).toEqual([provider.getService(IMailer)]);
  });

  it('rebinding in a child container of the application does not deactivate what its parent keeps', async () => {
    const deactivated = jest.fn();
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.onDeactivation(IMailer, deactivated),
    );
    const mailer = provider.getService(IMailer);
    const child = new Container({ parent: provider.container });
    expect(child.get(IMailer)).toBe(mailer);
    child.bind<IMailer>(IMailer).to(Dry);
    expect(child.get(IMailer)).toBeInstanceOf(Dry);
    child.unbind(IMailer);
    expect(deactivated).not.toHaveBeenCalled();
    expect([provider.getService(IMailer), provider.container.get<IMailer>(IMailer)]).toEqual([mailer, mailer]);
    await provider[Symbol.asyncDispose]();
    expect(deactivated.mock.calls).toEqual([[mailer]]);
  });

  it('no singleton has captured what is rebound, because nothing exists before', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp).addSingleton(Pump),
      container => container.rebind<IMailer>(IMailer).to(Dry),
    );
    expect(provider.getRequiredService(Pump).mailer).toBeInstanceOf(Dry);
  });

  it('a circle through factories is named, instead of overflowing the stack', () => {
    const provider = provide(services =>
      services.addTransient(IMailer, inner => inner.getRequiredService(IOutbox)).addTransient(IOutbox, inner => inner.getRequiredService(IMailer)),
    );
    expect(thrownBy(() => provider.getService(IMailer))).toMatchObject({
      code: 'ERR_CIRCULAR_DEPENDENCY',
      path: expect.arrayContaining(['IMailer', 'IOutbox']),
    });
    expect(thrownBy(() => provider.container.get<IMailer>(IMailer))).toMatchObject({ code: 'ERR_CIRCULAR_DEPENDENCY' });
  });

  it('what is missing is named with the path from the request, whichever way it is asked for', () => {
    class App {
      constructor(@inject(Pump) readonly pump: Pump) {}
    }
    const provider = provide(services => services.addSingleton(App).addSingleton(Pump));
    for (const request of [() => provider.getService(App), () => provider.container.get(App)])
      expect(thrownBy(request)).toMatchObject({ code: 'ERR_SERVICE_NOT_REGISTERED', path: ['App', 'Pump', 'IMailer'] });
  });

  it('a subclass without a constructor receives what its parent does, without any further decorator', () => {
    class Heir extends Pump {}
    const provider = provide(services => services.addSingleton(IMailer, Smtp).addSingleton(Heir));
    expect([provider.getRequiredService(Heir).mailer, provider.container.get(Heir).mailer]).toEqual([
      provider.getService(IMailer),
      provider.getService(IMailer),
    ]);
  });

  it('a singleton survives that a snapshot is restored which is older than it', () => {
    const provider = provide(services => services.addSingleton(IMailer, Smtp));
    provider.container.snapshot();
    const mailer = provider.container.get<IMailer>(IMailer);
    provider.container.restore();
    expect([provider.container.get<IMailer>(IMailer), provider.getService(IMailer)]).toEqual([mailer, mailer]);
  });

  it('nothing has to be resolved once so that it is disposed, and transients are, too', async () => {
    const provider = provide(services => services.addTransient(IMailer, Smtp).addSingleton(IOutbox, Dry));
    provider.container.get<IMailer>(IMailer);
    provider.container.get<IMailer>(IOutbox);
    await provider[Symbol.asyncDispose]();
    expect(trace).toEqual(['dry disposed', 'smtp disposed']);
  });

  it('a failed singleton is tried again', () => {
    let attempts = 0;
    const provider = provide(services =>
      services.addSingleton(IMailer, () => {
        if (++attempts === 1) throw new Error('not yet');
        return new Smtp();
      }),
    );
    expect(() => provider.container.get<IMailer>(IMailer)).toThrow('not yet');
    expect(provider.container.get<IMailer>(IMailer)).toBe(provider.getService(IMailer));
  });
});

describe('handlers of the container', () => {
  class Spool extends Smtp {
    override readonly name = 'spool';

    @preDestroy()
    flush(): void {
      trace.push('spool flushed');
    }
  }

  it.each(['addSingleton', 'addScoped', 'addTransient'] as const)('for an activation run once for each instance: %s', method => {
    const provider = provide(
      services => services[method](IMailer, Smtp),
      container => container.onActivation<IMailer>(IMailer, (context, mailer) => ({ name: `${mailer.name}, activated`, context }) as IMailer),
    );
    const { services } = provider.createScope();
    expect([services.getService(IMailer)?.name, services.getService(IMailer)?.name]).toEqual(['smtp, activated', 'smtp, activated']);
    expect(provider.container.get<IMailer>(IMailer).name).toBe('smtp, activated');
    expect(services.getService(IMailer) === services.getService(IMailer)).toBe(method !== 'addTransient');
  });

  it('for an activation run for a ready-made instance', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, { name: 'given' }),
      container => container.onActivation<IMailer>(IMailer, (_context, { name }) => ({ name: `${name}, activated` })),
    );
    expect(provider.getService(IMailer)).toEqual({ name: 'given, activated' });
    expect(provider.getService(IMailer)).toBe(provider.container.get<IMailer>(IMailer));
  });

  it('for an activation must be synchronous', () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container => container.onActivation<IMailer>(IMailer, async (_context, mailer) => mailer),
    );
    expect(thrownBy(() => provider.getService(IMailer))).toMatchObject({ code: 'ERR_ASYNC_FACTORY' });
  });

  it('for a deactivation, of the binding and of the token, run before the instance is disposed, as do methods for the end', async () => {
    const provider = provide(
      services => services.addSingleton(IMailer, Smtp),
      container =>
        container
          .rebind<IMailer>(IMailer)
          .to(Spool)
          .inSingletonScope()
          .onDeactivation(async ({ name }) => void trace.push(`${name}, the binding`)),
      container => container.onDeactivation<IMailer>(IMailer, ({ name }) => void trace.push(`${name}, the token`)),
    );
    provider.getService(IMailer);
    await provider[Symbol.asyncDispose]();
    expect(trace).toEqual(['spool flushed', 'spool, the binding', 'spool, the token', 'spool disposed']);
  });
});

describe('configureContainer and keys', () => {
  const open = (...configure: ((container: Container) => unknown)[]) =>
    new ServiceProvider(new ServiceCollection().addSingleton(IMailer, Smtp).addKeyedScoped(IMailer, 'test', Smtp), { configureContainer: configure });

  it('replaces a keyed registration by a binding with its name, which keeps the lifetime', () => {
    const provider = open(container => container.bind<IMailer>(IMailer).to(Dry).whenNamed('test'));
    const names = (services: IServiceProvider) => services.getKeyedServices(IMailer, 'test').map(({ name }) => name);
    const [first, second] = [provider.createScope().services, provider.createScope().services];
    expect([names(first), provider.getService(IMailer)?.name]).toEqual([['smtp', 'dry'], 'smtp']);
    expect(first.getKeyedService(IMailer, 'test')).toBe(first.getKeyedService(IMailer, 'test'));
    expect(first.getKeyedService(IMailer, 'test')).not.toBe(second.getKeyedService(IMailer, 'test'));
    expect(provider.container.get<IMailer>(IMailer, { name: 'test' })).toBe(provider.getKeyedService(IMailer, 'test'));
  });

  it('leaves keyed registrations alone where only the token is bound again', () => {
    const provider = open(container => container.rebind<IMailer>(IMailer).to(Dry));
    expect([provider.getService(IMailer)?.name, provider.getKeyedService(IMailer, 'test')?.name]).toEqual(['dry', 'smtp']);
  });

  it('is validated like a registration', () => {
    class Needy {
      readonly name = 'needy';
      constructor(
        @inject(IOutbox) readonly outbox: IMailer,
        @optional(Pump) readonly pump: Pump | undefined,
        @all(IOutbox) readonly every: readonly IMailer[],
      ) {}
    }
    const services = new ServiceCollection().addSingleton(IMailer, Smtp);
    const build = () =>
      new ServiceProvider(services, { validateOnBuild: true, configureContainer: [container => container.rebind<IMailer>(IMailer).to(Needy)] });
    expect(thrownBy(build)).toMatchObject({ code: 'ERR_SERVICE_VALIDATION', message: expect.stringContaining('IMailer(Needy) -> IOutbox') });
  });
});

import {
  BackgroundService,
  ConfigurationBuilder,
  ConfigurationProvider,
  Deferred,
  delay,
  Environments,
  HostBuilder,
  type IHost,
  IHostApplicationLifetime,
  IHostedService,
  IHostEnvironment,
  IHostLifetime,
  ILogger,
  inject,
  isEnvironment,
  NullLifetime,
  serviceKey,
  serviceToken,
  throwIfAborted,
  TimeProvider,
} from 'hostward';
import { benchOf, cooperating, failing, type Hooks, type HostBench, turn } from '../../support/hosting-services.js';
import { untilStopped, Worker } from '../../support/hosting-workers.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const lifetimeOf = ({ host }: { readonly host: IHost }) => host.services.getRequiredService(IHostApplicationLifetime);
const dispose = ({ host }: HostBench) => host[Symbol.asyncDispose]();

interface IFake {
  readonly isFake: true;
}
const IFake = serviceToken<IFake>('IFake');

/** Counts what is done to it. */
class Counting implements IHostedService, Disposable {
  starts = 0;
  stops = 0;
  disposals = 0;

  async start(): Promise<void> {
    this.starts++;
  }

  async stop(): Promise<void> {
    this.stops++;
  }

  [Symbol.dispose](): void {
    this.disposals++;
  }

  get counts(): readonly [starts: number, stops: number, disposals: number] {
    return [this.starts, this.stops, this.disposals];
  }
}

interface LifetimeHooks {
  readonly start?: (signal: AbortSignal) => unknown;
  readonly stop?: (signal: AbortSignal) => unknown;
}

/** A lifetime of the host that notes its calls, and waits where it is told to. */
function lifetimeOfHost(trace: string[], { start, stop }: LifetimeHooks = {}): IHostLifetime {
  return {
    waitForStart: async signal => {
      trace.push('waitForStart');
      await start?.(signal);
    },
    stop: async signal => {
      trace.push('lifetime.stop');
      await stop?.(signal);
    },
  };
}
describe('HostTests, builders', () => {
  it('HostInjectsHostingEnvironment: a started host knows the environment that it was given', async () => {
    await using host = await new HostBuilder()
      .useEnvironment('WithHostingEnvironment')
      .configureServices((_context, services) => services.addSingleton(IHostLifetime, NullLifetime))
      .start();
    expect(host.services.getRequiredService(IHostEnvironment).environmentName).toBe('WithHostingEnvironment');
  });

  it('CanCreateApplicationServicesWithAddedServices: what was registered can be resolved', async () => {
    const fake: IFake = { isFake: true };
    await using host = new HostBuilder().configureServices((_context, services) => services.addSingleton(IFake, () => fake)).build();
    expect(host.services.getRequiredService(IFake)).toBe(fake);
  });

  it('EnvDefaultsToProductionIfNoConfig: without configuration the environment is Production', async () => {
    await using host = new HostBuilder().build();
    expect(host.services.getRequiredService(IHostEnvironment).environmentName).toBe(Environments.Production);
  });

  it('EnvDefaultsToConfigValueIfSpecified: the configuration of the host names it, in whatever case', async () => {
    await using configuration = new ConfigurationBuilder().addInMemoryCollection({ EnvironMent: Environments.Staging }).build();
    await using host = new HostBuilder().configureHostConfiguration(builder => builder.addConfiguration(configuration)).build();
    expect(host.services.getRequiredService(IHostEnvironment).environmentName).toBe(Environments.Staging);
  });

  it('IsEnvironment_Extension_Is_Case_Insensitive: names of environments ignore case', async () => {
    await using host = new HostBuilder().build();
    const environment = host.services.getRequiredService(IHostEnvironment);
    expect([isEnvironment(environment, 'Production'), isEnvironment(environment, 'producTion'), isEnvironment(environment, 'Produktion')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('Host_InvokesConfigureServicesMethodsOnlyOnce: a step runs when the host is built, and never again', async () => {
    const step = jest.fn();
    const builder = new HostBuilder().configureServices((_context, services) => {
      services.addSingleton(IHostLifetime, NullLifetime);
      step();
    });
    expect(step).not.toHaveBeenCalled();
    await using host = builder.build();
    await host.start();
    expect(host.services).toBe(host.services);
    expect(step).toHaveBeenCalledTimes(1);
  });

  /** A source whose provider notes that it is disposed. */
  const tracked = (disposal: (trace: string[]) => object) => {
    const trace: string[] = [];
    class Tracked extends ConfigurationProvider {}
    return { trace, source: { build: () => Object.assign(new Tracked(), disposal(trace)) } };
  };
  const disposable = (trace: string[]) => ({ [Symbol.dispose]: () => void trace.push('disposed') });
  const asyncDisposable = (trace: string[]) => ({
    [Symbol.asyncDispose]: async () => {
      await turn();
      trace.push('disposed');
    },
  });

  it.each([
    ['Dispose_DisposesAppConfigurationProviders: a source of the application is disposed with the host', 'app', disposable],
    ['Dispose_DisposesHostConfigurationProviders: a source of the host is disposed with it', 'host', disposable],
    ['DisposeAsync_DisposesAppConfigurationProviders: the end of an asynchronous disposal is awaited', 'app', asyncDisposable],
    ['DisposeAsync_DisposesHostConfigurationProviders: of a source of the host, too', 'host', asyncDisposable],
  ] as const)('%s', async (_title, kind, disposal) => {
    const { trace, source } = tracked(disposal);
    const builder = new HostBuilder();
    if (kind === 'app') builder.configureAppConfiguration((_context, configuration) => configuration.add(source));
    else builder.configureHostConfiguration(configuration => configuration.add(source));
    const host = builder.build();
    await turn();
    expect(trace).toEqual([]);
    await host[Symbol.asyncDispose]();
    expect(trace).toEqual(['disposed']);
  });
});

describe('HostTests, registrations', () => {
  it('HostCanBeStarted: a start starts, a disposal only disposes', async () => {
    const bench = benchOf({}, { configure: ({ services }) => services.addHostedService(Counting) });
    await bench.host.start();
    const service = bench.host.services.getRequiredService(IHostedService) as Counting;
    expect(service.counts).toEqual([1, 0, 0]);
    await dispose(bench);
    expect(service.counts).toEqual([1, 0, 1]);
  });

  it('HostedServiceCanAcceptSingletonDependencies: the constructor receives them', async () => {
    const fake: IFake = { isFake: true };
    class Dependent extends Counting {
      constructor(@inject(IFake) readonly fake: IFake) {
        super();
      }
    }
    await using bench = benchOf({}, { configure: ({ services }) => services.addSingleton(IFake, () => fake).addHostedService(Dependent) });
    await bench.host.start();
    expect(bench.host.services.getRequiredService(IHostedService)).toMatchObject({ fake, starts: 1 });
  });

  it('HostedServiceStartNotCalledIfHostNotStarted: stopApplication and stop of a host that never started touch no service', async () => {
    const bench = benchOf({ a: {} });
    lifetimeOf(bench).stopApplication();
    bench.host.services.getRequiredService(IHostedService);
    await bench.host.stop();
    expect(bench.trace).toEqual([]);
    await dispose(bench);
    expect(bench.trace).toEqual(['a.dispose']);
  });

  it('HostedServiceRegistered_AddHostedService: the class itself is no service, and one instance is started, stopped and disposed', async () => {
    const bench = benchOf({}, { configure: ({ services }) => services.addHostedService(Counting) });
    const { services } = bench.host;
    expect(() => services.getRequiredService(Counting)).toThrow(expect.objectContaining({ name: 'ServiceResolutionError' }));
    const service = services.getRequiredService(IHostedService) as Counting;
    expect(services.getRequiredService(IHostedService)).toBe(service);
    await bench.host.start();
    expect(service.counts).toEqual([1, 0, 0]);
    await bench.host.stop();
    expect(service.counts).toEqual([1, 1, 0]);
    await dispose(bench);
    expect(service.counts).toEqual([1, 1, 1]);
  });

  it('HostedServiceRegistered_AddSingleton: of two the last is resolved, and both are started, stopped and disposed', async () => {
    class First extends Counting {}
    class Second extends Counting {}
    const bench = benchOf({}, { configure: ({ services }) => services.addSingleton(IHostedService, First).addSingleton(IHostedService, Second) });
    const { services } = bench.host;
    const last = services.getRequiredService(IHostedService);
    expect(last).toBeInstanceOf(Second);
    const all = services.getServices(IHostedService) as Counting[];
    expect(all[1]).toBe(last);
    await bench.host.start();
    await bench.host.stop();
    expect(all.map(({ counts }) => counts)).toEqual([
      [1, 1, 0],
      [1, 1, 0],
    ]);
    await dispose(bench);
    expect(all.map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  it('HostedServiceRegistered_AddKeyedSingleton_And_AddSingleton: keyed instances of a class that are registered as hosted services are started, each with its key', async () => {
    class Keyed extends Counting {
      constructor(@serviceKey() readonly key: string) {
        super();
      }
    }
    const keys = ['service1', 'service2'];
    await using bench = benchOf(
      {},
      {
        configure: ({ services }) => {
          for (const key of keys) {
            services.addKeyedSingleton(Keyed, key);
            services.addSingleton(IHostedService, provider => provider.getRequiredKeyedService(Keyed, key));
          }
        },
      },
    );
    const all = keys.map(key => bench.host.services.getRequiredKeyedService(Keyed, key));
    await bench.host.start();
    expect(all.map(({ starts }) => starts)).toEqual([1, 1]);
    await bench.host.stop();
    expect(all.map(({ key, counts }) => [key, counts])).toEqual(keys.map(key => [key, [1, 1, 0]]));
  });

  it('HostedServiceRegisteredAsKeyedService_SingleRegistration: a registration by key alone is not started, as in the host that was shipped', async () => {
    await using bench = benchOf({}, { configure: ({ services }) => services.addKeyedSingleton(IHostedService, 'key', Counting) });
    await bench.host.start();
    expect((bench.host.services.getRequiredKeyedService(IHostedService, 'key') as Counting).starts).toBe(0);
  });

  it('HostedServiceRegisteredWithFactory: a factory can ask for other services', async () => {
    const fake: IFake = { isFake: true };
    const start = jest.fn();
    await using bench = benchOf(
      {},
      {
        configure: ({ services }) =>
          services
            .addSingleton(IFake, () => fake)
            .addHostedService(provider => {
              const found = provider.getRequiredService(IFake);
              return { start: async () => void start(found), stop: async () => undefined };
            }),
      },
    );
    await bench.host.start();
    expect(start).toHaveBeenCalledWith(fake);
  });

  it('HostCanBeStoppedWhenNotStarted: the stop does not fail and stops no service', async () => {
    const bench = benchOf({ a: {} });
    bench.host.services.getRequiredService(IHostedService);
    await bench.host.stop();
    expect(bench.trace).toEqual([]);
    await dispose(bench);
    expect(bench.trace).toEqual(['a.dispose']);
  });

  it('HostedServiceCanInjectApplicationLifetime: a hosted service receives the lifetime of the application', async () => {
    class Ending extends Counting {
      constructor(@inject(IHostApplicationLifetime) readonly lifetime: IHostApplicationLifetime) {
        super();
      }
    }
    await using bench = benchOf({}, { configure: ({ services }) => services.addHostedService(Ending) });
    await bench.host.start();
    const service = bench.host.services.getRequiredService(IHostedService) as Ending;
    expect(service.lifetime).toBe(lifetimeOf(bench));
    await bench.host.stop();
    expect(service.counts).toEqual([1, 1, 0]);
  });

  it('ThrowExceptionForCustomImplementationOfIHostApplicationLifetime: the lifetime of the application cannot be replaced', () => {
    const own = {} as IHostApplicationLifetime;
    expect(() => benchOf({}, { configure: ({ services }) => services.addSingleton(IHostApplicationLifetime, own) })).toThrow(
      expect.objectContaining({ name: 'ArgumentError', paramName: 'applicationLifetime' }),
    );
  });
});

describe('HostTests, start', () => {
  /** So many services of which each fails to start. */
  const allFailing = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { start: failing(`s${index} failed`) }]));
  const startsOf = ({ trace }: HostBench) => trace.filter(event => event.endsWith('.start'));
  const counts = [1, 2, 10].flatMap(count => [false, true].map(concurrently => [count, concurrently] as const));

  it.each(counts)(
    'AppCrashesOnStartWhenFirstHostedServiceThrows: with %d failing services, concurrently: %s, the start fails and nobody is stopped',
    async (count, servicesStartConcurrently) => {
      const bench = benchOf(allFailing(count), { options: { servicesStartConcurrently } });
      const failure: unknown = await bench.host.start().catch((error: unknown) => error);
      if (servicesStartConcurrently && count > 1) {
        expect((failure as AggregateError).errors.map((error: Error) => error.message)).toEqual(
          Array.from({ length: count }, (_, index) => `s${index} failed`),
        );
        expect(startsOf(bench).length).toBe(count);
      } else {
        expect(failure).toEqual(new Error('s0 failed'));
        expect(startsOf(bench)).toEqual(['s0.start']);
      }
      await dispose(bench);
      expect(bench.trace.filter(event => event.includes('.stop'))).toEqual([]);
    },
  );

  it.each(counts)(
    'HostDoesNotNotifyIHostApplicationLifetimeCallbacksIfIHostedServicesThrow: with %d failing services, concurrently: %s, no moment of the application comes',
    async (count, servicesStartConcurrently) => {
      const bench = benchOf(allFailing(count), { options: { servicesStartConcurrently } });
      const [onStarted, onStopping] = [jest.fn(), jest.fn()];
      lifetimeOf(bench).onStarted(onStarted);
      lifetimeOf(bench).onStopping(onStopping);
      await expect(bench.host.start()).rejects.toThrow();
      await dispose(bench);
      expect([onStarted.mock.calls.length, onStopping.mock.calls.length, bench.trace.filter(event => event.includes('.stop'))]).toEqual([0, 0, []]);
    },
  );

  it('StartCanBeCancelled: a service that honours the signal makes the start fail, and is disposed but not stopped', async () => {
    const caller = new AbortController();
    const bench = benchOf({ a: { start: cooperating } });
    const start = bench.host.start(caller.signal);
    await turn();
    expect(bench.trace).toEqual(['a.start']);
    caller.abort();
    await expect(start).rejects.toMatchObject({ name: 'AbortError' });
    await dispose(bench);
    expect(bench.trace).toEqual(['a.start', 'a.start!', 'a.dispose']);
  });

  /** A start that goes on when it is told to, and asks its signal then. */
  async function cancellableStart(cancel: (bench: HostBench, caller: AbortController) => void): Promise<{ failure: unknown; trace: string[] }> {
    const [go, caller] = [new Deferred<void>(), new AbortController()];
    const start = async (signal: AbortSignal) => {
      await go.promise;
      throwIfAborted(signal);
      bench.trace.push('started to the end');
    };
    await using bench: HostBench = benchOf({ a: { start } });
    const started = bench.host.start(caller.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    await turn();
    cancel(bench, caller);
    go.resolve();
    return { failure: await started, trace: [...bench.trace] };
  }

  it('CancellableStart_CancelledByApplicationLifetime: stopApplication cancels the signal of the start', async () => {
    expect(await cancellableStart(bench => lifetimeOf(bench).stopApplication())).toMatchObject({
      failure: { name: 'AbortError' },
      trace: ['a.start', 'a.start!'],
    });
  });

  it('CancellableStart_CancelledByCancellationToken: the signal of the caller cancels that of the start', async () => {
    expect(await cancellableStart((_bench, caller) => caller.abort())).toMatchObject({ failure: { name: 'AbortError' }, trace: ['a.start', 'a.start!'] });
  });

  it('CancellableStart_CanComplete: nobody cancels, and the start comes to its end', async () => {
    expect(await cancellableStart(() => undefined)).toEqual({ failure: undefined, trace: ['a.start', 'started to the end'] });
  });

  it('HostNotifiesApplicationStarted: the signal has fired when the start has ended, and not before it began', async () => {
    await using bench = benchOf({});
    expect(lifetimeOf(bench).applicationStarted.aborted).toBe(false);
    await bench.host.start();
    expect(lifetimeOf(bench).applicationStarted.aborted).toBe(true);
  });

  it('HostedServiceFactoryExceptionGetsLogged: the start throws what a factory threw, and one error is all that is logged', async () => {
    const error = new Error('no service');
    await using bench = benchOf(
      {},
      {
        configure: builder => {
          builder.logging.setMinimumLevel('information');
          builder.services.addHostedService(() => {
            throw error;
          });
        },
      },
    );
    await expect(bench.host.start()).rejects.toBe(error);
    expect(bench.logs.entries).toMatchObject([{ level: 'error', eventId: { id: 11, name: 'HostedServiceStartupFaulted' }, error }]);
  });
});

describe('HostTests, the lifetime of the host', () => {
  const benchWith = (hooks: LifetimeHooks) => {
    const trace: string[] = [];
    return benchOf({ a: {} }, { trace, configure: builder => builder.services.addSingleton(IHostLifetime, lifetimeOfHost(trace, hooks)) });
  };

  it('HostLifetimeOnStartedDelaysStart: no service is started before the lifetime is ready, and disposal does not stop it', async () => {
    const ready = new Deferred<void>();
    const bench = benchWith({ start: () => ready.promise });
    const start = bench.host.start();
    await turn();
    expect(bench.trace).toEqual(['waitForStart']);
    ready.resolve();
    await start;
    await dispose(bench);
    expect(bench.trace).toEqual(['waitForStart', 'a.start', 'a.dispose']);
  });

  it('HostLifetimeOnStartedCanBeCancelled: a start that is given up while the lifetime is waited for starts no service', async () => {
    const caller = new AbortController();
    const bench = benchWith({ start: signal => cooperating(signal).catch(() => undefined) });
    bench.host.services.getRequiredService(IHostedService);
    const start = bench.host.start(caller.signal);
    await turn();
    caller.abort();
    await expect(start).rejects.toMatchObject({ name: 'AbortError' });
    await dispose(bench);
    expect(bench.trace).toEqual(['waitForStart', 'a.dispose']);
  });

  it('HostStopAsyncCallsHostLifetimeStopAsync: a stop stops the services once and the lifetime once', async () => {
    const bench = benchWith({});
    await bench.host.start();
    await bench.host.stop();
    await dispose(bench);
    expect(bench.trace).toEqual(['waitForStart', 'a.start', 'a.stop', 'lifetime.stop', 'a.dispose']);
  });

  it('HostShutdownFiresApplicationLifetimeStoppedBeforeHostLifetimeStopped: when the lifetime is stopped, services and application have stopped', async () => {
    const moments = () => {
      const { applicationStarted, applicationStopping, applicationStopped } = lifetimeOf(bench);
      return [applicationStarted, applicationStopping, applicationStopped].map(({ aborted }) => aborted);
    };
    const stop = jest.fn(() => [bench.trace.includes('a.stop'), ...moments()]);
    await using bench: HostBench = benchWith({ stop });
    expect(moments()).toEqual([false, false, false]);
    await bench.host.start();
    expect(moments()).toEqual([true, false, false]);
    await bench.host.stop();
    expect(stop.mock.results).toMatchObject([{ value: [true, true, true, true] }]);
  });
});

describe('HostTests, stop', () => {
  /** Waits for the signal and then ends well. */
  const obedient: Hooks = { stop: signal => cooperating(signal).catch(() => undefined) };

  it('HostShutsDownWhenTokenTriggers: the signal of run begins a graceful stop, after which run ends without an error', async () => {
    const caller = new AbortController();
    const bench = benchOf({}, { configure: ({ services }) => services.addHostedService(Counting) });
    const service = bench.host.services.getRequiredService(IHostedService) as Counting;
    const run = bench.host.run(caller.signal);
    await turn();
    expect(service.counts).toEqual([1, 0, 0]);
    caller.abort();
    await run;
    expect(service.counts).toEqual([1, 1, 1]);
    await dispose(bench);
    expect(service.disposals).toBe(1);
  });

  it('HostStopAsyncCanBeCancelledEarly: the signal of the caller reaches the service, and the stop ends', async () => {
    const caller = new AbortController();
    await using bench = benchOf({ a: obedient });
    await bench.host.start();
    const stop = bench.host.stop(caller.signal);
    await turn();
    caller.abort();
    await stop;
    expect(bench.trace).toEqual(['a.start', 'a.stop']);
  });

  it.each([
    ['HostStopAsyncUsesDefaultTimeoutIfGivenTokenDoesNotFire: the shutdown timeout counts beside a signal that never fires', new AbortController().signal],
    ['WebHostStopAsyncUsesDefaultTimeoutIfNoTokenProvided: the shutdown timeout counts without a signal', undefined],
  ])('%s', async (_title, signal) => {
    await using bench = benchOf({ a: obedient }, { options: { shutdownTimeout: 500 } });
    await bench.host.start();
    const ended = jest.fn();
    const stop = bench.host.stop(signal).then(ended);
    await bench.time.advanceAsync(499);
    expect(ended).not.toHaveBeenCalled();
    await bench.time.advanceAsync(1);
    await stop;
  });

  it('HostApplicationLifetimeEventsOrderedCorrectlyDuringShutdown: started, stopping to its end, stopped, and then run has ended', async () => {
    const bench = benchOf({});
    const { trace } = bench;
    const lifetime = lifetimeOf(bench);
    lifetime.onStarted(() => trace.push('started'));
    lifetime.onStopped(() => trace.push('stopped'));
    lifetime.onStopping(() => {
      trace.push('stopping');
      bench.time.advance(1000);
      trace.push('stopping ends');
    });
    const run = bench.host.run().then(() => trace.push('run has ended'));
    await turn();
    lifetime.stopApplication();
    await run;
    expect(trace).toEqual(['started', 'stopping', 'stopping ends', 'stopped', 'run has ended']);
  });

  it('HostNotifiesAllIHostApplicationLifetimeCallbacksEvenIfTheyThrow: every callback of the three moments runs, and nothing fails', async () => {
    await using bench = benchOf({});
    const { trace } = bench;
    const lifetime = lifetimeOf(bench);
    const throwing = (name: string) => () => {
      trace.push(name);
      throw new Error(name);
    };
    for (const number of [1, 2, 3]) {
      lifetime.onStarted(throwing(`started ${number}`));
      lifetime.onStopping(throwing(`stopping ${number}`));
      lifetime.onStopped(throwing(`stopped ${number}`));
    }
    await bench.host.start();
    expect(trace).toEqual(['started 3', 'started 2', 'started 1']);
    await bench.host.stop();
    expect(trace.slice(3)).toEqual(['stopping 3', 'stopping 2', 'stopping 1', 'stopped 3', 'stopped 2', 'stopped 1']);
  });

  it('HostStopApplicationDoesNotFireStopOnHostedService: stopApplication alone stops no service', async () => {
    const bench = benchOf({ a: {} });
    await bench.host.start();
    lifetimeOf(bench).stopApplication();
    await turn();
    expect(bench.trace).toEqual(['a.start']);
    await dispose(bench);
    expect(bench.trace).toEqual(['a.start', 'a.dispose']);
  });

  it('HostStopApplicationFiresStopOnHostedService: stop stops the services, and disposal comes later', async () => {
    const bench = benchOf({ a: {} });
    expect(bench.trace).toEqual([]);
    await bench.host.start();
    await bench.host.stop();
    expect(bench.trace).toEqual(['a.start', 'a.stop']);
    await dispose(bench);
    expect(bench.trace).toEqual(['a.start', 'a.stop', 'a.dispose']);
  });

  it('HostDisposeApplicationDoesNotFireStopOnHostedService: disposal disposes a started service without stopping it', async () => {
    const bench = benchOf({ a: {} });
    await bench.host.start();
    await dispose(bench);
    expect(bench.trace).toEqual(['a.start', 'a.dispose']);
  });
});

describe('HostTests, disposal', () => {
  class Disposed implements AsyncDisposable, Disposable {
    readonly calls: string[] = [];

    [Symbol.dispose](): void {
      this.calls.push('dispose');
    }

    async [Symbol.asyncDispose](): Promise<void> {
      this.calls.push('asyncDispose');
    }
  }

  it('HostDisposesServiceProvider: singletons, and transients that the root gave, are disposed with the host and not by a stop', async () => {
    class Transient extends Counting {}
    const bench = benchOf({}, { configure: ({ services }) => services.addSingleton(Counting).addTransient(Transient) });
    await bench.host.start();
    const all = [bench.host.services.getRequiredService(Counting), bench.host.services.getRequiredService(Transient)];
    await bench.host.stop();
    expect(all.map(({ disposals }) => disposals)).toEqual([0, 0]);
    await dispose(bench);
    expect(all.map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  it('HostCallsDisposeAsyncOnServiceProvider: a host is disposed asynchronously only, and so are its services that can be', async () => {
    const bench = benchOf({}, { configure: ({ services }) => services.addSingleton(Disposed) });
    const service = bench.host.services.getRequiredService(Disposed);
    expect(Symbol.dispose in bench.host).toBe(false);
    await dispose(bench);
    expect(service.calls).toEqual(['asyncDispose']);
  });

  it('HostCallsDisposeAsyncOnServiceProviderWhenDisposeAsyncCalled: neither start nor stop disposes', async () => {
    const bench = benchOf({}, { configure: ({ services }) => services.addSingleton(Disposed) });
    await bench.host.start();
    const service = bench.host.services.getRequiredService(Disposed);
    await bench.host.stop();
    expect(service.calls).toEqual([]);
    await dispose(bench);
    expect(service.calls).toEqual(['asyncDispose']);
  });
});

describe('HostTests, background services', () => {
  const loggedAbove = (bench: HostBench) =>
    bench.logs.entries.filter(({ level }) => ['warning', 'error', 'critical'].includes(level)).map(({ message }) => message);

  it('HostPropagatesExceptionsThrownWithBackgroundServiceExceptionBehaviorOfStopHost: the start does not fail with the work, as since .NET 10, but the stop does', async () => {
    await using bench = benchOf({ a: () => new Worker(failing('background exception')) });
    await bench.host.start();
    await turn();
    expect(lifetimeOf(bench).applicationStopping.aborted).toBe(true);
    await expect(bench.host.stop()).rejects.toThrow('background exception');
  });

  it('HostStopsApplicationWithOneBackgroundServiceErrorAndOthersWithoutError: a failure during the start stops the application, and the others start to their end', async () => {
    const [fail, go] = [new Deferred<void>(), new Deferred<void>()];
    const start = () => {
      fail.resolve();
      return go.promise;
    };
    await using bench: HostBench = benchOf({ failing: () => new Worker(() => fail.promise.then(failing('background exception'))), other: { start } });
    const lifetime = lifetimeOf(bench);
    lifetime.onStarted(() => bench.trace.push('onStarted'));
    lifetime.onStopping(() => {
      bench.trace.push('onStopping');
      go.resolve();
    });
    await bench.host.start();
    expect(bench.trace).toEqual(['other.start', 'onStopping', 'onStarted']);
  });

  it('HostHandlesExceptionsThrownWithBackgroundServiceExceptionBehaviorOfIgnore: with ignore a failure does not stop the application', async () => {
    const fail = new Deferred<void>();
    await using bench = benchOf(
      { a: () => new Worker(() => fail.promise.then(failing('background exception'))) },
      { options: { backgroundServiceExceptionBehavior: 'ignore' } },
    );
    await bench.host.start();
    fail.resolve();
    await turn();
    expect([lifetimeOf(bench).applicationStopping.aborted, loggedAbove(bench)]).toEqual([false, ['BackgroundService failed']]);
  });

  it.each([
    ['ignore', ['BackgroundService failed']],
    ['stopHost', ['BackgroundService failed', expect.stringContaining('The HostOptions.BackgroundServiceExceptionBehavior is configured to StopHost')]],
  ] as const)(
    'BackgroundServiceAsyncExceptionGetsLogged: with %s a failure of the work is in the log',
    async (backgroundServiceExceptionBehavior, messages) => {
      const fail = new Deferred<void>();
      const work = () => new Worker(() => fail.promise.then(failing('background exception')));
      await using bench = benchOf({ work }, { options: { backgroundServiceExceptionBehavior } });
      await bench.host.start();
      expect(loggedAbove(bench)).toEqual([]);
      fail.resolve();
      await turn();
      expect(loggedAbove(bench)).toEqual(messages);
    },
  );

  it('HostNoErrorWhenServiceIsCanceledAsPartOfStop: a loop that the stop cancels is no failure', async () => {
    class Loop extends BackgroundService {
      constructor(
        @inject(ILogger) private readonly logger: ILogger,
        @inject(TimeProvider) private readonly timeProvider: TimeProvider,
      ) {
        super();
      }

      protected override async execute(stopping: AbortSignal): Promise<void> {
        for (;;) {
          this.logger.information('running');
          await delay(1000, { timeProvider: this.timeProvider, signal: stopping });
        }
      }
    }
    await using bench = benchOf({}, { configure: ({ services }) => services.addHostedService(Loop) });
    await bench.host.start();
    await bench.time.advanceAsync(1000);
    await bench.host.stop();
    expect(bench.logs.messages('Loop')).toEqual(['running', 'running']);
    expect(loggedAbove(bench)).toEqual([]);
  });

  it('StartOnBackgroundServiceThatDoesNotCallBase: one that overrides start and stop and never executes is no failure', async () => {
    class Own extends Worker {
      override async start(): Promise<void> {
        bench.trace.push('start');
      }
      override async stop(): Promise<void> {
        bench.trace.push('stop');
      }
    }
    await using bench: HostBench = benchOf({ own: () => new Own(failing('never runs')) });
    await bench.host.start();
    await bench.host.stop();
    expect([bench.trace, loggedAbove(bench)]).toEqual([['start', 'stop'], []]);
  });

  it('HostNoErrorWhenStartingServiceIsCanceledAsPartOfStop: the application can be stopped and the shutdown awaited while another service starts', async () => {
    const slow = { start: () => delay(10_000, { timeProvider: bench.time }) };
    await using bench: HostBench = benchOf({ worker: untilStopped, slow });
    const start = bench.host.start();
    await turn();
    const shutdown = bench.host.waitForShutdown();
    lifetimeOf(bench).stopApplication();
    await shutdown;
    expect(bench.trace).toEqual(['slow.start', 'slow.stop']);
    await bench.time.advanceAsync(10_000);
    await start;
    expect(loggedAbove(bench)).toEqual([]);
  });
});

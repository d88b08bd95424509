import { isAbsolute, resolve, sep } from 'node:path';
import {
  type BackgroundServiceExceptionBehavior,
  Environments,
  HostBuilder,
  HostBuilderContext,
  HostOptions,
  IConfiguration,
  type IHost,
  IHostApplicationLifetime,
  IHostEnvironment,
  IHostLifetime,
  ILogger,
  ILoggerFactory,
  inject,
  NullFileProvider,
  NullLifetime,
  PhysicalFileProvider,
} from 'hostward';
import { applicationBaseDirectory } from '../../../src/hosting/files/main-script.js';
import { FakeContainer, FakeServiceProviderFactory } from '../../support/hosting-containers.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ProcessEnvironment } from '../../support/process-environment.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

let environment: ProcessEnvironment;

beforeAll(() => {
  environment = new ProcessEnvironment({ DOTNET_ENVIRONMENT: undefined });
});

afterAll(() => {
  environment[Symbol.dispose]();
});

const configurationOf = ({ services }: IHost) => services.getRequiredService(IConfiguration);
const environmentOf = ({ services }: IHost) => services.getRequiredService(IHostEnvironment);

class ServiceA {}
class ServiceB {}
class ServiceD {}
class ServiceC {
  constructor(@inject(ServiceD) readonly d: ServiceD) {}
}

describe('HostBuilderTests, configuration', () => {
  it('DefaultConfigIsMutable: values can be set although no source was added', async () => {
    await using host = new HostBuilder().build();
    configurationOf(host).set('key1', 'value');
    expect(configurationOf(host).get('KEY1')).toBe('value');
  });

  it('ConfigureHostConfigurationPropagated: it adds up, a later value hides an earlier one, and the application sees it', async () => {
    const seen: unknown[] = [];
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ key1: 'value1' }))
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ key2: 'value2' }))
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ key2: 'value3' }))
      .configureAppConfiguration(({ configuration }) => seen.push(configuration.get('key1'), configuration.get('key2')))
      .build();
    expect(seen).toEqual(['value1', 'value3']);
    expect([configurationOf(host).get('key1'), configurationOf(host).get('key2')]).toEqual(['value1', 'value3']);
  });

  it('CanConfigureAppConfigurationAndRetrieveFromDI: of several sources the last one wins, and the service is the whole', async () => {
    await using host = new HostBuilder()
      .configureAppConfiguration((_context, configuration) => configuration.addInMemoryCollection({ key1: 'value1' }))
      .configureAppConfiguration((_context, configuration) => configuration.addInMemoryCollection({ key2: 'value2' }))
      .configureAppConfiguration((_context, configuration) => configuration.addInMemoryCollection({ key2: 'value3' }))
      .build();
    expect([configurationOf(host).get('key1'), configurationOf(host).get('key2')]).toEqual(['value1', 'value3']);
  });

  it('CanConfigureAppConfigurationFromFile: a file is found below the content root', async () => {
    using folder = new TemporaryFolder({ 'mail.json': { key: 'value' } });
    await using host = new HostBuilder()
      .useContentRoot(folder.path)
      .configureAppConfiguration((_context, configuration) => configuration.addJsonFile('mail.json', { optional: false }))
      .build();
    expect(configurationOf(host).get('key')).toBe('value');
  });

  it('HostingContextContainsAppConfigurationDuringConfigureServices: the context has the configuration of the application', async () => {
    const seen: unknown[] = [];
    await using _host = new HostBuilder()
      .configureAppConfiguration((_context, configuration) => configuration.addInMemoryCollection({ key1: 'value1' }))
      .configureServices(({ configuration }) => seen.push(configuration.get('key1')))
      .build();
    expect(seen).toEqual(['value1']);
  });

  it('HostingContextContainsAppConfigurationDuringConfigureLogging: there, too', async () => {
    const seen: unknown[] = [];
    await using _host = new HostBuilder()
      .configureAppConfiguration((_context, configuration) => configuration.addInMemoryCollection({ key1: 'value1' }))
      .configureLogging(({ configuration }) => seen.push(configuration.get('key1')))
      .build();
    expect(seen).toEqual(['value1']);
  });
});

describe('HostBuilderTests, environment', () => {
  it('DefaultIHostEnvironmentValues: Production, a name, and the directory of the program with its files', async () => {
    const seen: IHostEnvironment[] = [];
    await using host = new HostBuilder().configureAppConfiguration(({ hostingEnvironment }) => seen.push({ ...hostingEnvironment })).build();
    for (const environment of [...seen, environmentOf(host)]) {
      expect(environment).toMatchObject({
        environmentName: 'Production',
        applicationName: expect.any(String) as string,
        contentRootPath: applicationBaseDirectory(),
      });
      expect(environment.contentRootFileProvider).toBeInstanceOf(PhysicalFileProvider);
    }
    expect(seen.length).toBe(1);
  });

  it('ConfigBasedSettingsConfigBasedOverride: of two sources that name the environment the second wins', async () => {
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ environment: 'EnvA' }))
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ environment: 'EnvB' }))
      .build();
    expect(environmentOf(host).environmentName).toBe('EnvB');
  });

  it('UseEnvironmentIsNotOverridden: another key than that of the environment changes nothing', async () => {
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ ENV: 'Dev' }))
      .useEnvironment('MyTest')
      .build();
    expect(environmentOf(host).environmentName).toBe('MyTest');
  });

  it('UseBasePathConfiguresBasePath: an absolute content root stays as it is written', async () => {
    await using host = new HostBuilder().useContentRoot('/').build();
    expect(environmentOf(host).contentRootPath).toBe('/');
  });

  it('HostConfigParametersReadCorrectly: name, environment and content root come from the configuration of the host', async () => {
    const contentRoot = resolve('.');
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ applicationName: 'my-app', environment: 'Development', contentRoot }))
      .build();
    expect(environmentOf(host)).toMatchObject({ applicationName: 'my-app', environmentName: Environments.Development, contentRootPath: contentRoot });
  });

  it('RelativeContentRootIsResolved: it counts from the directory of the program', async () => {
    await using host = new HostBuilder().useContentRoot('testroot').build();
    const { contentRootPath } = environmentOf(host);
    expect([isAbsolute(contentRootPath), contentRootPath.endsWith(`${sep}testroot`)]).toEqual([true, true]);
    expect(contentRootPath).toBe(resolve(applicationBaseDirectory(), 'testroot'));
  });

  it('DefaultContentRootIsApplicationBasePath: without a word about it, it is the directory of the program', async () => {
    await using host = new HostBuilder().build();
    expect(environmentOf(host).contentRootPath).toBe(applicationBaseDirectory());
  });

  it('SetsFullPathToContentRoot: a whole path is the content root, and its files can be asked for', async () => {
    using folder = new TemporaryFolder({ 'there.txt': 'text' });
    await using host = new HostBuilder().configureHostConfiguration(configuration => configuration.addInMemoryCollection({ contentRoot: folder.path })).build();
    const { contentRootPath, contentRootFileProvider } = environmentOf(host);
    expect([contentRootPath, contentRootFileProvider.getFileInfo('there.txt').exists]).toEqual([folder.path, true]);
  });

  it('DisposingHostDisposesContentFileProvider: also one that the program has put in its place', async () => {
    const host = new HostBuilder().build();
    const original = environmentOf(host).contentRootFileProvider as PhysicalFileProvider;
    const disposals: string[] = [];
    const dispose = original[Symbol.dispose].bind(original);
    original[Symbol.dispose] = () => {
      disposals.push('original');
      dispose();
    };
    const own = Object.assign(new NullFileProvider(), { [Symbol.dispose]: () => void disposals.push('own') });
    environmentOf(host).contentRootFileProvider = own;
    await host[Symbol.asyncDispose]();
    expect(disposals).toEqual(['own', 'original']);
  });
});

describe('HostBuilderTests, services', () => {
  it('BuildAndDispose: a host that never started can be disposed', async () => {
    await new HostBuilder().build()[Symbol.asyncDispose]();
  });

  it('DefaultServicesAreAvailable: the environment, the configuration, the context, the lifetime, logging and the options', async () => {
    await using host = new HostBuilder().build();
    for (const token of [
      IHostEnvironment,
      IConfiguration,
      HostBuilderContext,
      IHostApplicationLifetime,
      IHostLifetime,
      ILoggerFactory,
      ILogger,
      HostOptions.options,
      HostOptions.monitor,
    ])
      expect(host.services.getService<unknown>(token)).toBeDefined();
  });

  it('DefaultCreatesLoggerFactory: there are loggers although nothing was said of logging', async () => {
    await using host = new HostBuilder().build();
    const logger = host.services.getRequiredService(ILoggerFactory).createLogger('App');
    expect(() => logger.information('to nobody')).not.toThrow();
  });

  it('CanConfigureHostOptionsWithOptionsOverload: the options of the host can be changed', async () => {
    await using host = new HostBuilder()
      .configureHostOptions((_context, options) => {
        options.backgroundServiceExceptionBehavior = 'ignore';
        options.shutdownTimeout = 3 * 86_400_000;
        options.startupTimeout = 60_000;
      })
      .build();
    expect(host.services.getRequiredService(HostOptions.value)).toMatchObject({
      backgroundServiceExceptionBehavior: 'ignore',
      shutdownTimeout: 259_200_000,
      startupTimeout: 60_000,
    });
  });

  it('CanConfigureHostOptionsWithContenxtAndOptionsOverload: who changes them has the context, and may change the environment', async () => {
    await using host = new HostBuilder()
      .configureHostOptions(({ hostingEnvironment }, options) => {
        hostingEnvironment.environmentName = 'Moon';
        options.shutdownTimeout = 5000;
      })
      .build();
    expect([environmentOf(host).environmentName, host.services.getRequiredService(HostOptions.value).shutdownTimeout]).toEqual(['Moon', 5000]);
  });

  it('MultipleConfigureLoggingInvokedInOrder: steps of logging run in the order in which they were added', async () => {
    const trace: string[] = [];
    await using _host = new HostBuilder()
      .configureLogging(() => trace.push('first'))
      .configureLogging(() => trace.push('second'))
      .build();
    expect(trace).toEqual(['first', 'second']);
  });

  it('ConfigureServices_CanBeCalledMultipleTimes: each adds to what the earlier ones have registered', async () => {
    const counts: number[] = [];
    await using host = new HostBuilder()
      .configureServices((_context, services) => {
        counts.push(services.count);
        services.addTransient(ServiceA);
      })
      .configureServices((_context, services) => {
        counts.push(services.count);
        services.addTransient(ServiceB);
      })
      .build();
    expect(counts).toEqual([counts[0], counts[0]! + 1]);
    expect([host.services.getRequiredService(ServiceA), host.services.getRequiredService(ServiceB)]).toEqual([new ServiceA(), new ServiceB()]);
  });

  it('Build_DoesNotAllowBuildingMuiltipleTimes: a second build is an error', async () => {
    const builder = new HostBuilder();
    await using _host = builder.build();
    expect(() => builder.build()).toThrow(expect.objectContaining({ name: 'InvalidOperationError', message: 'Build can only be called once.' }));
  });

  it('BuilderPropertiesAreAvailableInBuilderAndContext: both have the same properties', async () => {
    const seen: unknown[] = [];
    const builder = new HostBuilder().configureServices(({ properties }) => seen.push(properties.get('key')));
    builder.properties.set('key', 'value');
    await using host = builder.build();
    expect(seen).toEqual(['value']);
    expect(host.services.getRequiredService(HostBuilderContext).properties).toBe(builder.properties);
  });

  it.each<BackgroundServiceExceptionBehavior>(['ignore', 'stopHost'])('HostBuilderCanConfigureBackgroundServiceExceptionBehavior: to %s', async behavior => {
    await using host = new HostBuilder().configureHostOptions((_context, options) => (options.backgroundServiceExceptionBehavior = behavior)).build();
    expect(host.services.getRequiredService(HostOptions.value).backgroundServiceExceptionBehavior).toBe(behavior);
  });
});

describe('HostBuilderTests, the service provider', () => {
  it('ConfigureDefaultServiceProvider: what is checked may depend on the configuration, and is checked', async () => {
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ checks: 'all' }))
      .configureServices((_context, services) => services.addScoped(ServiceD).addTransient(ServiceC))
      .useDefaultServiceProvider(({ configuration }, options) => (options.validateScopes = configuration.get('checks') === 'all'))
      .build();
    expect(() => host.services.getRequiredService(ServiceC)).toThrow(/scoped/);
  });

  it('ConfigureCustomServiceProvider: what another container is made of is changed step by step, and its provider is that of the host', async () => {
    const factory = new FakeServiceProviderFactory();
    await using host = new HostBuilder()
      .configureServices((_context, services) => services.addTransient(ServiceD).addTransient(ServiceC))
      .useServiceProviderFactory(factory)
      .configureContainer<FakeContainer>((_context, container) => (container.state += '1'))
      .configureContainer<FakeContainer>((_context, container) => (container.state += '2'))
      .build();
    expect(host.services).toBe(factory.created);
    expect([host.services.getRequiredService(FakeContainer).state, host.services.getRequiredService(ServiceC).d]).toEqual(['12', new ServiceD()]);
  });

  // Types are gone when the program runs, so it is the first use of what the container has not got that fails.
  it('CustomContainerTypeMismatchThrows: a step for another kind of container makes the build fail', () => {
    interface OtherContainer {
      bindEverything(): void;
    }
    const builder = new HostBuilder()
      .useServiceProviderFactory(new FakeServiceProviderFactory())
      .configureContainer<OtherContainer>((_context, container) => container.bindEverything());
    expect(() => builder.build()).toThrow(TypeError);
  });

  it('ScopeValidationEnabledInDevelopment: a bare builder checks scopes in the environment Development', async () => {
    const build = (environment: string) =>
      new HostBuilder()
        .useEnvironment(environment)
        .configureServices((_context, services) => services.addScoped(ServiceA))
        .build();
    await using development = build('Development');
    expect(() => development.services.getRequiredService(ServiceA)).toThrow(expect.objectContaining({ name: 'ServiceResolutionError' }));
    await using production = build('Production');
    expect(production.services.getRequiredService(ServiceA)).toBeInstanceOf(ServiceA);
  });

  it('ValidateOnBuildEnabledInDevelopment: a bare builder checks all registrations in the environment Development', async () => {
    const builderFor = (environment: string) =>
      new HostBuilder().useEnvironment(environment).configureServices((_context, services) => services.addTransient(ServiceC));
    expect(() => builderFor('Development').build()).toThrow(expect.objectContaining({ name: 'ServiceValidationError' }));
    await using _production = builderFor('Production').build();
  });
});

describe('HostBuilderTests, defaults', () => {
  // The working directory of the tests has no settings, and signals are not theirs to take.
  const withDefaults = (args?: readonly string[]) =>
    new HostBuilder()
      .configureDefaults(args)
      .configureLogging((_context, logging) => logging.clearProviders())
      .configureServices((_context, services) => services.addSingleton(IHostLifetime, NullLifetime));

  it('HostBuilderConfigureDefaultsInterleavesMissingConfigValues: without arguments the content root is the working directory', async () => {
    await using host = withDefaults().build();
    expect(environmentOf(host).contentRootPath).toBe(process.cwd());
  });

  it('HostBuilderConfigureDefaultsDoesntThrowInDevelopment: everything that a host has passes its checks', async () => {
    await using host = withDefaults().useEnvironment('Development').build();
    await host.start();
    expect(environmentOf(host).environmentName).toBe('Development');
    await host.stop();
  });
});

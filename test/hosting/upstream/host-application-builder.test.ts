import { isAbsolute, resolve, sep } from 'node:path';
import {
  ConfigurationManager,
  Host,
  type HostApplicationBuilder,
  type HostApplicationBuilderSettings,
  HostBuilderContext,
  HostOptions,
  IConfiguration,
  type IHost,
  IHostApplicationLifetime,
  IHostEnvironment,
  ILogger,
  ILoggerFactory,
  inject,
  PhysicalFileProvider,
  type ServiceCollection,
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

type Create = (settings?: HostApplicationBuilderSettings) => HostApplicationBuilder;

/** The two ways to a builder without defaults. */
const withoutDefaults: readonly [string, Create][] = [
  ['disableDefaults', settings => Host.createApplicationBuilder({ ...settings, disableDefaults: true })],
  ['an empty builder', settings => Host.createEmptyApplicationBuilder(settings)],
];

/** All ways to a builder. */
const everyWay: readonly [string, Create][] = [['the defaults', settings => Host.createApplicationBuilder(settings)], ...withoutDefaults];

const configurationOf = ({ services }: IHost) => services.getRequiredService(IConfiguration);
const environmentOf = ({ services }: IHost) => services.getRequiredService(IHostEnvironment);

class Scoped {}
class NeedsScoped {
  constructor(@inject(Scoped) readonly scoped: Scoped) {}
}

describe('HostApplicationBuilderTests, configuration', () => {
  it.each(withoutDefaults)('DefaultConfigIsMutable: with %s values can be set before and after the build', async (_way, create) => {
    const builder = create();
    builder.configuration.set('key1', 'value1');
    await using host = builder.build();
    builder.configuration.set('key2', 'value2');
    expect([configurationOf(host).get('key1'), configurationOf(host).get('key2')]).toEqual(['value1', 'value2']);
  });

  it.each(withoutDefaults)(
    'CanConfigureAppConfigurationAndRetrieveFromDI: with %s the last source wins, also one that is added after the build',
    async (_way, create) => {
      const builder = create();
      builder.configuration.addInMemoryCollection({ key1: 'value1' }).addInMemoryCollection({ key2: 'value2' }).addInMemoryCollection({ key2: 'value3' });
      await using host = builder.build();
      const values = () => ['key1', 'key2', 'key3'].map(key => configurationOf(host).get(key));
      expect(values()).toEqual(['value1', 'value3', undefined]);
      builder.configuration.addInMemoryCollection({ key1: 'value4', key3: 'value5' });
      expect(values()).toEqual(['value4', 'value3', 'value5']);
    },
  );

  it.each(withoutDefaults)(
    'CanConfigureAppConfigurationFromFile: with %s a file below the content root is read before and after the build',
    async (_way, create) => {
      using folder = new TemporaryFolder({ 'mail.json': { key: 'value' } });
      const builder = create({ contentRootPath: folder.path });
      builder.configuration.addJsonFile('mail.json', { optional: false });
      expect(builder.configuration.get('key')).toBe('value');
      await using host = builder.build();
      expect(configurationOf(host).get('key')).toBe('value');
    },
  );

  it.each(everyWay)('RespectsArgsWhenDisableDefaults: with %s the arguments of the program count', async (_way, create) => {
    await using host = create({ args: ['mySetting=settingValue'] }).build();
    expect(configurationOf(host).get('mySetting')).toBe('settingValue');
  });
});

describe('HostApplicationBuilderTests, environment', () => {
  it.each(withoutDefaults)('DisableDefaultIHostEnvironmentValues: with %s it is Production, in the directory of the program', async (_way, create) => {
    const builder = create();
    await using host = builder.build();
    for (const each of [builder.environment, environmentOf(host)]) {
      expect(each).toMatchObject({
        environmentName: 'Production',
        applicationName: expect.any(String) as string,
        contentRootPath: applicationBaseDirectory(),
      });
      expect(each.contentRootFileProvider).toBeInstanceOf(PhysicalFileProvider);
    }
  });

  it.each(everyWay)(
    "ConfigurationSettingCanInfluenceEnvironment: with %s a given configuration names all three, and is the builder's own",
    async (_way, create) => {
      using folder = new TemporaryFolder();
      const configuration = new ConfigurationManager().addInMemoryCollection({
        applicationName: 'my-app',
        environment: 'Staging',
        contentRoot: folder.path,
      });
      const builder = create({ configuration });
      expect(builder.configuration).toBe(configuration);
      await using host = builder.build();
      for (const each of [builder.environment, environmentOf(host)])
        expect(each).toMatchObject({ applicationName: 'my-app', environmentName: 'Staging', contentRootPath: folder.path });
    },
  );

  it.each(everyWay)('DirectSettingsOverrideConfigurationSetting: with %s the settings win over it, and stand in it', async (_way, create) => {
    using folder = new TemporaryFolder();
    const configuration = new ConfigurationManager().addInMemoryCollection({ applicationName: 'lost', environment: 'Lost', contentRoot: '/' });
    const builder = create({ configuration, applicationName: 'my-app', environmentName: 'Staging', contentRootPath: folder.path });
    const found = ['applicationName', 'environment', 'contentRoot'].map(key => builder.configuration.get(key));
    expect(found).toEqual(['my-app', 'Staging', folder.path]);
    await using host = builder.build();
    expect(environmentOf(host)).toMatchObject({ applicationName: 'my-app', environmentName: 'Staging', contentRootPath: folder.path });
  });

  it.each(withoutDefaults)(
    'ChangingConfigurationPostBuilderConstructionDoesNotChangeEnvironment: with %s only the configuration changes',
    async (_way, create) => {
      const settings = { applicationName: 'my-app', environmentName: 'Staging', contentRootPath: '/' };
      const builder = create(settings);
      builder.configuration.addInMemoryCollection({ applicationName: 'other', environment: 'Other' });
      builder.configuration.set('contentRoot', '/other');
      expect(['applicationName', 'environment', 'contentRoot'].map(key => builder.configuration.get(key))).toEqual(['other', 'Other', '/other']);
      expect(builder.environment).toMatchObject(settings);
      await using host = builder.build();
      expect(environmentOf(host)).toMatchObject(settings);
    },
  );

  it('ContentRootConfiguresBasePath: an absolute content root stays as it is written', async () => {
    const builder = Host.createEmptyApplicationBuilder({ contentRootPath: '/' });
    await using host = builder.build();
    expect([builder.environment.contentRootPath, environmentOf(host).contentRootPath]).toEqual(['/', '/']);
  });

  it.each(withoutDefaults)('HostConfigParametersReadCorrectly: with %s the settings are the environment', async (_way, create) => {
    const settings = { applicationName: 'my-app', environmentName: 'Development', contentRootPath: resolve('.') };
    await using host = create(settings).build();
    expect(environmentOf(host)).toMatchObject(settings);
  });

  it.each(everyWay)('RelativeContentRootIsResolved: with %s it counts from the directory of the program', async (_way, create) => {
    await using host = create({ contentRootPath: 'testroot' }).build();
    const { contentRootPath } = environmentOf(host);
    expect([isAbsolute(contentRootPath), contentRootPath.endsWith(`${sep}testroot`)]).toEqual([true, true]);
    expect(contentRootPath).toBe(resolve(applicationBaseDirectory(), 'testroot'));
  });

  it.each(withoutDefaults)('DisableDefaultContentRootIsApplicationBasePath: with %s it is the directory of the program', async (_way, create) => {
    await using host = create().build();
    expect(environmentOf(host).contentRootPath).toBe(applicationBaseDirectory());
  });

  it('DefaultContentRootIsCurrentDirectory: with the defaults it is the working directory', async () => {
    await using host = Host.createApplicationBuilder().build();
    expect(environmentOf(host).contentRootPath).toBe(process.cwd());
  });

  it.each(withoutDefaults)('SetsFullPathToContentRoot: with %s files below it can be asked for', async (_way, create) => {
    using folder = new TemporaryFolder({ 'there.txt': 'text' });
    await using host = create({ contentRootPath: folder.path }).build();
    const { contentRootPath, contentRootFileProvider } = environmentOf(host);
    expect([contentRootPath, contentRootFileProvider.getFileInfo('there.txt').exists]).toEqual([folder.path, true]);
  });
});

describe('HostApplicationBuilderTests, services', () => {
  it.each(withoutDefaults)('BuildAndDispose: with %s a host that never started can be disposed', async (_way, create) => {
    await create().build()[Symbol.asyncDispose]();
  });

  it.each(withoutDefaults)('DisableDefaultServicesAreAvailable: with %s there is what every host has', async (_way, create) => {
    const builder = create();
    await using host = builder.build();
    const { services } = host;
    expect(services.getRequiredService(IHostEnvironment)).toBe(builder.environment);
    expect(services.getRequiredService(IConfiguration)).toBe(builder.configuration);
    expect(services.getRequiredService(HostBuilderContext)).toMatchObject({ hostingEnvironment: builder.environment, properties: builder.properties });
    for (const token of [IHostApplicationLifetime, ILoggerFactory, ILogger, HostOptions.options, HostOptions.monitor])
      expect(services.getService<unknown>(token)).toBeDefined();
  });

  it('CanConfigureHostOptionsWithDefaults: what the program says of the host counts, however far it goes', async () => {
    const builder = Host.createApplicationBuilder();
    builder.services.configure(HostOptions, options => {
      options.shutdownTimeout = 3 * 86_400_000;
      options.startupTimeout = Number.MAX_SAFE_INTEGER;
      options.servicesStartConcurrently = true;
    });
    await using host = builder.build();
    expect(host.services.getRequiredService(HostOptions.value)).toMatchObject({
      shutdownTimeout: 259_200_000,
      startupTimeout: Number.MAX_SAFE_INTEGER,
      servicesStartConcurrently: true,
      servicesStopConcurrently: false,
    });
  });

  it.each(withoutDefaults)('ConfigureDefaultServiceProvider: with %s scopes are checked when that is asked for', async (_way, create) => {
    const builder = create().useDefaultServiceProvider(options => (options.validateScopes = true));
    builder.services.addScoped(Scoped).addTransient(NeedsScoped);
    await using host = builder.build();
    expect(() => host.services.getRequiredService(NeedsScoped)).toThrow(/scoped/);
  });

  it.each(withoutDefaults)('ConfigureCustomServiceProvider: with %s another container makes the provider, after a last change', async (_way, create) => {
    const factory = new FakeServiceProviderFactory();
    const builder = create();
    builder.configureContainer(new FakeServiceProviderFactory(), container => (container.state += 'lost'));
    builder.configureContainer(factory, container => (container.state += 'Hi!'));
    builder.services.addTransient(Scoped).addTransient(NeedsScoped);
    await using host = builder.build();
    expect(host.services).toBe(factory.created);
    expect([host.services.getRequiredService(FakeContainer).state, host.services.getRequiredService(NeedsScoped).scoped]).toEqual(['Hi!', new Scoped()]);
  });

  it.each(everyWay)('Build_DoesNotAllowBuildingMultipleTimes: with %s a second build is an error', async (_way, create) => {
    const builder = create();
    await using _host = builder.build();
    expect(() => builder.build()).toThrow(expect.objectContaining({ name: 'InvalidOperationError', message: 'Build can only be called once.' }));
  });

  it.each(everyWay)('HostApplicationBuilderThrowsExceptionIfServicesAlreadyBuilt: with %s no registration changes any more', async (_way, create) => {
    const builder = create();
    builder.services.addTransient(Scoped);
    await using _host = builder.build();
    const changes: readonly ((collection: ServiceCollection) => unknown)[] = [
      collection => collection.addTransient(Scoped),
      collection => collection.replaceTransient(Scoped),
      collection => collection.remove(collection.at(0)!),
      collection => collection.removeAll(Scoped),
      collection => collection.removeAt(0),
      collection => collection.clear(),
    ];
    for (const change of changes)
      expect(() => change(builder.services)).toThrow(
        expect.objectContaining({ name: 'InvalidOperationError', message: 'The service collection cannot be modified because it is read-only.' }),
      );
  });
});

import {
  ConfigurationManager,
  Host,
  HostApplicationBuilder,
  type HostApplicationBuilderSettings,
  HostingEnvironment,
  HostOptions,
  IHostEnvironment,
  ILoggerProvider,
  NullFileProvider,
  PhysicalFileProvider,
} from 'hostward';
import { FakeContainer, FakeServiceProviderFactory } from '../../support/hosting-containers.js';
import { benchOf, turn } from '../../support/hosting-services.js';
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

/** What a builder has made of its settings; what it holds is given back. */
async function outcomeOf(settings?: HostApplicationBuilderSettings): Promise<object> {
  const builder = new HostApplicationBuilder(settings);
  await using _host = builder.build();
  const { environmentName, applicationName, contentRootPath } = builder.environment;
  return { environmentName, applicationName, contentRootPath, sources: builder.configuration.sources.map(source => source.constructor.name) };
}

describe('HostApplicationBuilderSettingsTests', () => {
  it('Constructor_InitializesWithDefaults: nothing is set, which is the same as no settings at all, and has the defaults', async () => {
    const outcome = await outcomeOf();
    expect(await outcomeOf({})).toEqual(outcome);
    expect(await outcomeOf({ disableDefaults: false })).toEqual(outcome);
    expect(await outcomeOf({ disableDefaults: true })).not.toEqual(outcome);
  });

  it('AllProperties_CanBeSetTogether: each has its effect, and what was given is used as it is', async () => {
    using folder = new TemporaryFolder();
    const configuration = new ConfigurationManager();
    const settings = Object.freeze<HostApplicationBuilderSettings>({
      disableDefaults: true,
      args: Object.freeze(['--key', 'value']),
      configuration,
      environmentName: 'Development',
      applicationName: 'test-app',
      contentRootPath: folder.path,
    });
    const builder = new HostApplicationBuilder(settings);
    await using _host = builder.build();
    expect(builder.configuration).toBe(configuration);
    expect(builder.configuration.get('key')).toBe('value');
    expect(builder.environment).toMatchObject({ environmentName: 'Development', applicationName: 'test-app', contentRootPath: folder.path });
  });

  it('EmptyArgs_CanBeSet: no arguments are no source', async () => {
    expect(await outcomeOf({ args: [] })).toEqual(await outcomeOf());
    expect(await outcomeOf({ args: ['a=b'] })).not.toEqual(await outcomeOf());
  });

  it('Properties_CanBeCleared: what is undefined is not set', async () => {
    const cleared = { args: undefined, configuration: undefined, environmentName: undefined, applicationName: undefined, contentRootPath: undefined };
    expect(await outcomeOf(cleared as unknown as HostApplicationBuilderSettings)).toEqual(await outcomeOf());
  });
});

/** What somebody would offer who extends builders. */
function addEverything(builder: HostApplicationBuilder): void {
  builder.properties.set(addEverything, 3);
  expect(builder.properties.get(addEverything)).toBe(3);

  expect([builder.configuration.getChildren().map(({ key }) => key), builder.configuration.sources.length]).toEqual([['environment'], 2]);
  builder.configuration.addInMemoryCollection({ key: 'value' });
  expect([builder.configuration.sources.length, builder.configuration.get('key')]).toEqual([3, 'value']);

  expect(builder.environment.environmentName).toBe('Development');

  expect(builder.services.has(ILoggerProvider)).toBe(false);
  builder.logging.addConsole();
  expect(builder.services.has(ILoggerProvider)).toBe(true);

  builder.configureContainer(new FakeServiceProviderFactory(), container => (container.state = 'Hi!'));
}

describe('IHostApplicationBuilderTests', () => {
  it('TestIHostApplicationBuilderCanBeUsedInExtensionMethod: a function that is given a builder has all of it, and an empty one holds only its settings', async () => {
    const builder = Host.createEmptyApplicationBuilder({ environmentName: 'Development' });
    addEverything(builder);
    await using host = builder.build();
    expect(host.services.getRequiredService(FakeContainer).state).toBe('Hi!');
  });
});

describe('HostOptionsTests', () => {
  /** The options of a host that the program has changed. */
  const optionsOfHost = async (configure: (options: HostOptions) => void = () => undefined): Promise<HostOptions> => {
    await using host = Host.createEmptyApplicationBuilder().configureHostOptions(configure).build();
    return host.services.getRequiredService(HostOptions.value);
  };

  it('DefaultValues_AreSet: 30 s for the shutdown, no end of the start, one service after the other, and a failure stops the host', async () => {
    expect(await optionsOfHost()).toMatchObject({
      shutdownTimeout: 30_000,
      startupTimeout: -1,
      servicesStartConcurrently: false,
      servicesStopConcurrently: false,
      backgroundServiceExceptionBehavior: 'stopHost',
    });
  });

  it('Properties_CanBeSetDirectly: each of them has the value that it is given', async () => {
    const values: Partial<HostOptions> = {
      shutdownTimeout: 10_000,
      startupTimeout: 20_000,
      servicesStartConcurrently: true,
      servicesStopConcurrently: true,
      backgroundServiceExceptionBehavior: 'ignore',
    };
    expect(await optionsOfHost(options => Object.assign(options, values))).toMatchObject(values);
  });

  it('Properties_CanBeUpdated: the last word counts, also one that is said when the host is built', async () => {
    expect((await optionsOfHost(options => Object.assign(options, { shutdownTimeout: 1 }, { shutdownTimeout: 2 }))).shutdownTimeout).toBe(2);
    await using bench = benchOf({ a: { stop: () => new Promise<void>(resolve => void (release = resolve)) } });
    let release: () => void = () => undefined;
    await bench.host.start();
    bench.host.services.getRequiredService(HostOptions.value).shutdownTimeout = 1234;
    const stop = bench.host.stop();
    await turn();
    expect(bench.time.pendingTimers).toMatchObject([{ dueIn: 1234 }]);
    release();
    await stop;
  });

  it('ShutdownTimeout_AcceptsZero: no time at all is a time', async () => {
    expect((await optionsOfHost(options => (options.shutdownTimeout = 0))).shutdownTimeout).toBe(0);
  });

  it('StartupTimeout_AcceptsZero: no time at all is a time', async () => {
    expect((await optionsOfHost(options => (options.startupTimeout = 0))).startupTimeout).toBe(0);
  });

  it('Timeouts_AcceptMaxValue: the greatest number is accepted, though no timer takes it', async () => {
    const greatest = Number.MAX_SAFE_INTEGER;
    const set = (options: HostOptions) => (options.shutdownTimeout = options.startupTimeout = greatest);
    expect(await optionsOfHost(set)).toMatchObject({ shutdownTimeout: greatest, startupTimeout: greatest });
    await using bench = benchOf({}, { configure: builder => builder.configureHostOptions(set) });
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'ArgumentOutOfRangeError', paramName: 'delay' });
  });
});

describe('HostingEnvironmentTests', () => {
  it('DefaultValues_AreEmptyStrings: one that nobody has filled in holds empty texts and no files', () => {
    const { environmentName, applicationName, contentRootPath, contentRootFileProvider } = new HostingEnvironment();
    expect([environmentName, applicationName, contentRootPath]).toEqual(['', '', '']);
    expect(contentRootFileProvider).toBeInstanceOf(NullFileProvider);
  });

  it('AllProperties_CanBeSetTogether: it holds what it is given', () => {
    using contentRootFileProvider = new PhysicalFileProvider('/');
    const values = { environmentName: 'Moon', applicationName: 'app', contentRootPath: '/', contentRootFileProvider };
    expect({ ...Object.assign(new HostingEnvironment(), values) }).toEqual(values);
  });

  it('Properties_CanBeUpdated: a host sees what its environment was changed to after the build', async () => {
    await using host = Host.createEmptyApplicationBuilder({ environmentName: 'first' }).build();
    const environment = host.services.getRequiredService(IHostEnvironment);
    environment.environmentName = 'second';
    environment.applicationName = 'app';
    expect(host.services.getRequiredService(IHostEnvironment)).toMatchObject({ environmentName: 'second', applicationName: 'app' });
  });
});

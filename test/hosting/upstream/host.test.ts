import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  getUserSecretsPath,
  Host,
  type HostBuilder,
  HostOptions,
  IConfiguration,
  type IHost,
  IHostedService,
  IHostEnvironment,
  IHostLifetime,
  ILoggerFactory,
  inject,
  NullLifetime,
} from 'hostward';
import { CapturedLogs } from 'hostward/testing';
import { eventually } from '../../support/eventually.js';
import { benchOf, probe } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { MainScript, ProcessEnvironment } from '../../support/process-environment.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

jest.setTimeout(30_000);
expectNoLeaks();

let environment: ProcessEnvironment;

beforeAll(() => {
  environment = new ProcessEnvironment({ DOTNET_ENVIRONMENT: undefined });
});

afterAll(() => {
  environment[Symbol.dispose]();
});

/** A builder with the defaults that prints nothing and takes no signals. */
const createDefaultBuilder = (args?: readonly string[]): HostBuilder =>
  Host.createDefaultBuilder(args)
    .configureLogging((_context, logging) => logging.clearProviders())
    .configureServices((_context, services) => services.addSingleton(IHostLifetime, NullLifetime));

const configurationOf = ({ services }: IHost) => services.getRequiredService(IConfiguration);
const environmentOf = ({ services }: IHost) => services.getRequiredService(IHostEnvironment);

describe('HostTests', () => {
  it('StopAsyncWithCancellation: a signal that has fired does not make the stop of a host without services fail', async () => {
    await using bench = benchOf({});
    await bench.host.start();
    await bench.host.stop(AbortSignal.abort());
  });

  const combinations = [1, 4, 10].flatMap(count => [false, true].flatMap(start => [false, true].map(stop => [count, start, stop] as const)));

  it.each(combinations)(
    'StartAsync_StopAsync_Concurrency: %d services that do not wait start in order and stop in reverse, whether concurrently (start: %s, stop: %s) or not',
    async (count, servicesStartConcurrently, servicesStopConcurrently) => {
      const trace: string[] = [];
      const names = Array.from({ length: count }, (_, index) => `s${index}`);
      await using host = createDefaultBuilder()
        .configureHostConfiguration(configuration =>
          configuration.addInMemoryCollection({
            servicesStartConcurrently: String(servicesStartConcurrently),
            servicesStopConcurrently: String(servicesStopConcurrently),
          }),
        )
        .configureServices((_context, services) => {
          for (const name of names) services.addSingleton(IHostedService, () => probe(trace, name));
        })
        .build();
      expect(host.services.getRequiredService(HostOptions.value)).toMatchObject({ servicesStartConcurrently, servicesStopConcurrently });
      await host.start();
      expect(trace).toEqual(names.map(name => `${name}.start`));
      await host.stop();
      expect(trace.slice(count)).toEqual(names.toReversed().map(name => `${name}.stop`));
    },
  );
});

describe('HostTests, default builder', () => {
  it('CreateDefaultBuilder_IncludesContentRootByDefault: it is the working directory, for the configuration and the environment', async () => {
    await using host = createDefaultBuilder().build();
    expect([configurationOf(host).get('contentRoot'), environmentOf(host).contentRootPath]).toEqual([process.cwd(), process.cwd()]);
  });

  it('CreateDefaultBuilder_IncludesCommandLineArguments: an argument names another one', async () => {
    using folder = new TemporaryFolder();
    await using host = createDefaultBuilder(['--contentroot', folder.path]).build();
    expect([configurationOf(host).get('contentRoot'), environmentOf(host).contentRootPath]).toEqual([folder.path, folder.path]);
  });

  class Scoped {}
  class Missing {}
  class Unresolvable {
    constructor(@inject(Missing) readonly missing: Missing) {}
  }

  it('CreateDefaultBuilder_EnablesScopeValidation: in the environment Development a scoped service cannot come from the root', async () => {
    await using host = createDefaultBuilder()
      .useEnvironment('Development')
      .configureServices((_context, services) => services.addScoped(Scoped))
      .build();
    expect(() => host.services.getRequiredService(Scoped)).toThrow(/Cannot resolve scoped service 'Scoped' from root provider/);
    await using scope = host.services.createScope();
    expect(scope.services.getRequiredService(Scoped)).toBeInstanceOf(Scoped);
  });

  it('CreateDefaultBuilder_EnablesValidateOnBuild: in the environment Development a missing dependency makes the build fail', () => {
    const builder = createDefaultBuilder()
      .useEnvironment('Development')
      .configureServices((_context, services) => services.addSingleton(Unresolvable));
    expect(() => builder.build()).toThrow(expect.objectContaining({ name: 'ServiceValidationError' }));
  });

  it('UseEnvironmentIsOverwrittenByAdditionalCalls: a source of the configuration that comes later names the environment', async () => {
    await using host = createDefaultBuilder()
      .useEnvironment('first')
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ environment: 'second' }))
      .build();
    expect(environmentOf(host).environmentName).toBe('second');
  });

  it('LastCallToUseEnvironmentWins: also over a source that comes between', async () => {
    await using host = createDefaultBuilder()
      .useEnvironment('first')
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ environment: 'second' }))
      .useEnvironment('third')
      .build();
    expect(environmentOf(host).environmentName).toBe('third');
  });

  /** A host whose settings stand in the folder. */
  const settledIn = (folder: TemporaryFolder, reloads: boolean) =>
    createDefaultBuilder([`--hostBuilder:reloadConfigOnChange=${reloads}`])
      .useContentRoot(folder.path)
      .build();

  it('CreateDefaultBuilder_ConfigJsonDoesReload: a change of the settings file is told and seen', async () => {
    using folder = new TemporaryFolder({ 'appsettings.json': { value: 'first' } });
    await using host = settledIn(folder, true);
    expect(configurationOf(host).get('value')).toBe('first');
    const reloaded = new Promise<void>(resolve => void configurationOf(host).getReloadToken().registerChangeCallback(resolve));
    folder.write('appsettings.json', { value: 'second' });
    await reloaded;
    await eventually('the new value', () => configurationOf(host).get('value') === 'second');
  });

  it('CreateDefaultBuilder_ConfigJsonDoesNotReload: when that is switched off, a change that others see is not seen', async () => {
    using folder = new TemporaryFolder({ 'appsettings.json': { value: 'first' } });
    await using host = settledIn(folder, false);
    await using other = settledIn(folder, true);
    const token = configurationOf(host).getReloadToken();
    folder.write('appsettings.json', { value: 'second' });
    await eventually('the new value', () => configurationOf(other).get('value') === 'second');
    expect([configurationOf(host).get('value'), token.hasChanged]).toEqual(['first', false]);
  });

  it('CreateDefaultBuilder_SecretsDoesReload: in the environment Development a change of the secrets of the user is told and seen', async () => {
    using folder = new TemporaryFolder({ 'package.json': { name: 'app', userSecretsId: 'of-a-test' }, 'main.mjs': '' });
    using _script = new MainScript(join(folder.path, 'main.mjs'));
    using _home = new ProcessEnvironment({ APPDATA: undefined, HOME: folder.path });
    mkdirSync(dirname(getUserSecretsPath('of-a-test')), { recursive: true });
    writeFileSync(getUserSecretsPath('of-a-test'), '{ "password": "first" }');
    await using host = createDefaultBuilder().useEnvironment('Development').useContentRoot(folder.path).build();
    expect(configurationOf(host).get('password')).toBe('first');
    const reloaded = new Promise<void>(resolve => void configurationOf(host).getReloadToken().registerChangeCallback(resolve));
    writeFileSync(getUserSecretsPath('of-a-test'), '{ "password": "second" }');
    await reloaded;
    await eventually('the new secret', () => configurationOf(host).get('password') === 'second');
    await using production = createDefaultBuilder().useContentRoot(folder.path).build();
    expect(configurationOf(production).get('password')).toBeUndefined();
  });

  it('CreateDefaultBuilder_EnablesActivityTracking: once the builder is told where the trace is, each entry says it in a scope', async () => {
    const logs = new CapturedLogs();
    await using host = createDefaultBuilder()
      .configureLogging((_context, logging) =>
        logging.addProvider(logs).trackActivity(() => ({ spanId: '00f067aa0ba902b7', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })),
      )
      .build();
    host.services.getRequiredService(ILoggerFactory).createLogger('App').information('here');
    expect(logs.entries.map(({ scopes }) => scopes)).toMatchObject([
      [
        {
          values: [
            ['SpanId', '00f067aa0ba902b7'],
            ['TraceId', '4bf92f3577b34da6a3ce929d0e0e4736'],
            ['ParentId', '0000000000000000'],
          ],
        },
      ],
    ]);
  });

  it('CreateDefaultBuilder_RespectShutdownTimeout: the configuration of the host gives the shutdown timeout, whatever the case of its key', async () => {
    await using host = createDefaultBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ SHUTDOWNTIMEOUTSECONDS: '99' }))
      .build();
    expect(host.services.getRequiredService(HostOptions.value).shutdownTimeout).toBe(99_000);
  });
});

import {
  ConfigurationManager,
  DefaultServiceProviderFactory,
  Host,
  HostBuilder,
  HostOptions,
  IHostEnvironment,
  type IConfigurationProvider,
  type IConfigurationSource,
  type IServiceProviderFactory,
  MemoryConfigurationProvider,
  serviceToken,
} from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';

/** A source whose provider tells when it is disposed. */
class DisposableSource implements IConfigurationSource {
  isDisposed = false;

  build(): IConfigurationProvider & Disposable {
    return Object.assign(new MemoryConfigurationProvider([]), { [Symbol.dispose]: () => void (this.isDisposed = true) });
  }
}

const IThing = serviceToken<string>('IThing');

/** Gives the provider of hostward, after noting what it is made of. */
const notingFactory = (notes: unknown[]): IServiceProviderFactory<unknown[]> => ({
  createBuilder: services => [services],
  createServiceProvider: builder => {
    notes.push(...builder.slice(1));
    return new DefaultServiceProviderFactory().createServiceProvider(builder[0] as never);
  },
});

describe('a builder in the deferred style', () => {
  expectNoLeaks();

  it('runs nothing before the build', () => {
    const steps: string[] = [];
    new HostBuilder()
      .configureHostConfiguration(() => steps.push('host'))
      .configureAppConfiguration(() => steps.push('application'))
      .configureServices(() => steps.push('services'))
      .configureContainer(() => steps.push('container'));
    expect(steps).toEqual([]);
  });

  it('runs the steps by their kind, whatever the order of the calls', async () => {
    const steps: string[] = [];
    const builder = new HostBuilder()
      .configureContainer(() => steps.push('container'))
      .configureServices(() => steps.push('services 1'))
      .configureLogging(() => steps.push('logging'))
      .configureServices(() => steps.push('services 2'))
      .configureAppConfiguration(() => steps.push('application'))
      .configureHostConfiguration(() => steps.push('host'));
    await using _host = builder.build();
    expect(steps).toEqual(['host', 'application', 'services 1', 'logging', 'services 2', 'container']);
  });

  it.each([
    ['the configuration of the application', (builder: HostBuilder, fail: () => never) => builder.configureAppConfiguration(fail)],
    ['the services', (builder: HostBuilder, fail: () => never) => builder.configureServices(fail)],
    ['the container', (builder: HostBuilder, fail: () => never) => builder.configureContainer(fail)],
  ])('leaves nothing open when a step of %s fails', (_what, add) => {
    const host = new DisposableSource();
    const failure = new Error('no');
    const builder = new HostBuilder().configureHostConfiguration(configuration => configuration.add(host));
    add(builder, () => {
      throw failure;
    });
    expect(() => builder.build()).toThrow(failure);
    expect(host.isDisposed).toBe(true);
  });

  it('leaves nothing open when registrations do not work', () => {
    const source = new DisposableSource();
    const builder = new HostBuilder()
      .useEnvironment('Development')
      .configureAppConfiguration((_, configuration) => configuration.add(source))
      .configureServices((_, services) => services.addSingleton(IThing, class {} as never, [serviceToken('IMissing')] as never));
    expect(() => builder.build()).toThrow(expect.objectContaining({ code: 'ERR_SERVICE_VALIDATION' }));
    expect(source.isDisposed).toBe(true);
  });

  it('disposes a host that does not start, because nobody else has it', async () => {
    const source = new DisposableSource();
    const failure = new Error('no start');
    const builder = new HostBuilder()
      .configureAppConfiguration((_, configuration) => configuration.add(source))
      .configureServices((_, services) =>
        services.addHostedService(() => ({
          start: () => Promise.reject(failure),
          stop: () => Promise.resolve(),
        })),
      );
    await expect(builder.start()).rejects.toBe(failure);
    expect(source.isDisposed).toBe(true);
  });

  it.each([
    ['a factory of factories', 'The resolver returned a null IServiceProviderFactory', () => undefined as never],
    ['a factory', 'The IServiceProviderFactory returned a null IServiceProvider', { createBuilder: () => [], createServiceProvider: () => null as never }],
  ])('says so when %s gives nothing', (_what, message, factory) => {
    expect(() => new HostBuilder().useServiceProviderFactory(factory).build()).toThrow(expect.objectContaining({ name: 'InvalidOperationError', message }));
  });

  it('has what was configured last of the host, after what the configuration says', async () => {
    await using host = new HostBuilder()
      .configureHostConfiguration(configuration => configuration.addInMemoryCollection({ SHUTDOWNTIMEOUTSECONDS: '7', servicesStartConcurrently: ' TRUE ' }))
      .configureHostOptions((_, options) => (options.servicesStartConcurrently = false))
      .build();
    expect(host.services.getRequiredService(HostOptions.value)).toMatchObject({ shutdownTimeout: 7000, servicesStartConcurrently: false });
  });

  it.each(['-1', '1.5', ' 7', '2147483648', '', 'soon'])('takes %p for no number of seconds', async text => {
    await using host = new HostBuilder()
      .configureAppConfiguration((_, configuration) => configuration.addInMemoryCollection({ shutdownTimeoutSeconds: text, startupTimeoutSeconds: text }))
      .build();
    expect(host.services.getRequiredService(HostOptions.value)).toMatchObject({ shutdownTimeout: 30_000, startupTimeout: -1 });
  });

  it('wants a function for each step', () => {
    const builder = new HostBuilder() as unknown as Record<string, (step: undefined) => unknown>;
    for (const method of ['configureHostConfiguration', 'configureAppConfiguration', 'configureServices', 'configureLogging', 'configureHostOptions'])
      expect(() => builder[method]!(undefined)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_NULL' }));
    for (const method of ['configureContainer', 'useDefaultServiceProvider', 'useServiceProviderFactory'])
      expect(() => builder[method]!(undefined)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_NULL' }));
  });

  it('tells of a start that failed also when the disposal fails after it', async () => {
    const builder = new HostBuilder().configureServices((_, services) =>
      services.addHostedService(() => ({
        start: () => Promise.reject(new Error('no start')),
        stop: async () => undefined,
        [Symbol.dispose]: () => {
          throw new Error('no end');
        },
      })),
    );
    await expect(builder.start()).rejects.toMatchObject({ errors: [{ message: 'no start' }, { message: 'no end' }] });
  });
});

describe('a builder that is live', () => {
  expectNoLeaks();

  it('has the last factory and its change make the provider, and no change that was asked for before', async () => {
    const notes: unknown[] = [];
    const builder = Host.createEmptyApplicationBuilder()
      .configureContainer(() => notes.push('inversify'))
      .configureContainer(notingFactory([]), parts => parts.push('first'))
      .configureContainer(notingFactory(notes), parts => parts.push('last'));
    await using _host = builder.build();
    expect(notes).toEqual(['last']);
  });

  it('takes the arguments of the program alone', async () => {
    const builder = Host.createApplicationBuilder(['--environment', 'Staging', 'Greeting=hello']);
    await using _host = builder.build();
    expect([builder.environment.environmentName, builder.configuration.get('greeting')]).toEqual(['Staging', 'hello']);
  });

  it('disposes its configuration when a source of it fails', () => {
    const source = new DisposableSource();
    const configuration = new ConfigurationManager().add(source);
    expect(() => Host.createApplicationBuilder({ args: ['-x=1'], configuration })).toThrow(
      expect.objectContaining({ message: "The short switch '-x=1' is not defined in the switch mappings." }),
    );
    expect(source.isDisposed).toBe(true);
  });

  it('has no settings file for an environment whose name no file can have', async () => {
    const builder = Host.createApplicationBuilder({ environmentName: 'x'.repeat(300) });
    await using _host = builder.build();
    expect(builder.environment.environmentName).toHaveLength(300);
  });

  it('gives the environment the files below the content root', async () => {
    const builder = Host.createEmptyApplicationBuilder({ contentRootPath: process.cwd() });
    await using host = builder.build();
    const { contentRootFileProvider } = host.services.getRequiredService(IHostEnvironment);
    expect(contentRootFileProvider.getFileInfo('package.json').exists).toBe(true);
  });
});

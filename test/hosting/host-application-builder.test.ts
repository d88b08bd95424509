import { join } from 'node:path';
import {
  ConsoleLifetime,
  ConsoleLifetimeOptions,
  Host,
  type HostApplicationBuilder,
  HostOptions,
  IConsole,
  IHealthReporter,
  IHost,
  IHostApplicationLifetime,
  IHostedService,
  IHostEnvironment,
  IHostHealth,
  IHostLifetime,
  ILogger,
  ILoggerFactory,
  IProcessControl,
  NullFileProvider,
  NullLifetime,
  type ServiceToken,
  SystemConsole,
  SystemProcessControl,
  TimeProvider,
} from 'hostward';
import { FakeConsole } from '../support/hosting-fakes.js';
import { applicationBaseDirectory, defaultApplicationName } from '../../src/hosting/files/main-script.js';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

afterEach(() => {
  delete process.env.DOTNET_ENVIRONMENT;
});

describe('the environment of a program', () => {
  it('is Production, what the application is called, and the working directory unless something else is said', () => {
    using builder = Host.createApplicationBuilder();
    expect(builder.environment).toMatchObject({
      environmentName: 'Production',
      applicationName: defaultApplicationName(),
      contentRootPath: process.cwd(),
    });
  });

  it('is named by DOTNET_ENVIRONMENT, also when that is empty', () => {
    for (const name of ['Staging', '']) {
      process.env.DOTNET_ENVIRONMENT = name;
      using builder = Host.createApplicationBuilder();
      expect(builder.environment.environmentName).toBe(name);
    }
  });

  it('is what the settings say before all else', () => {
    process.env.DOTNET_ENVIRONMENT = 'Staging';
    const settings = { environmentName: 'Development', applicationName: 'my-app', contentRootPath: '/srv' };
    using builder = Host.createApplicationBuilder(settings);
    expect(builder.environment).toMatchObject(settings);
  });

  it('counts a relative content root from the directory of the main script', () => {
    using builder = Host.createApplicationBuilder({ contentRootPath: 'data' });
    expect(builder.environment.contentRootPath).toBe(join(applicationBaseDirectory(), 'data'));
  });

  it.each([
    ['an empty builder', () => Host.createEmptyApplicationBuilder()],
    ['a builder without defaults', () => Host.createApplicationBuilder({ disableDefaults: true })],
  ])('is not read from the variables of the process by %s', (_what, create) => {
    process.env.DOTNET_ENVIRONMENT = 'Staging';
    expect(create().environment.environmentName).toBe('Production');
  });

  it('is not asked for any more, nor are files watched, once a builder that is not built has been disposed', () => {
    const builder = Host.createApplicationBuilder();
    builder[Symbol.dispose]();
    builder[Symbol.dispose]();
    expect(() => builder.build()).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPERATION' }));
  });

  it('is honoured by an empty builder when the settings say it', () => {
    expect(Host.createEmptyApplicationBuilder({ environmentName: 'Staging', applicationName: 'app' }).environment).toMatchObject({
      environmentName: 'Staging',
      applicationName: 'app',
    });
  });
});

describe('a builder', () => {
  it('logs to the console unless it is an empty one', async () => {
    const written = async (builder: HostApplicationBuilder) => {
      const console = new FakeConsole();
      builder.services.addSingleton(IConsole, console);
      await using host = builder.build();
      host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello');
      return console.out.text;
    };
    expect(await written(Host.createApplicationBuilder())).toBe('info: App[0]\n      hello\n');
    expect(await written(Host.createApplicationBuilder({ disableDefaults: true }))).toBe('');
    expect(await written(Host.createEmptyApplicationBuilder())).toBe('');
  });

  it('registers what every program has', async () => {
    const builder = Host.createEmptyApplicationBuilder();
    await using host = builder.build();
    const { services } = host;
    expect(services.getRequiredService(IHost)).toBe(host);
    expect(services.getRequiredService(IHostEnvironment)).toBe(builder.environment);
    expect(services.getRequiredService(TimeProvider)).toBe(TimeProvider.system);
    expect(services.getRequiredService(IConsole)).toBeInstanceOf(SystemConsole);
    expect(services.getRequiredService(IProcessControl)).toBeInstanceOf(SystemProcessControl);
    expect(services.getRequiredService(IHostLifetime)).toBeInstanceOf(ConsoleLifetime);
    for (const token of [IHostApplicationLifetime, IHostHealth, IHealthReporter, ILoggerFactory, ILogger, HostOptions.value, ConsoleLifetimeOptions.value])
      expect(services.getRequiredService<unknown>(token)).toBeDefined();
  });

  it('has these options unless they are changed', async () => {
    await using host = Host.createEmptyApplicationBuilder().build();
    expect(host.services.getRequiredService(HostOptions.value)).toEqual({
      shutdownTimeout: 30_000,
      startupTimeout: -1,
      servicesStartConcurrently: false,
      servicesStopConcurrently: false,
      backgroundServiceExceptionBehavior: 'stopHost',
      rollbackFailedStart: false,
      shutdownDelay: 0,
      startOrder: 'registration',
      slowServiceWarningTimeout: -1,
      hungServiceTimeout: -1,
    });
    expect(host.services.getRequiredService(ConsoleLifetimeOptions.value)).toEqual({ suppressStatusMessages: false, exitOnSecondSignal: false });
  });

  it('changes options in the order of the calls', async () => {
    const builder = Host.createEmptyApplicationBuilder()
      .configureHostOptions(options => (options.shutdownTimeout = 1))
      .configureHostOptions(options => (options.shutdownTimeout = Number(options.shutdownTimeout) + 1))
      .configureConsoleLifetime(options => (options.suppressStatusMessages = true));
    await using host = builder.build();
    expect(host.services.getRequiredService(HostOptions.value).shutdownTimeout).toBe(2);
    expect(host.services.getRequiredService(ConsoleLifetimeOptions.value).suppressStatusMessages).toBe(true);
  });

  const replacements: readonly [string, ServiceToken<unknown>, object][] = [
    [
      'the environment',
      IHostEnvironment,
      { environmentName: 'Moon', applicationName: 'app', contentRootPath: '/', contentRootFileProvider: new NullFileProvider() },
    ],
    ['the clock', TimeProvider, new (class extends TimeProvider {})()],
    ['the console', IConsole, new FakeConsole()],
    ['the signals', IProcessControl, new SystemProcessControl()],
    ['the lifetime', IHostLifetime, new NullLifetime()],
    ['the options', HostOptions.options, { value: { shutdownTimeout: 7, startupTimeout: -1 } }],
    ['the options of the console lifetime', ConsoleLifetimeOptions.value, { suppressStatusMessages: true, exitOnSecondSignal: false }],
    ['the health', IHostHealth, { services: [], onChange: () => undefined }],
    ['the health reporter', IHealthReporter, { report: () => undefined }],
    ['the logger factory', ILoggerFactory, { createLogger: () => ({ log: () => undefined, isEnabled: () => false }) }],
    ['the logger', ILogger, { log: () => undefined }],
  ];

  it.each(replacements)('leaves %s to the application when it has registered its own', async (_what, token, own) => {
    const builder = Host.createEmptyApplicationBuilder();
    builder.services.addSingleton(token, own);
    await using host = builder.build();
    expect(host.services.getRequiredService(token)).toBe(own);
  });

  it('builds once', async () => {
    const builder = Host.createEmptyApplicationBuilder();
    await using _host = builder.build();
    expect(() => builder.build()).toThrow(expect.objectContaining({ name: 'InvalidOperationError', message: 'Build can only be called once.' }));
  });

  it('takes no further registrations once it has built', async () => {
    const builder = Host.createEmptyApplicationBuilder();
    expect(builder.services.isReadOnly).toBe(false);
    await using _host = builder.build();
    expect(builder.services.isReadOnly).toBe(true);
    expect(() => builder.services.addSingleton(IConsole, new FakeConsole())).toThrow('The service collection cannot be modified because it is read-only.');
    expect(() => builder.services.tryAddSingleton(IConsole, new FakeConsole())).not.toThrow();
  });

  it('names all registrations whose parameters are not declared, and has built nothing then', () => {
    class Undeclared {
      constructor(readonly what: unknown) {}
    }
    const lifetime = jest.fn(() => new NullLifetime());
    const builder = Host.createEmptyApplicationBuilder();
    builder.services.addSingleton(Undeclared).addSingleton(IHostLifetime, lifetime).addTransient(Undeclared);
    expect(() => builder.build()).toThrow(
      expect.objectContaining({ name: 'ServiceValidationError', errors: Array(2).fill(expect.objectContaining({ code: 'ERR_INVALID_SERVICE' })) }),
    );
    expect(lifetime).not.toHaveBeenCalled();
  });

  it('does not let the application lifetime be replaced', () => {
    const builder = Host.createEmptyApplicationBuilder();
    builder.services.addSingleton(IHostApplicationLifetime, {} as IHostApplicationLifetime);
    expect(() => builder.build()).toThrow(
      expect.objectContaining({ name: 'ArgumentError', message: "Replacing IHostApplicationLifetime is not supported. (Parameter 'applicationLifetime')" }),
    );
  });

  it('creates the lifetime when it builds, and hosted services when it starts', async () => {
    const created: string[] = [];
    const builder = Host.createEmptyApplicationBuilder();
    builder.services
      .addSingleton(IHostLifetime, () => (created.push('lifetime'), new NullLifetime()))
      .addSingleton(IHostedService, () => (created.push('service'), { start: async () => undefined, stop: async () => undefined }));
    await using host = builder.build();
    expect(created).toEqual(['lifetime']);
    await host.start();
    expect(created).toEqual(['lifetime', 'service']);
  });

  it('lets the application change the finished container, call by call, before anything is resolved', async () => {
    const trace: string[] = [];
    const clock = new (class extends TimeProvider {})();
    const builder = Host.createEmptyApplicationBuilder()
      .configureContainer(container => {
        trace.push(`first ${container.isBound(IHost)}`);
        container.rebind(TimeProvider).toConstantValue(clock);
      })
      .configureContainer(() => trace.push('second'));
    builder.services.addSingleton(IHostLifetime, () => (trace.push('lifetime'), new NullLifetime()));
    await using host = builder.build();
    expect(trace).toEqual(['first true', 'second', 'lifetime']);
    expect(host.services.getRequiredService(TimeProvider)).toBe(clock);
  });
});

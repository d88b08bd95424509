import { basename, extname, resolve } from 'node:path';
import { IConsole, SystemConsole } from './console.js';
import { type ConfigureContainer, ServiceCollection, ServiceProvider } from './dependency-injection/index.js';
import { HostedServiceStates, HostTimeline, IHealthReporter, IHostHealth, IHostTimeline } from './diagnostics/index.js';
import { GenericHost } from './generic-host.js';
import { IHost } from './host.js';
import { ApplicationLifetime, IHostApplicationLifetime } from './host-application-lifetime.js';
import { IHostEnvironment, isDevelopment } from './host-environment.js';
import { defaultHostOptions, HostOptions } from './host-options.js';
import { ConsoleLifetime, ConsoleLifetimeOptions, IHostLifetime, IProcessControl, SystemProcessControl } from './lifetimes/index.js';
import { ILoggerFactory, LoggingBuilder } from './logging/index.js';
import { ArgumentError, InvalidOperationError } from './primitives/index.js';
import { TimeProvider } from './time/index.js';

/** @see Microsoft.Extensions.Hosting.HostApplicationBuilderSettings */
export interface HostApplicationBuilderSettings {
  /** Leaves out what the builder reads from the environment, and console logging. Default: false. */
  readonly disableDefaults?: boolean;
  /** Default: `DOTNET_ENVIRONMENT`, else `Production`. */
  readonly environmentName?: string;
  /** Default: the name of the main script without its extension. */
  readonly applicationName?: string;
  /** A relative path counts from the working directory. Default: the working directory. */
  readonly contentRootPath?: string;
}

/**
 * Collects what a program consists of, and builds the host once.
 *
 * @see Microsoft.Extensions.Hosting.HostApplicationBuilder
 */
export class HostApplicationBuilder {
  readonly services: ServiceCollection = new ServiceCollection();
  readonly logging: LoggingBuilder = new LoggingBuilder(this.services);
  readonly environment: IHostEnvironment;
  readonly #hostOptions: HostOptions = defaultHostOptions();
  readonly #consoleLifetimeOptions: ConsoleLifetimeOptions = { suppressStatusMessages: false, exitOnSecondSignal: false };
  readonly #configureContainer: ConfigureContainer[] = [];
  readonly #providerOptions: { validateScopes: boolean; validateOnBuild: boolean };
  #isBuilt = false;

  constructor(settings: HostApplicationBuilderSettings = {}) {
    const { disableDefaults = false } = settings;
    this.environment = createEnvironment(settings, disableDefaults);
    const validates = !disableDefaults && isDevelopment(this.environment);
    this.#providerOptions = { validateScopes: validates, validateOnBuild: validates };
    if (!disableDefaults) this.logging.addConsole();
  }

  /** Changes how the host starts and stops. */
  configureHostOptions(configure: (options: HostOptions) => void): this {
    configure(this.#hostOptions);
    return this;
  }

  /** Changes how the host reacts to signals and whether it reports its state. */
  configureConsoleLifetime(configure: (options: ConsoleLifetimeOptions) => void): this {
    configure(this.#consoleLifetimeOptions);
    return this;
  }

  /** Changes what is checked of the registrations: by default in the environment `Development` everything, otherwise nothing. */
  useDefaultServiceProvider(configure: (options: { validateScopes: boolean; validateOnBuild: boolean }) => void): this {
    configure(this.#providerOptions);
    return this;
  }

  /** Changes the finished inversify container before anything is resolved from it: the place to rebind. Calls add up, in order. */
  configureContainer(configure: ConfigureContainer): this {
    this.#configureContainer.push(configure);
    return this;
  }

  /**
   * Builds the host.
   *
   * @throws InvalidOperationError when called twice
   * @throws ServiceValidationError when registrations cannot work
   * @throws ArgumentError when the registration of `IHostApplicationLifetime` was replaced
   */
  build(): IHost {
    if (this.#isBuilt) throw new InvalidOperationError('Build can only be called once.');
    this.#isBuilt = true;
    this.#addDefaults();
    this.services.addSingleton(IHost, () => createHost(provider));
    this.services.makeReadOnly();
    const provider = new ServiceProvider(this.services, { ...this.#providerOptions, configureContainer: this.#configureContainer });
    return provider.getRequiredService(IHost);
  }

  #addDefaults(): void {
    const { services } = this;
    services
      .tryAddSingleton(IHostEnvironment, this.environment)
      .tryAddSingleton(HostOptions, this.#hostOptions)
      .tryAddSingleton(TimeProvider, TimeProvider.system)
      .tryAddSingleton(IConsole, SystemConsole)
      .tryAddSingleton(IProcessControl, SystemProcessControl)
      .tryAddSingleton(ConsoleLifetimeOptions, this.#consoleLifetimeOptions)
      .tryAddSingleton(IHostLifetime, ConsoleLifetime)
      .tryAddSingleton(IHostApplicationLifetime, provider => {
        const logger = provider.getRequiredService(ILoggerFactory).createLogger('Microsoft.Extensions.Hosting.Internal.ApplicationLifetime');
        return new ApplicationLifetime(logger);
      })
      .addSingleton(HostedServiceStates, [TimeProvider])
      .addSingleton(HostTimeline, [TimeProvider])
      .addAlias<IHostTimeline>(IHostTimeline, HostTimeline)
      .tryAddTransient(IHealthReporter, (provider, { requester }) => provider.getRequiredService(HostedServiceStates).reporterFor(requester));
    if (!services.has(IHostHealth)) services.addAlias(IHostHealth, HostedServiceStates);
  }
}

function createHost(provider: ServiceProvider): IHost {
  const lifetime = provider.getRequiredService(IHostApplicationLifetime);
  if (!(lifetime instanceof ApplicationLifetime)) throw new ArgumentError('applicationLifetime', 'Replacing IHostApplicationLifetime is not supported.');
  return new GenericHost({
    services: provider,
    lifetime,
    hostLifetime: provider.getRequiredService(IHostLifetime),
    options: provider.getRequiredService(HostOptions),
    logger: provider.getRequiredService(ILoggerFactory).createLogger('Microsoft.Extensions.Hosting.Internal.Host'),
    timeProvider: provider.getRequiredService(TimeProvider),
    states: provider.getRequiredService(HostedServiceStates),
    timeline: provider.getRequiredService(HostTimeline),
  });
}

function createEnvironment(settings: HostApplicationBuilderSettings, disableDefaults: boolean): IHostEnvironment {
  const script = process.argv[1] ?? '';
  return {
    environmentName: settings.environmentName ?? (disableDefaults ? undefined : process.env.DOTNET_ENVIRONMENT) ?? 'Production',
    applicationName: settings.applicationName ?? basename(script, extname(script)),
    contentRootPath: resolve(settings.contentRootPath ?? '.'),
  };
}

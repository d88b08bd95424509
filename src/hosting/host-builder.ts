import { ConfigurationBuilder, type IConfigurationRoot } from './configuration/index.js';
import { ContainerPlan, type ServiceValidationOptions } from './container-plan.js';
import { type IServiceProviderFactory, ServiceCollection } from './dependency-injection/index.js';
import type { IHost } from './host.js';
import { addHostServices, assembleHost, release } from './host-assembly.js';
import type { HostBuilderContext } from './host-builder-context.js';
import { addDefaultAppConfiguration, addDefaultHostConfiguration, addHostSettings, createHostEnvironment } from './host-configuration.js';
import { isDevelopment } from './host-environment.js';
import { HostOptions } from './host-options.js';
import { addHostOptions } from './host-options-configuration.js';
import { ConsoleLifetimeOptions } from './lifetimes/index.js';
import { LoggingBuilder } from './logging/index.js';
import { ArgumentNullError, InvalidOperationError, throwCollected, toError } from './primitives/index.js';

/** A step of {@link HostBuilder}; it runs when the host is built. */
export type HostBuilderStep<T> = (context: HostBuilderContext, part: T) => void;

/**
 * Collects steps that put a host together, and runs them when the host is built: those of each kind in the order in which they were added.
 *
 * For programs that come from .NET's older style; new ones are easier to read with `Host.createApplicationBuilder`.
 *
 * @see Microsoft.Extensions.Hosting.HostBuilder
 */
export class HostBuilder {
  /** Whatever those who extend a builder have to tell each other; the context of the steps has the same map. */
  readonly properties: Map<unknown, unknown> = new Map();
  readonly #hostConfiguration: ((configuration: ConfigurationBuilder) => void)[] = [];
  readonly #appConfiguration: HostBuilderStep<ConfigurationBuilder>[] = [];
  readonly #steps: HostBuilderStep<{ readonly services: ServiceCollection; readonly logging: LoggingBuilder }>[] = [];
  readonly #container = new ContainerPlan<HostBuilderContext>();
  #validates: HostBuilderStep<ServiceValidationOptions> | undefined;
  #isBuilt = false;

  /** Adds sources that say what the host is; the application's configuration has them at its bottom. */
  configureHostConfiguration(configure: (configuration: ConfigurationBuilder) => void): this {
    return this.#add(this.#hostConfiguration, configure);
  }

  /** Adds sources of the application's configuration; the context's is still that of the host. */
  configureAppConfiguration(configure: HostBuilderStep<ConfigurationBuilder>): this {
    return this.#add(this.#appConfiguration, configure);
  }

  configureServices(configure: HostBuilderStep<ServiceCollection>): this {
    throwUnlessGiven(configure);
    return this.#add(this.#steps, (context, { services }) => configure(context, services));
  }

  configureLogging(configure: HostBuilderStep<LoggingBuilder>): this {
    throwUnlessGiven(configure);
    return this.#add(this.#steps, (context, { logging }) => configure(context, logging));
  }

  /** Changes how the host starts and stops; what the configuration says of it comes first. */
  configureHostOptions(configure: HostBuilderStep<HostOptions>): this {
    throwUnlessGiven(configure);
    return this.configureServices((context, services) => services.configure(HostOptions, options => configure(context, options)));
  }

  /** Changes how the host reacts to signals and whether it reports its state. Where nothing else was registered, the console lifetime is what a host has. */
  useConsoleLifetime(configure: (options: ConsoleLifetimeOptions) => void = () => undefined): this {
    return this.configureServices((_, services) => services.configure(ConsoleLifetimeOptions, configure));
  }

  /** Changes what is checked of the registrations: by default in the environment `Development` everything, otherwise nothing. The last call counts. */
  useDefaultServiceProvider(configure: HostBuilderStep<ServiceValidationOptions>): this {
    throwUnlessGiven(configure);
    this.#validates = configure;
    return this;
  }

  /** Has another factory make the service provider; given as a function, it is asked for when the host is built. The last call counts. */
  useServiceProviderFactory<T>(factory: IServiceProviderFactory<T> | ((context: HostBuilderContext) => IServiceProviderFactory<T>)): this {
    throwUnlessGiven(factory, 'factory');
    this.#container.useFactory(typeof factory === 'function' ? factory : () => factory);
    return this;
  }

  /** Changes what the service provider is made of: the finished inversify container, or what the factory of `useServiceProviderFactory` gives. */
  configureContainer<T>(configure: HostBuilderStep<T>): this {
    throwUnlessGiven(configure);
    this.#container.change(configure);
    return this;
  }

  /** The last of these calls, and of the sources of the host's configuration, counts. */
  useEnvironment(environmentName: string): this {
    return this.configureHostConfiguration(configuration => addHostSettings(configuration, { environmentName }));
  }

  /** A relative path counts from the directory of the main script. */
  useContentRoot(contentRootPath: string): this {
    return this.configureHostConfiguration(configuration => addHostSettings(configuration, { contentRootPath }));
  }

  /** Adds what `Host.createDefaultBuilder` has: sources of configuration, and logging to the console as the configuration says. */
  configureDefaults(args?: readonly string[]): this {
    return this.configureHostConfiguration(configuration => addDefaultHostConfiguration(configuration, args))
      .configureAppConfiguration((context, configuration) => addDefaultAppConfiguration(configuration, context.configuration, context.hostingEnvironment, args))
      .configureLogging(({ configuration }, logging) => logging.addConfiguration(configuration.getSection('Logging')).addConsole());
  }

  /**
   * Runs the steps and builds the host.
   *
   * @throws InvalidOperationError when called twice, or when a factory of a service provider gives none
   * @throws ServiceValidationError when registrations cannot work
   */
  build(): IHost {
    if (this.#isBuilt) throw new InvalidOperationError('Build can only be called once.');
    this.#isBuilt = true;
    const hostConfiguration = this.#buildHostConfiguration();
    const appConfiguration = new ConfigurationBuilder();
    const hostingEnvironment = createHostEnvironment(hostConfiguration, appConfiguration.fileWatcher);
    const context: HostBuilderContext = { properties: this.properties, hostingEnvironment, configuration: hostConfiguration };
    const contentRootFiles = hostingEnvironment.contentRootFileProvider;
    try {
      context.configuration = this.#buildAppConfiguration(context, appConfiguration);
      const services = this.#collectServices(context);
      const createProvider = () => this.#container.createProvider(services, context, this.#validation(context));
      return assembleHost({ services, context, contentRootFiles, createProvider });
    } catch (error) {
      release(context.configuration);
      release(contentRootFiles);
      throw error;
    }
  }

  /** Builds the host and starts it. A host that does not start is disposed, because nobody else has it. */
  async start(signal?: AbortSignal): Promise<IHost> {
    const host = this.build();
    try {
      await host.start(signal);
    } catch (error) {
      const errors = [toError(error)];
      await Promise.resolve(host[Symbol.asyncDispose]()).catch((failure: unknown) => void errors.push(toError(failure)));
      throwCollected(errors, 'The host failed to start, and its disposal failed as well.');
    }
    return host;
  }

  /** Builds the host with the console lifetime and runs it to its end. */
  runConsole(configure?: (options: ConsoleLifetimeOptions) => void, signal?: AbortSignal): Promise<void> {
    return this.useConsoleLifetime(configure).build().run(signal);
  }

  #buildHostConfiguration(): IConfigurationRoot {
    // A first source, so that values can be set.
    const builder = new ConfigurationBuilder().addInMemoryCollection();
    for (const configure of this.#hostConfiguration) configure(builder);
    return builder.build();
  }

  #buildAppConfiguration(context: HostBuilderContext, builder: ConfigurationBuilder): IConfigurationRoot {
    builder.setFileProvider(context.hostingEnvironment.contentRootFileProvider);
    builder.addConfiguration(context.configuration, { shouldDisposeConfiguration: true });
    for (const configure of this.#appConfiguration) configure(context, builder);
    return builder.build();
  }

  #collectServices(context: HostBuilderContext): ServiceCollection {
    const services = new ServiceCollection();
    const logging = new LoggingBuilder(services);
    addHostOptions(services);
    for (const step of this.#steps) step(context, { services, logging });
    addHostServices(services, context, logging.redactor);
    return services;
  }

  #validation(context: HostBuilderContext): ServiceValidationOptions {
    const validates = isDevelopment(context.hostingEnvironment);
    const options = { validateScopes: validates, validateOnBuild: validates };
    this.#validates?.(context, options);
    return options;
  }

  #add<T>(steps: T[], step: T): this {
    throwUnlessGiven(step);
    steps.push(step);
    return this;
  }
}

function throwUnlessGiven(value: unknown, name = 'configureDelegate'): void {
  if (value === undefined || value === null) throw new ArgumentNullError(name);
}

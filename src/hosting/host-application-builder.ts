import { ConfigurationManager } from './configuration/index.js';
import { ContainerPlan, type ServiceValidationOptions } from './container-plan.js';
import { type ConfigureContainer, type IServiceProviderFactory, ServiceCollection } from './dependency-injection/index.js';
import type { IFileProvider } from './files/index.js';
import type { IHost } from './host.js';
import { addHostServices, assembleHost, release } from './host-assembly.js';
import type { HostBuilderContext } from './host-builder-context.js';
import { configureApplication } from './host-configuration.js';
import { type IHostEnvironment, isDevelopment } from './host-environment.js';
import { HostOptions } from './host-options.js';
import { addHostOptions } from './host-options-configuration.js';
import { ConsoleLifetimeOptions } from './lifetimes/index.js';
import { LoggingBuilder } from './logging/index.js';
import { InvalidOperationError } from './primitives/index.js';

/** @see Microsoft.Extensions.Hosting.HostApplicationBuilderSettings */
export interface HostApplicationBuilderSettings {
  /** Leaves out what the builder reads from the environment and from files, and console logging. Default: false. */
  readonly disableDefaults?: boolean | undefined;
  /** The arguments of the program, usually `process.argv.slice(2)`: `--key value`, `--key=value` and further forms. Default: none. */
  readonly args?: readonly string[] | undefined;
  /** What the builder uses as its configuration; it may name the environment, the application and the content root. It is disposed with the host. Default: a new one. */
  readonly configuration?: ConfigurationManager | undefined;
  /** Default: the configuration's `environment`, so `DOTNET_ENVIRONMENT` or `--environment`; else `Production`. */
  readonly environmentName?: string | undefined;
  /** Default: the configuration's `applicationName`, else the name of the program's package, else that of its script. */
  readonly applicationName?: string | undefined;
  /** A relative path counts from the directory of the main script. Default: the configuration's `contentRoot`, which is the working directory. */
  readonly contentRootPath?: string | undefined;
}

/**
 * Collects what a program consists of, and builds the host once. The host owns what the builder has opened; one that is not to be built can be disposed, too.
 *
 * @see Microsoft.Extensions.Hosting.HostApplicationBuilder
 */
export class HostApplicationBuilder implements Disposable {
  readonly services: ServiceCollection = new ServiceCollection();
  readonly logging: LoggingBuilder = new LoggingBuilder(this.services);
  /** Live: a source that is added counts at once, also after the host was built. */
  readonly configuration: ConfigurationManager;
  /** As the settings and the configuration said when the builder was made; later changes of the configuration do not change it. */
  readonly environment: IHostEnvironment;
  /** Whatever those who extend a builder have to tell each other. */
  readonly properties: Map<unknown, unknown> = new Map();
  readonly #context: HostBuilderContext;
  readonly #contentRootFiles: IFileProvider;
  readonly #container = new ContainerPlan<HostBuilderContext>();
  readonly #validation: ServiceValidationOptions;
  #isBuilt = false;

  /** @throws whatever is wrong with the arguments, or with a file of the configuration; nothing stays open then */
  constructor(settings: HostApplicationBuilderSettings = {}) {
    const { disableDefaults = false } = settings;
    this.configuration = settings.configuration ?? new ConfigurationManager();
    this.environment = configureApplication(this.configuration, settings);
    this.#contentRootFiles = this.environment.contentRootFileProvider;
    this.#context = { properties: this.properties, hostingEnvironment: this.environment, configuration: this.configuration };
    addHostOptions(this.services);
    const validates = !disableDefaults && isDevelopment(this.environment);
    this.#validation = { validateScopes: validates, validateOnBuild: validates };
    if (!disableDefaults) this.logging.addConfiguration(this.configuration.getSection('Logging')).addConsole();
  }

  /** Changes how the host starts and stops; what the configuration says of it comes first. Calls add up, in order. */
  configureHostOptions(configure: (options: HostOptions) => void): this {
    this.services.configure(HostOptions, configure);
    return this;
  }

  /** Changes how the host reacts to signals and whether it reports its state. */
  configureConsoleLifetime(configure: (options: ConsoleLifetimeOptions) => void): this {
    this.services.configure(ConsoleLifetimeOptions, configure);
    return this;
  }

  /** Changes what is checked of the registrations: by default in the environment `Development` everything, otherwise nothing. */
  useDefaultServiceProvider(configure: (options: ServiceValidationOptions) => void): this {
    configure(this.#validation);
    return this;
  }

  /** Changes the finished inversify container before anything is resolved from it: the place to rebind. Calls add up, in order. */
  configureContainer(configure: ConfigureContainer): this;
  /** Has another factory make the service provider; what it makes it of may be changed by `configure`. The last call counts, as a whole. */
  configureContainer<T>(factory: IServiceProviderFactory<T>, configure?: (builder: T) => void): this;
  configureContainer<T>(first: ConfigureContainer | IServiceProviderFactory<T>, configure?: (builder: T) => void): this {
    if (typeof first === 'function') {
      this.#container.change<Parameters<ConfigureContainer>[0]>((_, container) => first(container));
      return this;
    }
    this.#container.clearChanges();
    this.#container.useFactory(() => first);
    if (configure) this.#container.change<T>((_, builder) => configure(builder));
    return this;
  }

  /**
   * Builds the host.
   *
   * @throws InvalidOperationError when called twice, or after the builder was disposed
   * @throws ServiceValidationError when registrations cannot work
   * @throws ArgumentError when the registration of `IHostApplicationLifetime` was replaced
   */
  build(): IHost {
    if (this.#isBuilt) throw new InvalidOperationError('Build can only be called once.');
    this.#isBuilt = true;
    addHostServices(this.services, this.#context, this.logging.redactor);
    return assembleHost({
      services: this.services,
      context: this.#context,
      contentRootFiles: this.#contentRootFiles,
      createProvider: () => this.#container.createProvider(this.services, this.#context, this.#validation),
    });
  }

  /** Closes the files that are watched for a builder which is not built; does nothing when it was. */
  [Symbol.dispose](): void {
    if (this.#isBuilt) return;
    this.#isBuilt = true;
    release(this.configuration);
    release(this.#contentRootFiles);
  }
}

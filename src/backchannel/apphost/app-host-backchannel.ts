import { inject, IServiceProvider } from '../../hosting/dependency-injection/index.js';
import { IHostApplicationLifetime } from '../../hosting/host-application-lifetime.js';
import { ILogger, ILoggerFactory, SecretRedactor } from '../../hosting/logging/index.js';
import { disposeAll } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type ITimer, TimeProvider } from '../../hosting/time/index.js';
import { hostwardVersion } from '../../version.js';
import { IProcessTable } from '../naming/index.js';
import { IDirectoryWatcher, IFileSystem, ISocketFactory } from '../platform/index.js';
import type { RpcMethods, WireLog } from '../rpc/index.js';
import { describeAppHost } from './app-host-identity.js';
import { AppHostOptions, defaultClientLimits } from './app-host-options.js';
import { type AppHostCounters, AppHostSessions } from './app-host-sessions.js';
import { AppHostListener } from './app-host-listener.js';
import { LogBook, wireLogCategory } from './logs/log-book.js';
import { appHostMethods } from './methods/app-host-methods.js';
import { DeclaredResource } from './resources/declared-resource.js';
import { PlumbingService } from './resources/plumbing.js';
import { nameOf } from './resources/configure-resource.js';
import { ResourceCatalog } from './resources/resource-catalog.js';

/** Between the answer to a stop request and the stop. Milliseconds. */
const stopDelay = 500;

/**
 * Makes this process an AppHost that every `aspire` CLI and every monitor of this user finds: listens on a socket in the user's private directory and answers for
 * the resources of the host.
 *
 * It is the first to start and the last to stop, so that clients see the others do both.
 *
 * @see Aspire.Hosting.Backchannel.AuxiliaryBackchannelService
 */
export class AppHostBackchannel extends PlumbingService implements AsyncDisposable {
  readonly #sessions: AppHostSessions;
  readonly #socket: AppHostListener;
  #stopTimer: ITimer | undefined;

  constructor(
    @inject(AppHostOptions) private readonly options: AppHostOptions,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(ISocketFactory) sockets: ISocketFactory,
    @inject(IFileSystem) files: IFileSystem,
    @inject(IDirectoryWatcher) watcher: IDirectoryWatcher,
    @inject(IProcessTable) private readonly processes: IProcessTable,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
    @inject(ResourceCatalog) private readonly catalog: ResourceCatalog,
    @inject(LogBook) private readonly logs: LogBook,
    @inject(ILoggerFactory) private readonly loggers: ILoggerFactory,
    @inject(IServiceProvider) private readonly services: IServiceProvider,
    @inject(SecretRedactor) private readonly redactor: SecretRedactor,
    @inject(ILogger) private readonly logger: ILogger,
  ) {
    super();
    const { appHostPath, homeDirectory, limits } = options;
    this.#sessions = new AppHostSessions({
      methods: this.#methods(),
      limits: { ...defaultClientLimits, ...limits },
      timeProvider,
      logger,
      wireLog: () => this.#wireLog(),
    });
    const onConnection = this.#sessions.serve.bind(this.#sessions);
    this.#socket = new AppHostListener({ appHostPath, homeDirectory, timeProvider, sockets, files, watcher, processes, logger, onConnection });
  }

  /** The path of the socket while the AppHost can be found. */
  get socketPath(): string | undefined {
    return this.#socket.path;
  }

  /** What has passed between this AppHost and its clients so far. */
  get counters(): AppHostCounters {
    return this.#sessions.counters;
  }

  /** @throws what keeps it from listening, when the options say that it is required */
  async start(): Promise<void> {
    this.#warnOfUnknownTargets();
    this.logs.forgetOthers();
    try {
      await this.#socket.open();
    } catch (error) {
      if (this.options.isRequired) throw error;
      this.logger.error(error, 'The auxiliary backchannel is not available: this application runs, but no aspire CLI finds it');
    }
  }

  /** Takes the socket away and ends every session, with the calls that are under way. */
  async stop(): Promise<void> {
    this.#stopTimer?.[Symbol.dispose]();
    await disposeAll([this.#sessions, this.#socket]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #methods(): RpcMethods {
    const { options, logs, processes, timeProvider, catalog, lifetime, logger, redactor, services } = this;
    return appHostMethods({
      information: describeAppHost(options.appHostPath, processes),
      version: options.version ?? hostwardVersion,
      catalog,
      logs,
      dashboard: options.dashboard,
      lifetime,
      logger,
      redactor,
      timeProvider,
      services,
      stop: exitCode => this.#beginStop(exitCode),
    });
  }

  /** Of several requests the first counts. */
  #beginStop(exitCode: number | undefined): void {
    const stop = () => this.lifetime.stopApplication(exitCode === undefined ? {} : { exitCode });
    this.#stopTimer ??= this.timeProvider.createTimer(stop, undefined, stopDelay, infiniteTimeSpan);
  }

  #wireLog(): WireLog | undefined {
    const { wireLog } = this.options;
    if (wireLog) return wireLog;
    const logger = this.loggers.createLogger(wireLogCategory);
    return logger.isEnabled('trace') ? ({ direction, text }) => logger.trace('{Direction} {Message}', direction, text) : undefined;
  }

  #warnOfUnknownTargets(): void {
    // Asking for them makes them known, and claims their logs.
    const { resources } = this.catalog;
    const services = resources.filter(resource => !(resource instanceof DeclaredResource)).map(({ name }) => name);
    for (const { target } of this.catalog.unmatchedConfigurations) {
      const name = nameOf(target);
      if (resources.some(({ displayName }) => displayName === name && !services.includes(name)))
        this.logger.warning("configureResource was called for '{Resource}', which addExecutable or addResource has declared: give its options there", name);
      else
        this.logger.warning(
          "configureResource was called for '{Resource}', which is no hosted service of this host; there are: {Services}",
          name,
          services.join(', ') || 'none',
        );
    }
  }
}

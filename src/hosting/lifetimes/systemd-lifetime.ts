import { IConsole } from '../console.js';
import { inject, type ServiceCollection } from '../dependency-injection/index.js';
import { IHostHealth } from '../diagnostics/index.js';
import { IHostApplicationLifetime } from '../host-application-lifetime.js';
import { IHostEnvironment } from '../host-environment.js';
import { ConsoleLoggerOptions, type ILogger, ILoggerFactory } from '../logging/index.js';
import { raceAbort, toError } from '../primitives/index.js';
import { TimeProvider } from '../time/index.js';
import { ConsoleLifetimeOptions } from './console-lifetime-options.js';
import { IHostLifetime } from './host-lifetime.js';
import { IProcessControl } from './process-control.js';
import { ISystemdNotifier, SystemdNotifier } from './systemd-notifier.js';
import { currentOrigin, hasText, isSystemdService, type ProcessOrigin } from './systemd-service.js';
import { Termination } from './termination.js';

/**
 * Stops the application on SIGTERM, and tells systemd when it has started and when it stops.
 *
 * Differs from .NET: `exitOnSecondSignal` and `exitCodeFromSignal` of {@link ConsoleLifetimeOptions} count here as well.
 *
 * @see Microsoft.Extensions.Hosting.Systemd.SystemdLifetime
 */
export class SystemdLifetime implements IHostLifetime, Disposable {
  readonly #logger: ILogger;
  readonly #termination: Termination;
  readonly #registrations: Disposable[] = [];
  /** Notifications on their way. */
  #pending: Promise<void> = Promise.resolve();

  constructor(
    @inject(IHostEnvironment) private readonly environment: IHostEnvironment,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
    @inject(ISystemdNotifier) private readonly notifier: ISystemdNotifier,
    @inject(IProcessControl) control: IProcessControl,
    @inject(ILoggerFactory) loggerFactory: ILoggerFactory,
    @inject(ConsoleLifetimeOptions.value) options: ConsoleLifetimeOptions,
    @inject(TimeProvider) timeProvider: TimeProvider,
    @inject(IHostHealth) health: IHostHealth,
    @inject(IConsole) console: IConsole,
  ) {
    this.#logger = loggerFactory.createLogger('Microsoft.Hosting.Lifetime');
    this.#termination = new Termination({ options, lifetime, control, timeProvider, health, console });
  }

  async waitForStart(): Promise<void> {
    const { environmentName, contentRootPath } = this.environment;
    this.#registrations.push(
      this.lifetime.onStarted(() => {
        this.#logger.information(
          'Application started. Hosting environment: {EnvironmentName}; Content root path: {ContentRoot}',
          environmentName,
          contentRootPath,
        );
        this.#notify('READY=1');
      }),
      this.lifetime.onStopping(() => {
        this.#logger.information('Application is shutting down...');
        this.#notify('STOPPING=1');
      }),
    );
    this.#termination.listen(['SIGTERM']);
  }

  /** Waits for what systemd is being told, because the end of the process would cut it off. */
  async stop(signal: AbortSignal): Promise<void> {
    await raceAbort(this.#pending, signal).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    for (const registration of [...this.#registrations.splice(0), this.#termination]) registration[Symbol.dispose]();
  }

  #notify(state: string): void {
    this.#pending = this.#pending
      .then(() => this.notifier.notify(state))
      .catch((error: unknown) => this.#logger.critical(toError(error), 'systemd was not notified'));
  }
}

/**
 * Makes the program a systemd service of type `notify` where it is one: it tells systemd of its state, and the console logs in the format of the journal.
 * Changes nothing anywhere else.
 *
 * @see Microsoft.Extensions.Hosting.SystemdHostBuilderExtensions.AddSystemd (.NET 11)
 */
export function addSystemd(services: ServiceCollection, origin: ProcessOrigin = currentOrigin): ServiceCollection {
  const isService = isSystemdService(origin);
  if (!isService && !hasText(origin.env.NOTIFY_SOCKET)) return services;
  if (isService) services.addSingleton(ConsoleLoggerOptions, { formatterName: 'systemd' });
  return services.tryAddSingleton(ISystemdNotifier, SystemdNotifier).addSingleton(IHostLifetime, SystemdLifetime);
}

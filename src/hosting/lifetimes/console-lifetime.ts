import { IConsole } from '../console.js';
import { inject } from '../dependency-injection/index.js';
import { IHostHealth } from '../diagnostics/index.js';
import { IHostApplicationLifetime } from '../host-application-lifetime.js';
import { IHostEnvironment } from '../host-environment.js';
import { type ILogger, ILoggerFactory } from '../logging/index.js';
import { TimeProvider } from '../time/index.js';
import { ConsoleLifetimeOptions } from './console-lifetime-options.js';
import type { IHostLifetime } from './host-lifetime.js';
import { IProcessControl } from './process-control.js';
import { Termination } from './termination.js';

/**
 * Stops the application on SIGINT, SIGTERM and SIGQUIT, and says so.
 *
 * @see Microsoft.Extensions.Hosting.Internal.ConsoleLifetime
 */
export class ConsoleLifetime implements IHostLifetime, Disposable {
  readonly #logger: ILogger;
  readonly #termination: Termination;
  #messages: Disposable[] = [];

  constructor(
    @inject(ConsoleLifetimeOptions.value) private readonly options: ConsoleLifetimeOptions,
    @inject(IHostEnvironment) private readonly environment: IHostEnvironment,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
    @inject(ILoggerFactory) loggerFactory: ILoggerFactory,
    @inject(IProcessControl) control: IProcessControl,
    @inject(TimeProvider) timeProvider: TimeProvider,
    @inject(IHostHealth) health: IHostHealth,
    @inject(IConsole) console: IConsole,
  ) {
    this.#logger = loggerFactory.createLogger('Microsoft.Hosting.Lifetime');
    this.#termination = new Termination({ options, lifetime, control, timeProvider, health, console });
  }

  async waitForStart(): Promise<void> {
    const { lifetime, environment } = this;
    if (!this.options.suppressStatusMessages) {
      // At a second start the first pair stays registered for good, as in .NET.
      this.#messages = [
        lifetime.onStarted(() => {
          this.#logger.information('Application started. Press Ctrl+C to shut down.');
          this.#logger.information('Hosting environment: {EnvName}', environment.environmentName);
          this.#logger.information('Content root path: {ContentRoot}', environment.contentRootPath);
        }),
        lifetime.onStopping(() => this.#logger.information('Application is shutting down...')),
      ];
    }
    this.#termination.listen(['SIGINT', 'SIGQUIT', 'SIGTERM']);
  }

  async stop(): Promise<void> {}

  [Symbol.dispose](): void {
    for (const registration of [...this.#messages.splice(0), this.#termination]) registration[Symbol.dispose]();
  }
}

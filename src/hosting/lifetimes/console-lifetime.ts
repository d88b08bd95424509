import { IConsole } from '../console.js';
import { inject } from '../dependency-injection/index.js';
import { type HostedServiceStatus, IHostHealth } from '../diagnostics/index.js';
import { IHostApplicationLifetime } from '../host-application-lifetime.js';
import { IHostEnvironment } from '../host-environment.js';
import { type ILogger, ILoggerFactory } from '../logging/index.js';
import { type OptionsDeclaration, optionsOf } from '../options/index.js';
import { TimeProvider } from '../time/index.js';
import type { IHostLifetime } from './host-lifetime.js';
import { IProcessControl, type TerminationSignal } from './process-control.js';

/** @see Microsoft.Extensions.Hosting.ConsoleLifetimeOptions */
export interface ConsoleLifetimeOptions {
  /** Whether the status messages are left out. Default: false. */
  suppressStatusMessages: boolean;
  /**
   * Whether a second signal ends the process at once, with 128 + the signal's number. Default: false; `runHost` sets it.
   *
   * Differs from .NET: an addition; there a second signal does nothing.
   */
  exitOnSecondSignal: boolean;
  /**
   * Whether a stop that a signal has begun names 128 + the signal's number as the exit code, as a shell does. Default: false, which is 0.
   *
   * Differs from .NET: an addition.
   */
  exitCodeFromSignal?: boolean;
}

/** `services.configure(ConsoleLifetimeOptions, options => …)` changes them; `ConsoleLifetimeOptions.value` is their token. */
export const ConsoleLifetimeOptions: OptionsDeclaration<ConsoleLifetimeOptions> = optionsOf(
  '',
  { suppressStatusMessages: false, exitOnSecondSignal: false },
  { name: 'ConsoleLifetimeOptions' },
);

const exitCodes: Readonly<Record<TerminationSignal, number>> = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 };

const atWork: readonly HostedServiceStatus[] = ['starting', 'running', 'degraded', 'stopping'];

/**
 * A terminal signals the whole process group, and a launcher such as npm passes the signal on as well: what comes within this time is the same key press.
 * Milliseconds.
 */
const samePress = 250;

/**
 * Stops the application on SIGINT, SIGTERM and SIGQUIT, and says so.
 *
 * @see Microsoft.Extensions.Hosting.Internal.ConsoleLifetime
 */
export class ConsoleLifetime implements IHostLifetime, Disposable {
  readonly #logger: ILogger;
  #messages: Disposable[] = [];
  readonly #signals: Disposable[] = [];
  #firstSignalAt: bigint | undefined;

  constructor(
    @inject(ConsoleLifetimeOptions.value) private readonly options: ConsoleLifetimeOptions,
    @inject(IHostEnvironment) private readonly environment: IHostEnvironment,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
    @inject(ILoggerFactory) loggerFactory: ILoggerFactory,
    @inject(IProcessControl) private readonly control: IProcessControl,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(IHostHealth) private readonly health: IHostHealth,
    @inject(IConsole) private readonly console: IConsole,
  ) {
    this.#logger = loggerFactory.createLogger('Microsoft.Hosting.Lifetime');
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
    if (this.#signals.length > 0) return;
    for (const signal of Object.keys(exitCodes) as TerminationSignal[]) this.#signals.push(this.control.onSignal(signal, () => this.#onSignal(signal)));
  }

  async stop(): Promise<void> {}

  [Symbol.dispose](): void {
    for (const registration of [...this.#messages.splice(0), ...this.#signals.splice(0)]) registration[Symbol.dispose]();
  }

  #onSignal(signal: TerminationSignal): void {
    if (this.#firstSignalAt === undefined) {
      this.#firstSignalAt = this.timeProvider.getTimestamp();
    } else if (this.options.exitOnSecondSignal && this.timeProvider.getElapsedMilliseconds(this.#firstSignalAt) > samePress) {
      const running = this.health.services.filter(({ status }) => atWork.includes(status));
      const names = running.length > 0 ? ` Still running: ${running.map(({ name, status }) => `${name} (${status})`).join(', ')}.` : '';
      this.console.error.write(`A second ${signal}: exiting at once.${names}\n`);
      this.control.exit(exitCodes[signal]);
    }
    this.lifetime.stopApplication(this.options.exitCodeFromSignal ? { exitCode: exitCodes[signal] } : {});
  }
}

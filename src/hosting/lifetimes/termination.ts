import type { IConsole } from '../console.js';
import type { HostedServiceStatus, IHostHealth } from '../diagnostics/index.js';
import type { IHostApplicationLifetime } from '../host-application-lifetime.js';
import type { TimeProvider } from '../time/index.js';
import type { ConsoleLifetimeOptions } from './console-lifetime-options.js';
import type { IProcessControl, TerminationSignal } from './process-control.js';

/** What {@link Termination} needs of its host. */
export interface TerminationParts {
  readonly options: ConsoleLifetimeOptions;
  readonly lifetime: IHostApplicationLifetime;
  readonly control: IProcessControl;
  readonly timeProvider: TimeProvider;
  readonly health: IHostHealth;
  readonly console: IConsole;
}

const exitCodes: Readonly<Record<TerminationSignal, number>> = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 };

const atWork: readonly HostedServiceStatus[] = ['starting', 'running', 'degraded', 'stopping'];

/**
 * A terminal signals the whole process group, and a launcher such as npm passes the signal on as well: what comes within this time is the same key press.
 * Milliseconds.
 */
const samePress = 250;

/** The signals that stop the application, and end the process the second time when they are to. */
export class Termination implements Disposable {
  readonly #registrations: Disposable[] = [];
  #firstSignalAt: bigint | undefined;

  constructor(private readonly parts: TerminationParts) {}

  /** Begins to listen; does nothing when it does. */
  listen(signals: readonly TerminationSignal[]): void {
    if (this.#registrations.length > 0) return;
    for (const signal of signals) this.#registrations.push(this.parts.control.onSignal(signal, () => this.#onSignal(signal)));
  }

  [Symbol.dispose](): void {
    for (const registration of this.#registrations.splice(0)) registration[Symbol.dispose]();
  }

  #onSignal(signal: TerminationSignal): void {
    const { options, lifetime, control, timeProvider, health, console } = this.parts;
    if (this.#firstSignalAt === undefined) {
      this.#firstSignalAt = timeProvider.getTimestamp();
    } else if (options.exitOnSecondSignal && timeProvider.getElapsedMilliseconds(this.#firstSignalAt) > samePress) {
      const running = health.services.filter(({ status }) => atWork.includes(status));
      const names = running.length > 0 ? ` Still running: ${running.map(({ name, status }) => `${name} (${status})`).join(', ')}.` : '';
      console.error.write(`A second ${signal}: exiting at once.${names}\n`);
      control.exit(exitCodes[signal]);
    }
    lifetime.stopApplication(options.exitCodeFromSignal ? { exitCode: exitCodes[signal] } : {});
  }
}

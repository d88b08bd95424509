import type { EventId, ILogger, LogArguments, LogLevel } from '../../hosting/logging/index.js';
import { onDispose } from '../../hosting/primitives/index.js';

type LevelOfWarning = 'warning' | 'error' | 'critical';

/**
 * A logger for a command that has no host: it keeps warnings, and what is worse, until they are printed as a host would print them. To set up what prints them takes longer than
 * a short command, and few have anything to print.
 */
export class KeptWarnings implements ILogger {
  readonly #write: ((logger: ILogger) => void)[] = [];

  constructor(private readonly category: string) {}

  isEnabled(level: LogLevel): boolean {
    return level === 'warning' || level === 'error' || level === 'critical';
  }

  log(level: LogLevel, eventId: EventId, error: Error | undefined, message: string, ...args: unknown[]): void {
    if (this.isEnabled(level)) this.#write.push(logger => logger.log(level, eventId, error, message, ...args));
  }

  trace(): void {
    // Less than a warning.
  }

  debug(): void {
    // Less than a warning.
  }

  information(): void {
    // Less than a warning.
  }

  warning(...args: LogArguments): void {
    this.#keep('warning', args);
  }

  error(...args: LogArguments): void {
    this.#keep('error', args);
  }

  critical(...args: LogArguments): void {
    this.#keep('critical', args);
  }

  /** Scopes are for entries that are written at once. */
  beginScope(): Disposable {
    return onDispose(() => undefined);
  }

  withScope<T>(_state: unknown, work: () => T): T {
    return work();
  }

  /** Prints what was kept on standard error. */
  async print(): Promise<void> {
    const kept = this.#write.splice(0);
    if (kept.length === 0) return;
    const { createLoggerFactory } = await import('../host-code.js');
    await using factory = createLoggerFactory(builder => builder.setMinimumLevel('warning').addConsole({ logToStandardErrorThreshold: 'trace' }));
    const logger = factory.createLogger(this.category);
    for (const write of kept) write(logger);
  }

  #keep(level: LevelOfWarning, args: LogArguments): void {
    this.#write.push(logger => logger[level](...args));
  }
}

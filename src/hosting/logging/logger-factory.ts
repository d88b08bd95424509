import { toError } from '../primitives/index.js';
import type { TimeProvider } from '../time/index.js';
import { isAtLeast, type LogLevel } from './log-level.js';
import type { EventId, ILogger, ILoggerFactory, ILoggerProvider, LogArguments } from './logger.js';
import { formatMessage, templateValues } from './message-template.js';

/** Which entries pass: the longest category prefix wins, on a tie the rule that came last. */
export interface LoggerFilterOptions {
  /** For categories without a rule. Default: `information`. */
  minimumLevel: LogLevel;
  readonly rules: { readonly category: string; readonly level: LogLevel }[];
}

/** Creates the loggers and gives their entries to every provider. */
export class LoggerFactory implements ILoggerFactory {
  readonly #loggers = new Map<string, ILogger>();

  constructor(
    private readonly providers: readonly ILoggerProvider[],
    private readonly filter: LoggerFilterOptions,
    private readonly timeProvider: TimeProvider,
  ) {}

  createLogger(category: string): ILogger {
    const known = this.#loggers.get(category);
    if (known) return known;
    const logger = new Logger(category, this.#minimumLevel(category), this.providers, this.timeProvider);
    this.#loggers.set(category, logger);
    return logger;
  }

  #minimumLevel(category: string): LogLevel {
    let best: { category: string; level: LogLevel } | undefined;
    for (const rule of this.filter.rules) {
      const applies = category.toLowerCase().startsWith(rule.category.toLowerCase());
      if (applies && (!best || rule.category.length >= best.category.length)) best = rule;
    }
    return best?.level ?? this.filter.minimumLevel;
  }
}

const noEvent: EventId = { id: 0 };

class Logger implements ILogger {
  constructor(
    private readonly category: string,
    private readonly minimum: LogLevel,
    private readonly providers: readonly ILoggerProvider[],
    private readonly timeProvider: TimeProvider,
  ) {}

  isEnabled(level: LogLevel): boolean {
    return this.providers.length > 0 && isAtLeast(level, this.minimum);
  }

  log(level: LogLevel, eventId: EventId, error: Error | undefined, template: string, ...args: unknown[]): void {
    if (!this.isEnabled(level)) return;
    const message = formatMessage(template, args);
    const timestamp = this.timeProvider.getUtcNowMilliseconds();
    const entry = { level, category: this.category, eventId, message, template, values: templateValues(template, args), error, timestamp };
    for (const provider of this.providers) provider.write(entry);
  }

  trace(...args: LogArguments): void {
    this.#write('trace', args);
  }

  debug(...args: LogArguments): void {
    this.#write('debug', args);
  }

  information(...args: LogArguments): void {
    this.#write('information', args);
  }

  warning(...args: LogArguments): void {
    this.#write('warning', args);
  }

  error(...args: LogArguments): void {
    this.#write('error', args);
  }

  critical(...args: LogArguments): void {
    this.#write('critical', args);
  }

  #write(level: LogLevel, [first, ...rest]: LogArguments): void {
    if (typeof first === 'string') return this.log(level, noEvent, undefined, first, ...rest);
    const [message, ...args] = rest as [string, ...unknown[]];
    this.log(level, noEvent, first === undefined ? undefined : toError(first), message, ...args);
  }
}

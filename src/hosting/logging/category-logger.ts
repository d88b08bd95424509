import { onDispose } from '../primitives/index.js';
import type { LogTarget } from './log-destination.js';
import type { LogEntries } from './log-entries.js';
import { type LogLevel, logLevelNumber } from './log-level.js';
import type { EventId, ILogger, LogArguments, LogEntry, LogScopeState } from './logger.js';

type LogMethod = (...args: LogArguments) => void;

const noEvent: EventId = { id: 0 };

/**
 * The logger of one category.
 *
 * The methods of levels that are off are one that does nothing, so that a call costs no more than that; not even a list of its arguments is made.
 */
export class CategoryLogger implements ILogger {
  trace: LogMethod = doNothing;
  debug: LogMethod = doNothing;
  information: LogMethod = doNothing;
  warning: LogMethod = doNothing;
  error: LogMethod = doNothing;
  critical: LogMethod = doNothing;
  #targets: readonly LogTarget[] = [];
  #minimum = Number.POSITIVE_INFINITY;

  constructor(
    readonly category: string,
    private readonly entries: LogEntries,
  ) {}

  /** Changes where entries go; an empty list makes the logger silent. */
  setTargets(targets: readonly LogTarget[]): void {
    this.#targets = targets;
    this.#minimum = Math.min(Number.POSITIVE_INFINITY, ...targets.map(({ minimum }) => minimum));
    this.trace = this.#methodFor('trace');
    this.debug = this.#methodFor('debug');
    this.information = this.#methodFor('information');
    this.warning = this.#methodFor('warning');
    this.error = this.#methodFor('error');
    this.critical = this.#methodFor('critical');
  }

  isEnabled(level: LogLevel): boolean {
    return this.#mayPass(level) && this.#targets.some(target => target.accepts(level));
  }

  log(level: LogLevel, eventId: EventId, error: Error | undefined, template: string, ...args: unknown[]): void {
    this.#write(level, eventId, error, template, args);
  }

  beginScope(state: LogScopeState, ...args: unknown[]): Disposable {
    if (!this.entries.capturesScopes) return onDispose(doNothing);
    return this.entries.scopes.begin(this.entries.createScope(state, args));
  }

  withScope<T>(state: LogScopeState | readonly [template: string, ...args: unknown[]], work: () => T): T {
    if (!this.entries.capturesScopes) return work();
    const [first, ...args] = isTemplateWithValues(state) ? state : [state];
    return this.entries.scopes.run(this.entries.createScope(first, args), work);
  }

  #mayPass(level: LogLevel): boolean {
    return level !== 'none' && logLevelNumber[level] >= this.#minimum;
  }

  #methodFor(level: LogLevel): LogMethod {
    if (!this.#mayPass(level)) return doNothing;
    return (...args) => {
      const [first] = args;
      if (typeof first === 'string') this.#write(level, noEvent, undefined, first, args.slice(1));
      else this.#write(level, noEvent, first, args[1], args.slice(2));
    };
  }

  #write(level: LogLevel, eventId: EventId, error: unknown, template: unknown, args: readonly unknown[]): void {
    if (!this.#mayPass(level)) return;
    let entry: LogEntry | undefined;
    for (const target of this.#targets) {
      if (!target.accepts(level)) continue;
      entry ??= this.entries.create(this.category, { level, eventId, error, template, args });
      target.destination.write(entry);
    }
  }
}

function doNothing(): void {
  // That is all.
}

function isTemplateWithValues(
  state: LogScopeState | readonly [template: string, ...args: unknown[]],
): state is readonly [template: string, ...args: unknown[]] {
  return Array.isArray(state);
}

import {
  type ILogger,
  type ILoggerFilterSource,
  isAtLeast,
  type LogEntry,
  LoggerFactory,
  LoggerFilterOptions,
  type SecretRedactor,
} from '../../../hosting/logging/index.js';
import { onDispose } from '../../../hosting/primitives/index.js';
import type { TimeProvider } from '../../../hosting/time/index.js';
import type { AppHostResource } from '../resources/resource.js';
import { cutMessage } from './message-text.js';

/**
 * Loggers that write to the logs of resources, entries of every level.
 *
 * Nothing of it comes to the destinations of the program, as in .NET: what a command says of a resource is said to those who look at the resource.
 */
export class ResourceLoggers {
  readonly #loggers = new WeakMap<AppHostResource, ILogger>();

  /** @param redactor keeps the program's secrets out; without one only what is named like a secret is masked */
  constructor(
    private readonly timeProvider: TimeProvider,
    private readonly redactor?: SecretRedactor,
  ) {}

  loggerOf(resource: AppHostResource): ILogger {
    let logger = this.#loggers.get(resource);
    if (!logger) this.#loggers.set(resource, (logger = this.#create(resource)));
    return logger;
  }

  #create({ name, log }: AppHostResource): ILogger {
    const { timeProvider, redactor } = this;
    const write = (entry: LogEntry) => log.write(textOf(entry), entry.timestamp, isAtLeast(entry.level, 'error'));
    return new LoggerFactory([{ write }], { timeProvider, redactor, filters: new EveryLevel() }).createLogger(name);
  }
}

class EveryLevel implements ILoggerFilterSource {
  read(): LoggerFilterOptions {
    const options = new LoggerFilterOptions();
    options.minLevel = 'trace';
    options.captureScopes = false;
    return options;
  }

  onChange(): Disposable {
    return onDispose(() => undefined);
  }
}

function textOf({ message, error }: LogEntry): string {
  return cutMessage(error ? `${message}\n${error.stack ?? String(error)}` : message);
}

import type { IConfiguration } from '../configuration/index.js';
import { disposeAllSync, onChange, onDispose } from '../primitives/index.js';
import { configureFilters } from './logger-filter-configuration.js';
import { LoggerFilterOptions, validateFilterOptions } from './logger-filter-options.js';

/** Where a logger factory gets its filters from. */
export interface ILoggerFilterSource {
  /** The filters as they are now. @throws when they cannot be read */
  read(): LoggerFilterOptions;
  /** Calls back when they may have changed. */
  onChange(callback: () => void): Disposable;
}

/** The filters of a program: steps from code and from configuration, in the order in which they were added, each of which sees what those before it did. */
export class LoggerFilterSteps implements ILoggerFilterSource {
  readonly #steps: ((options: LoggerFilterOptions) => void)[] = [];
  readonly #sections: IConfiguration[] = [];

  add(step: (options: LoggerFilterOptions) => void): void {
    this.#steps.push(step);
  }

  addConfiguration(section: IConfiguration): void {
    this.#sections.push(section);
    this.add(options => configureFilters(options, section));
  }

  /** @throws InvalidOperationError for a level or a category that is none */
  read(): LoggerFilterOptions {
    const options = new LoggerFilterOptions();
    for (const step of this.#steps) step(options);
    validateFilterOptions(options);
    return options;
  }

  onChange(callback: () => void): Disposable {
    const registrations = this.#sections.map(section => onChange(() => section.getReloadToken(), callback));
    return onDispose(() => disposeAllSync(registrations));
  }
}

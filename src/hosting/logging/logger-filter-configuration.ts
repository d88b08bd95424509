import type { IConfiguration } from '../configuration/index.js';
import { InvalidOperationError } from '../primitives/index.js';
import { parseLogLevel } from './log-level.js';
import type { LoggerFilterOptions } from './logger-filter-options.js';
import { trimWhiteSpace } from './white-space.js';

const levelKey = 'loglevel';
const defaultCategory = 'default';

/**
 * Adds the rules of a configuration section to the options: `LogLevel:Category` for all destinations, `Destination:LogLevel:Category` for one; the category
 * `Default` means any. `CaptureScopes` says whether entries come with their scopes.
 *
 * @throws InvalidOperationError for a value that is no level, or no truth value
 * @see Microsoft.Extensions.Logging.LoggerFilterConfigureOptions
 */
export function configureFilters(options: LoggerFilterOptions, section: IConfiguration): void {
  options.captureScopes = readCaptureScopes(section) ?? options.captureScopes;
  for (const child of section.getChildren()) {
    const isGeneral = child.key.toLowerCase() === levelKey;
    addRules(options, isGeneral ? child : child.getSection('LogLevel'), isGeneral ? undefined : child.key);
  }
}

function readCaptureScopes(section: IConfiguration): boolean | undefined {
  const setting = section.getSection('CaptureScopes');
  if (!setting.value) return undefined;
  const text = trimWhiteSpace(setting.value, '\0').toLowerCase();
  if (text !== 'true' && text !== 'false')
    throw new InvalidOperationError(`Failed to convert configuration value '${setting.value}' at '${setting.path}' to type 'boolean'.`);
  return text === 'true';
}

function addRules(options: LoggerFilterOptions, section: IConfiguration, providerName: string | undefined): void {
  for (const [category, value] of section.asEnumerable(true)) {
    if (value === undefined || value === '') continue;
    const logLevel = parseLogLevel(value);
    if (logLevel === undefined) throw new InvalidOperationError(`Configuration value '${value}' is not supported.`);
    options.rules.push({ providerName, categoryName: category.toLowerCase() === defaultCategory ? undefined : category, logLevel });
  }
}

import { type ILoggerProvider, InvalidOperationError, type LogEntry, LoggerFactory, LoggingBuilder, type LogLevel, ServiceCollection } from 'hostward';
import { ConfigurationBuilder } from '../../../src/hosting/configuration/index.js';
import { FormatError } from '../../../src/hosting/logging/format-error.js';
import { parseLogLevel } from '../../../src/hosting/logging/log-level.js';
import { LoggerFilterOptions } from '../../../src/hosting/logging/logger-filter-options.js';
import { formatMessage, originalFormatName, templateValues } from '../../../src/hosting/logging/message-template.js';
import { comparableOutcome } from './config-conversions.js';
import { recordedError } from './config-errors.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

const levels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'] as const;
const filterLevels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];

/** A destination that accepts everything. */
class AcceptingProvider implements ILoggerProvider {
  write(_entry: LogEntry): void {}
}
class AlphaProvider extends AcceptingProvider {
  static readonly alias = 'Alpha';
}
class BetaProvider extends AcceptingProvider {
  static readonly alias = 'Beta';
}
class GammaProvider extends AcceptingProvider {
  static readonly providerName = 'Test.GammaProvider';
}
const providers = { Alpha: AlphaProvider, Beta: BetaProvider, Gamma: GammaProvider };

interface Rule {
  readonly provider?: string | null;
  readonly category?: string | null;
  readonly level?: string | null;
}

interface FilterInput {
  readonly minLevel: string;
  readonly rules: readonly Rule[];
  readonly queries: readonly (readonly [provider: keyof typeof providers, category: string])[];
}

/** Asks a factory with one destination which levels pass. */
export const replayLoggingFilter: SectionReplay = ({ in: given, out }) => {
  const { minLevel, rules, queries } = given as FilterInput;
  const found = queries.map(([provider, category]) => {
    const options = new LoggerFilterOptions();
    options.minLevel = parseLogLevel(minLevel)!;
    for (const rule of rules)
      options.rules.push({
        providerName: rule.provider ?? undefined,
        categoryName: rule.category ?? undefined,
        logLevel: rule.level === undefined || rule.level === null ? undefined : parseLogLevel(rule.level)!,
      });
    // Without the check that a builder makes of all its rules: in .NET only one that is compared fails.
    using factory = new LoggerFactory([new providers[provider]()], {
      filters: { read: () => options, onChange: () => ({ [Symbol.dispose]: () => undefined }) },
    });
    try {
      const logger = factory.createLogger(category);
      const enabled = filterLevels.map(level => logger.isEnabled(level));
      // The lowest from which on all are enabled.
      return levels[enabled.lastIndexOf(false) + 1];
    } catch (error) {
      return errorOf(error);
    }
  });
  return { differences: differencesOf(out, found) };
};

interface ConfigurationInput {
  readonly config: Readonly<Record<string, string | null>>;
  readonly minimumLevel?: string;
  readonly filters?: readonly { readonly provider?: keyof typeof providers; readonly category?: string; readonly level: string }[];
}

/** Sets up a builder, and compares the filters that it has then. */
export const replayLoggingConfiguration: SectionReplay = ({ in: given, out }) => {
  const found = attempt(() => filtersOf(given as ConfigurationInput));
  const outcome = found.error === undefined ? found.result : { error: recordedError(found.error) };
  return { differences: differencesOf(comparableOutcome(out), comparableOutcome(outcome)) };
};

function filtersOf({ config, minimumLevel, filters = [] }: ConfigurationInput): unknown {
  const builder = new LoggingBuilder(new ServiceCollection());
  if (minimumLevel !== undefined) builder.setMinimumLevel(minimumLevel.toLowerCase() as LogLevel);
  using configuration = new ConfigurationBuilder().addInMemoryCollection(config).build();
  builder.addConfiguration(configuration.getSection('Logging'));
  for (const { provider, category = null, level } of filters) {
    const logLevel = level.toLowerCase() as LogLevel;
    if (provider === undefined) builder.addFilter(category, logLevel);
    else builder.addFilter(providers[provider], category, logLevel);
  }
  let found: LoggerFilterOptions | undefined;
  builder.configureFilters(options => (found = options));
  try {
    builder.readFilters();
  } catch (error) {
    // Those that were read are refused for two wildcards in a category, which in .NET shows at the first comparison.
    if (!found) throw error;
  }
  const { minLevel, captureScopes, rules } = found!;
  return {
    minLevel: levelText(minLevel),
    captureScopes,
    rules: rules.map(({ providerName, categoryName, logLevel }) => ({
      provider: providerName ?? null,
      category: categoryName ?? null,
      level: logLevel === undefined ? null : levelText(logLevel),
    })),
  };
}

function levelText(level: LogLevel | number): string {
  return typeof level === 'number' ? String(level) : level[0]!.toUpperCase() + level.slice(1);
}

const excuses: Readonly<Record<string, string>> = {
  'number-text': 'numbers read as in JavaScript',
  'format-specifier': 'a format that is not supported',
};

interface TemplateInput {
  readonly template: string | null;
  readonly args: readonly unknown[];
}

/** Fills a template, and names its values. */
export const replayMessageTemplate: SectionReplay = ({ in: given, out, tags }) => {
  const { template, args } = given as TemplateInput;
  const text = attempt(() => formatMessage(template, args.map(asInDotNet)));
  const named = attempt(() => [...templateValues(template, args), [originalFormatName, template ?? '[null]']]);
  const expected = out as { error?: object; text?: string; textError?: object; values?: unknown; valuesError?: object };
  const differences = [
    ...compare('text', expected.error ?? expected.textError, expected.text, text),
    ...compare('values', expected.error ?? expected.valuesError, expected.values, named),
  ];
  const excuse = tags?.map(tag => excuses[tag]).find(reason => reason !== undefined);
  return differences.length > 0 && excuse !== undefined ? { differences: [], skipped: excuse } : { differences };
};

/** What .NET had in the place of a value of the recording: a map for an object; and what stands in a list or a map reads there as its type. */
export function asInDotNet(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutText);
  return isObject(value) ? new Map(Object.entries(value).map(([name, member]) => [name, withoutText(member)])) : value;
}

function withoutText(value: unknown): unknown {
  return isObject(value) ? { toString: () => typeNameOf(value) } : value;
}

/** The class that .NET had in the place of a list or an object of the recording. */
export function typeNameOf(value: object): string {
  if (!Array.isArray(value)) return 'System.Collections.Generic.Dictionary`2[System.String,System.Object]';
  return value.length > 0 && value.every(element => typeof element === 'number' && element === (element | 0)) ? 'System.Int32[]' : 'System.Object[]';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

interface Outcome {
  readonly result?: unknown;
  readonly error?: unknown;
}

function attempt(work: () => unknown): Outcome {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

/** Of errors only the kind is compared: their texts are .NET's own. */
function compare(what: string, expectedError: object | undefined, expected: unknown, { result, error }: Outcome): string[] {
  if (expectedError === undefined)
    return error === undefined ? differencesOf(expected, result, what) : [`${what}: expected ${JSON.stringify(expected)}, but it failed: ${textOf(error)}`];
  return error instanceof FormatError
    ? []
    : [`${what}: expected ${JSON.stringify(expectedError)}, found ${error === undefined ? JSON.stringify(result) : textOf(error)}`];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}

function errorOf(error: unknown): unknown {
  if (error instanceof InvalidOperationError) return { error: { type: 'InvalidOperationException', message: error.message } };
  throw error;
}

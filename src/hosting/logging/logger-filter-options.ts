import { foldCase } from '../configuration/key-case.js';
import { InvalidOperationError } from '../primitives/index.js';
import { type LogLevel, type MinimumLogLevel, minimumNumber } from './log-level.js';
import type { ILoggerProvider } from './logger.js';

/**
 * Decides about an entry by itself, each time. One that throws lets the entry pass, and is reported once.
 *
 * @param provider the name of the destination's class, undefined when it has none
 */
export type LogFilter = (provider: string | undefined, category: string, level: LogLevel) => boolean;

/** Which entries reach which destination. @see Microsoft.Extensions.Logging.LoggerFilterRule */
export interface LoggerFilterRule {
  /** The class of the destination, or its alias, in this case. Undefined: all of them, if none has rules of its own. */
  readonly providerName?: string | undefined;
  /** What the category begins with, in any case; with one `*`, what it begins and ends with. Undefined: all. */
  readonly categoryName?: string | undefined;
  /** Undefined: every level. */
  readonly logLevel?: MinimumLogLevel | undefined;
  /** Asked in addition. */
  readonly filter?: LogFilter | undefined;
}

/** @see Microsoft.Extensions.Logging.LoggerFilterOptions */
export class LoggerFilterOptions {
  /** Whether entries come with the scopes around them. Default: true. */
  captureScopes: boolean = true;
  /** For what no rule applies to. Default: `information`. */
  minLevel: MinimumLogLevel = 'information';
  /** Of rules that are equally specific the last one counts. */
  readonly rules: LoggerFilterRule[] = [];
}

/** The names by which rules know a destination. */
export interface LoggerProviderNames {
  readonly name: string | undefined;
  readonly alias: string | undefined;
}

/** What a rule lets pass: from this number on, if the filter agrees. */
export interface SelectedFilter {
  readonly minimum: number;
  readonly filter: LogFilter | undefined;
}

/** A class of destinations: `static alias` is its short name in rules and configuration, `static providerName` stands in the place of the class's own name. */
export interface LoggerProviderClass {
  readonly name: string;
  readonly alias?: string;
  readonly providerName?: string;
}

/** The names of a destination, by its class. An object literal has none. */
export function namesOfProvider(provider: ILoggerProvider): LoggerProviderNames {
  const type = provider.constructor as LoggerProviderClass | undefined;
  if (!type || (type as unknown) === Object) return { name: undefined, alias: undefined };
  return { name: nameOfProviderClass(type), alias: type.alias };
}

/** The name that a rule for this class has. */
export function nameOfProviderClass(type: LoggerProviderClass): string {
  return type.providerName ?? type.name;
}

/**
 * The rule for a destination and a category: one for the destination before one for all, then the longest category, then the last.
 *
 * @throws InvalidOperationError for a category with two wildcards
 * @see Microsoft.Extensions.Logging.LoggerRuleSelector
 */
export function selectFilter(options: LoggerFilterOptions, provider: LoggerProviderNames, category: string): SelectedFilter {
  let best: LoggerFilterRule | undefined;
  for (const rule of options.rules) if (isFor(rule, provider) && matchesCategory(rule, category) && isAsSpecific(rule, best)) best = rule;
  if (!best) return { minimum: minimumNumber(options.minLevel), filter: undefined };
  return { minimum: best.logLevel === undefined ? Number.NEGATIVE_INFINITY : minimumNumber(best.logLevel), filter: best.filter };
}

/** @throws InvalidOperationError for a rule that no category can be compared with */
export function validateFilterOptions({ rules }: LoggerFilterOptions): void {
  for (const rule of rules) matchesCategory(rule, '');
}

function isFor({ providerName }: LoggerFilterRule, { name, alias }: LoggerProviderNames): boolean {
  return providerName === undefined || providerName === name || (alias !== '' && providerName === alias);
}

function matchesCategory({ categoryName }: LoggerFilterRule, category: string): boolean {
  if (categoryName === undefined) return true;
  const [prefix, suffix = '', ...more] = foldCase(categoryName).split('*') as [string, string?, ...string[]];
  if (more.length > 0) throw new InvalidOperationError('Only one wildcard character is allowed in category name.');
  // The two may overlap: `A*A` matches `A`.
  const folded = foldCase(category);
  return folded.startsWith(prefix) && folded.endsWith(suffix);
}

function isAsSpecific(rule: LoggerFilterRule, best: LoggerFilterRule | undefined): boolean {
  if (!best) return true;
  if ((rule.providerName === undefined) !== (best.providerName === undefined)) return rule.providerName !== undefined;
  return (rule.categoryName?.length ?? -1) >= (best.categoryName?.length ?? -1);
}

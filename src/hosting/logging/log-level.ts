import { trimWhiteSpace } from './white-space.js';

/** How important a log entry is, as a filter orders it. `none` as a minimum switches a category off. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** The levels as .NET numbers them, which is also how they travel on the wire. */
export const logLevelNumber: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, information: 2, warning: 3, error: 4, critical: 5, none: 6 };

/** The least level that passes a filter. A number that is no level comes from configuration, where .NET takes any: one above 6 lets nothing pass, one below 0 everything. */
export type MinimumLogLevel = LogLevel | number;

/** Any white space may stand before a number; behind it only that of ASCII, and zero characters. */
const numberText = /^(?:[^\S\ufeff]|\u0085)*([+-]?\d+)[\t-\r ]*\0*$/;
const levelNames = Object.keys(logLevelNumber) as readonly LogLevel[];

/** Whether an entry of `level` passes `minimum`. */
export function isAtLeast(level: LogLevel, minimum: MinimumLogLevel): boolean {
  return level !== 'none' && logLevelNumber[level] >= minimumNumber(minimum);
}

/** A minimum as a number. */
export function minimumNumber(minimum: MinimumLogLevel): number {
  return typeof minimum === 'number' ? minimum : logLevelNumber[minimum];
}

/**
 * Reads a level as configuration has it: a name in any case, a 32-bit number, or several names with commas between them, whose numbers are combined bit by bit.
 *
 * @returns undefined for a text that is none of these
 * @see System.Enum.TryParse
 */
export function parseLogLevel(text: string): MinimumLogLevel | undefined {
  const [, digits] = numberText.exec(text) ?? [];
  const number = digits === undefined ? combine(text.split(',')) : Number(digits);
  if (number === undefined || number !== (number | 0)) return undefined;
  return levelNames[number] ?? number;
}

function combine(names: readonly string[]): number | undefined {
  let combined = 0;
  for (const name of names) {
    const level = trimWhiteSpace(name).toLowerCase();
    if (!Object.hasOwn(logLevelNumber, level)) return undefined;
    combined |= logLevelNumber[level as LogLevel];
  }
  return combined;
}

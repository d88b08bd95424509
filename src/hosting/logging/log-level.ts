/** How important a log entry is, as a filter orders it. `none` as a minimum switches a category off. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** The levels as .NET numbers them, which is also how they travel on the wire. */
export const logLevelNumber: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, information: 2, warning: 3, error: 4, critical: 5, none: 6 };

/** Whether an entry of `level` passes `minimum`. */
export function isAtLeast(level: LogLevel, minimum: LogLevel): boolean {
  return level !== 'none' && logLevelNumber[level] >= logLevelNumber[minimum];
}

import { toError } from '../../primitives/index.js';
import type { LogEntry } from '../logger.js';
import { withoutControls } from '../formatters/plain-text.js';
import type { FormatTarget, IConsoleFormatter } from '../formatters/index.js';

/** The text of an entry. Never throws: an entry whose formatter fails is written plainly, with the reason. */
export function safeFormat(formatter: IConsoleFormatter, entry: LogEntry, target: FormatTarget): string {
  try {
    return formatter.format(entry, target);
  } catch (error) {
    return `${entry.level}: ${withoutControls(`${entry.category}: ${entry.message} (the formatter ${formatter.name} failed: ${reasonOf(error)})`)}\n`;
  }
}

function reasonOf(error: unknown): string {
  try {
    return toError(error).message;
  } catch {
    return 'with an error that cannot be shown';
  }
}

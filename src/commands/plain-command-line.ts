import type { CliCommand } from './cli-command.js';
import { PsCommand } from './ps/ps-command.js';

/**
 * Reads the command lines that programs run again and again: `ps`, `ps --format <format>`. Undefined for every other one, also a wrong one: `readCommandLine` knows them all.
 *
 * It does without commander, whose loading takes longer than `ps` needs to find that nothing runs.
 */
export function readPlainCommandLine([name, option, format, ...rest]: readonly string[]): CliCommand | undefined {
  if (name !== 'ps' || rest.length > 0) return undefined;
  if (option === undefined) return new PsCommand('table');
  return option === '--format' && (format === 'json' || format === 'table') ? new PsCommand(format) : undefined;
}

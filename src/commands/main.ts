import { type CliCommand, exitCodes } from './cli-command.js';
import { readPlainCommandLine } from './plain-command-line.js';
import { PsCommand } from './ps/ps-command.js';
import { runPs } from './ps/run-ps.js';

/** What the process ends with when nothing is left to wait for and yet `main` has not come to its end, as Node has it for modules. */
const unfinished = 13;

async function main(args: readonly string[]): Promise<number> {
  let command = readPlainCommandLine(args);
  try {
    command ??= await readAnyCommandLine(args);
  } catch (error) {
    // Commander has printed what is wrong, or what was asked for, and tells by its exit code which of the two it was.
    const { exitCode } = error as { exitCode?: unknown };
    if (typeof exitCode === 'number') return exitCode === 0 ? exitCodes.success : exitCodes.usage;
    throw error;
  }
  if (!command) return exitCodes.usage;
  // Another turn of the event loop, to find that nothing is left to wait for, takes longer than it does to ask nothing.
  if (command instanceof PsCommand) process.exit(await runPs(command));
  const { runCommand } = await import('./host-code.js');
  return runCommand(command);
}

async function readAnyCommandLine(args: readonly string[]): Promise<CliCommand | undefined> {
  const { readCommandLine } = await import('./command-line.js');
  return readCommandLine(args);
}

process.exitCode = unfinished;
// Nothing is left to wait for, and what Node would take down piece by piece goes faster with the process.
process.once('beforeExit', () => process.exit());
// Not awaited: this is built as CommonJS, which Node loads faster.
void main(process.argv.slice(2)).then(exitCode => (process.exitCode = exitCode));

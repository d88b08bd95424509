import { Command, InvalidArgumentError } from 'commander';
import { hostwardVersion } from '../version.js';
import { type CliCommand, exitCodes } from './cli-command.js';
import { parseOutputFormat } from './output/output-format.js';
import { PsCommand } from './ps/ps-command.js';
import { runCommand } from './run-command.js';

/** Built beside this file, as programs of their own. */
const demoScripts = ['shop', 'blog'].map(name => new URL(`./demo/${name}.js`, import.meta.url));

/** Reads the command line. The command is loaded when it is the one. */
function readCommandLine(args: readonly string[]): Promise<CliCommand | undefined> {
  let selected: Promise<CliCommand> | undefined;
  const program = new Command('hostward')
    .description('See and steer the Aspire AppHosts that run on this machine.')
    .version(hostwardVersion, '-v, --version')
    .showSuggestionAfterError()
    .exitOverride();
  program
    .command('ps')
    .description('List the running AppHosts.')
    .option('--format <format>', 'json or table', checked(parseOutputFormat), 'table')
    .action(({ format }: { format: ReturnType<typeof parseOutputFormat> }) => {
      selected = Promise.resolve(new PsCommand(format));
    });
  program
    .command('demo')
    .description('Start two AppHosts and watch them. Ctrl+C ends everything.')
    .option('--format <format>', 'json: one object per change; table: live on a terminal, else one line per change', checked(parseOutputFormat), 'table')
    .option('--for <seconds>', 'end by itself', checked(parseSeconds))
    .action((options: { format: ReturnType<typeof parseOutputFormat>; for?: number }) => {
      selected = import('./demo/demo-command.js').then(
        ({ DemoCommand }) => new DemoCommand({ format: options.format, seconds: options.for, scripts: demoScripts }),
      );
    });
  program.parse(args, { from: 'user' });
  return selected ?? Promise.resolve(undefined);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds > 86_400) throw new RangeError(`Expected a number of seconds up to 86400, but found '${text}'.`);
  return seconds;
}

/** Makes what a reader throws an error of the command line. */
function checked<T>(read: (text: string) => T): (text: string) => T {
  return text => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

async function main(args: readonly string[]): Promise<number> {
  let command: CliCommand | undefined;
  try {
    command = await readCommandLine(args);
  } catch (error) {
    // Commander has printed what is wrong, or what was asked for, and tells by its exit code which of the two it was.
    const { exitCode } = error as { exitCode?: unknown };
    if (typeof exitCode === 'number') return exitCode === 0 ? exitCodes.success : exitCodes.usage;
    throw error;
  }
  return command ? runCommand(command) : exitCodes.usage;
}

process.exitCode = await main(process.argv.slice(2));

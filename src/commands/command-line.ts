import { Command, InvalidArgumentError } from 'commander';
import { hostwardVersion } from '../version.js';
import type { CliCommand } from './cli-command.js';
import { type OutputFormat, parseOutputFormat } from './output/output-format.js';
import { PsCommand } from './ps/ps-command.js';

/** Built beside this file, as programs of their own. */
const demoScripts = ['shop', 'blog'];

/**
 * Reads the command line. The command is loaded when it is the one.
 *
 * @throws CommanderError when there is nothing to run, after it has printed why: the command line is wrong, or asks for help or the version
 */
export function readCommandLine(args: readonly string[]): Promise<CliCommand | undefined> {
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
    .action(({ format }: { format: OutputFormat }) => {
      selected = Promise.resolve(new PsCommand(format));
    });
  program
    .command('demo')
    .description('Start two AppHosts and watch them. Ctrl+C ends everything.')
    .option('--format <format>', 'json: one object per change; table: live on a terminal, else one line per change', checked(parseOutputFormat), 'table')
    .option('--for <seconds>', 'end by itself', checked(parseSeconds))
    .action((options: { format: OutputFormat; for?: number }) => {
      const scripts = demoScripts.map(name => new URL(`./demo/${name}.js`, import.meta.url));
      selected = import('./demo/demo-command.js').then(({ DemoCommand }) => new DemoCommand({ format: options.format, seconds: options.for, scripts }));
    });
  const mcp = program.command('mcp').description('Serve AI agents by the Model Context Protocol.');
  mcp
    .command('start')
    .description('Start an MCP server on standard input and output. It ends when its input ends.')
    .action(() => {
      selected = import('./mcp/mcp-start-command.js').then(({ McpStartCommand }) => new McpStartCommand());
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

import type { Difference } from './differences.js';
import { type PrintedLine, withLog } from './printed-log.js';
import type { Printed } from './recorded-command.js';

const ofAll = ['cli/logs-all-table', 'cli/logs-follow-all'];
const ofTicker = ['cli/logs-follow', 'cli/logs-follow-tail'];
const ofOne = ['cli/logs-ansi', 'cli/logs-one', 'cli/logs-one-json'];

/** The end of a process that ended by itself. */
const ends: Readonly<Record<string, number>> = { job: 0, failing: 7 };

/** What differs in logs. */
export const logDifferences: readonly Difference[] = [
  {
    recordings: [...ofAll, ...ofTicker, ...ofOne, 'cli/logs-replicas'],
    reason: 'There are no certificate authorities to configure here, and nothing is said of them.',
    instead: onLines(lines => lines.filter(({ content }) => !content.startsWith('No custom certificate authorities to configure'))),
  },
  {
    recordings: [...ofAll, ...ofTicker, ...ofOne],
    reason: 'A program is named as it was declared; .NET names the file that was found for it.',
    instead: onContent(content => content.replace('Cmd = /usr/bin/', 'Cmd = ')),
  },
  {
    recordings: [...ofAll, 'cli/logs-one', 'cli/logs-one-json'],
    reason: 'The end of a process is said in its log, with its exit code.',
    instead: onLines(lines => [...lines, ...Object.keys(ends).flatMap(name => endOf(name, lines))]),
  },
  {
    recordings: ['cli/logs-follow-all', ...ofTicker],
    reason: 'Lines that are followed come in the order in which they were written; .NET replays first what went to stderr, and last its own (defect 58).',
    instead: onLines(inTimeOrder),
  },
  {
    recordings: ofAll,
    reason: 'There is no event that a resource is ready for others before they stop waiting for it.',
    instead: onLines(lines => lines.filter(({ content }) => !content.startsWith('Waiting for resource ready to execute'))),
  },
  {
    recordings: ofAll,
    reason: 'A program that cannot be started is said once, with what to look at; .NET says it four times, in the words of its parts.',
    instead: onLines(lines =>
      lines
        .filter(
          ({ content }) => !/^\[sys\] (An attempt to start the Executable failed|The Executable failed to start|No valid Executable run info)/.test(content),
        )
        .map(line => ({
          ...line,
          content: line.content.replace(
            /Error = fork\/exec (.*): no such file or directory$/,
            "Error = '$1' cannot be started: there is no such file, or the interpreter in its first line does not exist.",
          ),
        })),
    ),
  },
  {
    recordings: [...ofAll, 'cli/logs-param'],
    reason: 'What the log of a parameter holds is what the program wrote into it; .NET writes a stack trace of its own.',
    instead: onContent(content => content.replace(/ {2,}at Aspire\.Hosting\..*$/, '')),
  },
  {
    recordings: ['cli/logs-tail'],
    reason: 'The last lines are those that were written last; .NET counts in the order of its streams, of which its own lines are the last (defect 38).',
    instead: onContent(content => content.replace(/^\[sys\] Starting process.*/, 'tick 70')),
  },
];

function onLines(change: (lines: readonly PrintedLine[]) => readonly PrintedLine[]): (printed: Printed) => Printed {
  return printed => withLog(printed, change);
}

function onContent(change: (content: string) => string): (printed: Printed) => Printed {
  return onLines(lines => lines.map(line => ({ ...line, content: change(line.content) })));
}

function endOf(resourceName: string, lines: readonly PrintedLine[]): readonly PrintedLine[] {
  const example = lines.find(line => line.resourceName === resourceName);
  const exitCode = ends[resourceName] ?? 0;
  return example
    ? [{ ...example, content: `[sys] The process has ended with exit code ${exitCode}`, ...('isError' in example && { isError: exitCode !== 0 }) }]
    : [];
}

/** The lines of each resource in the order in which it writes them; the tail that may come before all others stays there. */
function inTimeOrder(lines: readonly PrintedLine[]): readonly PrintedLine[] {
  const tail = lines.findIndex(({ content }) => content.startsWith('warn 5 '));
  return [...lines.slice(0, tail), ...lines.slice(tail).sort((left, right) => rankOf(left) - rankOf(right))];
}

function rankOf({ content }: PrintedLine): number {
  const [, kind, number] = /^(tick|warn) (\d+)/.exec(content) ?? [];
  if (number !== undefined) return 2 + Number(number) + (kind === 'warn' ? 0.5 : 0);
  if (content.startsWith('[sys] Starting process')) return 1;
  if (content.startsWith('[sys] The process has ended')) return Number.MAX_SAFE_INTEGER;
  return /^(Finished w|W)aiting for/.test(content) ? 0 : 2;
}

import { byResource, type PrintedLine, withLog } from './printed-log.js';
import { type Printed, withoutVariance } from './recorded-command.js';

/** What is logged of calls, which were others. */
const aboutCalls = /^(mcp |Executing command|Successfully executed command|Command '.*' (was canceled|not available))/;

/** How many lines of the one that writes a line each second are compared where the whole log was printed. */
const ticks = 6;

/**
 * What is compared of an output whose amount or order depends on when it was asked for; of any other, everything. The same is done with what was recorded and with what
 * is printed now.
 */
const views: Readonly<Record<string, (printed: Printed) => Printed>> = {
  // How often a resource changes at its start, and which of them first, is nobody's promise: where each ends is.
  'cli/describe-follow': printed => ({ ...printed, stdout: lastOfEach(printed.stdout as { name: string }[]) }),
  'cli/logs-all': printed => withLog(printed, lines => lines.length),
  'cli/logs-all-table': printed => withLog(printed, lines => byResource(beginningOf(lines))),
  'cli/logs-follow': printed => withLog(printed, beginningOf),
  'cli/logs-follow-all': printed => withLog(printed, lines => byResource(beginningOf(lines))),
  // The two lines that were the last ones then, and after them the beginning.
  'cli/logs-follow-tail': printed => withLog(printed, lines => ({ tail: lines.slice(0, 2).length, rest: beginningOf(lines.slice(2)) })),
  'cli/logs-replicas': printed => withLog(printed, byResource),
  'cli/logs-search': printed => withLog(printed, lines => lines.map(({ content }) => content.includes('warn'))),
  'cli/logs-tail': printed => withLog(printed, lines => lines.map(({ content }) => content.replace(/^(tick|warn) .*/, 'a line of the program'))),
  'dashboard/describe-hidden': ({ stdout, ...printed }) => ({ ...printed, stdout: rowsOf(stdout as string[]) }),
  // What had been printed before the end came.
  'lifecycle/stop-killed-while-following': ({ exitCode, stderr }) => ({ exitCode, stdout: [], stderr: (stderr as string[]).map(withoutRace) }),
};

export function viewOf(name: string, printed: Printed): Printed {
  return (views[name] ?? (whole => (name.startsWith('cli/logs-') ? withLog(whole, lines => lines) : whole)))(printed);
}

function lastOfEach(resources: readonly { readonly name: string }[]): readonly unknown[] {
  const last = new Map(resources.map(resource => [resource.name, resource]));
  return [...last.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Without what depends on how long it has run; and where two pipes were written to at the same moment, the order of the writer. */
function beginningOf(lines: readonly PrintedLine[]): readonly PrintedLine[] {
  const beginning = lines.filter(({ content }) => !(numberOf(content) > ticks) && !aboutCalls.test(content));
  for (const [index, line] of beginning.entries()) {
    const next = beginning[index + 1];
    if (!next || !line.content.startsWith('warn') || next.content !== `tick ${numberOf(line.content)}`) continue;
    beginning.splice(index, 2, next, line);
  }
  return beginning;
}

function numberOf(content: string): number {
  return Number(/^(?:tick|warn) (\d+)/.exec(content)?.[1]);
}

/** Which of the two is said depends on whether the process is gone already when its connection is. */
function withoutRace(line: string): string {
  return line.replace(/^(The application shut down|The connection to the application was lost)\.$/, '<end>');
}

/** The rows of a table, whose cells may go on in the next line, where a word may be torn apart; without blanks, and not in the order of random names. */
function rowsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const rows: string[][] = [];
  for (const line of lines.filter(text => text.startsWith('│'))) {
    const cells = line
      .split('│')
      .slice(1, -1)
      .map(cell => cell.trim());
    const last = rows.at(-1);
    // Only a resource without a state has none of these, and there is no such resource.
    if (last && cells[2] === '')
      rows.splice(
        -1,
        1,
        last.map((cell, index) => cell + cells[index]),
      );
    else rows.push(cells);
  }
  return rows.map(cells => cells.map(cell => withoutVariance(cell).replaceAll(' ', ''))).sort(([left = ''], [right = '']) => (left < right ? -1 : 1));
}

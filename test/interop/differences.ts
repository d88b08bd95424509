import { isDeepStrictEqual } from 'node:util';
import { describeDifferences } from './describe-differences.js';
import { logDifferences } from './log-differences.js';
import { type Printed, recordedCommand, recordedHome, toPrinted } from './recorded-command.js';
import { viewOf } from './views.js';

/** Why the command line prints something else against our AppHost than against the recorded one. */
export interface Difference {
  readonly recordings: readonly string[];
  readonly reason: string;
  /** What is expected instead of what was recorded. */
  readonly instead: (recorded: Printed) => Printed;
}

const seeLogs = `📄 See logs at ${recordedHome}/.aspire/logs/cli_<time>.log`;

/** All of them, in the order in which they are applied. */
export const differences: readonly Difference[] = [
  ...describeDifferences,
  ...logDifferences,
  {
    recordings: ['cli/resource-custom-disabled', 'cli/resource-custom-hidden'],
    reason: 'A command that is disabled or hidden at present is refused; .NET runs it all the same (defect 36).',
    instead: failing(16, ([scan = '', status = '']) => {
      const [, name = ''] = /command '(.*)' on/.exec(status) ?? [];
      return [
        scan,
        status,
        `❌ Failed to execute command '${name}' on resource 'custom': Command '${name}' of resource 'custom' cannot run at present: it is ${name}.`,
      ];
    }),
  },
  {
    recordings: ['cli/resource-badcmd-start'],
    reason: 'The start of a program that does not exist has failed; .NET calls it a success (defect 61).',
    instead: failing(16, ([scan = '', status = '']) => [
      scan,
      status,
      "❌ Failed to start resource 'badcmd': '/nonexistent/program' cannot be started: there is no such file, or the interpreter in its first line does not exist.",
    ]),
  },
  {
    recordings: ['dashboard/ps-starting'],
    reason: 'Nobody waits for a dashboard that is not healthy yet: it has no address until then; .NET answers when it is.',
    instead: ({ stdout, ...printed }) => ({ ...printed, stdout: (stdout as object[]).map(appHost => ({ ...appHost, dashboardUrl: null })) }),
  },
  {
    recordings: ['dashboard/describe-hidden'],
    reason: 'The dashboard is no resource; that of .NET shows its secrets (defect 56).',
    instead: ({ stdout, ...printed }) => ({ ...printed, stdout: withoutDashboard(stdout as string[]) }),
  },
];

/**
 * What the command line is expected to print: what it printed then, with the listed differences.
 *
 * @throws when a difference changes nothing: then it is none, and has to leave the list
 */
export function expectedOf(name: string): Printed {
  let printed = toPrinted(recordedCommand(name));
  for (const { recordings, reason, instead } of differences) {
    if (!recordings.includes(name)) continue;
    const changed = instead(printed);
    if (isDeepStrictEqual(viewOf(name, changed), viewOf(name, printed))) throw new Error(`${name} does not differ in this: ${reason}`);
    printed = changed;
  }
  return viewOf(name, printed);
}

/** Another end than the recorded one, and other lines in its stderr. */
function failing(exitCode: number, lines: (recorded: readonly string[]) => readonly string[]): (recorded: Printed) => Printed {
  return ({ stdout, stderr }) => ({ exitCode, stdout, stderr: [...lines(stderr as string[]), seeLogs] });
}

/** Its row of the table has more lines than one. */
function withoutDashboard(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex(line => line.startsWith('│ aspire-dashboard'));
  const end = lines.findIndex((line, index) => index > start && /Executable|Parameter/.test(line));
  return [...lines.slice(0, start), ...lines.slice(end)];
}

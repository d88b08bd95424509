import { type RecordedCommand, readRecording } from '../support/recorded-traffic.js';

/** The home directory of the recordings. */
export const recordedHome = '/home/user';

/** What a command line printed: JSON as values, several lines of JSON as a list of them, and anything else as lines. */
export interface Printed {
  readonly exitCode: number | null;
  readonly stdout: unknown;
  readonly stderr: unknown;
}

/** A command as it was recorded. @throws when the recording is not of the command line */
export function recordedCommand(name: string): RecordedCommand {
  const { command } = readRecording(`${name}`);
  if (!command) throw new Error(`${name} is no recording of a command.`);
  return command;
}

/** The arguments of a recorded command; its text has no quotes, and only what follows `--input` holds spaces. */
export function argumentsOf({ command }: Pick<RecordedCommand, 'command'>): string[] {
  const [words = '', input] = command.split(' --input ');
  const args = words.split(' ').slice(1);
  return input === undefined ? args : [...args, '--input', input];
}

/** What a command printed, without what differs from run to run: times, process ids, ports, the random part of names and files, and the padding of tables. */
export function toPrinted({ exitCode, stdout, stderr }: { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }): Printed {
  return { exitCode, stdout: parse(normalise(stdout)), stderr: parse(normalise(stderr)) };
}

/** The home directory of a test becomes that of the recordings. */
export function relocate<T extends { readonly stdout: string; readonly stderr: string }>(outcome: T, home: string): T {
  return { ...outcome, stdout: outcome.stdout.replaceAll(home, recordedHome), stderr: outcome.stderr.replaceAll(home, recordedHome) };
}

const singleInstances = 'after-web|ansi|badcmd|blocked|failing|job|manual|never|sleeper|ticker|web|replicated-rebuilder|aspire-dashboard';

const replacements: readonly (readonly [RegExp, string])[] = [
  // The resource service of .NET gives every executable a random suffix.
  [new RegExp(`\\b(${singleInstances})-[a-z]{8}\\b`, 'g'), '$1'],
  [/\bservice\.instance\.id=[a-z]{8}\b/g, 'service.instance.id=<id>'],
  [/\bcli_\d{8}T\d{6}_[0-9a-f]+\.log/g, 'cli_<time>.log'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, '<time>'],
  [/("(?:executable\.pid|appHostPid|cliPid)\\?": ?)[1-9]\d*/g, '$1"<pid>"'],
  [/(?<=\blocalhost:)\d{4,5}\b/g, '<port>'],
  [/(?<="PORT\\?": ?\\?")\d{4,5}\b/g, '<port>'],
  [/(?<=\blistening on )\d{4,5}\b/g, '<port>'],
  [/(?<= \()\d+\.\d(?=s\)$)/gm, '<seconds>'],
];

/** Without times, process ids, ports and random names. */
export function withoutVariance(text: string): string {
  return replacements.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

function normalise(text: string): string {
  return numberReplicas(withoutVariance(text)).split('\n').map(withoutPadding).join('\n').trimEnd();
}

/** Replicas are numbered in the order of their names. */
function numberReplicas(text: string): string {
  const names = [...new Set(text.match(/\breplicated-(?:[az]-)?[a-z]{8}\b/g))].sort();
  return names.reduce((rest, name, index) => rest.replaceAll(name, `replicated-<${index + 1}>`), text);
}

function withoutPadding(line: string): string {
  const narrow = /^[┌├└│]/.test(line) ? line.replace(/ +/g, ' ').replace(/─+/g, '─') : line;
  // Process ids stand alone in the tables of ps.
  return narrow.trimEnd().replace(/(?<=│ )\d{2,7}(?= │)/g, '<pid>');
}

function parse(text: string): unknown {
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      const lines = text.split('\n');
      if (lines.every(line => line.startsWith('{'))) return lines.map(line => JSON.parse(line) as unknown);
    }
  }
  return text === '' ? [] : text.split('\n');
}

import type { CommandOutcome } from './output.js';
import { cellFacts, isTableLine, widestLine } from './tables.js';

/** The width of the terminal of the recordings: what does not fit is laid out differently, and only the facts in the cells are compared. */
const columns = 160;

/** What two outcomes have to have in common. */
export interface ComparableOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly cells: readonly (readonly string[])[] | undefined;
}

/**
 * Two outcomes in a form in which they are equal when they tell the same.
 *
 * Left out are the name of the log file of the real command, which JSON escapes were chosen, and digits beyond a double, which no number in JavaScript has.
 */
export function comparable(ours: CommandOutcome, recorded: CommandOutcome): readonly [ours: ComparableOutcome, recorded: ComparableOutcome] {
  const hasWideTable = widestLine(ours.stdout) > columns;
  return [toComparable(ours, hasWideTable), toComparable(recorded, hasWideTable)];
}

function toComparable({ stdout, stderr, exitCode }: CommandOutcome, hasWideTable: boolean): ComparableOutcome {
  const withoutLogFile = stderr.replace(/📄 See logs at .*\n/g, '');
  if (!hasWideTable) return { exitCode, stdout: normalizeJson(stdout), stderr: normalizeJson(withoutLogFile), cells: undefined };
  const text = stdout
    .split('\n')
    .filter(line => !isTableLine(line))
    .join('\n');
  return { exitCode, stdout: text, stderr: withoutLogFile, cells: cellFacts(stdout).map(row => row.map(maskToken)) };
}

function normalizeJson(text: string): string {
  return text
    .replace(/\\u([0-9A-F]{4})/gi, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/(?<=: )\d{16,}(?=,?$)|(?<=":)\d{16,}(?=[,}])/gm, digits => String(Number(digits)));
}

/** The token in the address of the dashboard was replaced in the recordings, differently where the line is broken. */
function maskToken(cell: string): string {
  return cell.replace(/(?<=[?&]t=)b[b0-9]+/g, '…');
}

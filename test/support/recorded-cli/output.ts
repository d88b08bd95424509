import { textWidth } from '../../../src/commands/output/text-width.js';

/** What a command printed, and how it ended. */
export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The columns of the terminal that the recordings were made with. */
const columns = 160;

/** Collects what a command prints. Results go to stdout; what is said to people goes there too, or to stderr when stdout is for data alone. */
export class Output {
  #stdout = '';
  #stderr = '';

  constructor(private readonly stdoutIsData: boolean) {}

  outcome(exitCode: number): CommandOutcome {
    return { stdout: this.#stdout, stderr: this.#stderr, exitCode };
  }

  /** A result, as it is. */
  result(text: string): void {
    this.#stdout += text;
  }

  /** A result as indented JSON. */
  json(value: unknown): void {
    this.result(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** A result as one line of JSON. */
  jsonLine(value: unknown): void {
    this.result(`${JSON.stringify(value)}\n`);
  }

  /** Text for people, in lines that are not too long. */
  say(text: string): void {
    const lines = wrap(text, columns);
    if (this.stdoutIsData) this.#stderr += lines;
    else this.#stdout += lines;
  }

  information(text: string): void {
    this.say(`ℹ️ ${text}`);
  }

  success(text: string): void {
    this.say(`✅ ${text}`);
  }

  warning(text: string): void {
    this.say(`⚠️ ${text}`);
  }

  /** An error of one or more lines, which are indented and of equal length then. */
  error(text: string): void {
    const lines = text.split('\n');
    const width = Math.max(...lines.map(textWidth));
    this.#stderr += lines.map((line, index) => `${index === 0 ? '❌' : '  '} ${line.padEnd(lines.length > 1 ? width : 0)}\n`).join('');
  }

  /** A line on stderr whatever the format is. */
  note(text: string): void {
    this.#stderr += `${text}\n`;
  }
}

/** The text in lines of at most `width` columns, broken behind white space, each ended. */
export function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => wrapLine(line, width))
    .map(line => `${line}\n`)
    .join('');
}

function wrapLine(line: string, width: number): string[] {
  const lines = [''];
  for (const part of line.match(/^\s*\S*\s*|\S+\s*/g) ?? []) {
    const last = lines.length - 1;
    if (textWidth(lines[last]! + part) <= width || lines[last] === '') lines[last] += part;
    else lines.push(part);
  }
  return lines;
}

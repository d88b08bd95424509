import { ConfigurationFormatError } from './configuration-errors.js';

/** A text is no `.env` file. It never carries what stands in the text: that may be a secret. */
export class DotEnvFormatError extends ConfigurationFormatError {
  override readonly name = 'DotEnvFormatError';

  constructor(
    /** Counted from 1. */
    readonly lineNumber: number,
    problem: string,
  ) {
    super(`Line ${lineNumber}: ${problem}`);
  }
}

/**
 * The names and values of a `.env` file, in their order.
 *
 * A line is empty, a comment (`# …`), or `NAME=value`, also after `export`. A value without quotes ends at the end of the line or before a `#` after a blank; blanks
 * around it are not part of it. In quotes it is all that stands between them, line breaks too: in single quotes and backticks as it is written, in double
 * quotes with the escapes `\n`, `\r`, `\t`, `\\`, `\"`, `` \` `` and `\$`; a backslash before anything else is a backslash. Nothing is put in the place of
 * `$NAME`.
 *
 * @throws DotEnvFormatError for a line that is none of these, and for quotes that do not end
 */
export function parseDotEnv(text: string): [name: string, value: string][] {
  const scanner = new Scanner(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'));
  const entries: [string, string][] = [];
  while (!scanner.isAtEnd) {
    const entry = readLine(scanner);
    if (entry) entries.push(entry);
  }
  return entries;
}

/** Reads a text from its beginning to its end, and never back. */
class Scanner {
  #at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.#at >= this.text.length;
  }

  /** How much is read. */
  get position(): number {
    return this.#at;
  }

  /** What `pattern`, which is sticky, finds here; it is read with that. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** What comes before the next `end`; both are read with that. Undefined when there is none. */
  takeUntil(end: string): string | undefined {
    for (let at = this.#at; at < this.text.length; at++) {
      // In double quotes a backslash takes away the meaning of what follows.
      if (end === '"' && this.text[at] === '\\') at++;
      else if (this.text[at] === end) {
        const found = this.text.slice(this.#at, at);
        this.#at = at + 1;
        return found;
      }
    }
    return undefined;
  }

  error(position: number, problem: string): DotEnvFormatError {
    return new DotEnvFormatError(this.text.slice(0, position).split('\n').length, problem);
  }
}

function readLine(scanner: Scanner): [string, string] | undefined {
  scanner.take(/[^\S\n]*/y);
  if (scanner.take(/(#[^\n]*)?(\n|$)/y) !== '' || scanner.isAtEnd) return undefined;
  const { position } = scanner;
  scanner.take(/export[^\S\n]+(?=[\w.:-])/y);
  const name = scanner.take(/[\w.:-]+/y);
  scanner.take(/[^\S\n]*/y);
  if (name === '' || scanner.take(/=/y) === '') throw scanner.error(position, 'expected NAME=value, a comment that begins with # or nothing.');
  return [name, readValue(scanner)];
}

function readValue(scanner: Scanner): string {
  const { position } = scanner;
  const quote = scanner.take(/[^\S\n]*["'`]/y).trim();
  if (quote === '') return readUnquoted(scanner.take(/[^\n]*\n?/y));
  const value = scanner.takeUntil(quote);
  if (value === undefined) throw scanner.error(position, `the value begins with ${quote}, but no other ${quote} ends it.`);
  const { position: end } = scanner;
  if (scanner.take(/[^\S\n]*(#[^\n]*)?(\n|$)/y) === '' && !scanner.isAtEnd) {
    throw scanner.error(end, `expected nothing but a comment after the ${quote} that ends the value. Put the whole value in quotes.`);
  }
  return quote === '"' ? unescape(value) : value;
}

function readUnquoted(line: string): string {
  // Without a blank before it a # belongs to the value: passwords have them.
  const comment = line.search(/\s#/);
  return (comment < 0 ? line : line.slice(0, comment)).trim();
}

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function unescape(value: string): string {
  return value.replace(/\\([nrt\\"`$])/g, (_, character: string) => escapes.get(character) ?? character);
}

import { JsonReaderError } from './configuration-errors.js';

/** A place in a JSON text, and what can be said of it whatever is being read. */
export abstract class JsonCursor {
  protected at = 0;

  constructor(protected readonly text: string) {}

  protected skipBlanks(): void {
    this.skipSpace();
    while (this.peek() === '/') {
      const following = this.text.charAt(this.at + 1);
      if (following === '*') this.#skipBlockComment();
      else if (following === '/') this.#skipLineComment();
      else this.fail(`${this.found()} is an invalid start of a value.`);
      this.skipSpace();
    }
  }

  protected skipSpace(): void {
    while (this.peek() === ' ' || this.peek() === '\n' || this.peek() === '\r' || this.peek() === '\t') this.at++;
  }

  #skipBlockComment(): void {
    const end = this.text.indexOf('*/', this.at + 2);
    if (end < 0) this.fail('Expected end of comment, but instead reached end of data.');
    this.at = end + 2;
  }

  #skipLineComment(): void {
    const end = /[\n\r\u2028\u2029]|$/g;
    end.lastIndex = this.at;
    const { 0: terminator, index } = end.exec(this.text)!;
    // What an editor shows as the end of the comment is none in JSON.
    if (/[\u2028\u2029]/.test(terminator)) this.fail('Found invalid line or paragraph separator character while reading a comment.');
    this.at = index;
  }

  protected get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character, empty at the end. */
  protected peek(): string {
    return this.text.charAt(this.at);
  }

  /** What stands here, as .NET shows it: a printable character, or its first byte. */
  protected found(offset = 0): string {
    const code = this.text.codePointAt(this.at + offset) ?? 0;
    if (code >= 0x20 && code < 0x7f) return `'${String.fromCodePoint(code)}'`;
    const byte = Buffer.from(String.fromCodePoint(code)).readUInt8();
    return `'0x${byte.toString(16).toUpperCase().padStart(2, '0')}'`;
  }

  protected fail(problem: string): never {
    const before = this.text.slice(0, this.at);
    const lines = before.split('\n');
    throw new JsonReaderError(problem, lines.length - 1, Buffer.byteLength(lines.at(-1) ?? ''));
  }
}

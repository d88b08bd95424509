import { InvalidOperationError } from '../primitives/index.js';
import { JsonCursor } from './json-cursor.js';

/** How many objects and arrays may lie within each other. */
export const maximumJsonDepth = 64;

/** A value of a JSON document; members in the order in which they are written, also those of one name. */
export type JsonNode =
  | { readonly kind: 'Object'; readonly members: readonly (readonly [name: string, value: JsonNode])[] }
  | { readonly kind: 'Array'; readonly items: readonly JsonNode[] }
  /** `text` is what the string stands for, the number as it is written, or `True` and `False`. */
  | { readonly kind: 'String' | 'Number' | 'True' | 'False'; readonly text: string }
  | { readonly kind: 'Null'; readonly text: null };

/**
 * Reads a JSON document with comments and trailing commas.
 *
 * @throws JsonReaderError when the text is no JSON, or deeper than {@link maximumJsonDepth}
 * @throws InvalidOperationError when it is, but one of its strings has half a surrogate pair
 * @see System.Text.Json.Utf8JsonReader with CommentHandling = Skip and AllowTrailingCommas
 */
export function readJson(text: string): JsonNode {
  return new JsonReader(text).readDocument();
}

const literals: readonly (readonly [first: string, literal: string, node: JsonNode])[] = [
  ['t', 'true', { kind: 'True', text: 'True' }],
  ['f', 'false', { kind: 'False', text: 'False' }],
  ['n', 'null', { kind: 'Null', text: null }],
];

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class JsonReader extends JsonCursor {
  #depth = 0;
  /** What is wrong with the first string that is no text; said only when nothing is wrong with the document. */
  #brokenText: string | undefined;

  readDocument(): JsonNode {
    this.skipBlanks();
    if (this.isAtEnd) {
      this.fail('The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.');
    }
    const node = this.#readValue();
    this.skipBlanks();
    if (!this.isAtEnd) this.fail(`${this.found()} is invalid after a single JSON value. Expected end of data.`);
    if (this.#brokenText !== undefined) throw new InvalidOperationError(this.#brokenText);
    return node;
  }

  #readValue(): JsonNode {
    const first = this.peek();
    if (first === '{') return this.#nested('object', () => this.#readObject());
    if (first === '[') return this.#nested('array', () => this.#readArray());
    if (first === '"') return { kind: 'String', text: this.#readString() };
    if (first === '-' || isDigit(first)) return { kind: 'Number', text: this.#readNumber() };
    const literal = literals.find(([start]) => start === first);
    if (!literal) this.fail(`${this.found()} is an invalid start of a value.`);
    this.#readLiteral(literal[1]);
    return literal[2];
  }

  #nested(what: string, read: () => JsonNode): JsonNode {
    if (this.#depth === maximumJsonDepth) this.fail(`The maximum configured depth of ${maximumJsonDepth} has been exceeded. Cannot read next JSON ${what}.`);
    this.#depth++;
    this.at++;
    const node = read();
    this.#depth--;
    return node;
  }

  #readObject(): JsonNode {
    const members: [string, JsonNode][] = [];
    this.#skipBlanksWithin();
    while (this.peek() !== '}') {
      if (this.peek() !== '"') this.fail(`${this.found()} is an invalid start of a property name. Expected a '"'.`);
      const name = this.#readString();
      this.skipSpace();
      if (this.isAtEnd) this.fail('Expected a value, but instead reached end of data.');
      // As in .NET there is no room for a comment before the colon.
      if (this.peek() !== ':') this.fail(`${this.found()} is invalid after a property name. Expected a ':'.`);
      this.at++;
      this.#skipBlanksWithin();
      members.push([name, this.#readValue()]);
      this.#readSeparator('}');
    }
    this.at++;
    return { kind: 'Object', members };
  }

  #readArray(): JsonNode {
    const items: JsonNode[] = [];
    this.#skipBlanksWithin();
    while (this.peek() !== ']') {
      items.push(this.#readValue());
      this.#readSeparator(']');
    }
    this.at++;
    return { kind: 'Array', items };
  }

  /** Passes a comma, or stops before the end. A comma may be followed by the end too. */
  #readSeparator(end: string): void {
    this.#skipBlanksWithin();
    if (this.peek() === end) return;
    if (this.peek() !== ',') this.fail(`${this.found()} is invalid after a value. Expected either ',', '}', or ']'.`);
    this.at++;
    this.skipBlanks();
    if (this.isAtEnd) this.fail('Expected start of a property name or value, but instead reached end of data.');
  }

  #readLiteral(literal: string): void {
    const begin = this.at;
    for (const character of literal) {
      if (this.peek() === character) {
        this.at++;
        continue;
      }
      const written = this.text.slice(begin, begin + literal.length);
      this.fail(`'${written}' is an invalid JSON literal. Expected the literal '${literal}'.`);
    }
  }

  #readNumber(): string {
    const begin = this.at;
    if (this.peek() === '-') this.#readSign();
    if (this.peek() === '0') {
      this.at++;
      if (isDigit(this.peek())) this.fail(`Invalid leading zero before ${this.found()}.`);
    } else {
      this.#readDigits();
    }
    if (this.peek() === '.') {
      this.at++;
      this.#requireDigit("within a number, immediately after a decimal point ('.')");
      this.#readDigits();
    }
    if (this.peek() === 'e' || this.peek() === 'E') {
      this.at++;
      if (this.peek() === '+' || this.peek() === '-') this.#readSign();
      this.#requireDigit("within a number, immediately after an exponent ('e' or 'E')");
      this.#readDigits();
    }
    if (!this.isAtEnd && !/[,\]} \n\r\t/]/.test(this.peek())) this.fail(`${this.found()} is an invalid end of a number. Expected a delimiter.`);
    // The top level takes a number to the end of the text; anywhere else something has to follow.
    if (this.isAtEnd && this.#depth > 0) this.fail(`${this.found(-1)} is an invalid end of a number. Expected a delimiter.`);
    return this.text.slice(begin, this.at);
  }

  #readSign(): void {
    this.at++;
    this.#requireDigit("within a number, immediately after a sign character ('+' or '-')");
  }

  #requireDigit(where: string): void {
    if (this.isAtEnd) this.fail("Expected a digit ('0'-'9'), but instead reached end of data.");
    if (!isDigit(this.peek())) this.fail(`${this.found()} is invalid ${where}. Expected a digit ('0'-'9').`);
  }

  #readDigits(): void {
    while (isDigit(this.peek())) this.at++;
  }

  #readString(): string {
    let content = '';
    let plain = ++this.at;
    while (this.peek() !== '"') {
      if (this.isAtEnd) this.fail('Expected end of string, but instead reached end of data.');
      if (this.peek() < ' ') this.fail(`${this.found()} is invalid within a JSON string. The string should be correctly escaped.`);
      if (this.peek() === '\\') {
        content += this.text.slice(plain, this.at) + this.#readEscape();
        plain = this.at;
      } else {
        this.at++;
      }
    }
    content += this.text.slice(plain, this.at);
    if (/\p{Surrogate}/u.test(content)) this.#brokenText ??= surrogateProblem(content);
    this.at++;
    return content;
  }

  #readEscape(): string {
    this.at++;
    if (this.isAtEnd) this.fail('Expected end of string, but instead reached end of data.');
    if (this.peek() === 'u') return this.#readCodeUnit();
    const character = escapes.get(this.peek());
    if (character === undefined) {
      this.fail(`${this.found()} is an invalid escapable character within a JSON string. The string should be correctly escaped.`);
    }
    this.at++;
    return character;
  }

  #readCodeUnit(): string {
    this.at++;
    const begin = this.at;
    for (; this.at < begin + 4; this.at++) {
      if (this.isAtEnd) this.fail('Expected end of string, but instead reached end of data.');
      if (!/[0-9a-fA-F]/.test(this.peek())) {
        this.fail(`${this.found()} is not a hex digit following '\\u' within a JSON string. The string should be correctly escaped.`);
      }
    }
    return String.fromCharCode(parseInt(this.text.slice(begin, this.at), 16));
  }

  /** Blanks and comments, after which an open object or array goes on. */
  #skipBlanksWithin(): void {
    this.skipBlanks();
    if (!this.isAtEnd) return;
    this.fail('Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.');
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function surrogateProblem(content: string): string {
  const code = /\p{Surrogate}/u.exec(content)![0].charCodeAt(0);
  return code < 0xdc00
    ? 'Cannot read incomplete UTF-16 JSON text as string with missing low surrogate.'
    : `Cannot read invalid UTF-16 JSON text as string. Invalid surrogate value: '0x${code.toString(16).toUpperCase()}'.`;
}

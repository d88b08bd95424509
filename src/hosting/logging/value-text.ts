import { types } from 'node:util';
import { FormatError } from './format-error.js';
import { compileTimestampFormat } from './formatters/timestamp-format.js';
import { formatNumber } from './number-format.js';

/** So many elements of lists are written out, those of lists within them included. */
const maximumElements = 10_000;

/**
 * The text of a value in a message. Never throws, whatever the value is.
 *
 * As in .NET nothing reads `(null)`, truth values begin with a capital letter and lists are joined by `, `. Differs from .NET: numbers, and objects that have no text of their own,
 * read as they do in JavaScript (`1e+21`, `{"a":1}`), lists within lists are written out in brackets, as far as 10,000 elements, and a date is in the form of ISO 8601.
 */
export function valueText(value: unknown): string {
  // First what is cheap, and what nearly all values are.
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  try {
    return new ValueWriter().textOf(value);
  } catch {
    return tagOf(value);
  }
}

/**
 * The text of a value that has a format behind its placeholder: `{Price:F2}`, `{Day:yyyy-MM-dd}`. Numbers and dates have the formats of .NET, dates are in UTC; for other
 * values a format means nothing.
 *
 * @param isLenient what there is no such format for reads as it would without one
 * @throws FormatError for such a value otherwise
 */
export function formattedText(value: unknown, format: string, isLenient: boolean): string {
  const text = tryFormat(value, format);
  if (text !== undefined) return text;
  if (isLenient || !isFormattable(value)) return valueText(value);
  throw new FormatError(`'${format}' is no format for ${valueText(value)}.`);
}

function tryFormat(value: unknown, format: string): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber(value, format);
  if (!isFormattable(value)) return undefined;
  try {
    return compileTimestampFormat(format, { utc: true })((value as Date).getTime());
  } catch {
    return undefined;
  }
}

function isFormattable(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return types.isDate(value) && !Number.isNaN(value.getTime());
}

/** Writes one value. */
class ValueWriter {
  readonly #around: object[] = [];
  #elementsLeft = maximumElements;

  textOf(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return value;
      case 'boolean':
        return value ? 'True' : 'False';
      case 'object':
        return value === null ? '(null)' : this.#textOfObject(value);
      case 'undefined':
        return '(null)';
      default:
        return String(value);
    }
  }

  #textOfObject(value: object): string {
    if (Array.isArray(value) || types.isSet(value) || isTypedArray(value)) return this.#textOfList(value, element => this.textOf(element));
    if (types.isMap(value))
      return this.#textOfList(value, ([key, entry]) => `[${this.textOf(key)}, ${entry === null || entry === undefined ? '' : this.textOf(entry)}]`);
    if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    const { toString } = value as { toString?: unknown };
    if (toString === undefined || toString === Object.prototype.toString) return JSON.stringify(value) ?? tagOf(value);
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- what has no text of its own was dealt with above
    return String(value);
  }

  /** A list that contains itself is there once. */
  #textOfList<T>(list: Iterable<T>, textOf: (element: T) => string): string {
    if (this.#around.includes(list)) return tagOf(list);
    this.#around.push(list);
    const texts: string[] = [];
    for (const element of list) {
      if (--this.#elementsLeft < 0) {
        texts.push('…');
        break;
      }
      texts.push(textOf(element));
    }
    this.#around.pop();
    return this.#around.length > 0 ? `[${texts.join(', ')}]` : texts.join(', ');
  }
}

function isTypedArray(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** `[object Object]`, or what the value says of itself; a proxy may fail even here. */
function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return '[object]';
  }
}

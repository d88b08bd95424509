import { valueText } from '../value-text.js';
import { isPlainObject } from './plain-object.js';
import { unicodeEscape } from './plain-text.js';

const unsafe = /[^ -~]|["&'+<>\\`]/;
const everyUnsafe = /[^ -~]|["&'+<>\\`]/g;
const shortEscapes: Readonly<Record<string, string>> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };

/** How deep lists and objects are written as such. */
const maximumDepth = 4;
/** So many elements of a list, or members of an object, are written. */
const maximumElements = 1_000;

/**
 * A text as JSON, with its quotes. All that is not printable ASCII is escaped, and what means something in HTML as well.
 *
 * @see System.Text.Json, JavaScriptEncoder.Default
 */
export function jsonText(text: string): string {
  return unsafe.test(text) ? `"${text.replace(everyUnsafe, escapeUnit)}"` : `"${text}"`;
}

/**
 * A value of a log entry as JSON. Never throws.
 *
 * Differs from .NET: a list and an object without a class of its own are written as JSON, where .NET writes the name of their type as a text; numbers that
 * JSON does not know are written as text, where .NET fails. All else that is no number, truth value, null or text is a text in both.
 */
export function jsonValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return jsonText(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'null';
    default:
      return value === null ? 'null' : structure(value, 0);
  }
}

function structure(value: unknown, depth: number): string {
  try {
    if (depth < maximumDepth && Array.isArray(value)) {
      return `[${value
        .slice(0, maximumElements)
        .map((element: unknown) => nested(element, depth))
        .join(',')}]`;
    }
    if (depth < maximumDepth && isPlainObject(value)) {
      const members = Object.keys(value).slice(0, maximumElements);
      return `{${members.map(name => `${jsonText(name)}:${nested(value[name], depth)}`).join(',')}}`;
    }
  } catch {
    // A getter or a proxy that throws: its text is the best there is.
  }
  return jsonText(valueText(value));
}

function nested(value: unknown, depth: number): string {
  return typeof value === 'object' && value !== null ? structure(value, depth + 1) : jsonValue(value);
}

function escapeUnit(unit: string, offset: number, text: string): string {
  const short = shortEscapes[unit];
  if (short !== undefined) return short;
  const code = unit.charCodeAt(0);
  // A half of a pair without the other one is no character.
  if (code >= 0xd800 && code <= 0xdfff && !isPaired(text, offset, code)) return '\\uFFFD';
  return unicodeEscape(unit);
}

function isPaired(text: string, offset: number, code: number): boolean {
  const other = text.charCodeAt(code < 0xdc00 ? offset + 1 : offset - 1);
  return code < 0xdc00 ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other < 0xdc00;
}

import { inspect } from 'node:util';
import { isError } from '../../primitives/errors.js';

/** So many errors of one tree are written; of what holds more nobody reads the rest. */
const maximumErrors = 200;
/** So deep aggregates are followed into each other. */
const maximumDepth = 16;
/** So many characters a cause that is no error may take. */
const maximumValueLength = 4_000;

/**
 * The error as text: its stack, then its causes, and for an aggregate its parts, each error once wherever it occurs.
 *
 * Never throws, whatever getters and proxies do. A stack that V8 took before the class could set its name says the name all the same.
 *
 * Differs from .NET: there the inner exceptions stand before the stack of the outer one.
 */
export function errorText(error: unknown): string {
  const lines: string[] = [];
  new ErrorWriter(lines).write(error, '', '', 0);
  return lines.join('\n');
}

class ErrorWriter {
  readonly #seen = new Set<unknown>();

  constructor(private readonly lines: string[]) {}

  /** Writes an error and its causes, which stand side by side however long the chain is. */
  write(first: unknown, label: string, indent: string, depth: number): void {
    let current = first;
    for (let prefix = label, margin = indent; current !== undefined && current !== null; prefix = 'Caused by: ', margin = `${indent}  `) {
      if (this.#seen.has(current)) return;
      if (this.#seen.size >= maximumErrors) return this.#line(margin, '(more errors are left out)');
      if (typeof current === 'object') this.#seen.add(current);
      const parts = isErrorSafely(current) ? partsOf(current) : [];
      this.#line(margin, prefix + withoutParts(ownText(current), depth === maximumDepth ? [] : parts));
      if (!isErrorSafely(current)) return;
      this.#writeParts(parts, margin, depth);
      current = read(current, 'cause');
    }
  }

  #writeParts(parts: readonly unknown[], indent: string, depth: number): void {
    if (parts.length === 0) return;
    if (depth === maximumDepth) return this.#line(`${indent}  `, `(${parts.length} parts are left out)`);
    for (const [index, part] of parts.entries()) {
      if (!this.#seen.has(part)) this.write(part, `Part ${index + 1} of ${parts.length}: `, `${indent}  `, depth + 1);
    }
  }

  #line(indent: string, text: string): void {
    this.lines.push(indent === '' ? text : text.replace(/^/gm, indent));
  }
}

/** The parts of an aggregate, also of one of another realm or of another library that has them under the same name. */
function partsOf(error: Error): unknown[] {
  const parts = read(error, 'errors');
  try {
    return Array.isArray(parts) && parts.length > 0 ? [...(parts as unknown[])] : [];
  } catch {
    return [];
  }
}

/** The text of an aggregate without the messages of its parts, which .NET puts behind its own, in brackets: they come below. */
function withoutParts(text: string, parts: readonly unknown[]): string {
  return parts.length === 0 ? text : text.replace(parts.map(part => ` (${textOf(read(part, 'message'))})`).join(''), '');
}

function ownText(value: unknown): string {
  return isErrorSafely(value) ? stackOf(value) : valueOf(value);
}

function stackOf(error: Error): string {
  const name = textOf(read(error, 'name')) || 'Error';
  const message = textOf(read(error, 'message'));
  const header = message === '' ? name : `${name}: ${message}`;
  const stack = textOf(read(error, 'stack'));
  if (stack === '') return header;
  if (message !== '' && !stack.includes(message)) return `${header}\n${framesOf(stack)}`;
  // The name of a class is set after its stack was taken.
  return name !== 'Error' && /^Error(:|\n|$)/.test(stack) ? name + stack.slice('Error'.length) : stack;
}

function framesOf(stack: string): string {
  const frames = stack.search(/^ {4}at /m);
  return frames < 0 ? stack : stack.slice(frames);
}

function valueOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 4, breakLength: Infinity, maxStringLength: maximumValueLength }).slice(0, maximumValueLength);
  } catch {
    return '(a value that cannot be shown)';
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function read(target: unknown, property: string): unknown {
  try {
    return (target as Record<string, unknown>)[property];
  } catch {
    return undefined;
  }
}

function isErrorSafely(value: unknown): value is Error {
  try {
    return isError(value);
  } catch {
    return false;
  }
}

import type { CommandValue, ExecuteResourceCommandResponse, ValidationError } from '../../contract/index.js';
import { cutMessage } from './message-text.js';
import type { CommandResult } from './resource-command-definition.js';

const formats: readonly string[] = ['text', 'json', 'markdown'];

/** A success without a message. */
export function succeeded(): ExecuteResourceCommandResponse {
  return response({ success: true });
}

/** Nothing was done, or it went wrong. */
export function failed(message: string | null): ExecuteResourceCommandResponse {
  return response({ success: false, message });
}

export function invalid(validationErrors: readonly ValidationError[]): ExecuteResourceCommandResponse {
  return response({ success: false, message: 'Command argument validation failed.', validationErrors });
}

/** @param message none, as the original, unless there is something to say */
export function canceled(message: string | null = null): ExecuteResourceCommandResponse {
  return response({ success: false, canceled: true, message });
}

/**
 * What a command returned, as the client gets it; a failure that says why when it cannot be sent.
 *
 * @param name of the command
 */
export function responseOf(name: string, result: CommandResult | void, maxValueBytes: number): ExecuteResourceCommandResponse {
  if (result === undefined || result === null) return succeeded();
  const problem = problemOf(result, maxValueBytes);
  if (problem) return failed(`Command '${name}' has ended, but its result cannot be sent: expected ${problem}.`);
  const isCanceled = result.canceled ?? false;
  return response({ success: (result.success ?? true) && !isCanceled, canceled: isCanceled, message: result.message ?? null, value: valueOf(result) });
}

function response(parts: Partial<ExecuteResourceCommandResponse>): ExecuteResourceCommandResponse {
  const { success = false, canceled = false, value = null, validationErrors = [] } = parts;
  const message = typeof parts.message === 'string' ? cutMessage(parts.message) : null;
  return { success, canceled, errorMessage: message, message, value, validationErrors };
}

function valueOf({ value, format = 'text', displayImmediately = false }: CommandResult): CommandValue | null {
  return value === undefined || value === null ? null : { value, format, displayImmediately };
}

/** The types say it, but a program may be in JavaScript, and the length no type can say. */
function problemOf(result: unknown, maxValueBytes: number): string | undefined {
  if (typeof result !== 'object' || Array.isArray(result)) return `nothing or an object, found ${Array.isArray(result) ? 'a list' : `a ${typeof result}`}`;
  const { value, format, message, success, canceled, displayImmediately } = result as Readonly<Record<string, unknown>>;
  if (!isAbsent(value) && typeof value !== 'string') return `a 'value' that is a text, found a ${typeof value}`;
  if (!isAbsent(message) && typeof message !== 'string') return `a 'message' that is a text, found a ${typeof message}`;
  if (!isAbsent(format) && !formats.includes(format as string)) return `a 'format' of ${formats.join(', ')}, found another`;
  if (![success, canceled, displayImmediately].every(flag => isAbsent(flag) || typeof flag === 'boolean'))
    return "'success', 'canceled' and 'displayImmediately' to be true or false, found something else";
  const bytes = typeof value === 'string' ? jsonBytes(value, maxValueBytes) : 0;
  if (bytes > maxValueBytes) return `a 'value' of at most ${maxValueBytes} bytes, found ${bytes}`;
  return undefined;
}

/** How long a text is on the wire; not looked at closely when that is short of the limit in any case. */
function jsonBytes(text: string, limit: number): number {
  const longest = text.length * 6 + 2;
  return longest <= limit ? longest : Buffer.byteLength(JSON.stringify(text));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

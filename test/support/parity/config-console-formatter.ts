import {
  ArgumentOutOfRangeError,
  JsonConsoleFormatter,
  type LogEntry,
  type LogLevel,
  type LogScope,
  SimpleConsoleFormatter,
  SystemdConsoleFormatter,
} from 'hostward';
import { formatMessage, templateValues } from '../../../src/hosting/logging/message-template.js';
import { asInDotNet, isObject, typeNameOf } from './config-logging.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

interface Template {
  readonly template: string | null;
  readonly args: readonly unknown[];
}

interface FormatterInput extends Partial<Template> {
  readonly formatter: 'simple' | 'json' | 'systemd';
  readonly options: { readonly includeScopes?: boolean; readonly singleLine?: boolean; readonly timestampFormat?: string; readonly indented?: boolean };
  readonly category: string;
  readonly level: string;
  readonly eventId?: { readonly id: number; readonly name?: string };
  readonly plain?: string;
  readonly exception?: string;
  readonly scopes?: readonly (Template | { readonly text: string } | { readonly map: Readonly<Record<string, unknown>> })[];
}

const excuses: Readonly<Record<string, string>> = {
  'number-text': 'numbers read as in JavaScript',
  map: 'a scope of values has a text of its own, not the name of a .NET type',
};

/** Gives an entry to a formatter, and compares the text. */
export const replayConsoleFormatter: SectionReplay = ({ in: given, out, tags }) => {
  const input = given as FormatterInput;
  const differences = differencesOf(comparable(out), formatted(input));
  const excuse = tags?.map(tag => excuses[tag]).find(reason => reason !== undefined) ?? excuseOf(input);
  return differences.length > 0 && excuse !== undefined ? { differences: [], skipped: excuse } : { differences };
};

/** Why what JavaScript cannot say, or an entry does not, may differ. */
function excuseOf({ exception, plain }: FormatterInput): string | undefined {
  if (exception === '') return 'an error without any text reads as its name';
  return plain === '' ? 'an empty text counts as a template' : undefined;
}

function formatted(input: FormatterInput): unknown {
  const { includeScopes = false, singleLine = false, timestampFormat, indented = false } = input.options;
  const options = { includeScopes, ...(timestampFormat === undefined ? {} : { timestampFormat }) };
  const formatter = {
    simple: () => new SimpleConsoleFormatter({ ...options, singleLine }),
    json: () => new JsonConsoleFormatter({ ...options, jsonWriterOptions: { indented } }),
    systemd: () => new SystemdConsoleFormatter(options),
  }[input.formatter]();
  try {
    return formatter.format(entryOf(input), { useColors: false });
  } catch (error) {
    if (error instanceof ArgumentOutOfRangeError) return { error: { type: 'ArgumentOutOfRangeException', param: error.paramName } };
    throw error;
  }
}

function entryOf({ category, level, eventId = { id: 0 }, template = null, args = [], plain, exception, scopes = [] }: FormatterInput): LogEntry {
  return {
    level: level.toLowerCase() as LogLevel,
    category,
    eventId,
    message: plain ?? formatMessage(template, args.map(asInDotNet)),
    template: plain === undefined ? (template ?? '[null]') : '',
    values: plain === undefined ? templateValues(template, args.map(asText)) : [],
    scopes: scopes.map(scopeOf),
    error: exception === undefined ? undefined : Object.assign(new Error(exception), { stack: exception }),
    timestamp: 0,
  };
}

function scopeOf(scope: NonNullable<FormatterInput['scopes']>[number]): LogScope {
  if ('text' in scope) return { text: scope.text, values: undefined };
  if ('map' in scope) return { text: JSON.stringify(scope.map), values: Object.entries(scope.map).map(([name, value]) => [name, asText(value)]) };
  return {
    text: formatMessage(scope.template, scope.args.map(asInDotNet)),
    values: templateValues(scope.template, scope.args.map(asText)),
    template: scope.template ?? '[null]',
  };
}

/** Lists and objects are texts in .NET's JSON; here they are JSON, which is no matter of the layout. */
function asText(value: unknown): unknown {
  return isObject(value) ? typeNameOf(value) : value;
}

/** The recording without the text of an error that is not binding. */
function comparable(out: unknown): unknown {
  if (typeof out === 'string') return out;
  const { type, param } = (out as { error: { type: string; param?: string } }).error;
  return { error: { type, param } };
}

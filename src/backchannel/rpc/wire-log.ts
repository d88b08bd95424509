import { isSecretName, secretMask } from '../../hosting/primitives/index.js';

/** A message on its way, for diagnosis. */
export interface WireLogEntry {
  readonly direction: 'sent' | 'received';
  /** The message as JSON, secrets masked, strings longer than 256 characters and the whole text beyond 4096 cut short. */
  readonly text: string;
}

/** Receives every message of a connection in order. What it throws is ignored. */
export type WireLog = (entry: WireLogEntry) => void;

/** What has passed over a connection so far. */
export interface RpcCounters {
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Bytes of the bodies of all messages sent, without their headers. */
  readonly bytesSent: number;
  /** Bytes of the bodies of all messages received, without their headers. */
  readonly bytesReceived: number;
}

const maxTextLength = 4_096;
const maxStringLength = 256;
const maxDepth = 16;
const maxItems = 100;

/** So much of a text is looked at for secrets; what is behind that is not shown. */
const maxScannedLength = 4 * maxStringLength;

/** What gives a name a value in URLs, connection strings, headers and JSON: `?t=…`, `Password=…;`, `"password": "…"`. */
const naming = /([\w-]+)\\*["']?\s*([=:])\s*/g;
/** The value behind that: as far as a quoted text goes, up to a delimiter when it is not quoted, and everything from a bracket on. */
const givenValue = /\\+["'][^"']*|"(?:[^"\\]|\\.)*"?|'[^']*'?|[^&;,"'\r\n{}[\]]+|[{[][^]*/y;
/** User and password in a URL. */
const userInfo = /\/\/[^\s/?#@]+@/g;

/** Gives a message to the log; a log that fails harms nobody. */
export function logMessage(log: WireLog, direction: WireLogEntry['direction'], message: unknown): void {
  try {
    log({ direction, text: shorten(JSON.stringify(masked(message, 0)) ?? 'nothing', maxTextLength) });
  } catch {
    // Diagnosis must not end what it looks at.
  }
}

/** A copy in which the values of names that are those of secrets are masked, and nothing is long. */
function masked(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === maxDepth) return '…';
  if (Array.isArray(value)) return maskedItems(value, depth);
  const entries = Object.entries(value).slice(0, maxItems);
  const hidesValue = isNamedSecret(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, member]) => {
      const isSecret = isSecretName(name) || (hidesValue && /^value$/i.test(name));
      return [name, isSecret ? maskedWhole(member) : masked(member, depth + 1)];
    }),
  );
}

function maskedItems(items: readonly unknown[], depth: number): unknown {
  // Older AppHosts write dictionaries as lists of pairs.
  if (items.length === 2 && typeof items[0] === 'string' && isSecretName(items[0])) return [items[0], maskedWhole(items[1])];
  const shown = items.slice(0, maxItems).map((item, index) => (isSecretOption(items[index - 1]) ? maskedWhole(item) : masked(item, depth + 1)));
  return items.length > maxItems ? [...shown, `… ${items.length - maxItems} more`] : shown;
}

/** An argument of a command line after which that of a secret stands: `--password`. */
function isSecretOption(item: unknown): boolean {
  return typeof item === 'string' && /^--?[\w-]+$/.test(item) && isSecretName(item);
}

/** Numbers stay: the `token` of a stream is one, and no secret. */
function maskedWhole(value: unknown): unknown {
  return typeof value === 'string' || typeof value === 'object' ? value && secretMask : value;
}

/** An environment variable, property or argument of a secret: `{ name: 'API_KEY', value }`, or one that says of itself that it is sensitive. */
function isNamedSecret(value: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(value).some(([name, member]) => {
    if (/^(name|key)$/i.test(name)) return typeof member === 'string' && isSecretName(member);
    return /^is(Secret|Sensitive)$/i.test(name) && member === true;
  });
}

/** Secrets stand within texts, too: in addresses, connection strings, answers that are JSON. More is masked rather than less. */
function maskedText(text: string): string {
  const start = maskValues(text.slice(0, maxScannedLength)).replace(userInfo, `//${secretMask}@`);
  const isCut = text.length > maxScannedLength || start.length > maxStringLength;
  return isCut ? `${start.slice(0, maxStringLength)}… (${text.length} characters)` : start;
}

function maskValues(text: string): string {
  let shown = '';
  let from = 0;
  for (const match of text.matchAll(naming)) {
    const [beginning, name = '', sign] = match;
    // Within what is masked already.
    if (match.index < from || !(isSecretName(name) || /^pwd$/i.test(name) || (name === 't' && sign === '='))) continue;
    const start = match.index + beginning.length;
    const end = start + lengthOfValue(text, start);
    if (end === start) continue;
    shown += `${text.slice(from, start)}${secretMask}`;
    from = end;
  }
  return from === 0 ? text : shown + text.slice(from);
}

function lengthOfValue(text: string, start: number): number {
  const pattern = new RegExp(givenValue);
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0].length ?? 0;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text;
}

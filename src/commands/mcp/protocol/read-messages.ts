import {
  InitializeRequestSchema,
  type JSONRPCNotification,
  JSONRPCNotificationSchema,
  type JSONRPCRequest,
  JSONRPCRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { rpcErrorCodes } from './mcp-refusal.js';

/** An error as it is written. Where it is not known which request it belongs to, the id is null, as JSON-RPC has it. */
export interface ErrorAnswer {
  readonly jsonrpc: '2.0';
  readonly id: string | number | null;
  readonly error: { readonly code: number; readonly message: string };
}

/** What a line of the client comes to: at most one message to work on, and what is answered at once. */
export interface ReadLine {
  readonly message?: JSONRPCRequest | JSONRPCNotification;
  readonly answers: readonly ErrorAnswer[];
}

/** So many requests of a batch are refused one by one. */
const maxRefusals = 100;
/** So many problems of one request are told. */
const maxProblems = 3;
/** So much of what the client wrote is repeated in an answer. */
const maxQuoted = 200;

const nothing: ReadLine = { answers: [] };

/**
 * Reads a line of the client. Never throws.
 *
 * Whatever is no message is answered with what was expected, so that nobody waits for an answer that does not come. Answers of the client are dropped, for it is asked nothing,
 * and so are notifications that are none.
 *
 * Differs from the server of the `aspire` CLI: that writes a stack to its log, and answers nothing.
 */
export function readMessages(line: string): ReadLine {
  if (line.trim() === '') return nothing;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return refuse(null, rpcErrorCodes.parseError, `Parse error: expected one JSON-RPC message a line. ${shorten((error as Error).message)}`);
  }
  return Array.isArray(value) ? refuseBatch(value) : readMessage(value);
}

/** An error answer as it is written. */
export function errorAnswer(id: string | number | null, code: number, message: string): ErrorAnswer {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

function readMessage(value: unknown): ReadLine {
  if (!isObject(value)) return refuse(null, rpcErrorCodes.invalidRequest, 'Invalid request: expected an object.');
  const { jsonrpc, method, params } = value;
  const id = idOf(value);
  if (jsonrpc !== '2.0') return refuse(id ?? null, rpcErrorCodes.invalidRequest, 'Invalid request: expected the member jsonrpc to be "2.0".');
  if (method === undefined && ('result' in value || 'error' in value)) return nothing;
  if (typeof method !== 'string') return refuse(id ?? null, rpcErrorCodes.invalidRequest, 'Invalid request: expected the member method to be a string.');
  // Members that JSON-RPC does not know are left out: the SDK answers nothing to a request that has some.
  const known = { jsonrpc, method, ...(params === undefined ? {} : { params }) };
  if (id === undefined && !('id' in value)) return readNotification(known);
  if (id === undefined) return refuse(null, rpcErrorCodes.invalidRequest, 'Invalid request: expected the member id to be a string or a whole number.');
  return readRequest({ ...known, id }, id);
}

function readRequest(request: object, id: string | number): ReadLine {
  const { data, error } = JSONRPCRequestSchema.safeParse(request);
  if (!data) return refuse(id, rpcErrorCodes.invalidParams, problemsOf(error));
  const initialize = data.method === 'initialize' ? InitializeRequestSchema.safeParse({ method: data.method, params: data.params }) : undefined;
  return initialize?.error ? refuse(id, rpcErrorCodes.invalidParams, problemsOf(initialize.error)) : { message: data, answers: [] };
}

function readNotification(notification: object): ReadLine {
  const { data } = JSONRPCNotificationSchema.safeParse(notification);
  return data ? { message: data, answers: [] } : nothing;
}

/** MCP had batches in one version, and has none since. Every request in it is told, up to a limit: who sent it waits for each of them. */
function refuseBatch(values: readonly unknown[]): ReadLine {
  const ids = values.flatMap(value => (isObject(value) && 'method' in value ? (idOf(value) ?? []) : []));
  const refused = ids.length > 0 && ids.length <= maxRefusals ? ids : [null];
  return {
    answers: refused.map(id =>
      errorAnswer(id, rpcErrorCodes.invalidRequest, 'Invalid request: a batch. MCP has none since 2025-06-18: send each message on a line of its own.'),
    ),
  };
}

function refuse(id: string | number | null, code: number, message: string): ReadLine {
  return { answers: [errorAnswer(id, code, message)] };
}

/** Undefined when there is none, or none that MCP allows: null is not. */
function idOf({ id }: Readonly<Record<string, unknown>>): string | number | undefined {
  return typeof id === 'string' || Number.isInteger(id) ? (id as string | number) : undefined;
}

function problemsOf({ issues }: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }): string {
  const problems = issues.slice(0, maxProblems).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  return `Invalid params: ${shorten(problems.join('; '))}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}

import type { Message, NotificationMessage, RequestMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import { isDeeperThan } from './json-depth.js';
import { rpcErrorCodes } from './rpc-protocol.js';
import type { TraceContext } from './trace-context.js';

/** System.Text.Json reads no further, and StreamJsonRpc then hangs up. */
const maxLevels = 64;

/**
 * The JSON text of a message, in the member order and within the limits that StreamJsonRpc insists on.
 *
 * A .NET peer hangs up on anything less: parameters are always a list or an object, an answer always has a result or an error with a whole-number code
 * and a message, no string has half a surrogate pair, and nothing nests more than 64 levels deep.
 *
 * @throws TypeError or RangeError when what is in the message cannot be written (circular, a BigInt, too deep)
 */
export function messageText(message: Message): string {
  if ('method' in message) return toWellFormed(callText(message as RequestMessage));
  const response = message as ResponseMessage;
  return toWellFormed(response.error ? errorText(response, response.error) : resultText(response));
}

function callText(message: RequestMessage | NotificationMessage): string {
  const id = 'id' in message ? `"id":${idText(message)},` : '';
  return `{"jsonrpc":"2.0",${id}"method":${JSON.stringify(message.method)},"params":${paramsText(message.params)}${traceText(message as Partial<TraceContext>)}}`;
}

/** A .NET peer hangs up when one of them is no string. */
function traceText({ traceparent, tracestate }: Partial<TraceContext>): string {
  if (typeof traceparent !== 'string') return '';
  const state = typeof tracestate === 'string' ? `,"tracestate":${JSON.stringify(tracestate)}` : '';
  return `,"traceparent":${JSON.stringify(traceparent)}${state}`;
}

function paramsText(params: unknown): string {
  const text = params === null ? '[]' : (jsonOf(params, 1) ?? '[]');
  return text[0] === '[' || text[0] === '{' ? text : `[${text}]`;
}

function resultText(response: ResponseMessage): string {
  return `{"jsonrpc":"2.0","id":${idText(response)},"result":${jsonOf(response.result, 1) ?? 'null'}}`;
}

function errorText(response: ResponseMessage, error: NonNullable<ResponseMessage['error']>): string {
  const code = Number.isInteger(error.code) ? error.code : rpcErrorCodes.invocationError;
  const data = jsonOf(error.data, 2);
  const tail = data === undefined ? '' : `,"data":${data}`;
  return `{"jsonrpc":"2.0","id":${idText(response)},"error":{"code":${code},"message":${JSON.stringify(String(error.message))}${tail}}}`;
}

/** @param level how many levels of the message are around the value */
function jsonOf(value: unknown, level: number): string | undefined {
  const text = JSON.stringify(value);
  const levels = maxLevels - level;
  // Two characters are a level: what is short need not be looked at.
  if (text?.length > 2 * levels && isDeeperThan(value, levels))
    throw new RangeError(`expected at most ${maxLevels} levels of nesting in a message, found more`);
  return text;
}

function idText({ id }: RequestMessage | ResponseMessage): string {
  return typeof id === 'number' ? `${id}` : JSON.stringify(id ?? null);
}

/** `JSON.stringify` writes half a surrogate pair as an escape, which .NET refuses; in its place comes the replacement character. */
function toWellFormed(json: string): string {
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, escape => (escape === '\\\\' ? escape : '\ufffd'));
}

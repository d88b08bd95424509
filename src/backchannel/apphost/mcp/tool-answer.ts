import { describeJson, isJsonObject } from '../../rpc/json-value.js';
import type { CallMcpToolResponse } from '../../contract/index.js';
import { cutMessage } from '../commands/message-text.js';

/** How much a tool may answer, in bytes of JSON. */
const maxBytes = 8_388_608;
/** How deep it may be nested: peers read 64 levels of a whole message. */
const maxDepth = 48;

/** The answer to `CallResourceMcpToolAsync`, with every member that .NET writes. */
export interface McpToolAnswer {
  readonly content: readonly Readonly<Record<string, unknown>>[];
  readonly structuredContent: unknown;
  readonly isError: boolean | null;
  readonly task: null;
  readonly _meta: null;
}

/** An answer that tells the model, and so the user, what went wrong. */
export function errorAnswer(message: string): McpToolAnswer {
  return { ...emptyAnswer, content: [{ type: 'text', text: cutMessage(message) }], isError: true };
}

/** What a tool returned, as the client gets it: plain JSON, or an error that says why it cannot be. */
export function answerOf(toolName: string, output: unknown): McpToolAnswer {
  const refuse = (expected: string, found: string) => errorAnswer(`The result of tool '${toolName}' cannot be sent: expected ${expected}, found ${found}.`);
  const result = typeof output === 'string' ? { content: [{ type: 'text', text: output }] } : output;
  if (!isJsonObject(result)) return refuse('a text or an object', describeJson(result));
  const { content, structuredContent = null, isError = null } = result;
  if (!Array.isArray(content)) return refuse("'content' to be a list", describeJson(content));
  if (isError !== null && typeof isError !== 'boolean') return refuse("'isError' to be true or false", describeJson(isError));
  let json: string;
  try {
    json = JSON.stringify({ content: content as unknown, structuredContent });
  } catch {
    return refuse('what JSON can express', 'something else');
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) return refuse(`at most ${maxBytes} bytes of JSON`, `${bytes}`);
  const plain = JSON.parse(json) as { content: unknown[]; structuredContent?: unknown };
  if (!plain.content.every(isContent)) return refuse("items of 'content' that have a 'type'", 'another');
  if (isDeeperThan(plain, maxDepth)) return refuse(`at most ${maxDepth} levels of nesting`, 'more');
  return { ...emptyAnswer, content: plain.content, structuredContent: plain.structuredContent ?? null, isError };
}

/** The answer to `CallMcpToolAsync`: what is no text loses its payload. */
export function flattenAnswer({ content, isError }: McpToolAnswer): CallMcpToolResponse {
  return {
    isError: isError ?? false,
    content: content.map(({ type, text }) => ({ type: String(type), text: type === 'text' && typeof text === 'string' ? text : null })),
  };
}

const emptyAnswer: McpToolAnswer = { content: [], structuredContent: null, isError: null, task: null, _meta: null };

function isContent(item: unknown): item is Readonly<Record<string, unknown>> {
  return isJsonObject(item) && typeof item['type'] === 'string' && (item['type'] !== 'text' || typeof item['text'] === 'string');
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(item => isDeeperThan(item, levels - 1));
}

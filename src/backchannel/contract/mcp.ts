import { MemberReader } from './member-reader.js';
import { readJson } from './value-limits.js';

/** The request of `CallMcpToolAsync`. `CallResourceMcpToolAsync` takes the same three values by position. */
export interface CallMcpToolRequest {
  readonly resourceName: string;
  readonly toolName: string;
  readonly arguments?: Readonly<Record<string, unknown>> | null;
}

/** The answer to `CallMcpToolAsync`; content that is no text has lost its payload. */
export interface CallMcpToolResponse {
  readonly isError: boolean;
  readonly content: readonly { readonly type: string; readonly text: string | null }[];
}

/** The answer to `CallResourceMcpToolAsync`: MCP's own result. The items of `content` and both free members are as they came, at most 64 levels deep. */
export interface McpCallToolResult {
  readonly content: readonly Readonly<Record<string, unknown>>[];
  readonly isError: boolean;
  readonly structuredContent: unknown;
  readonly _meta: unknown;
}

/** Reads the request of `CallMcpToolAsync`, `arguments` as null when there are none. @throws ContractError */
export function readCallMcpToolRequest(value: unknown): Required<CallMcpToolRequest> {
  const request = new MemberReader(value, 'CallMcpToolRequest');
  return {
    resourceName: request.string('resourceName'),
    toolName: request.string('toolName'),
    arguments: request.dictionaryOrNull('arguments', readJson),
  };
}

/** Reads an answer to `CallMcpToolAsync`. @throws ContractError */
export function readCallMcpToolResponse(value: unknown): CallMcpToolResponse {
  const response = new MemberReader(value, 'CallMcpToolResponse');
  const readContent = (item: unknown, path: string) => {
    const content = new MemberReader(item, path);
    return { type: content.string('type'), text: content.stringOrNull('text') };
  };
  return { isError: response.boolean('isError', false), content: response.list('content', readContent) };
}

/** Reads an answer to `CallResourceMcpToolAsync`. @throws ContractError */
export function readMcpCallToolResult(value: unknown): McpCallToolResult {
  const result = new MemberReader(value, 'McpCallToolResult');
  return {
    content: result.list('content', (item, path) => readObjectWith('type', item, path)),
    isError: result.boolean('isError', false),
    structuredContent: result.json('structuredContent'),
    _meta: result.json('_meta'),
  };
}

/** @internal */
export function readMcpTool(value: unknown, path: string): Readonly<Record<string, unknown>> {
  return readObjectWith('name', value, path);
}

/** An object of MCP as it came, whose later versions have members that are unknown here; a text of that name it must have. */
function readObjectWith(name: string, value: unknown, path: string): Readonly<Record<string, unknown>> {
  new MemberReader(value, path).string(name);
  return readJson(value, path) as Readonly<Record<string, unknown>>;
}

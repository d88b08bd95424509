import { MemberReader } from './member-reader.js';

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

/** The answer to `CallResourceMcpToolAsync`: MCP's own result, with members of later versions as they came. */
export interface McpCallToolResult {
  readonly content: readonly Readonly<Record<string, unknown>>[];
  readonly isError: boolean;
  readonly structuredContent: unknown;
}

/** Reads an answer to `CallResourceMcpToolAsync`. @throws ContractError */
export function readMcpCallToolResult(value: unknown): McpCallToolResult {
  const result = new MemberReader(value, 'McpCallToolResult');
  const readContent = (content: unknown, path: string) => {
    new MemberReader(content, path).string('type');
    return content as Readonly<Record<string, unknown>>;
  };
  return {
    content: result.list('content', readContent),
    isError: result.boolean('isError', false),
    structuredContent: result.value('structuredContent') ?? null,
  };
}

import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';

/** A tool of this process that MCP clients call through the AppHost. */
export interface McpTool {
  /** Letters, digits, `_`, `-`, `.` and `/`; at most 128. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** A JSON schema of an object. Arguments that do not fit its `required`, and the `type` and `enum` of its properties, never reach {@link call}. Default: any object. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  /** Milliseconds after which it is cancelled, and answered with an error; -1 is never. Default: 300,000, five minutes. */
  readonly timeout?: number;
  /** Does the work. Text becomes one item of text; what it throws becomes a result that says so. */
  readonly call: (args: Readonly<Record<string, unknown>>, context: McpToolContext) => Promise<McpToolOutput> | McpToolOutput;
}

/** What a tool is told besides its arguments. */
export interface McpToolContext {
  /** Those of the host. */
  readonly services: IServiceProvider;
  /** Fires when the client cancels or goes, when the time is up, and when the application stops. */
  readonly signal: AbortSignal;
}

/** What a tool answers. */
export type McpToolOutput = string | McpToolResult;

/** MCP's own form of a result. */
export interface McpToolResult {
  readonly content: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[];
  readonly structuredContent?: unknown;
  /** Default: false. */
  readonly isError?: boolean;
}

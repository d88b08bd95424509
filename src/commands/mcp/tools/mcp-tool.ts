import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import type { IAuxiliaryBackchannelMonitor } from '../../../backchannel/monitor/index.js';
import type { ILogger } from '../../../hosting/logging/index.js';
import type { TimeProvider } from '../../../hosting/time/index.js';
import type { ToolArguments } from './tool-arguments.js';

/** What all calls of all tools have in common. */
export interface ToolSurroundings {
  readonly monitor: IAuxiliaryBackchannelMonitor;
  /** What relative paths start at, and what "in scope" is measured against. */
  readonly workingDirectory: string;
  readonly timeProvider: TimeProvider;
  readonly logger: ILogger;
}

/** What a call has to work with. */
export interface ToolCall extends ToolSurroundings {
  readonly args: ToolArguments;
  /** Fires when the client cancels the call, or the session ends. */
  readonly signal: AbortSignal;
}

/** A tool that the server has. */
export interface McpTool {
  /** What clients are told of it. */
  readonly description: Tool;
  /**
   * Does the work.
   *
   * @throws McpRefusal for an answer that is an error of the protocol; anything else that is thrown becomes a result that says so
   */
  call(call: ToolCall): Promise<CallToolResult>;
}

/** A result of one text. */
export function textResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** A result that tells what went wrong, and what to do, in a form that reaches the model. */
export function errorResult(text: string): CallToolResult {
  return { ...textResult(text), isError: true };
}

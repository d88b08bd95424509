import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { FakeLogger, FakeTimeProvider } from 'hostward/testing';
import type { McpTool } from '../../../../src/commands/mcp/tools/mcp-tool.js';
import { FakeMonitor } from '../fake-monitor.js';

/** A tool's surroundings, all of them fake. */
export class ToolScene {
  readonly time = new FakeTimeProvider();
  readonly logger = new FakeLogger();
  readonly cancellation = new AbortController();
  readonly monitor: FakeMonitor;

  constructor(readonly workingDirectory = '/srv/app') {
    this.monitor = new FakeMonitor(workingDirectory);
  }

  call(tool: McpTool, args: Readonly<Record<string, unknown>> = {}): Promise<CallToolResult> {
    const { monitor, workingDirectory, time: timeProvider, logger } = this;
    return tool.call({ monitor, workingDirectory, timeProvider, logger, args, signal: this.cancellation.signal });
  }
}

/** The text of a result, `ERROR: ` before it when it is one. */
export function textOf({ content, isError }: CallToolResult): string {
  const text = content.map(item => (item.type === 'text' ? item.text : `(${item.type})`)).join('\n---\n');
  return isError ? `ERROR: ${text}` : text;
}

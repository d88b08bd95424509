import type { McpTool } from 'hostward/apphost';

/** The tools that the recorded `web` had at its MCP endpoint. */
export const mcpTools: readonly McpTool[] = [
  {
    name: 'echo',
    title: 'Echo',
    description: 'Echoes text',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    annotations: { readOnlyHint: true },
    call: ({ text }) => ({ content: [{ type: 'text', text: `echo: ${String(text)}` }], structuredContent: { text } }),
  },
  {
    name: 'fail',
    description: 'Fails',
    inputSchema: { type: 'object', properties: {} },
    call: () => ({ content: [{ type: 'text', text: 'tool failed' }], isError: true }),
  },
];

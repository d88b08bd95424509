import { RpcError } from 'hostward/backchannel';
import { type CommandContext, printsJson } from './command-context.js';
import { tableOf } from './tables.js';

/** `mcp tools`: the tools of the MCP servers of resources. */
export async function mcpTools({ line, output, connect }: CommandContext): Promise<number> {
  const connection = await connect();
  const resources = await connection.getResources({ includeHidden: true });
  const tools = resources.flatMap(({ name, displayName, mcpServer }) =>
    (mcpServer?.tools ?? []).map(tool => ({
      resource: displayName ?? name,
      tool: textOf(tool['name']),
      description: textOf(tool['description']),
      inputSchema: tool['inputSchema'],
    })),
  );
  // The real one writes it to stderr.
  if (printsJson(line)) output.note(JSON.stringify(tools, undefined, 2));
  else if (tools.length === 0) output.information('No resources with MCP tools found.');
  else
    output.result(
      tableOf(
        ['Resource', 'Tool', 'Description'],
        tools.map(({ resource, tool, description }) => [resource, tool, description]),
      ),
    );
  return 0;
}

/** `mcp call`: a call of one of them. */
export async function mcpCall({ line, output, connect }: CommandContext): Promise<number> {
  const [resource = '', tool = ''] = line.positionals;
  const connection = await connect();
  const { input } = line.options;
  const args: unknown = typeof input === 'string' ? JSON.parse(input) : null;
  if (typeof args !== 'object' || Array.isArray(args)) {
    output.error('Invalid JSON input: expected a JSON object.');
    return 1;
  }
  try {
    const { content, isError } = await connection.callResourceMcpTool(resource, tool, args as Readonly<Record<string, unknown>> | null);
    for (const { type, text } of content) {
      if (type === 'text') output.result(`${String(text)}\n`);
      else output.json({ type });
    }
    return isError ? 1 : 0;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    output.error(`Failed to call tool '${tool}' on resource '${resource}': ${error.remoteMessage}`);
    return 1;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

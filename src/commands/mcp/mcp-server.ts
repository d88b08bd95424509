import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { createAbortController, isCancellation, toError } from '../../hosting/primitives/index.js';
import { CancellationSource } from '../../hosting/time/index.js';
import { hostwardVersion } from '../../version.js';
import { CallsUnderWay } from './calls-under-way.js';
import { McpRefusal, rpcErrorCodes } from './protocol/mcp-refusal.js';
import { asOneLine } from './resources/bounded-text.js';
import { redactText } from './resources/redact-text.js';
import { errorResult, type McpTool, type ToolSurroundings } from './tools/mcp-tool.js';

/** So many calls may be under way at a time. */
const maxCalls = 256;

/** Of answers of a client that is asked nothing. To make the one that the SDK would have costs milliseconds of every start. */
const noSchemas: jsonSchemaValidator = {
  getValidator() {
    throw new Error('The server asks its client for nothing that has a schema.');
  },
};

/** Beyond what the SDK answers by itself: `initialize` and `ping`. */
interface Request {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The MCP server: the tools that it has, over whatever transport it is connected to.
 *
 * A call ends when the client cancels it or the transport closes. What a tool throws becomes a result that says so.
 *
 * Differs from the server of the `aspire` CLI: it says only what it can do, and what went wrong.
 */
export class McpToolServer {
  readonly calls: CallsUnderWay = new CallsUnderWay();
  readonly sdk: Server;
  readonly #closing = createAbortController();

  constructor(
    private readonly tools: readonly McpTool[],
    private readonly surroundings: ToolSurroundings,
  ) {
    const { logger } = surroundings;
    this.sdk = new Server({ name: 'hostward', version: hostwardVersion }, { capabilities: { tools: {} }, jsonSchemaValidator: noSchemas });
    this.sdk.fallbackRequestHandler = (request, { signal }) => this.#answer(request, signal);
    this.sdk.onerror = error => logger.debug(error, 'The client sent what nobody asked for');
    this.sdk.onclose = () => this.#closing.abort();
    this.sdk.oninitialized = () => logger.information('The client is {ClientName} {ClientVersion}', ...this.#clientName());
  }

  async #answer({ method, params = {} }: Request, signal: AbortSignal): Promise<Record<string, unknown>> {
    switch (method) {
      case 'tools/list':
        return { tools: this.tools.map(({ description }) => description) };
      case 'tools/call':
        return this.#callTool(params, signal);
      default:
        throw new McpRefusal(rpcErrorCodes.methodNotFound, `Method '${asOneLine(method)}' is not available.`);
    }
  }

  async #callTool({ name, arguments: args = {} }: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult> {
    if (typeof name !== 'string') throw new McpRefusal(rpcErrorCodes.invalidParams, "Invalid params: expected 'name' to be the name of a tool.");
    const tool = this.tools.find(({ description }) => description.name === name);
    if (!tool) throw new McpRefusal(rpcErrorCodes.methodNotFound, `Unknown tool: '${asOneLine(name)}'`);
    if (!isObject(args)) throw new McpRefusal(rpcErrorCodes.invalidParams, "Invalid params: expected 'arguments' to be an object.");
    if (this.calls.count >= maxCalls)
      throw new McpRefusal(rpcErrorCodes.internalError, `${maxCalls} calls are under way, and there may not be more: wait for one of them to end.`);
    using _underWay = this.calls.begin();
    // Of two calls with the same id the SDK remembers one.
    using cancellation = new CancellationSource({ timeProvider: this.surroundings.timeProvider, linkedTo: [signal, this.#closing.signal] });
    return await this.#run(tool, args, cancellation.signal);
  }

  async #run(tool: McpTool, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult> {
    const { name } = tool.description;
    try {
      return await tool.call({ ...this.surroundings, args, signal });
    } catch (error) {
      if (error instanceof McpRefusal || (signal.aborted && isCancellation(error))) throw error;
      this.surroundings.logger.warning(toError(error), 'The tool {Tool} failed', name);
      return errorResult(`An error occurred invoking '${name}'. ${asOneLine(redactText(toError(error).message))}`);
    }
  }

  #clientName(): [name: string, version: string] {
    const { name = 'unknown', version = '' } = this.sdk.getClientVersion() ?? {};
    return [asOneLine(name), asOneLine(version)];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

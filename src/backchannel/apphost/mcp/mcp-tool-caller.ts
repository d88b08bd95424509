import type { IServiceProvider } from '../../../hosting/dependency-injection/index.js';
import type { ILogger } from '../../../hosting/logging/index.js';
import { ArgumentError, InvalidOperationError, isCancellation, OperationCanceledError, toError } from '../../../hosting/primitives/index.js';
import type { TimeProvider } from '../../../hosting/time/index.js';
import type { CallMcpToolRequest } from '../../contract/index.js';
import { shownName } from '../commands/message-text.js';
import { superviseCall, type SupervisedEnd } from '../commands/supervised-call.js';
import type { AppHostResource } from '../resources/resource.js';
import type { McpTool, McpToolOutput } from './mcp-tool.js';
import { answerOf, errorAnswer, type McpToolAnswer } from './tool-answer.js';
import { problemsOfArguments, readToolArguments } from './tool-arguments.js';

/** What a tool may take unless it says otherwise. Milliseconds. */
const defaultTimeout = 300_000;
/** What a tool may take to end after its signal has fired; then it is answered without it. Milliseconds. */
const defaultGrace = 5_000;
/** Calls at work at a time, those included that were answered without having ended. */
const defaultMaxRunning = 1_000;

/** What a {@link McpToolCaller} is made of. */
export interface McpToolCallerParts {
  /** What tools are given to find their own things. */
  readonly services: IServiceProvider;
  readonly timeProvider: TimeProvider;
  /** Hears of tools that fail, and of those that end after they were answered. */
  readonly logger: ILogger;
  /** Cancels every call: the application stops. */
  readonly stopping?: AbortSignal;
  /** Milliseconds. Default: 5,000. */
  readonly grace?: number;
  /** Default: 1,000. */
  readonly maxRunning?: number;
}

/**
 * Calls the tools of the process for the clients of one AppHost.
 *
 * Differs from .NET, where the tools are in another process: arguments that do not fit the tool's schema are answered with an error before it sees them, and there are limits.
 *
 * @see Aspire.Hosting.Backchannel, AuxiliaryBackchannelRpcTarget.CallResourceMcpToolAsync
 */
export class McpToolCaller {
  #running = 0;

  constructor(private readonly parts: McpToolCallerParts) {}

  /**
   * Calls a tool; what it throws is an answer.
   *
   * @param resource the one that the request means; undefined when there is none
   * @param signal fires when the client cancels or goes
   * @throws ArgumentError when a name is blank
   * @throws InvalidOperationError when there is no such resource or tool, or `arguments` are no object
   * @throws OperationCanceledError when a signal fires before the tool has answered
   */
  async call(resource: AppHostResource | undefined, request: CallMcpToolRequest, signal: AbortSignal): Promise<McpToolAnswer> {
    const tool = findTool(resource, request);
    const args = readToolArguments(request.arguments);
    const problems = problemsOfArguments(args, tool.inputSchema ?? {});
    if (problems.length > 0) return errorAnswer(`Invalid arguments for tool '${tool.name}': ${problems.join('; ')}.`);
    const { maxRunning = defaultMaxRunning } = this.parts;
    if (this.#running >= maxRunning) return errorAnswer(`Tool '${tool.name}' was not called: ${maxRunning} calls are running already. Try again later.`);
    return this.#answerOf(tool, await this.#supervise(tool, args, signal));
  }

  async #supervise(tool: McpTool, args: Readonly<Record<string, unknown>>, caller: AbortSignal): Promise<SupervisedEnd<McpToolOutput>> {
    const { timeProvider, stopping, logger, grace = defaultGrace } = this.parts;
    this.#running++;
    return await superviseCall(
      async signal => await tool.call(args, { services: this.parts.services, signal }),
      {
        what: `Tool '${tool.name}'`,
        timeout: tool.timeout ?? defaultTimeout,
        grace,
        signals: [caller, stopping],
        timeProvider,
        onLateEnd: (error, milliseconds) => {
          if (error && !isCancellation(error.thrown))
            logger.warning(error.thrown, 'MCP tool {Tool} failed {Milliseconds} ms after it was given up', tool.name, milliseconds);
          else logger.information('MCP tool {Tool} ended {Milliseconds} ms after it was given up', tool.name, milliseconds);
        },
      },
      () => this.#running--,
    );
  }

  #answerOf(tool: McpTool, end: SupervisedEnd<McpToolOutput>): McpToolAnswer {
    if (end.stoppedBy === 'timeout') return errorAnswer(`${end.timeoutError.message}${end.kind === 'leftBehind' ? ' It is still at work.' : ''}`);
    if (end.kind === 'returned') return answerOf(tool.name, end.value);
    if (end.kind === 'leftBehind' || (end.stoppedBy && isCancellation(end.error))) throw new OperationCanceledError();
    const error = toError(end.error);
    this.parts.logger.debug(error, 'MCP tool {Tool} failed', tool.name);
    return errorAnswer(error.message);
  }
}

function findTool(resource: AppHostResource | undefined, { resourceName, toolName }: CallMcpToolRequest): McpTool {
  for (const [name, value] of Object.entries({ resourceName, toolName })) {
    if (value.trim() === '') throw new ArgumentError(name, 'The value cannot be an empty string or composed entirely of whitespace.');
  }
  if (!resource) throw new InvalidOperationError(`Resource '${shownName(resourceName)}' not found.`);
  if (resource.mcpTools.length === 0) throw new InvalidOperationError(`Resource '${shownName(resourceName)}' does not have an MCP endpoint annotation.`);
  const tool = resource.mcpTools.find(({ name }) => name === toolName);
  // In the words of a resource's own server, as its client passes them on.
  if (!tool) throw new InvalidOperationError(`Request failed (remote): Unknown tool: ${shownName(toolName)}`);
  return tool;
}

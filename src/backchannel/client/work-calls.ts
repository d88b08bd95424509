import { ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan } from '../../hosting/time/index.js';
import {
  auxMethods,
  capabilities,
  type ExecuteResourceCommandRequest,
  type ExecuteResourceCommandResponse,
  type McpCallToolResult,
  readExecuteResourceCommandResponse,
  readMcpCallToolResult,
  readStopAppHostResponse,
  readWaitForAppHostReadyResponse,
  readWaitForResourceResponse,
  type WaitForResourceRequest,
  type WaitForResourceResponse,
  waitNotSupported,
} from '../contract/index.js';
import { type AuxCaller, unlessNull } from './aux-caller.js';
import { type CallOptions, waitGrace, workTimeout } from './call-options.js';

const defaultWaitSeconds = 120;
const maxInt32 = 0x7fff_ffff;
/** The longest time that a timer takes. Milliseconds. */
const maxTimeout = 4_294_967_294;

/** Runs a command, whatever the AppHost offers; the defaults are written out, as the CLI of .NET does. */
export function executeCommand(caller: AuxCaller, request: ExecuteResourceCommandRequest, options: CallOptions): Promise<ExecuteResourceCommandResponse> {
  const { resourceName, commandName, arguments: values, validateOnly = false, nonInteractive = true, returnArgumentInputs = false } = request;
  const given = values === undefined || values === null ? {} : { arguments: values };
  const args = [{ resourceName, commandName, ...given, validateOnly, nonInteractive, returnArgumentInputs }];
  return caller.call({ method: auxMethods.executeResourceCommand, args }, readExecuteResourceCommandResponse, withTimeout(options, workTimeout));
}

/** Calls a tool of a resource's MCP server by the method of `aux.v1`, which returns what the tool did whole. */
export function callTool(
  caller: AuxCaller,
  resourceName: string,
  toolName: string,
  args: Readonly<Record<string, unknown>> | null | undefined,
  options: CallOptions,
): Promise<McpCallToolResult> {
  const call = { method: auxMethods.callResourceMcpTool, args: [resourceName, toolName, args ?? null] };
  return caller.call(call, readMcpCallToolResult, withTimeout(options, workTimeout));
}

/** Waits as long as the request says, and a little longer for the answer. */
export async function waitForResource(
  caller: AuxCaller,
  offered: readonly string[],
  { resourceName, status, timeoutSeconds = defaultWaitSeconds }: WaitForResourceRequest,
  options: CallOptions,
): Promise<WaitForResourceResponse> {
  if (!(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 0 && timeoutSeconds <= maxInt32))
    throw new ArgumentOutOfRangeError('timeoutSeconds', timeoutSeconds, `a whole number from 0 to ${maxInt32}`);
  if (!offered.includes(capabilities.v2)) return waitNotSupported;
  const call = { method: auxMethods.waitForResource, args: [{ resourceName, status, timeoutSeconds }] };
  return await caller.call(call, readWaitForResourceResponse, withTimeout(options, timeoutFor(timeoutSeconds)));
}

/** Undefined when the AppHost is too old to know. */
export async function waitForAppHostReady(caller: AuxCaller, offered: readonly string[], options: CallOptions): Promise<boolean | undefined> {
  if (!offered.includes(capabilities.v3)) return undefined;
  const call = { method: auxMethods.waitForAppHostReady, args: [{}] };
  const answer = await caller.callIfPresent(call, unlessNull(readWaitForAppHostReadyResponse), withTimeout(options, timeoutFor(defaultWaitSeconds)));
  return answer?.isReady;
}

/** Whether the AppHost has begun to stop; false when it is too old to be told. */
export async function stop(caller: AuxCaller, options: CallOptions): Promise<boolean> {
  const answer = await caller.callIfPresent({ method: auxMethods.stopAppHost, args: [] }, readStopAppHostResponse, options);
  return answer !== undefined;
}

function timeoutFor(seconds: number): number {
  const timeout = seconds * 1000 + waitGrace;
  return timeout > maxTimeout ? infiniteTimeSpan : timeout;
}

function withTimeout({ signal, timeout }: CallOptions, fallback: number): CallOptions {
  return { signal, timeout: timeout ?? fallback };
}

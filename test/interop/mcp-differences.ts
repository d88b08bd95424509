import { readRecording } from '../support/recorded-traffic.js';
import { mcpRecording } from './compared-recordings.js';
import { describeDifferences } from './describe-differences.js';
import type { McpMessage } from './mcp-session.js';
import { type Printed, toPrinted } from './recorded-command.js';

/** An answer of the MCP server without what differs from run to run; JSON in its texts is parsed. */
export function toMcpPrinted(message: McpMessage): unknown {
  const { result, error } = message;
  if (error) return { error };
  const content = result?.content as readonly { readonly text: string }[] | undefined;
  if (!content) return { result };
  return { result: { ...result, content: content.map(({ text, ...item }) => ({ ...item, text: toValues(text) })) } };
}

/** What the MCP server is expected to answer: what it answered then, with what differs in ours. */
export function expectedMcpOf(id: number): unknown {
  const recorded = readRecording(mcpRecording).mcp.find(({ mcp, message }) => mcp === 'server' && message?.id === id)?.message as McpMessage;
  const expected = toMcpPrinted(recorded);
  const text = recorded.result?.content?.[0]?.text as string | undefined;
  if (text?.includes('# RESOURCE DATA')) return withText(recorded, sameResources(text));
  if (text?.includes('job running')) return withText(recorded, bothRuns(text));
  return expected;
}

const textIn = (text: string): readonly unknown[] => [toPrinted({ exitCode: 0, stdout: text, stderr: '' }).stdout];

function toValues(text: string): readonly unknown[] {
  const [head = '', data] = text.split('# RESOURCE DATA\n\n');
  if (data !== undefined) return [...textIn(head), ...textIn(data)];
  return text.includes('# CONSOLE LOGS') ? [withoutRace(text)] : textIn(text);
}

function withText({ result }: McpMessage, text: readonly unknown[]): unknown {
  return { result: { ...result, content: [{ ...result.content[0], text }] } };
}

/** The MCP server describes resources as the command line does, with other names of members. */
function sameResources(text: string): readonly unknown[] {
  const [head, resources] = toValues(text) as [unknown, Record<string, unknown>[]];
  const known = resources.map(({ health_reports: healthReports, ...resource }) => ({ ...resource, healthReports }));
  const applied = describeDifferences
    .filter(({ recordings }) => recordings.includes('cli/describe-hidden'))
    .reduce((printed, { instead }) => instead(printed), { exitCode: 0, stdout: known, stderr: [] } as Printed);
  return [head, (applied.stdout as Record<string, unknown>[]).map(({ healthReports, ...resource }) => ({ ...resource, health_reports: healthReports }))];
}

/** The log of a resource keeps the lines of its earlier runs, and says how each of them ended; those of .NET are lost with the process. */
function bothRuns(text: string): readonly unknown[] {
  const run = [`[sys] Starting process...: Cmd = bash, Args = ["-c", "echo job running; sleep 1; echo job done"]`, 'job running', 'job done'];
  const lines = [...run, '[sys] The process has ended with exit code 0', "Executing command 'start'.", ...run];
  lines.push('[sys] The process has ended with exit code 0', "Successfully executed command 'start'.");
  const [, before = '', after = ''] = /^[^]*?(\n\n# CONSOLE LOGS\n\n```plaintext\n)[^]*(\n```)$/.exec(text) ?? [];
  return [withoutRace(`Returned ${lines.length} console logs.${before}${lines.join('\n')}${after}`)];
}

/** The end of the command is logged at about the same moment as the first line of what it has started: here it comes last. */
function withoutRace(text: string): readonly string[] {
  const lines = text.split('\n');
  const isSuccess = (line: string) => line.startsWith('Successfully executed command');
  return [...lines.filter(line => !isSuccess(line)), ...lines.filter(isSuccess)];
}

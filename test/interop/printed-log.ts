import type { Printed } from './recorded-command.js';

/** A line of a resource's log, as the command line prints it. */
export interface PrintedLine {
  readonly resourceName: string;
  readonly content: string;
  readonly isError?: boolean;
  readonly timestamp?: string;
}

/** Changes the log that was printed in either form, and leaves the rest of the output. */
export function withLog(printed: Printed, change: (lines: readonly PrintedLine[]) => unknown): Printed {
  const { stdout } = printed;
  if (isLogObject(stdout)) return { ...printed, stdout: { ...stdout, logs: change(stdout.logs) } };
  if (!Array.isArray(stdout)) return printed;
  const [first] = stdout as readonly unknown[];
  if (typeof first === 'object') return { ...printed, stdout: change(stdout as PrintedLine[]) };
  const { head, lines } = parseLines(stdout as string[]);
  return lines.length === 0 ? printed : { ...printed, stdout: { head, logs: change(lines) } };
}

function isLogObject(stdout: unknown): stdout is { readonly logs: readonly PrintedLine[] } {
  return typeof stdout === 'object' && stdout !== null && 'logs' in stdout;
}

/** Lines of text: `[resource] content`; what is in between belongs to the one before, because that was too long for one, or had several. */
function parseLines(text: readonly string[]): { readonly head: readonly string[]; readonly lines: readonly PrintedLine[] } {
  const head: string[] = [];
  const lines: PrintedLine[] = [];
  for (const line of text) {
    const [, resourceName, content = ''] = /^\[([^\]]+)\] ?(.*)$/.exec(line) ?? [];
    const last = lines.pop();
    if (last) lines.push(resourceName === undefined ? { ...last, content: `${last.content} ${line}` } : last);
    if (resourceName !== undefined) lines.push({ resourceName, content });
    else if (!last) head.push(line);
  }
  return { head, lines };
}

/** The lines of each resource. */
export function byResource(lines: readonly PrintedLine[]): Readonly<Record<string, readonly string[]>> {
  const resources: Record<string, string[]> = {};
  for (const { resourceName, content } of lines) (resources[resourceName] ??= []).push(content);
  return resources;
}

import { isHiddenResource, type ResourceLogLine, type ResourceSnapshot } from 'hostward/backchannel';
import { CancellationSource } from '../../../src/hosting/time/index.js';
import { isCancellation } from '../../../src/hosting/primitives/index.js';
import { beside, type CommandContext, printsJson } from './command-context.js';
import { type LogLine, matchesSearch, mergeByTime, shownTime, toLogLine, withoutControlSequences } from './log-lines.js';
import { sameText, shownName } from './resource-names.js';

/** `logs`: the lines of one resource or of all, as they are or as they come. */
export async function logs(context: CommandContext): Promise<number> {
  const { line, output, connect, interruption } = context;
  const [name] = line.positionals;
  const { tail, search, follow } = line.options;
  const connection = await connect();
  const all = new Map((await connection.getResources({ includeHidden: true })).map(resource => [resource.name, resource]));
  using ending = new CancellationSource({ linkedTo: [interruption] });
  const watching = beside(connection.watchResources({ signal: ending.signal }), resource => all.set(resource.name, resource));
  try {
    const problem = problemWith(name, line.options['include-hidden'] === true, [...all.values()]);
    if (problem?.isError) output.error(problem.text);
    else if (problem) output.information(problem.text);
    if (problem) return problem.exitCode;
    const includeHidden = name !== undefined || line.options['include-hidden'] === true;
    const request = { ...(name !== undefined && { resourceName: name }), ...(typeof search === 'string' && { search }), includeHidden };
    const limit = typeof tail === 'string' ? { tail: Number(tail) } : {};
    const read = toReader(context, all, includeHidden);
    if (!follow || typeof tail === 'string') {
      output.say('Getting logs...');
      const lines = await collect(connection.getConsoleLogs({ ...request, ...limit, follow: false }, { signal: interruption }), read);
      printSnapshot(mergeByTime(lines), context);
    }
    if (follow) await printEach(connection.getConsoleLogs({ ...request, follow: true }, { signal: interruption }), read, context);
    return 0;
  } finally {
    ending.cancel();
    await watching;
  }
}

function problemWith(name: string | undefined, includeHidden: boolean, all: readonly ResourceSnapshot[]) {
  if (name !== undefined) {
    const isThere = all.some(resource => sameText(resource.name, name) || sameText(resource.displayName, name));
    return isThere ? undefined : { text: `Resource '${name}' was not found.`, exitCode: 1, isError: true };
  }
  const isAny = all.some(resource => includeHidden || !isHiddenResource(resource));
  return isAny ? undefined : { text: 'No resources found.', exitCode: 0, isError: false };
}

type Reader = (line: ResourceLogLine) => LogLine | undefined;

/** Reads lines as they are shown; undefined for those that are not. */
function toReader({ line }: CommandContext, all: ReadonlyMap<string, ResourceSnapshot>, includeHidden: boolean): Reader {
  const { search } = line.options;
  return received => {
    const resource = all.get(received.resourceName);
    if (resource && !includeHidden && isHiddenResource(resource)) return undefined;
    const read = toLogLine(received, resource ? shownName(resource, [...all.values()]) : received.resourceName);
    return typeof search === 'string' && !matchesSearch(read, search) ? undefined : read;
  };
}

async function collect(lines: AsyncIterable<ResourceLogLine>, read: Reader): Promise<readonly LogLine[]> {
  const collected: LogLine[] = [];
  for await (const line of lines) collected.push(...[read(line)].filter(shown => shown !== undefined));
  return collected;
}

function printSnapshot(lines: readonly LogLine[], context: CommandContext): void {
  const { line, output } = context;
  const { tail } = line.options;
  const shown = typeof tail === 'string' ? lines.slice(-Number(tail)) : lines;
  if (printsJson(line)) return output.json({ logs: shown.map(each => toJson(each, line.options['timestamps'] === true)) });
  if (shown.length === 0) output.information('No logs found.');
  for (const each of shown) print(each, context);
}

async function printEach(lines: AsyncIterable<ResourceLogLine>, read: Reader, context: CommandContext): Promise<void> {
  try {
    for await (const line of lines) {
      const shown = read(line);
      if (shown && printsJson(context.line)) context.output.jsonLine(toJson(shown, context.line.options['timestamps'] === true));
      else if (shown) print(shown, context);
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

function print({ name, content, time }: LogLine, { line, output }: CommandContext): void {
  const prefix = line.options['timestamps'] === true && time !== undefined ? `${shownTime(time)} ` : '';
  output.say(`${prefix}[${name}] ${withoutControlSequences(content)}`);
}

function toJson({ name, content, isError, time }: LogLine, withTime: boolean): object {
  return { resourceName: name, ...(withTime && time !== undefined && { timestamp: shownTime(time) }), content, isError };
}

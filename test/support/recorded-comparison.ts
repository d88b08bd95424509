import type { Conversation, Exchange } from './recorded-conversation.js';

/** A place where two conversations differ. */
export interface Difference {
  /** The request by its method and id. */
  readonly request: string;
  /** Where in the answer, such as `result.resources[web].urls[http].url`. */
  readonly at: string;
  /** Undefined where one of them has nothing. */
  readonly recorded?: unknown;
  readonly ours?: unknown;
}

/** Everything in which our answers differ from the recorded ones, apart from what no two runs have in common: times, process ids, ports, versions. */
export function differencesBetween(recorded: Conversation, ours: Conversation): Difference[] {
  const found: Difference[] = [];
  for (const [key, exchange] of recorded.exchanges) found.push(...differencesOf(exchange, ours.exchanges.get(key)));
  for (const [key, { name, answer }] of ours.exchanges) {
    if (!recorded.exchanges.has(key)) found.push({ request: name, at: 'request', ours: answer });
  }
  const isIn = (list: Conversation['unasked'], message: unknown) => list.some(other => JSON.stringify(other.message) === JSON.stringify(message));
  for (const { message } of recorded.unasked) if (!isIn(ours.unasked, message)) found.push({ request: 'none', at: 'unasked', recorded: message });
  for (const { message } of ours.unasked) if (!isIn(recorded.unasked, message)) found.push({ request: 'none', at: 'unasked', ours: message });
  const isSame = recorded.hungUp.size === ours.hungUp.size && [...recorded.hungUp].every(conn => ours.hungUp.has(conn));
  if (!isSame) found.push({ request: 'none', at: 'hangs up', recorded: [...recorded.hungUp], ours: [...ours.hungUp] });
  return found;
}

function differencesOf(recorded: Exchange, ours: Exchange | undefined): Difference[] {
  const { name } = recorded;
  const report: Report = (at, left, right) =>
    found.push({ request: name, at, ...(left !== undefined && { recorded: left }), ...(right !== undefined && { ours: right }) });
  const found: Difference[] = [];
  if (!recorded.answer || !ours?.answer) {
    if (recorded.answer !== ours?.answer) report('answer', recorded.answer, ours?.answer);
    return found;
  }
  if ('error' in recorded.answer !== 'error' in ours.answer) {
    report('answer', normal(recorded.answer), normal(ours.answer));
    return found;
  }
  compare('', normal(recorded.answer), normal(ours.answer), report);
  if (recorded.stream && ours.stream) compare('stream', normalStream(recorded.method, recorded.stream), normalStream(recorded.method, ours.stream), report);
  return found;
}

type Report = (at: string, recorded: unknown, ours: unknown) => void;

function compare(at: string, recorded: unknown, ours: unknown, report: Report): void {
  if (Array.isArray(recorded) && Array.isArray(ours)) return compareLists(at, recorded, ours, report);
  if (isObject(recorded) && isObject(ours)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(ours)]))
      compare(at === '' ? name : `${at}.${name}`, recorded[name], ours[name], report);
    return;
  }
  if (JSON.stringify(recorded) !== JSON.stringify(ours)) report(at, recorded, ours);
}

/** Items are matched by what names them, so that one more or less does not make all others different. */
function compareLists(at: string, recorded: readonly unknown[], ours: readonly unknown[], report: Report): void {
  const [left, right] = [keyed(recorded), keyed(ours)];
  for (const key of new Set([...left.keys(), ...right.keys()])) compare(`${at}[${key}]`, left.get(key), right.get(key), report);
  const order = (keys: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) => [...keys.keys()].filter(key => other.has(key));
  const [leftOrder, rightOrder] = [order(left, right), order(right, left)];
  if (leftOrder.join('\n') !== rightOrder.join('\n')) report(`${at}(order)`, leftOrder, rightOrder);
}

function keyed(items: readonly unknown[]): Map<string, unknown> {
  const result = new Map<string, unknown>();
  items.forEach((item, index) => {
    const name = nameOf(item) ?? String(index);
    let key = name;
    for (let number = 2; result.has(key); number++) key = `${name}#${number}`;
    result.set(key, item);
  });
  return result;
}

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (!isObject(item)) return undefined;
  const { name, argumentName, resourceName, type, content, target, message, text } = item;
  if (typeof content === 'string') return `${String(resourceName)}: ${content.replace(/^<time> /, '')}`;
  if (typeof type === 'string' && typeof resourceName === 'string') return `${type} ${resourceName}`;
  return [name, argumentName, target, message, text].find(value => typeof value === 'string');
}

/**
 * The items of a stream. Snapshots are sorted by resource, since a .NET AppHost replays them in no particular order, and named by their state, of which there
 * may be several in turn; the lines of all batches are one list.
 */
function normalStream(method: string, { values, isFinished }: NonNullable<Exchange['stream']>): unknown {
  const items = normal(values) as any[];
  if (method.includes('Batches')) return { lines: items.flatMap(({ lines }) => lines), isFinished };
  if (!method.includes('Watch')) return { items, isFinished };
  const byResource = new Map<string, unknown[]>();
  for (const item of items) byResource.set(item.name, [...(byResource.get(item.name) ?? []), { ...item, name: `${item.name} ${item.state}` }]);
  return { snapshots: Object.fromEntries([...byResource].sort(([a], [b]) => (a < b ? -1 : 1))), isFinished };
}

const timeNames = /^(timestamp|createdAt|startedAt|stoppedAt|stableStartedAt|cliStartedAt|cliStableStartedAt)$/;
const processNames = /^(pid|processId|cliProcessId|executable\.pid)$/;
/** Instances are named anew at each start. */
const instance = /\b(sleeper|ticker|ansi|web|job|failing|badcmd|manual|after-web|never|blocked|replicated|replicated-rebuilder)(-\d)?-[a-z]{8}\b/g;
const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g;

/** The value without what differs from run to run. That something is null stays. */
function normal(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(item => normal(item));
  if (isObject(value)) return name === 'data' ? Object.keys(value).sort().join(', ') : normalObject(value);
  if (value === null) return null;
  if (timeNames.test(name) && typeof value === 'string') return '<time>';
  if (processNames.test(name)) return `<process id as ${typeof value}>`;
  if (name === 'aspireHostVersion') return '<version>';
  if (typeof value !== 'string') return value;
  return value
    .replace(moment, '<time>')
    .replace(instance, '$1')
    .replace(/\/bch\/[\w-]+\.\d+/g, '/bch/<socket>')
    .replace(/\b(localhost:|listening on )\d+/g, '$1<port>');
}

function normalObject(value: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, normal(member, name)]);
  const result = Object.fromEntries(entries);
  return result['name'] === 'PORT' && typeof result['value'] === 'string' ? { ...result, value: '<port>' } : result;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

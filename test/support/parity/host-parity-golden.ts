import { isDeepStrictEqual } from 'node:util';

/** One thing that happened: where, its name, and what the golden part of a recording has for it. */
export interface TraceEvent {
  readonly lane: string;
  readonly text: string;
  readonly entry: unknown;
}

/** What the original was seen to do: the format of the recordings of the host. */
export interface Golden {
  readonly lanes: Readonly<Record<string, readonly unknown[]>>;
  readonly multisets?: Readonly<Record<string, readonly unknown[]>>;
  readonly variants?: Readonly<Record<string, readonly (readonly unknown[])[]>>;
  readonly truncated?: readonly string[];
  readonly before: readonly (readonly [string, string])[];
}

/** Says where `trace` leaves what `golden` allows; nothing when it does not. */
export function departures(golden: Golden, trace: readonly TraceEvent[]): string[] {
  const lanes = new Map<string, unknown[]>();
  for (const { lane, entry } of trace) lanes.set(lane, [...(lanes.get(lane) ?? []), entry]);
  const names = new Set([golden.lanes, golden.multisets ?? {}, golden.variants ?? {}, Object.fromEntries(lanes)].flatMap(Object.keys));
  return [...[...names].flatMap(lane => departuresInLane(golden, lane, lanes.get(lane) ?? [])), ...departuresInOrder(golden, trace)];
}

function departuresInLane({ lanes, multisets = {}, variants = {}, truncated = [] }: Golden, lane: string, actual: readonly unknown[]): string[] {
  if (truncated.includes(lane)) return [];
  const inAnyOrder = Object.hasOwn(multisets, lane) ? [multisets[lane]!] : variants[lane];
  const allowed = inAnyOrder ?? [lanes[lane] ?? []];
  const isAllowed = allowed.some(entries => (inAnyOrder ? isDeepStrictEqual(sorted(entries), sorted(actual)) : isDeepStrictEqual(entries, actual)));
  return isAllowed ? [] : [`${lane} is ${JSON.stringify(actual)}, allowed: ${allowed.map(entries => JSON.stringify(entries)).join(' or ')}`];
}

function departuresInOrder({ before }: Golden, trace: readonly TraceEvent[]): string[] {
  const positions = positionsOf(trace);
  return before.flatMap(([first, second]) => {
    const missing = [first, second].filter(id => !positions.has(id));
    if (missing.length > 0) return missing.map(id => `${id} did not happen`);
    return positions.get(first)! < positions.get(second)! ? [] : [`${first} came after ${second}`];
  });
}

function positionsOf(trace: readonly TraceEvent[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const [position, { lane, text }] of trace.entries()) {
    const count = counts.get(`${lane}:${text}`) ?? 0;
    counts.set(`${lane}:${text}`, count + 1);
    positions.set(`${lane}#${count}:${text}`, position);
  }
  return positions;
}

function sorted(entries: readonly unknown[]): string[] {
  return entries.map(entry => JSON.stringify(entry)).sort();
}

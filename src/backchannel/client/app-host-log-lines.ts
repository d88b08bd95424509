import type { ResourceLogLine } from '../contract/index.js';

/** A line of the log of a resource. */
export interface AppHostLogLine {
  /** The instance name. */
  readonly resource: string;
  /** When it was logged; undefined when the line does not say. */
  readonly timestamp: Date | undefined;
  /** Without the timestamp. Colours are left in; a line that was logged as one may hold line feeds. */
  readonly text: string;
  readonly isError: boolean;
}

const beginning = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z(?: |$)/;

/** Takes the timestamp off. */
export function parseLogLine({ resourceName, content, isError }: ResourceLogLine): AppHostLogLine {
  const [prefix = '', seconds = '', fraction = ''] = beginning.exec(content) ?? [];
  const timestamp = new Date(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  const isTimed = prefix !== '' && !Number.isNaN(timestamp.getTime());
  return { resource: resourceName, timestamp: isTimed ? timestamp : undefined, text: isTimed ? content.slice(prefix.length) : content, isError };
}

/** When a line was logged, in a form that sorts by time down to the last digit; undefined when it does not say. */
function sortKey(content: string): string | undefined {
  const [, seconds, fraction = ''] = beginning.exec(content) ?? [];
  return seconds === undefined ? undefined : `${seconds}.${fraction.padEnd(9, '0')}`;
}

/** The lines in the order of time. Those of one time keep their order, and one without a time stays behind that of its resource which it follows. */
export function inOrderOfTime(lines: readonly ResourceLogLine[]): readonly ResourceLogLine[] {
  const latest = new Map<string, string>();
  const keyed = lines.map(line => {
    const key = sortKey(line.content) ?? latest.get(line.resourceName) ?? '';
    latest.set(line.resourceName, key);
    return { key, line };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ line }) => line);
}

/**
 * Tells the lines that a reader has had already from new ones, when an AppHost sends its backlog a second time.
 *
 * The second time it has another order, and new lines may stand in the midst of it. A line without a time may be said again, so it counts as old only as long as the stream
 * is within the backlog.
 */
export class SeenLines {
  readonly #counts = new Map<string, number>();
  readonly #sizes = new Map<string, number>();

  constructor(lines: readonly ResourceLogLine[]) {
    for (const line of lines) {
      add(this.#counts, identityOf(line), 1);
      add(this.#sizes, line.resourceName, 1);
    }
  }

  /** Whether this is one of them. Each counts once. */
  take(line: ResourceLogLine): boolean {
    const key = identityOf(line);
    const count = this.#counts.get(key);
    if (count === undefined) return false;
    if (sortKey(line.content) === undefined && line.lineNumber > (this.#sizes.get(line.resourceName) ?? 0)) return false;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
    return true;
  }
}

function identityOf({ resourceName, content, isError }: ResourceLogLine): string {
  return `${resourceName}\0${isError}\0${content}`;
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

import type { ResourceLogLine } from 'hostward/backchannel';

/** A line of a log with its time taken off. */
export interface LogLine {
  /** The name to show. */
  readonly name: string;
  readonly content: string;
  readonly isError: boolean;
  /** Milliseconds; undefined for a line without a time. */
  readonly time: number | undefined;
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?)\s?/;

/** Takes the time off a line's content, with one white space behind it. */
export function toLogLine({ content, isError }: ResourceLogLine, name: string): LogLine {
  const found = timestamp.exec(content);
  const time = found ? Date.parse(found[1]!) : Number.NaN;
  if (!found || Number.isNaN(time)) return { name, content, isError, time: undefined };
  return { name, content: content.slice(found[0].length), isError, time: preciseTime(found[1]!, time) };
}

/** The lines in order of time: each behind the last that is not later, one without time behind all. */
export function mergeByTime(lines: readonly LogLine[]): readonly LogLine[] {
  const merged: LogLine[] = [];
  for (const line of lines) {
    const { time } = line;
    let index = merged.length;
    if (time !== undefined) {
      index = merged.findLastIndex(other => other.time !== undefined && other.time <= time) + 1;
      while (index < merged.length && merged[index]!.time === undefined) index++;
    }
    merged.splice(index, 0, line);
  }
  return merged;
}

/** Whether every word of a search is in the line, in any letter case, colours aside. */
export function matchesSearch({ content, name }: LogLine, search: string): boolean {
  const texts = [content, withoutControlSequences(content), name].map(text => text.toUpperCase());
  return searchFragments(search).every(fragment => texts.some(text => text.includes(fragment.toUpperCase())));
}

/** What a search looks for: its words, texts in quotes whole, of `key:value` the value. */
export function searchFragments(search: string): readonly string[] {
  return [...search.matchAll(/(?:[-@]?[\w.]+:[<>]?=?)?(?:"([^"]*)"|(\S+))|\S+/g)].map(([whole, quoted, value]) => quoted ?? value ?? whole);
}

export function withoutControlSequences(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what it is about
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
}

/** The time as `-t` shows it. */
export function shownTime(time: number): string {
  return new Date(Math.floor(time)).toISOString();
}

/** With the digits beyond the millisecond, which decide on the order. */
function preciseTime(text: string, milliseconds: number): number {
  const digits = /\.\d{3}(\d+)/.exec(text)?.[1];
  return digits === undefined ? milliseconds : Math.floor(milliseconds) + Number(`0.${digits}`);
}

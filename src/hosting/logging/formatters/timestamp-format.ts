import { HostwardError } from '../../primitives/index.js';
import { TimeProvider } from '../../time/index.js';

/** Writes a moment, given as milliseconds since 1970, as text. */
export type TimestampFormatter = (milliseconds: number) => string;

/** Options of {@link compileTimestampFormat}. */
export interface TimestampFormatOptions {
  /** Whether the text is in UTC. Default: false, in the time zone of `timeProvider`. */
  readonly utc?: boolean;
  /** The clock whose time zone counts. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
}

/**
 * Reads a format of date and time of .NET, standard (`o`, `s`, `u`…) or custom (`yyyy-MM-dd HH:mm:ss.fff zzz`, `'at' HH:mm`), in the invariant culture.
 *
 * @throws HostwardError (`ERR_TIMESTAMP_FORMAT`) when it is none
 * @see System.DateTimeOffset.ToString
 */
export function compileTimestampFormat(format: string, { utc = false, timeProvider = TimeProvider.system }: TimestampFormatOptions = {}): TimestampFormatter {
  const { custom, isUniversal } = expand(format);
  const parts = parse(custom, format);
  const offsetAt = utc ? () => 0 : localOffset(timeProvider);
  let [last, lastText] = [Number.NaN, ''];
  return milliseconds => {
    // Entries come in bunches.
    if (milliseconds === last) return lastText;
    const moment = new Moment(milliseconds, isUniversal ? 0 : offsetAt(milliseconds));
    lastText = parts.reduce((text, part) => part(moment, text), '');
    last = milliseconds;
    return lastText;
  };
}

/** A moment as the clocks of a place show it. */
class Moment {
  readonly clock: Date;

  constructor(
    milliseconds: number,
    readonly offsetMinutes: number,
  ) {
    this.clock = new Date(milliseconds + offsetMinutes * 60_000);
  }

  /** The offset as `+05:30`. */
  get zone(): string {
    return `${this.zoneHours(2)}:${pad(Math.abs(this.offsetMinutes) % 60, 2)}`;
  }

  zoneHours(digits: number): string {
    return (this.offsetMinutes < 0 ? '-' : '+') + pad(Math.trunc(Math.abs(this.offsetMinutes) / 60), digits);
  }
}

/** Appends its text to what there is; it is given that because `F` takes a point back. */
type Part = (moment: Moment, text: string) => string;

const longDate = 'dddd, dd MMMM yyyy';
const shortDate = 'MM/dd/yyyy';

/** The standard formats, as custom ones; those of `universal` are in UTC whatever the time zone is. */
const standard: Readonly<Record<string, string>> = {
  d: shortDate,
  D: longDate,
  f: `${longDate} HH:mm`,
  F: `${longDate} HH:mm:ss`,
  g: `${shortDate} HH:mm`,
  G: `${shortDate} HH:mm:ss`,
  m: 'MMMM dd',
  M: 'MMMM dd',
  o: 'yyyy-MM-ddTHH:mm:ss.fffffffK',
  O: 'yyyy-MM-ddTHH:mm:ss.fffffffK',
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  s: 'yyyy-MM-ddTHH:mm:ss',
  t: 'HH:mm',
  T: 'HH:mm:ss',
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  y: 'yyyy MMMM',
  Y: 'yyyy MMMM',
};
const universal = 'rRu';

function expand(format: string): { custom: string; isUniversal: boolean } {
  if (format === '') return { custom: `${shortDate} HH:mm:ss zzz`, isUniversal: false };
  if (format.length > 1) return { custom: format, isUniversal: false };
  const custom = Object.hasOwn(standard, format) ? standard[format] : undefined;
  if (custom === undefined) throw invalid(format, `'${format}' is no standard format; write %${format} for a custom one of a single letter`);
  return { custom, isUniversal: universal.includes(format) };
}

function parse(custom: string, whole: string): Part[] {
  const parts: Part[] = [];
  for (let position = 0; position < custom.length;) {
    const letter = custom[position]!;
    const next = custom[position + 1];
    let text: string | undefined = letter;
    let length = 1;
    if ('dfFghHKmMstyz'.includes(letter)) {
      length = letter === 'K' ? 1 : runLength(custom, position);
      parts.push(partOf(custom.slice(position, position + length), whole));
      text = undefined;
    } else if (letter === '"' || letter === "'") {
      ({ text, length } = readQuoted(custom, position, whole));
    } else if (letter === '%' || letter === '\\') {
      if (next === undefined || (letter === '%' && next === '%')) throw invalid(whole, `nothing follows a ${letter}`);
      length = 2;
      text = letter === '%' ? undefined : next;
      if (letter === '%') parts.push(...parse(next, whole));
    }
    if (text !== undefined) parts.push(literal(text));
    position += length;
  }
  return parts;
}

function runLength(text: string, start: number): number {
  let end = start + 1;
  while (text[end] === text[start]) end++;
  return end - start;
}

function literal(text: string): Part {
  return (_moment, before) => before + text;
}

/** A literal between quotes, in which a backslash takes the next character as it is. */
function readQuoted(format: string, start: number, whole: string): { text: string; length: number } {
  const quote = format[start];
  let text = '';
  for (let index = start + 1; index < format.length; index++) {
    if (format[index] === quote) return { text, length: index + 1 - start };
    if (format[index] === '\\') index++;
    text += format[index] ?? '';
  }
  throw invalid(whole, `the literal that begins with ${quote} has no end`);
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** What a run of one letter writes. */
function partOf(run: string, whole: string): Part {
  const count = run.length;
  const two = Math.min(count, 2);
  const fraction = ({ clock }: Moment) => `${pad(clock.getUTCMilliseconds(), 3)}0000`.slice(0, count);
  switch (run[0]) {
    case 'd':
      if (count <= 2) return append(({ clock }) => pad(clock.getUTCDate(), count));
      return append(({ clock }) => named(days, clock.getUTCDay(), count));
    case 'M':
      if (count <= 2) return append(({ clock }) => pad(clock.getUTCMonth() + 1, count));
      return append(({ clock }) => named(months, clock.getUTCMonth(), count));
    case 'y':
      return append(({ clock }) => pad(count <= 2 ? clock.getUTCFullYear() % 100 : clock.getUTCFullYear(), count));
    case 'H':
      return append(({ clock }) => pad(clock.getUTCHours(), two));
    case 'h':
      return append(({ clock }) => pad(clock.getUTCHours() % 12 || 12, two));
    case 'm':
      return append(({ clock }) => pad(clock.getUTCMinutes(), two));
    case 's':
      return append(({ clock }) => pad(clock.getUTCSeconds(), two));
    case 't':
      return append(({ clock }) => (clock.getUTCHours() < 12 ? 'AM' : 'PM').slice(0, two));
    case 'f':
      throwIfTooLong(count, whole);
      return append(fraction);
    case 'F':
      throwIfTooLong(count, whole);
      return (moment, text) => {
        const digits = fraction(moment).replace(/0+$/, '');
        return digits === '' && text.endsWith('.') ? text.slice(0, -1) : text + digits;
      };
    case 'z':
      return append(moment => (count <= 2 ? moment.zoneHours(count) : moment.zone));
    case 'K':
      return append(({ zone }) => zone);
    default:
      return append(() => 'A.D.');
  }
}

function append(textOf: (moment: Moment) => string): Part {
  return (moment, text) => text + textOf(moment);
}

function throwIfTooLong(count: number, whole: string): void {
  if (count > 7) throw invalid(whole, `a second has 7 digits at most, not ${count}`);
}

function named(names: readonly string[], index: number, count: number): string {
  const name = names[index]!;
  return count === 3 ? name.slice(0, 3) : name;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** Minutes that the local time is ahead of UTC. The system's zone is asked for without js-joda, which takes its time to load. */
function localOffset(timeProvider: TimeProvider): (milliseconds: number) => number {
  if (timeProvider === TimeProvider.system) return milliseconds => -new Date(milliseconds).getTimezoneOffset();
  return milliseconds => Math.trunc(timeProvider.localTimeZone.rules().offsetOfEpochMilli(milliseconds).totalSeconds() / 60);
}

function invalid(format: string, why: string): HostwardError {
  return new HostwardError('ERR_TIMESTAMP_FORMAT', `Expected a .NET format of date and time such as 'yyyy-MM-dd HH:mm:ss ', but found '${format}': ${why}.`);
}

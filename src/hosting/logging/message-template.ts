import { type FormatItem, parseCompositeFormat } from './composite-format.js';
import { FormatError } from './format-error.js';
import type { LogValues } from './logger.js';
import { formattedText, valueText } from './value-text.js';

/** The name under which .NET gives the template itself, behind the values. */
export const originalFormatName = '{OriginalFormat}';

const noValues: LogValues = [];

/** A placeholder, as it is written and as it is filled. */
interface Hole {
  readonly name: string;
  readonly source: string;
  /** Undefined where nothing is to be done but to put the text there. */
  readonly item: FormatItem | undefined;
}

/**
 * A message template that has been read once: `order {Id} is {Hours,5:F1} late`.
 *
 * Differs from .NET: there, a template that is wrong, or that has more placeholders than there are values, makes the logging call fail. Here `render` and
 * `valuesOf` do what can be done, because a word in a message is no reason for a program to end; `format` and `formatValues` do what .NET does.
 *
 * @see Microsoft.Extensions.Logging.LogValuesFormatter
 */
export class MessageTemplate {
  /** Why .NET would refuse the template; undefined when it is right. */
  readonly problem: FormatError | undefined;
  readonly #holes: readonly Hole[];
  readonly #literals: readonly string[];

  constructor(readonly text: string) {
    const { holes, composite } = findHoles(text);
    try {
      const { items, literals } = parseCompositeFormat(composite);
      this.#holes = holes.map((hole, index) => ({ ...hole, item: needsItem(items[index]!) ? items[index] : undefined }));
      // Without a placeholder the text is not taken for a format at all: doubled braces stay.
      this.#literals = holes.length === 0 ? [text] : literals;
    } catch (error) {
      this.problem = error as FormatError;
      this.#holes = holes.map(hole => ({ ...hole, item: undefined }));
      this.#literals = holes.length === 0 ? [text] : literalsAround(text, holes);
    }
  }

  /** The names of the placeholders in order; one may occur twice. */
  get names(): string[] {
    return this.#holes.map(({ name }) => name);
  }

  /** The text. Never throws: placeholders without a value stay as they are written, and so does what is no placeholder for .NET. */
  render(args: readonly unknown[]): string {
    if (args.length === 0) return this.text;
    let text = this.#literals[0]!;
    for (let index = 0; index < this.#holes.length; index++) {
      const { item, source } = this.#holes[index]!;
      if (index >= args.length) text += source;
      else text += item ? fill(item, args[index], true) : valueText(args[index]);
      text += this.#literals[index + 1]!;
    }
    return text;
  }

  /** The values by name. Never throws: placeholders without a value are left out. */
  valuesOf(args: readonly unknown[]): LogValues {
    const count = Math.min(args.length, this.#holes.length);
    if (count === 0) return noValues;
    const values: [string, unknown][] = new Array(count) as [string, unknown][];
    for (let index = 0; index < count; index++) values[index] = [this.#holes[index]!.name, args[index]];
    return values;
  }

  /** The text. @throws FormatError where .NET does: a template that is wrong, too few values, a number format that there is not */
  format(args: readonly unknown[]): string {
    if (args.length === 0) return this.text;
    if (this.problem) throw this.problem;
    this.#throwIfTooFew(args);
    return this.#literals.reduce((text, literal, index) => {
      const { item } = this.#holes[index - 1]!;
      return text + (item ? fill(item, args[index - 1], false) : valueText(args[index - 1])) + literal;
    });
  }

  /** The values by name. @throws FormatError where .NET fails: a template that is wrong, too few values */
  formatValues(args: readonly unknown[]): LogValues {
    if (args.length === 0) return noValues;
    if (this.problem) throw this.problem;
    this.#throwIfTooFew(args);
    return this.valuesOf(args);
  }

  #throwIfTooFew(args: readonly unknown[]): void {
    const { length } = this.#holes;
    if (args.length < length) throw new FormatError(`The message template '${this.text}' needs ${length} values, but there are ${args.length}.`);
  }
}

/** The text of a template as .NET writes it; null reads `[null]`. @throws FormatError as {@link MessageTemplate.format} */
export function formatMessage(template: string | null, args: readonly unknown[]): string {
  if (template === null) return '[null]';
  return args.length === 0 ? template : new MessageTemplate(template).format(args);
}

/** The values of a template by name, without the template itself. @throws FormatError as {@link MessageTemplate.formatValues} */
export function templateValues(template: string | null, args: readonly unknown[]): LogValues {
  return template === null || args.length === 0 ? noValues : new MessageTemplate(template).formatValues(args);
}

function needsItem({ alignment, format }: FormatItem): boolean {
  return alignment !== 0 || format !== '';
}

function fill({ alignment, format }: FormatItem, value: unknown, isLenient: boolean): string {
  const text = format === '' ? valueText(value) : formattedText(value, format, isLenient);
  return alignment < 0 ? text.padEnd(-alignment) : text.padStart(alignment);
}

interface FoundHole {
  readonly name: string;
  readonly source: string;
  readonly start: number;
}

/** The placeholders of a template, and the template with their numbers in the place of their names. */
function findHoles(text: string): { holes: FoundHole[]; composite: string } {
  const holes: FoundHole[] = [];
  let composite = '';
  let position = 0;
  while (position < text.length) {
    const open = findBrace(text, '{', position);
    const close = findBrace(text, '}', open);
    if (close === text.length) break;
    const source = text.slice(open, close + 1);
    const delimiter = source.search(/[,:]/);
    const nameEnd = delimiter < 0 ? source.length - 1 : delimiter;
    composite += `${text.slice(position, open)}{${holes.length}${source.slice(nameEnd)}`;
    holes.push({ name: source.slice(1, nameEnd), source, start: open });
    position = close + 1;
  }
  return { holes, composite: composite + text.slice(position) };
}

/** Where the next run of an odd number of braces has its hole: an opening one at its end, a closing one at its beginning. The length when there is none. */
function findBrace(text: string, brace: '{' | '}', from: number): number {
  for (let start = text.indexOf(brace, from); start >= 0;) {
    let end = start;
    while (text[end] === brace) end++;
    if ((end - start) % 2 === 1 || end === text.length) return brace === '{' ? end - 1 : start;
    start = text.indexOf(brace, end);
  }
  return text.length;
}

/** What stands between placeholders of a text that is no valid format; doubled braces are one, others stay. */
function literalsAround(text: string, holes: readonly FoundHole[]): string[] {
  const ends = [0, ...holes.map(({ start, source }) => start + source.length)];
  const starts = [...holes.map(({ start }) => start), text.length];
  return ends.map((end, index) => text.slice(end, starts[index]).replace(/\{\{|\}\}/g, pair => pair[0]!));
}

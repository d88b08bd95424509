import { groupThousands, toDecimalText } from './decimal-text.js';

/** A character of a custom format: a digit's place, or text. */
type Part = { readonly kind: '0' | '#' | '.' | ',' | '%' } | { readonly kind: 'text'; readonly text: string };

/**
 * A number in a custom format: `0.00`, `#,##0`, `0%`, `0,` for thousands, `'text'`, `\0`, and sections for positive, negative and zero numbers that `;` separates.
 *
 * @returns undefined for a format with an exponent, which is not supported
 * @see "Custom numeric format strings" of .NET
 */
export function formatCustomNumber(value: number | bigint, format: string): string | undefined {
  const sections = splitSections(format).map(partsOf);
  if (sections.some(parts => !parts)) return undefined;
  const [positive, negative, zero] = sections as [Part[], Part[]?, Part[]?];
  const hasNegativeSection = value < 0 && !!negative && negative.length > 0;
  const parts = hasNegativeSection ? negative : positive;
  const digits = digitsFor(value, parts);
  if (/[1-9]/.test(digits.text)) return (value < 0 && !hasNegativeSection ? '-' : '') + layOut(parts, digits);
  // What rounds to zero is zero, whatever its sign was.
  const zeroParts = zero && zero.length > 0 ? zero : positive;
  return layOut(zeroParts, digitsFor(0, zeroParts));
}

interface Digits {
  readonly text: string;
  /** The places in front of the decimal point, and those behind it. */
  readonly whole: readonly Part[];
  readonly fraction: readonly Part[];
  readonly hasGroups: boolean;
}

/** The digits of a number, without its sign, as far as there are places for them. */
function digitsFor(value: number | bigint, parts: readonly Part[]): Digits {
  const pointIndex = parts.findIndex(({ kind }) => kind === '.');
  const front = pointIndex < 0 ? parts : parts.slice(0, pointIndex);
  const isPlace = ({ kind }: Part) => kind === '0' || kind === '#';
  const fraction = pointIndex < 0 ? [] : parts.slice(pointIndex).filter(isPlace);
  const marks = front.map(({ kind }) => (kind === '#' ? '0' : kind === 'text' || kind === '%' ? '' : kind)).join('');
  const thousands = /0(,+)$/.exec(marks)?.[1]?.length ?? 0;
  const shift = parts.filter(({ kind }) => kind === '%').length * 2 - thousands * 3;
  const text = toDecimalText(value, fraction.length, { shift, half: 'away' }).replace('-', '');
  return { text, whole: front.filter(isPlace), fraction, hasGroups: /0,+0/.test(marks) };
}

function layOut(parts: readonly Part[], { text, whole, fraction, hasGroups }: Digits): string {
  const [wholeDigits, fractionDigits = ''] = text.split('.') as [string, string | undefined];
  const firstZero = whole.findIndex(({ kind }) => kind === '0');
  const digits = wholeDigits.replace(/^0+/, '').padStart(firstZero < 0 ? 0 : whole.length - firstZero, '0');
  const lastZero = fraction.findLastIndex(({ kind }) => kind === '0');
  const decimals = fractionDigits.slice(0, Math.max(lastZero + 1, fractionDigits.replace(/0+$/, '').length));
  return place(parts, whole.length, hasGroups ? groupThousands(digits) : digits, decimals);
}

/** Puts the digits where their places are: all in front of the first whole place that is left over go with it. */
function place(parts: readonly Part[], wholePlaces: number, whole: string, decimals: string): string {
  let result = '';
  let placesLeft = wholePlaces;
  let rest = whole;
  let decimal = -1;
  for (const part of parts) {
    if (part.kind === 'text') result += part.text;
    else if (part.kind === '%') result += '%';
    else if (part.kind === '.') {
      if (decimal < 0 && decimals !== '') result += '.';
      if (decimal < 0) decimal = 0;
    } else if (part.kind !== ',') {
      if (decimal >= 0) result += decimals[decimal++] ?? '';
      else {
        const count = digitsInFront(rest, --placesLeft);
        result += rest.slice(0, count);
        rest = rest.slice(count);
      }
    }
  }
  return result;
}

/** How long the beginning of `text` is that leaves `digits` digits behind it. */
function digitsInFront(text: string, digits: number): number {
  let end = text.length;
  for (let left = digits; left > 0 && end > 0; end--) if (text[end - 1] !== ',') left--;
  return end;
}

function splitSections(format: string): string[] {
  return format.split(/;(?=(?:[^']*'[^']*')*[^']*$)(?=(?:[^"]*"[^"]*")*[^"]*$)/);
}

function partsOf(section: string): Part[] | undefined {
  const parts: Part[] = [];
  for (const [match] of section.matchAll(/'[^']*'?|"[^"]*"?|\\.?|E[+-]?0+|[^]/giu)) {
    if (/^[0#.,%]$/.test(match)) parts.push({ kind: match as '0' });
    else if (/^e[+-]?0+$/i.test(match)) return undefined;
    else if (/^['"]/.test(match)) parts.push({ kind: 'text', text: match.slice(1).replace(/['"]$/, '') });
    else parts.push({ kind: 'text', text: match.startsWith('\\') ? match.slice(1) : match });
  }
  return parts;
}

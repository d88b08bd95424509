/** A way to read what a configuration says at a place. */
export type Reading =
  | { readonly kind: 'array' | 'object'; readonly value?: undefined }
  | { readonly kind: 'absent'; readonly value?: undefined }
  | { readonly kind: 'value'; readonly value: unknown };

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const integer = /^[+-]?\d+$/;
const boolean = /^(true|false)$/i;
const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * The ways to read what stands at a key, in the order in which they are tried: what a schema accepts first is taken.
 *
 * With something below: a list when all keys are numbers, an object; otherwise an object, a list; then the text, if there is one, too. A text: as it is, as a
 * number, a boolean, an integer of any size, a date. An empty text: as it is, as nothing, as an empty list or object. No value: null, nothing, an empty object
 * or list.
 */
export function readingsOf(text: string | undefined, childKeys: readonly string[]): readonly Reading[] {
  if (childKeys.length > 0) {
    const isList = childKeys.every(key => /^\d+$/.test(key));
    return [{ kind: isList ? 'array' : 'object' }, { kind: isList ? 'object' : 'array' }, ...(text === undefined ? [] : readingsOfText(text))];
  }
  if (text === undefined) return [value(null), { kind: 'absent' }, { kind: 'object' }, { kind: 'array' }];
  return readingsOfText(text);
}

function readingsOfText(text: string): Reading[] {
  if (text === '') return [value(text), { kind: 'absent' }, { kind: 'array' }, { kind: 'object' }];
  const trimmed = text.trim();
  const readings = [value(text)];
  if (decimal.test(trimmed) && isExact(trimmed)) readings.push(value(Number(trimmed)));
  if (boolean.test(trimmed)) readings.push(value(trimmed.toLowerCase() === 'true'));
  if (integer.test(trimmed)) readings.push(value(BigInt(trimmed.replace(/^\+/, ''))));
  if (isoDate.test(trimmed) && !Number.isNaN(Date.parse(trimmed))) readings.push(value(new Date(trimmed)));
  return readings;
}

/** Whether the number is finite and, if it is written as an integer, the same in the program. */
function isExact(text: string): boolean {
  const number = Number(text);
  return Number.isFinite(number) && (!integer.test(text) || Number.isSafeInteger(number));
}

function value(of: unknown): Reading {
  return { kind: 'value', value: of };
}

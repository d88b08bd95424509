/** Numbers of more digits are nobody's, and would take long. */
const maximumDigits = 10_000;

/** `true` and `false`, ignoring case and blanks around. @see System.ComponentModel.BooleanConverter */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : undefined;
}

/** A whole number: digits with a sign, or hexadecimal as `0x10`, `#ff`, `&HFF`. Not checked for any range. @see System.ComponentModel.BaseNumberConverter */
export function parseInteger(text: string): { readonly value: bigint; readonly isHexadecimal: boolean } | undefined {
  const trimmed = text.trim();
  if (trimmed.length > maximumDigits) return undefined;
  const [, digits] = /^(?:#|0x|&h)(?:0x)?([\da-f]+)$/i.exec(trimmed) ?? [];
  if (digits !== undefined) return { value: BigInt(`0x${digits}`), isHexadecimal: true };
  const [, sign, decimal] = /^([+-]?)(\d+)$/.exec(trimmed) ?? [];
  if (decimal === undefined) return undefined;
  return { value: sign === '-' ? -BigInt(decimal) : BigInt(decimal), isHexadecimal: false };
}

/** A number with a point and an exponent, without separators between its digits; also `NaN` and `Infinity`. @see System.ComponentModel.DoubleConverter */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  const [, sign, word] = /^([+-]?)(nan|infinity)$/i.exec(trimmed) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === 'nan') return NaN;
  return sign === '-' ? -Infinity : Infinity;
}

/** The names of an enumeration with their numbers; names ignore case, any number of 32 bits is a value, several are joined by commas and combined bit by bit. */
export function parseEnumeration(text: string, members: ReadonlyMap<string, number>): number | undefined {
  let combined = 0;
  for (const part of text.split(',')) {
    const name = part.trim();
    const value = members.get(name.toLowerCase()) ?? parseInt32(name);
    if (value === undefined) return undefined;
    combined |= value;
  }
  return combined;
}

function parseInt32(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value === (value | 0) ? value : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `1.5s`, `5m`, `2h`, `1d`. */
export function parseUnits(text: string): number | undefined {
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/i.exec(text.trim()) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * units[unit.toLowerCase()]!;
}

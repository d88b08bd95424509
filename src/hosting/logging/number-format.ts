import { formatCustomNumber } from './custom-number-format.js';
import { groupThousands, toDecimalText, toExponentialText } from './decimal-text.js';

/** No format has more decimals than `toFixed` can give. */
const maximumPrecision = 99;

/**
 * A number in one of .NET's formats, of the invariant culture: `D3`, `X`, `F2`, `N0`, `P1`, `E4`, `G`, `C`, or a custom one such as `0.00` and `#,##0`.
 *
 * @returns undefined for a format that there is not, for `D` and `X` with a number that is not whole, and for more than 99 digits
 * @see System.Number.FormatDouble, FormatInt64
 */
export function formatNumber(value: number | bigint, format: string): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const standard = /^([a-z])(\d*)$/i.exec(format);
  if (!standard) return formatCustomNumber(value, format);
  const [, letter, digits] = standard as unknown as [string, string, string];
  const precision = digits === '' ? undefined : Number(digits);
  if ((precision ?? 0) > maximumPrecision) return undefined;
  const formatter = formatters[letter.toUpperCase()];
  const text = formatter?.(value, precision);
  return letter >= 'a' && letter !== 'p' && letter !== 'n' ? text?.toLowerCase() : text;
}

type Formatter = (value: number | bigint, precision: number | undefined) => string | undefined;

const formatters: Readonly<Record<string, Formatter | undefined>> = {
  D: (value, precision = 0) => (isWhole(value) ? signed(value, magnitude => magnitude.padStart(precision, '0')) : undefined),
  X: (value, precision = 0) => (isWhole(value) ? bitsOf(value).toString(16).toUpperCase().padStart(precision, '0') : undefined),
  F: (value, precision = 2) => toDecimalText(value, precision),
  N: (value, precision = 2) => groupThousands(toDecimalText(value, precision)),
  C: (value, precision = 2) => {
    const text = groupThousands(toDecimalText(value, precision));
    return text.startsWith('-') ? `(¤${text.slice(1)})` : `¤${text}`;
  },
  P: (value, precision = 2) => `${groupThousands(toDecimalText(value, precision, { shift: 2 }))} %`,
  E: (value, precision = 6) => withExponent(toExponentialText(Number(value), precision), 3),
  G: (value, precision = 0) => (precision === 0 ? shortest(value) : general(Number(value), precision)),
  R: shortest,
};

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** The digits of a whole number, changed, behind its sign. */
function signed(value: number | bigint, change: (magnitude: string) => string): string {
  const text = BigInt(value).toString();
  return text.startsWith('-') ? `-${change(text.slice(1))}` : change(text);
}

/** A negative number as its two's complement in as many bits as .NET's type for it has. */
function bitsOf(value: number | bigint): bigint {
  const whole = BigInt(value);
  if (whole >= 0n) return whole;
  return BigInt.asUintN(whole >= -0x80000000n ? 32 : 64, whole);
}

/** `1.5e+3` with at least so many digits of the exponent: `1.5E+003`. */
function withExponent(text: string, digits: number): string {
  return text.replace(/e([+-])(\d+)$/, (_match, sign: string, exponent: string) => `E${sign}${exponent.padStart(digits, '0')}`);
}

/** The shortest text that reads back as the same number. */
function shortest(value: number | bigint): string {
  return withExponent(String(value), 2);
}

/** So many significant digits, without zeros at the end, with an exponent where that is shorter. */
function general(value: number, precision: number): string {
  const [mantissa, exponent] = toExponentialText(value, precision - 1).split('e') as [string, string];
  if (Number(exponent) >= precision || Number(exponent) < -5) return withExponent(`${withoutTrailingZeros(mantissa)}e${exponent}`, 2);
  return withoutTrailingZeros(toDecimalText(value, Math.max(0, precision - 1 - Number(exponent))));
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

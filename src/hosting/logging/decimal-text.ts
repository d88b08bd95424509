/** As many digits as `toFixed` and `toExponential` give: enough for every half that a double holds exactly behind the digit that is asked for. */
const exactDigits = 100;

/** Options of {@link toDecimalText}. */
export interface DecimalTextOptions {
  /** By how many places the decimal point moves to the right first: 2 for a percentage. Default: 0. */
  readonly shift?: number;
  /** Where an exact half goes. Default: to the even digit, as in the standard formats of .NET. */
  readonly half?: 'even' | 'away';
}

/** A number with so many decimals, without an exponent. A negative one keeps its sign also when only zeros are left. */
export function toDecimalText(value: number | bigint, decimals: number, { shift = 0, half = 'even' }: DecimalTextOptions = {}): string {
  const exact = exactText(value);
  const isNegative = exact.startsWith('-');
  const [whole, fraction = ''] = (isNegative ? exact.slice(1) : exact).split('.') as [string, string | undefined];
  const left = '0'.repeat(Math.max(0, 1 - whole.length - shift));
  const digits = left + whole + fraction.padEnd(Math.max(0, shift) + decimals + 1, '0');
  const point = left.length + whole.length + shift;
  const rounded = roundAt(digits, point + decimals, half).padStart(decimals + 1, '0');
  const text = decimals === 0 ? rounded : `${rounded.slice(0, -decimals)}.${rounded.slice(-decimals)}`;
  return isNegative ? `-${text}` : text;
}

/** As `toExponential`, but an exact half goes to the even digit. */
export function toExponentialText(value: number, decimals: number): string {
  const [mantissa, exponent] = value.toExponential(exactDigits).split('e') as [string, string];
  const digits = mantissa.replace(/[-.]/g, '');
  const isHalf = /^50*$/.test(digits.slice(decimals + 1));
  if (!isHalf || Number(digits[decimals]) % 2 === 1) return value.toExponential(decimals);
  const sign = value < 0 ? '-' : '';
  return `${sign}${digits[0]}${decimals > 0 ? `.${digits.slice(1, decimals + 1)}` : ''}e${exponent}`;
}

/** Puts a comma between the thousands. */
export function groupThousands(text: string): string {
  const [whole, fraction] = text.split('.') as [string, string | undefined];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The first `count` digits as a whole number, rounded by those that follow. */
function roundAt(digits: string, count: number, half: 'even' | 'away'): string {
  const kept = BigInt(digits.slice(0, count));
  const rest = digits.slice(count);
  const isTie = half === 'even' && /^50*$/.test(rest);
  const roundsUp = isTie ? kept % 2n === 1n : rest >= '5';
  return (kept + (roundsUp ? 1n : 0n)).toString();
}

function exactText(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value).toString();
  return value.toFixed(exactDigits);
}

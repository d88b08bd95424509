import { trimWhiteSpace } from '../../../hosting/logging/white-space.js';

/** A number as .NET reads it with an invariant culture: sign, point and exponent, with zero characters behind it. Blanks around it are gone already. */
const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[\t-\r ]*\0*$/i;

/**
 * The number that a text means; undefined when it means none.
 *
 * Differs from .NET: `NaN`, `Infinity` and what is too large for a number are refused, since a command gets the number and not the text.
 *
 * @see System.Double.TryParse
 */
export function parseNumberArgument(text: string): number | undefined {
  if (!numberText.test(text)) return undefined;
  const number = Number(text.replace(/[\t-\r \0]+$/, ''));
  return Number.isFinite(number) ? number : undefined;
}

/** `true` and `false` in any case, with blanks and zero characters around them. @see System.Boolean.TryParse */
export function parseBooleanArgument(text: string): boolean | undefined {
  const word = trimWhiteSpace(text, '\0').toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

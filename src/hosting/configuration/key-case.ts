/**
 * The form of a key in which keys that differ only in case are equal, and by whose code units keys are sorted.
 *
 * Every character is mapped to one: `ß` stays, unlike with `toUpperCase`.
 *
 * @see System.StringComparer.OrdinalIgnoreCase
 */
export function foldCase(key: string): string {
  return /[\u0080-\uffff]/.test(key) ? Array.from(key, foldCharacter).join('') : key.toUpperCase();
}

/** Whether two keys are the same. */
export function equalKeys(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldCase(a) === foldCase(b));
}

/** Whether `key` begins with `prefix`, in any case. */
export function startsWithKey(key: string, prefix: string): boolean {
  return equalKeys(key.slice(0, prefix.length), prefix);
}

/** Characters that have an upper-case form only among letters they must not be taken for: the dotless i and the long s. */
const unmapped = new Set(['\u0131', '\u017f']);

function foldCharacter(character: string): string {
  if (unmapped.has(character)) return character;
  const upper = character.toUpperCase();
  return upper.length === character.length ? upper : foldIota(character);
}

/** Greek letters with an iota below, whose long form in upper case has the iota behind them. */
function foldIota(character: string): string {
  const parts = character.normalize('NFD');
  if (!parts.endsWith('\u0345')) return character;
  const upper = (parts.slice(0, -1).toUpperCase() + '\u0345').normalize('NFC');
  return upper.length === character.length ? upper : character;
}

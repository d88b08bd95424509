/**
 * The text without white space at its ends, as .NET takes it: unlike in JavaScript the byte order mark is none, and the line end U+0085 is.
 *
 * @param also a character that goes as well
 * @see System.String.Trim
 */
export function trimWhiteSpace(text: string, also?: string): string {
  const goes = (character: string) => isWhiteSpace(character) || character === also;
  let start = 0;
  let end = text.length;
  while (start < end && goes(text[start]!)) start++;
  while (end > start && goes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isWhiteSpace(character: string): boolean {
  return character === '\u0085' || (character !== '\ufeff' && character.trim() === '');
}

import { stripVTControlCharacters } from 'node:util';

/** The longest path or reason in an answer. */
const maxLineLength = 1_000;

/** What stands at the end of a text that was cut. */
export const truncationMark = '...[TRUNCATED]';

/** The text, cut where it is longer than `limit` characters. */
export function truncate(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}${truncationMark}` : text;
}

/** What an AppHost or the system says, as one line: without what would control a terminal, and cut when it is long. */
export function asOneLine(text: string): string {
  const plain = stripVTControlCharacters(text.slice(0, 4 * maxLineLength)).replace(/\s*[\r\n]+\s*/g, ' ');
  return truncate(plain.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd').trim(), maxLineLength);
}

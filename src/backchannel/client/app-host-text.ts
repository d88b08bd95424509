import { stripVTControlCharacters } from 'node:util';
import { nearest } from '../../hosting/dependency-injection/suggestions.js';

/** The longest text of an AppHost in a message. */
const maxLength = 300;
/** So many names stand in a message at most. */
const maxNames = 20;

/** What an AppHost has sent, as one line for a message: without colours, with nothing that would control a terminal, and cut when it is long. */
export function asLine(text: string, limit: number = maxLength): string {
  const plain = stripVTControlCharacters(text.slice(0, 4 * limit)).trim();
  const line = plain.replace(/\s*[\r\n]+\s*/g, ' ⏎ ').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** Names in a sentence: `cache, db and 3 more`. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map(name => asLine(name));
  return names.length > maxNames ? `${shown.join(', ')} and ${names.length - maxNames} more` : shown.join(', ');
}

/** ` Did you mean web or webapp?`, or nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name.slice(0, maxLength), names.slice(0, 1000));
  return near.length > 0 ? ` Did you mean ${near.map(other => asLine(other)).join(' or ')}?` : '';
}

const wide = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const invisible = /\p{Mark}|\p{Control}|\p{Format}/u;
// eslint-disable-next-line no-control-regex -- the escape character is what it is about
const escapes = /\u001b\[[0-9;]*m/g;

/** The columns that a text takes on a terminal, colours not counted. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(escapes, '')) width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** A text cut to at most `width` columns, with an ellipsis where something was cut. Colours are lost when it is cut. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let result = '';
  let used = 1;
  for (const character of text.replace(escapes, '')) {
    used += textWidth(character);
    if (used > width) break;
    result += character;
  }
  return `${result}…`;
}

/** What an AppHost says reaches the terminal as text, never as control sequences. */
export function printable(text: string): string {
  return text.replace(/\p{Control}/gu, '\ufffd');
}

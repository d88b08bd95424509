/* eslint-disable no-control-regex -- that is what they look for */
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const everyControlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/* eslint-enable no-control-regex */

/**
 * The text without the characters that move a terminal's cursor or forge its output: all control characters but tab, line feed and carriage return are
 * written as `\u001B`.
 *
 * @see Microsoft.Extensions.Logging.Console 11, the text formatters
 */
export function withoutControls(text: string): string {
  return controlCharacter.test(text) ? text.replace(everyControlCharacter, unicodeEscape) : text;
}

/** Puts a text on one line. A carriage return stays, as in .NET on Unix. */
export function onOneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', ' ') : text;
}

/** A UTF-16 code unit as `\u00E4`, with the digits in upper case. */
export function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

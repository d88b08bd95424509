import { FormatError } from './format-error.js';

/** One placeholder of a composite format. */
export interface FormatItem {
  readonly index: number;
  /** The least width; negative for text that begins at the left. 0 when there is none. */
  readonly alignment: number;
  /** What follows the colon; empty when there is none. */
  readonly format: string;
}

/** Text and placeholders in turn: there is one literal more than there are items. */
export interface CompositeFormat {
  readonly literals: readonly string[];
  readonly items: readonly FormatItem[];
}

/** The largest index and width are one below it. */
const numberLimit = 1_000_000;

/**
 * Reads `{index[,alignment][:format]}` and doubled braces.
 *
 * Differs from .NET: a width of a million or more is refused. There it is taken, and a message may be as long as memory allows.
 *
 * @throws FormatError for a lone brace, and for an index or an alignment that is no number
 * @see System.Text.CompositeFormat.Parse
 */
export function parseCompositeFormat(text: string): CompositeFormat {
  const literals: string[] = [];
  const items: FormatItem[] = [];
  const brace = /[{}]/g;
  let literal = '';
  let position = 0;
  for (let match = brace.exec(text); match; match = brace.exec(text)) {
    const [found] = match;
    literal += text.slice(position, match.index);
    position = match.index + 1;
    if (position === text.length) throw malformed(position, 'a placeholder ends too early');
    if (text[position] === found) {
      literal += found;
      position++;
    } else if (found === '}') {
      throw malformed(position, 'a closing brace has no opening one');
    } else {
      const { item, end } = parseItem(text, position);
      literals.push(literal);
      items.push(item);
      literal = '';
      position = end;
    }
    brace.lastIndex = position;
  }
  literals.push(literal + text.slice(position));
  return { literals, items };
}

/** Reads one placeholder from behind its opening brace on. */
function parseItem(text: string, start: number): { item: FormatItem; end: number } {
  let position = start;
  const skipBlanks = () => {
    while (text[position] === ' ') position++;
  };
  const readNumber = () => {
    if (!isDigit(text[position])) throw malformed(position, 'a digit was expected');
    let number = 0;
    for (; isDigit(text[position]) && number < numberLimit; position++) number = number * 10 + Number(text[position]);
    if (number >= numberLimit) throw malformed(position, `a number below ${numberLimit} was expected`);
    return number;
  };
  const index = readNumber();
  let alignment = 0;
  let format = '';
  skipBlanks();
  if (text[position] === ',') {
    position++;
    skipBlanks();
    const sign = text[position] === '-' ? -1 : 1;
    if (sign < 0) position++;
    alignment = sign * readNumber();
    skipBlanks();
  }
  if (text[position] === ':') {
    const begin = ++position;
    while (position < text.length && text[position] !== '{' && text[position] !== '}') position++;
    format = text.slice(begin, position);
  }
  if (text[position] !== '}') throw malformed(position, 'a placeholder does not end where it should');
  return { item: { index, alignment, format }, end: position + 1 };
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function malformed(offset: number, problem: string): FormatError {
  return new FormatError(`The message template cannot be read: near offset ${offset}, ${problem}. A brace that is meant as text is written twice.`);
}

// A terminal in memory, for the sequences that hostward writes and no others: what it does not know is an error, so that no picture shows a wrong screen.

/** SGR codes of a foreground colour; 39 is the default one. */
const colours = { 31: 'red', 32: 'green', 33: 'yellow', 39: undefined, 90: 'grey' };

// eslint-disable-next-line no-control-regex -- escape sequences are what it is about
const sequence = /^\u001b\[(\??)([0-9;]*)([A-Za-z])/;
// eslint-disable-next-line no-control-regex
const beginning = /^\u001b(\[\??[0-9;]*)?$/;

/** A screen of `columns` x `rows` cells. A character is one cell: no wide and no combining ones. */
export class TerminalEmulator {
  #cells;
  #row = 0;
  #column = 0;
  #colour;
  #pending = '';
  #isCursorVisible = true;

  constructor(columns, rows) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from({ length: rows }, () => []);
  }

  /** Takes output as it comes: a sequence may be cut anywhere. */
  write(text) {
    let rest = this.#pending + text;
    this.#pending = '';
    while (rest !== '') {
      if (rest[0] === '\u001b') {
        const [whole, mark, parameters, final] = sequence.exec(rest) ?? [];
        if (whole === undefined) {
          if (!beginning.test(rest)) throw new Error(`Not understood: ${JSON.stringify(rest.slice(0, 12))}`);
          this.#pending = rest;
          return;
        }
        this.#control(mark + final, parameters, whole);
        rest = rest.slice(whole.length);
      } else {
        const character = String.fromCodePoint(rest.codePointAt(0));
        this.#put(character);
        rest = rest.slice(character.length);
      }
    }
  }

  /** What the screen shows: for each row its runs of one colour, without the blanks at its end. */
  snapshot() {
    return {
      rows: this.#cells.map(runsOf),
      cursor: this.#isCursorVisible ? { row: this.#row, column: Math.min(this.#column, this.columns - 1) } : undefined,
    };
  }

  #control(name, parameters, whole) {
    const count = Number(parameters || 1);
    if (name === 'A') this.#row = Math.max(0, this.#row - count);
    else if (name === 'J' && (parameters === '' || parameters === '0')) this.#eraseToEnd();
    else if (name === 'm' && Object.hasOwn(colours, parameters)) this.#colour = colours[parameters];
    else if (name === '?l' && parameters === '25') this.#isCursorVisible = false;
    else if (name === '?h' && parameters === '25') this.#isCursorVisible = true;
    else throw new Error(`Not understood: ${JSON.stringify(whole)}`);
  }

  #put(character) {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#lineFeed();
    else if (character < ' ') throw new Error(`Not understood: ${JSON.stringify(character)}`);
    else {
      if (this.#column === this.columns) {
        this.#column = 0;
        this.#lineFeed();
      }
      const row = this.#cells[this.#row];
      while (row.length < this.#column) row.push({ character: ' ', colour: undefined });
      row[this.#column++] = { character, colour: this.#colour };
    }
  }

  #lineFeed() {
    if (this.#row < this.rows - 1) this.#row++;
    else this.#cells = [...this.#cells.slice(1), []];
  }

  #eraseToEnd() {
    this.#cells[this.#row].length = Math.min(this.#cells[this.#row].length, this.#column);
    for (let row = this.#row + 1; row < this.rows; row++) this.#cells[row] = [];
  }
}

/**
 * The different screens that a recording goes through.
 *
 * @param chunks output with the milliseconds at which it came: `[{ at, text }]`; what comes within `settle` milliseconds is one screen
 * @returns `[{ at, screen }]`, the first at 0
 */
export function framesOf(chunks, { columns, rows, settle = 40 }) {
  const terminal = new TerminalEmulator(columns, rows);
  const frames = [{ at: 0, screen: terminal.snapshot() }];
  chunks.forEach(({ at, text }, index) => {
    terminal.write(text);
    if ((chunks[index + 1]?.at ?? Infinity) - at <= settle) return;
    const screen = terminal.snapshot();
    if (JSON.stringify(screen) !== JSON.stringify(frames.at(-1).screen)) frames.push({ at, screen });
  });
  return frames;
}

function runsOf(cells) {
  const end = cells.findLastIndex(({ character }) => character !== ' ') + 1;
  const runs = [];
  for (const { character, colour } of cells.slice(0, end)) {
    const last = runs.at(-1);
    if (last && last.colour === colour) last.text += character;
    else runs.push({ text: character, colour });
  }
  return runs;
}

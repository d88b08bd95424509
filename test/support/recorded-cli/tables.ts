import { renderTable } from '../../../src/commands/output/table.js';
import { textWidth } from '../../../src/commands/output/text-width.js';

/** A table as the command line prints it where there is room for all of it. */
export function tableOf(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  return renderTable(headers, rows);
}

/** The columns that a printed text takes. */
export function widestLine(text: string): number {
  return Math.max(...text.split('\n').filter(isTableLine).map(textWidth), 0);
}

export function isTableLine(line: string): boolean {
  return /^[│┌├└]/.test(line);
}

/**
 * What stands in the cells of a printed table, without white space: rows whose cells were too long for the terminal, and go on below, are put together again.
 *
 * A line goes on with the row above when its cells in the middle, which are short, are empty.
 */
export function cellFacts(table: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  for (const line of table.split('\n').filter(text => text.startsWith('│'))) {
    const cells = line
      .slice(1, -1)
      .split('│')
      .map(cell => cell.replace(/\s/g, ''));
    const above = rows.at(-1);
    if (above && cells.slice(1, 4).every(cell => cell === '')) rows[rows.length - 1] = above.map((cell, column) => cell + cells[column]!);
    else rows.push(cells);
  }
  return rows;
}

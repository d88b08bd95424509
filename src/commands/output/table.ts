import { textWidth, truncate } from './text-width.js';

/**
 * A table with lines around its cells, as text.
 *
 * @param maxWidth columns that may be used; the widest column gives way first. Default: unlimited
 */
export function renderTable(headers: readonly string[], rows: readonly (readonly string[])[], maxWidth = Infinity): string {
  const widths = fitColumns(
    headers.map((header, column) => Math.max(textWidth(header), ...rows.map(row => textWidth(row[column] ?? '')))),
    maxWidth - 3 * headers.length - 1,
  );
  const line = (left: string, middle: string, right: string) => `${left}${widths.map(width => '─'.repeat(width + 2)).join(middle)}${right}`;
  const cells = (row: readonly string[]) => `│${widths.map((width, column) => ` ${pad(truncate(row[column] ?? '', width), width)} `).join('│')}│`;
  return [line('┌', '┬', '┐'), cells(headers), line('├', '┼', '┤'), ...rows.map(cells), line('└', '┴', '┘')].map(text => `${text}\n`).join('');
}

function fitColumns(widths: number[], available: number): number[] {
  const fitted = [...widths];
  for (let excess = fitted.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess--) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if ((fitted[widest] ?? 0) <= 1) break;
    fitted[widest]!--;
  }
  return fitted;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(width - textWidth(text));
}

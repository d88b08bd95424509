/** How a command prints its result. */
export type OutputFormat = 'json' | 'table';

/** Reads `--format`, in any letter case. @throws RangeError with what would be right */
export function parseOutputFormat(text: string): OutputFormat {
  const format = text.toLowerCase();
  if (format === 'json' || format === 'table') return format;
  throw new RangeError(`Expected json or table, but found '${text}'.`);
}

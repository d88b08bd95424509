import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../fixtures/transcripts');

/** The names of all recordings, such as `cli/ps`. @param part with which they begin. Default: any */
export function recordingNames(part: string = ''): string[] {
  const files = readdirSync(folder, { recursive: true }) as string[];
  const names = files.flatMap(file => (file.endsWith('.jsonl') ? [file.slice(0, -'.jsonl'.length)] : []));
  return names.filter(name => name.startsWith(part)).sort();
}

/** The lines of a recording as they stand in its file. */
export function recordedTexts(name: string): string[] {
  const text = readFileSync(join(folder, `${name}.jsonl`), 'utf8');
  return text.split('\n').filter(line => line !== '');
}

/** The lines of a recording: messages, comings and goings, what a command has printed. */
export function recordedRows(name: string): any[] {
  return recordedTexts(name).map(line => JSON.parse(line));
}

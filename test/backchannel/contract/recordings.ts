import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The results that a recorded AppHost gave to calls of `method`, items of streams included. */
export function recordedResults(name: string, method: string): any[] {
  const text = readFileSync(join(__dirname, '../../fixtures/transcripts', `${name}.jsonl`), 'utf8');
  const lines = text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]));
  return lines.filter(line => line.kind === 'response' && line.for === method).map(line => line.message.result);
}

/** The items of all recorded streams. */
export function recordedItems(name: string): any[] {
  return recordedResults(name, '$/enumerator/next').flatMap(({ values }) => values);
}

/** The value with every member name in Pascal case, as AppHosts of 13.1 write it; the names in dictionaries are kept. */
export function toPascalCase(value: unknown, isDictionary = false): unknown {
  if (Array.isArray(value)) return value.map(item => toPascalCase(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      isDictionary ? name : name.charAt(0).toUpperCase() + name.slice(1),
      isDictionary ? member : toPascalCase(member, name === 'properties' || name === 'options'),
    ]),
  );
}

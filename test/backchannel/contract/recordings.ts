import { recordedRows, recordingNames } from '../../support/recording-files.js';

/** The results that a recorded AppHost gave to calls of `method`, items of streams included. */
export function recordedResults(name: string, method: string): any[] {
  return recordedRows(name)
    .filter(line => line.kind === 'response' && line.for === method)
    .map(line => line.message.result);
}

/** Every answer of `method` in all recordings; of one that streams, the items. */
export function allRecordedAnswers(method: string): any[] {
  return recordingNames().flatMap(name => answersIn(recordedRows(name), method));
}

function answersIn(lines: readonly any[], method: string): any[] {
  const [calls, tokens] = [new Map<string, any>(), new Set<string>()];
  return lines.flatMap(({ kind, conn, message, for: answered }) => {
    if (kind === 'request') calls.set(`${conn} ${message.id}`, message);
    if (kind !== 'response') return [];
    const { result, id } = message;
    const isStream = typeof result === 'object' && result !== null && 'token' in result;
    if (answered === method && isStream) tokens.add(`${conn} ${result.token}`);
    if (answered === method) return isStream ? [] : [result];
    const params = answered === '$/enumerator/next' ? calls.get(`${conn} ${id}`)?.params : undefined;
    return tokens.has(`${conn} ${params?.token ?? params?.[0]}`) ? result.values : [];
  });
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

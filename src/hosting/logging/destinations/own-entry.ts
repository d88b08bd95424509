import type { LogEntry, LogValues } from '../logger.js';

/** What a destination itself has to say, in the form of an entry, so that whoever reads the others can read it. */
export function ownEntry(category: string, template: string, values: LogValues, timestamp: number): LogEntry {
  const message = values.reduce((text, [name, value]) => text.replace(`{${name}}`, () => String(value)), template);
  return { level: 'warning', category, eventId: { id: 0 }, message, template, values, scopes: [], error: undefined, timestamp };
}

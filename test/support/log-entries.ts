import type { LogEntry } from 'hostward';

/** An entry of which a test says what it is about. */
export function logEntry(facts: Partial<LogEntry> = {}): LogEntry {
  const { message = 'hello' } = facts;
  return {
    level: 'information',
    category: 'App',
    eventId: { id: 0 },
    message,
    template: message,
    values: [],
    scopes: [],
    error: undefined,
    timestamp: 0,
    ...facts,
  };
}

/** An error with a stack that a test can foresee. */
export function errorOf(text: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(text, options), { stack: `Error: ${text}\n    at somewhere` });
}

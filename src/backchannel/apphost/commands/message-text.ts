/** How much of a name that a client sent is repeated in a message. */
const maxNameLength = 100;
/** How many names a message lists. */
const maxNames = 20;
/** How much of a message of the program's own code is sent. UTF-16 units. */
const maxMessageLength = 65_536;

/** A name that a client sent, as a message may show it: not longer than 100 characters, and nothing in it that controls a terminal. */
export function shownName(name: string): string {
  const start = name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
  return start.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Names in quotes with commas between them, the first 20. */
export function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map(name => `'${shownName(name)}'`);
  return [...shown, ...(names.length > maxNames ? [`and ${names.length - maxNames} more`] : [])].join(', ');
}

/** A message of the program's own code; what is longer than 65,536 characters is cut, and says so. */
export function cutMessage(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}… (${message.length} characters)` : message;
}

/** What kind of thing stands where something else was expected; never the thing itself, which may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** One of a few words that somebody has mistyped; not for what may be a secret. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? `'${shownName(value)}'` : kindOf(value);
}

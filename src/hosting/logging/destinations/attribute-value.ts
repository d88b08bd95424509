import { isPlainObject } from '../formatters/plain-object.js';
import { valueText } from '../value-text.js';

/** A value as OpenTelemetry's attributes take it. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [name: string]: AttributeValue };

/** How deep lists and objects are given as such. */
const maximumDepth = 4;
/** So many elements of a list, or members of an object, are given. */
const maximumElements = 1_000;

/** A value of a log entry as an attribute: lists and objects without a class as they are, everything else that is no number and no truth value as text. Never throws. */
export function attributeOf(value: unknown, depth = 0): AttributeValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  try {
    if (depth < maximumDepth && Array.isArray(value)) return value.slice(0, maximumElements).map((element: unknown) => attributeOf(element, depth + 1));
    if (depth < maximumDepth && isPlainObject(value)) {
      const members = Object.keys(value).slice(0, maximumElements);
      return Object.fromEntries(members.map(name => [name, attributeOf(value[name], depth + 1)]));
    }
  } catch {
    // A getter or a proxy that throws: its text is the best there is.
  }
  return valueText(value);
}

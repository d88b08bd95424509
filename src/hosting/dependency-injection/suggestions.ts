import { keyName } from './service-key.js';
import type { ServiceTable } from './service-table.js';
import { type ServiceToken, tokenName } from './service-token.js';

/** So many names are suggested at most. */
const maxNames = 3;

/** What may have been meant by a request that nothing answers: each a line for people. */
export function suggestionsFor(token: ServiceToken<unknown>, key: unknown, table: ServiceTable): string[] {
  const name = tokenName(token);
  if (table.find(token, key)?.registrations.length) return [`${name} is registered, but its factory made nothing.`];
  if (key === undefined) {
    const keys = table.keysOf(token);
    if (keys.length > 0)
      return [`${name} is registered only with a key: ${keys.map(keyName).join(', ')}. Ask with fromKeyed(key), or register it without one.`];
  } else {
    const others = table.keysOf(token);
    if (others.length > 0) return [`${name} is registered with other keys: ${others.map(keyName).join(', ')}.`];
    if (table.find(token, undefined)?.registrations.length) return [`${name} is registered without a key, which does not answer a request with one.`];
  }
  const registered = table.registrations.map(({ descriptor }) => descriptor);
  const services = [
    ...new Set(
      registered
        .filter(({ implementationType, source }) => implementationType === token && source.kind !== 'alias')
        .map(({ serviceType }) => tokenName(serviceType)),
    ),
  ];
  if (services.length > 0) return [`${name} is registered as ${services.join(', ')}, not under itself. Ask for that, or add an alias.`];
  const known = new Map(registered.map(({ serviceType }) => [serviceType, tokenName(serviceType)]));
  if ([...known.values()].includes(name))
    return [`Another token named ${name} is registered: the module that makes it is loaded twice, or two modules make one each.`];
  const near = nearest(name, [...new Set(known.values())]);
  return near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : [];
}

/** The names that differ little from `name`, the nearest first. */
export function nearest(name: string, names: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return names
    .map(other => ({ other, distance: plain(name) === plain(other) ? 0 : editDistance(name.toLowerCase(), other.toLowerCase(), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxNames)
    .map(({ other }) => other);
}

/** `IMailer` and `Mailer` are the same to whoever mixes them up. */
function plain(name: string): string {
  return name.replace(/^I(?=[A-Z])/, '').toLowerCase();
}

/** How many letters have to be changed, added or left out; anything above `limit` is as good as the next. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

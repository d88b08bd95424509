import type { CallSite } from './call-site.js';
import type { ServiceDescriptor } from './service-descriptor.js';
import { anyKey, keyName, normalizedKey } from './service-key.js';
import { type ServiceToken, tokenName } from './service-token.js';

/** A registration in a built provider. */
export class Registration {
  /** How it is made; unknown until it was asked for. */
  callSite: CallSite | undefined;

  constructor(
    readonly descriptor: ServiceDescriptor,
    readonly entry: ServiceEntry,
  ) {}
}

/** What can be asked for: a token under one key, or the list of all that is registered for it. .NET's ServiceIdentifier. */
export class ServiceEntry {
  /** In order. */
  readonly registrations: Registration[] = [];
  /** How a request is answered; unknown until there was one. */
  callSite: CallSite | undefined;
  #list: ServiceEntry | undefined;

  constructor(
    readonly token: ServiceToken<unknown>,
    /** Undefined: without a key. */
    readonly key: unknown,
    /** Of a list: what it lists. */
    readonly element?: ServiceEntry,
  ) {}

  /** The list of everything that is registered here. */
  get list(): ServiceEntry {
    return (this.#list ??= new ServiceEntry(this.token, this.key, this));
  }

  /** For people: `IMailer`, `IMailer[]`, `IMailer@outbox`. */
  get name(): string {
    return `${tokenName(this.token)}${this.key === undefined ? '' : `@${keyName(this.key)}`}${this.element ? '[]' : ''}`;
  }
}

/** The registrations of a provider by what they answer to. */
export class ServiceTable {
  readonly #plain = new Map<ServiceToken<unknown>, ServiceEntry>();
  readonly #keyed = new Map<ServiceToken<unknown>, Map<unknown, ServiceEntry>>();
  readonly registrations: readonly Registration[];

  constructor(descriptors: Iterable<ServiceDescriptor>) {
    this.registrations = Array.from(descriptors, descriptor => {
      const entry = this.intern(descriptor.serviceType, descriptor.serviceKey);
      const registration = new Registration(descriptor, entry);
      entry.registrations.push(registration);
      return registration;
    });
  }

  /** The entry of a token, if it has one already. */
  find(token: ServiceToken<unknown>, key: unknown): ServiceEntry | undefined {
    const normalized = normalizedKey(key);
    return normalized === undefined ? this.#plain.get(token) : this.#keyed.get(token)?.get(normalized);
  }

  /** The entry of a token, kept from now on. */
  intern(token: ServiceToken<unknown>, key: unknown): ServiceEntry {
    const normalized = normalizedKey(key);
    if (normalized === undefined) return internIn(this.#plain, token, token, undefined);
    let byKey = this.#keyed.get(token);
    if (!byKey) this.#keyed.set(token, (byKey = new Map<unknown, ServiceEntry>()));
    return internIn(byKey, normalized, token, normalized);
  }

  /** The registration that answers a request: the last one for exactly this key, or for any key. */
  answering(entry: ServiceEntry): Registration | undefined {
    return entry.registrations.at(-1) ?? (entry.key === undefined ? undefined : this.find(entry.token, anyKey)?.registrations.at(-1));
  }

  /** The keyed registrations of a token but those for any key, in order. */
  keyedRegistrations(token: ServiceToken<unknown>): Registration[] {
    return this.registrations.filter(({ entry }) => entry.token === token && entry.key !== undefined && entry.key !== anyKey);
  }

  /** The keys under which a token is registered. */
  keysOf(token: ServiceToken<unknown>): unknown[] {
    return [...(this.#keyed.get(token)?.values() ?? [])].filter(({ registrations }) => registrations.length > 0).map(({ key }) => key);
  }
}

function internIn<K>(entries: Map<K, ServiceEntry>, name: K, token: ServiceToken<unknown>, key: unknown): ServiceEntry {
  let entry = entries.get(name);
  if (!entry) entries.set(name, (entry = new ServiceEntry(token, key)));
  return entry;
}

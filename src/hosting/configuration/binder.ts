import { ConfigurationBindingError } from './configuration-errors.js';
import type { ArrayType, ConfigurationType, MapType, ObjectType, PropertyType, ScalarType } from './configuration-types.js';
import type { IConfiguration, IConfigurationSection } from './configuration.js';
import { conversionError, convertText } from './convert-text.js';
import { copyOf } from './described-defaults.js';
import { foldCase } from './key-case.js';
import { isNull } from './provenance.js';

/** Options of `bind` and `getAs`. */
export interface BinderOptions {
  /** Whether a key that nothing is bound to is an error, and an item of a list or map that cannot be converted too; otherwise both are passed over. Default: false. */
  readonly errorOnUnknownConfiguration?: boolean;
}

/** A value to be taken over. */
interface Bound {
  readonly value: unknown;
}

/** Walks a configuration and a type side by side. */
export class Binder {
  readonly #isStrict: boolean;

  constructor({ errorOnUnknownConfiguration = false }: BinderOptions) {
    this.#isStrict = errorOnUnknownConfiguration;
  }

  /** A new value; undefined when the configuration has nothing for it. */
  bindNew(type: ConfigurationType, node: IConfiguration): unknown {
    const section = asSection(node);
    // Null is nothing here: there is no property that it could be the value of.
    if (section && isNull(section) && (type.kind === 'scalar' || section.getChildren().length === 0)) return undefined;
    return this.#bind(type, node, undefined, false)?.value;
  }

  bindInto(type: ConfigurationType, node: IConfiguration, target: object): void {
    const bound = this.#bind(type, node, target, false);
    // Lists are made anew wherever they are; here it is the list itself that the caller holds.
    if (bound && Array.isArray(target)) target.push(...(bound.value as unknown[]).slice(target.length));
  }

  /** The value that takes the place of `existing`; undefined when there is nothing to be bound. */
  #bind(type: ConfigurationType, node: IConfiguration, existing: unknown, isItem: boolean): Bound | undefined {
    const section = asSection(node);
    const text = section?.value;
    if (type.kind === 'scalar' && section) {
      if (text !== undefined) return { value: convertText(type, text, section) };
      if (isNull(section)) return { value: type.emptyValue };
    }
    const children = node.getChildren();
    if (children.length === 0) return this.#bindWithoutChildren(type, section, existing, isItem);
    switch (type.kind) {
      case 'scalar':
        return this.#bindChildrenOfScalar(type, children, existing, section);
      case 'array':
        return { value: this.#bindArray(type, children, existing) };
      case 'map':
        return { value: this.#bindMap(type, children, existing) };
      case 'object':
        return { value: this.#bindObject(type, node, children, existing) };
    }
  }

  #bindWithoutChildren(type: ConfigurationType, section: IConfigurationSection | undefined, existing: unknown, isItem: boolean): Bound | undefined {
    if (!section || type.kind === 'scalar') return undefined;
    const text = section.value ?? '';
    if (text !== '') {
      if (this.#isStrict) throw conversionError(section, text, type.name, 'no value of its own, but keys below it');
      return undefined;
    }
    if (existing !== undefined) return undefined;
    if (isItem && type.kind === 'array') {
      const problem = `Cannot create instance of type '${type.name}' because one or more parameters are unnamed.`;
      throw new ConfigurationBindingError(`${problem} There is nothing at '${section.path}'.`, { path: section.path, expected: 'a list', found: 'nothing' });
    }
    if (isItem) return { value: createEmpty(type) };
    return type.kind === 'array' && section.value === '' ? { value: [] } : undefined;
  }

  /** There should be a text, and there are keys below instead. */
  #bindChildrenOfScalar(
    { name, zero, expected }: ScalarType<unknown, unknown>,
    children: readonly IConfigurationSection[],
    existing: unknown,
    section: IConfigurationSection | undefined,
  ): Bound | undefined {
    if (existing === undefined && zero === undefined) {
      const path = section?.path ?? '';
      const problem = `Cannot create instance of type '${name}' because it has multiple public parameterized constructors.`;
      throw new ConfigurationBindingError(`${problem} At '${path}' there are only keys below, but ${expected} was expected.`, { path, expected });
    }
    if (this.#isStrict) throw unknownError(name, children, section);
    return existing === undefined ? { value: zero } : undefined;
  }

  #bindArray({ item }: ArrayType<unknown, unknown>, children: readonly IConfigurationSection[], existing: unknown): unknown[] {
    const items = Array.isArray(existing) ? [...(existing as unknown[])] : [];
    for (const child of children) {
      const bound = this.#bindItem(() => this.#bind(item, child, undefined, true));
      if (bound) items.push(bound.value);
    }
    return items;
  }

  #bindMap(type: MapType<unknown, unknown>, children: readonly IConfigurationSection[], existing: unknown): unknown {
    const entries = (existing ?? createEmpty(type)) as Map<unknown, unknown> | Record<string, unknown>;
    for (const child of children) {
      this.#bindItem(() => {
        const key = type.keys ? convertText(type.keys, child.key, child) : child.key;
        const bound = this.#bind(type.value, child, entryOf(entries, key), true);
        if (bound) setEntry(entries, key, bound.value);
      });
    }
    return entries;
  }

  /** An item that cannot be bound is left out, unless everything has to fit. */
  #bindItem<R>(work: () => R): R | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConfigurationBindingError)) throw error;
      if (!this.#isStrict) return undefined;
      const problem = "'ErrorOnUnknownConfiguration' was set and binding has failed. The likely cause is an invalid configuration value.";
      const { path, source, expected, found } = error;
      throw new ConfigurationBindingError(problem, { path, source, expected, found }, { cause: error });
    }
  }

  #bindObject(type: ObjectType<unknown, unknown>, node: IConfiguration, children: readonly IConfigurationSection[], existing: unknown): object {
    const target = (existing ?? createEmpty(type)) as Record<string, unknown>;
    const properties = Object.entries(type.properties());
    if (this.#isStrict) {
      const names = new Set(properties.map(([name]) => foldCase(name)));
      const unknown = children.filter(({ key }) => !names.has(foldCase(key)));
      if (unknown.length > 0) throw unknownError(type.name, unknown, asSection(node));
    }
    // As the configuration spells it, for that is where a wrong value is looked for.
    const sections = new Map(children.map(child => [foldCase(child.key), child]));
    for (const [name, property] of properties) {
      const section = sections.get(foldCase(name)) ?? node.getSection(name);
      const bound = this.#bind(typeOf(property), section, propertyOf(target, name) ?? undefined, false);
      if (bound) setEntry(target, name, bound.value);
    }
    return target;
  }
}

function unknownError(name: string, unknown: readonly IConfigurationSection[], section: IConfigurationSection | undefined): ConfigurationBindingError {
  const found = unknown.map(({ key }) => `'${key}'`).join(', ');
  const problem = "'ErrorOnUnknownConfiguration' was set on the provided BinderOptions, but the following properties were not found on the instance of";
  return new ConfigurationBindingError(`${problem} ${name}: ${found}`, { path: section?.path ?? '', found });
}

function asSection(node: IConfiguration): IConfigurationSection | undefined {
  return 'path' in node ? (node as IConfigurationSection) : undefined;
}

function typeOf(property: ConfigurationType | PropertyType<unknown, unknown>): ConfigurationType {
  return property.kind === 'property' ? property.type : property;
}

function createEmpty(type: ConfigurationType): unknown {
  if (type.kind === 'map') return type.isRecord ? {} : new Map<unknown, unknown>();
  const target: Record<string, unknown> = {};
  if (type.kind !== 'object') return target;
  for (const [name, property] of Object.entries(type.properties())) {
    const own = property.kind === 'property' ? defaultOf(property) : property.kind === 'scalar' ? property.emptyValue : undefined;
    setEntry(target, name, own);
  }
  return target;
}

/** What is bound into is the object's own, not one that other objects have too. */
function defaultOf({ type, defaultValue }: PropertyType<unknown, unknown>): unknown {
  return type.kind === 'scalar' ? defaultValue() : copyOf(defaultValue());
}

function entryOf(entries: Map<unknown, unknown> | Record<string, unknown>, key: unknown): unknown {
  if (entries instanceof Map) return entries.get(key);
  return Object.hasOwn(entries, key as string) ? entries[key as string] : undefined;
}

/** Also one that the class of the target has; what every object has is not meant. */
function propertyOf(target: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(target, name) || !(name in Object.prototype) ? target[name] : undefined;
}

function setEntry(entries: Map<unknown, unknown> | Record<string, unknown>, key: unknown, value: unknown): void {
  if (entries instanceof Map) entries.set(key, value);
  else if (key === '__proto__') Object.defineProperty(entries, key, { value, writable: true, enumerable: true, configurable: true });
  else entries[key as string] = value;
}

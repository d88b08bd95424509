import type { IConfiguration, IConfigurationSection } from '../configuration/index.js';
import { foldCase } from '../configuration/key-case.js';
import { type Reading, readingsOf } from './text-readings.js';

/** Where the text of a node stands. */
export interface InputOrigin {
  /** The whole key, as it is written in the configuration. */
  readonly key: string;
  /** The configuration that is asked where it comes from, and under which key. */
  readonly parent: IConfiguration;
  readonly name: string;
}

/** What the options were given at a place: a text, a value of the program, or an object or a list of such. */
export class InputNode {
  /** By the name that the schema uses, where it is known; before that, as it is written. */
  readonly children: Map<string, InputNode> = new Map<string, InputNode>();
  /** The names that the schema has asked for, folded; by the name as it asked. */
  readonly asked: Map<string, string> = new Map<string, string>();
  /** Whether the schema has looked for all there is, so that no name is unknown. */
  isEnumerated = false;
  origin: InputOrigin | undefined;
  /** The names of the children, by their folded form. */
  readonly #names = new Map<string, string>();
  #text: string | undefined;
  #value: unknown;
  #readings: readonly Reading[] | undefined;
  #choice = 0;

  private constructor(private readonly kind: 'text' | 'value' | 'array' | 'object') {}

  /** What all options begin with: an object, whatever its keys. */
  static root(): InputNode {
    return new InputNode('object');
  }

  static ofValue(value: unknown): InputNode {
    const kind = Array.isArray(value) ? 'array' : isPlainObject(value) ? 'object' : 'value';
    const node = new InputNode(kind);
    if (kind === 'value') node.#value = value;
    else for (const [key, child] of Object.entries(value as object)) node.#add(key, InputNode.ofValue(child));
    return node;
  }

  /** Takes over what stands in a configuration; what it does not say stays. */
  merge(configuration: IConfiguration): void {
    for (const section of configuration.getChildren()) {
      const name = this.nameOf(section.key) ?? section.key;
      const known = this.children.get(name);
      const node = known?.canTake(section) ? known : new InputNode('text');
      node.origin = { key: section.path, parent: configuration, name: section.key };
      if (section.value !== undefined || node.children.size === 0) node.#text = section.value;
      node.merge(section);
      node.#readings = undefined;
      node.#choice = 0;
      this.#add(name, node);
    }
  }

  /** The name under which a child of that name, in any case, is kept. */
  nameOf(name: string): string | undefined {
    return this.children.has(name) ? name : this.#names.get(foldCase(name));
  }

  /** Keeps a child under the name by which the schema asks for it. */
  ask(name: string): void {
    const folded = foldCase(name);
    if (this.asked.has(folded)) return;
    this.asked.set(folded, name);
    const written = this.nameOf(name);
    if (written === undefined || written === name) return;
    this.#add(name, this.children.get(written)!);
    this.children.delete(written);
  }

  get text(): string | undefined {
    return this.#text;
  }

  /** How it is read at present. */
  get reading(): Reading {
    if (this.kind === 'value') return { kind: 'value', value: this.#value };
    if (this.kind === 'array' || this.kind === 'object') return { kind: this.kind };
    this.#readings ??= readingsOf(this.#text, [...this.children.keys()]);
    return this.#readings[this.#choice]!;
  }

  /** Reads it in the next way there is; back to the first, for good, when there is none. @returns whether it is read in another way now */
  readOtherwise(): boolean {
    const readings = this.kind === 'text' ? (this.#readings ??= readingsOf(this.#text, [...this.children.keys()])) : [];
    const before = this.#choice;
    if (before + 1 < readings.length) {
      this.#choice++;
      return true;
    }
    this.#readings = readings.slice(0, 1);
    this.#choice = 0;
    return before !== 0;
  }

  /** The children in the places that they have as a list or an object. */
  at(key: PropertyKey): InputNode | undefined {
    return this.reading.kind === 'array' ? this.elements()[Number(key)] : this.children.get(String(key));
  }

  /** The node that a path leads to. */
  find(path: readonly PropertyKey[]): InputNode | undefined {
    return path.reduce<InputNode | undefined>((node, key) => node?.at(key), this);
  }

  /** The children as a list: by position where all are numbers. */
  elements(): InputNode[] {
    const entries = [...this.children];
    if (entries.every(([name]) => /^\d+$/.test(name))) entries.sort(([a], [b]) => Number(a) - Number(b));
    return entries.map(([, child]) => child);
  }

  /** The plain value. */
  toValue(): unknown {
    const { reading } = this;
    if (reading.kind === 'array') return this.elements().map(child => child.toValue());
    return reading.kind === 'object' ? Object.fromEntries(this.present().map(([name, child]) => [name, child.toValue()])) : reading.value;
  }

  /** The children that are not read as being absent. */
  present(): [name: string, child: InputNode][] {
    return [...this.children].filter(([, child]) => child.reading.kind !== 'absent');
  }

  /** The node that says `value`, keeping of this one what is the same. */
  updated(value: unknown): InputNode {
    const { kind } = this.reading;
    if (kind === 'array' ? Array.isArray(value) : kind === 'object' && isPlainObject(value)) {
      const entries = Object.entries(value as object).map(([key, child]) => [key, this.at(key)?.updated(child) ?? InputNode.ofValue(child)] as const);
      const node = new InputNode(kind as 'array' | 'object');
      node.origin = this.origin;
      node.isEnumerated = this.isEnumerated;
      for (const [folded, name] of this.asked) node.asked.set(folded, name);
      for (const [name, child] of entries) node.#add(name, child);
      return node;
    }
    if (kind === 'array' || kind === 'object' || !Object.is(this.toValue(), value)) return InputNode.ofValue(value);
    // What was right nowhere may be right now that something else has changed.
    if (this.#choice === 0) this.#readings = undefined;
    return this;
  }

  #add(name: string, child: InputNode): void {
    this.children.set(name, child);
    this.#names.set(foldCase(name), name);
  }

  /** Whether what the section says is added to this, and does not take its place. An empty text leaves a list of the program as it is. */
  private canTake(section: IConfigurationSection): boolean {
    return this.kind === 'text' || (this.kind !== 'value' && (section.value === '' || section.getChildren().length > 0));
  }
}

/** Whether `value` is an object without a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

import { wordsOf } from './source-words.js';

/** Classes keep their keyword in the source text; older constructors show by what their prototype carries or what they inherit from. */
export function isClass(value: unknown): boolean {
  if (typeof value !== 'function' || value.prototype === undefined) return false;
  if (/^class\b/.test(sourceOf(value))) return true;
  const prototype = value.prototype as object;
  // Generators have a prototype as well, but nothing in it.
  if (!Object.hasOwn(prototype, 'constructor')) return false;
  return Object.getOwnPropertyNames(prototype).length > 1 || isInherited(prototype) || parentOf(value) !== undefined;
}

/** The class that `type` extends; undefined when there is none. */
export function parentOf(type: object): (new () => unknown) | undefined {
  const parent: unknown = Object.getPrototypeOf(type);
  // What every function inherits from, in this realm or another, is no constructor.
  return typeof parent === 'function' && Object.hasOwn(parent, 'prototype') ? (parent as new () => unknown) : undefined;
}

/** Whether instances inherit from more than what every object does, in this realm or another. */
function isInherited(prototype: object): boolean {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return parent !== null && Object.getPrototypeOf(parent) !== null;
}

/**
 * Whether the constructor of a class without parameters passes everything on to its parent: because there is none in the source, or because it is one that
 * does so (`super(...arguments)`, or `super(...args)` with its rest parameter).
 */
export function passesArgumentsOn(type: object): boolean {
  const source = sourceOf(type);
  const words = wordsOf(source);
  if (!source.startsWith('class')) return /[,(] this , (?:[\w$]+ , )?arguments \)/.test(words.join(' '));
  const constructor = constructorIn(words);
  if (constructor === undefined) return true;
  const rest = / \.\.\. ([^ ]+) \)/.exec(constructor.parameters)?.[1] ?? 'arguments';
  return constructor.body.includes(` super ( ... ${rest} ) `) || constructor.body.includes(' super ( ... arguments ) ');
}

function sourceOf(value: object): string {
  return Function.prototype.toString.call(value);
}

/** The constructor that is a member of the class itself, its words with a space between any two. */
function constructorIn(words: readonly string[]): { readonly parameters: string; readonly body: string } | undefined {
  const ends = bracketsOf(words);
  const text = (from: number, to: number): string => ` ${words.slice(from, to + 1).join(' ')} `;
  // A class ends with its body; what stands before that may hold braces, too.
  const begin = [...ends].find(([, end]) => end === words.length - 1)?.[0] ?? 0;
  for (let index = begin + 1; index < words.length - 1; index = (ends.get(index) ?? index) + 1) {
    if (!/^(['"]?)constructor\1$/.test(words[index]!) || words[index + 1] !== '(' || /^(?:\.|\?\.|static|new)$/.test(words[index - 1]!)) continue;
    const close = ends.get(index + 1)!;
    return { parameters: text(index + 1, close), body: text(close + 1, ends.get(close + 1)!) };
  }
  return undefined;
}

/** Where each bracket is closed. */
function bracketsOf(words: readonly string[]): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const [index, word] of words.entries()) {
    if (/^[({[]$/.test(word)) open.push(index);
    else if (/^[)}\]]$/.test(word)) ends.set(open.pop()!, index);
  }
  return ends;
}

import { defaultSecretNames, isSecretName, secretMask } from '../primitives/index.js';
import { RedactionPass } from './redaction-pass.js';

/** What is shorter stands in too many texts to be searched for. */
export const minimumSecretLength = 4;
/** Secrets that are shorter are words of their own; longer ones are found within words, too. */
const minimumLengthWithinWords = 8;

/** Options of {@link SecretRedactor}. */
export interface SecretRedactorOptions {
  /** Whether anything is masked. Default: true. */
  readonly isEnabled?: boolean;
  /** Which names of placeholders and scope values are those of secrets; an empty list masks none by name. Default: `defaultSecretNames`. */
  readonly names?: readonly RegExp[];
}

/**
 * Keeps secrets out of the log: the values of placeholders that are named like one (`{Password}`), and known secrets wherever they appear, in messages, values,
 * scopes and errors.
 *
 * Costs nothing for as long as it knows no secret, but one look at the names of a template when that is read first.
 *
 * Differs from .NET: its logging masks nothing, unless Microsoft.Extensions.Compliance.Redaction is added and every value classified.
 */
export class SecretRedactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;
  #isEnabled = true;
  #names: readonly RegExp[] = defaultSecretNames;
  #version = 0;

  constructor(options: SecretRedactorOptions = {}) {
    this.configure(options);
  }

  /** Changes what is given. */
  configure({ isEnabled = this.#isEnabled, names }: SecretRedactorOptions): void {
    this.#isEnabled = isEnabled;
    // A pattern with `g` or `y` remembers where it stopped, and finds a name only every other time.
    if (names) this.#names = names.map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')));
    this.#version++;
  }

  /** Grows with every change: what was made before may have to be made again. */
  get version(): number {
    return this.#version;
  }

  /** Whether there is a secret to look for. */
  get hasSecrets(): boolean {
    return this.#isEnabled && this.#secrets.size > 0;
  }

  /**
   * Never lets `value` through from now on. One that has less than {@link minimumSecretLength} characters, blanks around it not counted, is ignored; one with less
   * than eight counts only where no letter or digit is next to it.
   */
  addSecret(value: string): void {
    const secret = value.trim();
    if (secret.length < minimumSecretLength || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    this.#pattern = undefined;
    this.#version++;
  }

  /** Forgets a secret that has been replaced. */
  removeSecret(value: string): void {
    if (!this.#secrets.delete(value.trim())) return;
    this.#pattern = undefined;
    this.#version++;
  }

  /** Whether the value of what is called so is masked. */
  masks(name: string): boolean {
    return this.#isEnabled && isSecretName(name, this.#names);
  }

  /** The text without secrets. */
  redact(text: string): string {
    return this.hasSecrets ? text.replace((this.#pattern ??= patternOf(this.#secrets)), secretMask) : text;
  }

  /** A value without secrets: itself when there is none in it, else a copy of lists, plain objects and errors, and the text of anything else. Never throws. */
  redactValue<T>(value: T): T {
    return this.hasSecrets ? new RedactionPass(text => this.redact(text)).apply(value) : value;
  }
}

/** One expression for all, the longest first: a secret may be the beginning of another. */
function patternOf(secrets: ReadonlySet<string>): RegExp {
  return new RegExp([...secrets].sort(longestFirst).map(expressionOf).join('|'), 'g');
}

/** Finds a secret as it is, and as JSON and URLs spell it. */
function expressionOf(secret: string): string {
  const spellings = new Set([secret, JSON.stringify(secret).slice(1, -1), ...urlSpellings(secret)]);
  const escaped = [...spellings]
    .sort(longestFirst)
    .map(spelling => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('|');
  return secret.length < minimumLengthWithinWords ? `(?<!\\w)(?:${escaped})(?!\\w)` : escaped;
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}

function urlSpellings(secret: string): string[] {
  try {
    return [encodeURIComponent(secret)];
  } catch {
    // Half of a surrogate pair, which no URL can hold.
    return [];
  }
}

import { MessageTemplate } from './message-template.js';
import type { SecretRedactor } from './secret-redactor.js';

/** As many templates as .NET keeps. A program has fewer, unless it puts its messages together by itself. */
const capacity = 1_024;

/** A template, and which of its values are secret by their names; undefined when none is. */
interface KnownTemplate {
  readonly template: MessageTemplate;
  readonly isSecret: readonly boolean[] | undefined;
}

/** Templates that have been read, the last {@link capacity} new ones. */
export class MessageTemplates {
  readonly #known = new Map<string, KnownTemplate>();
  #version: number;

  constructor(private readonly redactor: SecretRedactor) {
    this.#version = redactor.version;
  }

  get(text: string): KnownTemplate {
    if (this.#version !== this.redactor.version) this.#forget();
    return this.#known.get(text) ?? this.#read(text);
  }

  #read(text: string): KnownTemplate {
    const template = new MessageTemplate(text);
    const isSecret = template.names.map(name => this.redactor.masks(name));
    const known = { template, isSecret: isSecret.includes(true) ? isSecret : undefined };
    if (this.#known.size === capacity) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(text, known);
    return known;
  }

  /** Other names may be secret now. */
  #forget(): void {
    this.#known.clear();
    this.#version = this.redactor.version;
  }
}

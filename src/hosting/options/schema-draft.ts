import type { IConfiguration } from '../configuration/index.js';
import { ArgumentError } from '../primitives/index.js';
import { InputNode } from './input-node.js';
import { sectionPathOf } from './option-path.js';
import type { OptionsDraft } from './options-draft.js';
import { OptionsValidationError } from './options-validation-error.js';
import type { OptionsSettings } from './options-settings.js';
import { describeIssues } from './schema-failures.js';
import { withInnerIssues } from './schema-issues.js';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';
import { settled, type Steps } from './steps.js';
import { unknownNames } from './unknown-names.js';
import { containsWatched, watchedValue } from './watched-input.js';

/** What a {@link SchemaDraft} needs of its declaration. */
export interface SchemaDraftParts<T, Input> {
  readonly schema: StandardSchema<Input, T>;
  readonly sectionName: string;
  readonly settings: OptionsSettings;
}

/**
 * Options that a schema makes of what was configured.
 *
 * A text is offered to the schema as it is; where the schema wants another type, as the next thing that the text can be read as. So the schema runs a few
 * times, at most once for each reading of each value, and has to be without effects.
 */
export class SchemaDraft<T, Input> implements OptionsDraft<T, Input> {
  readonly #parts: SchemaDraftParts<T, Input>;
  #root = InputNode.root();
  #sectionPath: string;
  #isSettled = true;

  constructor(parts: SchemaDraftParts<T, Input>) {
    this.#parts = parts;
    this.#sectionPath = parts.sectionName;
  }

  // eslint-disable-next-line require-yield -- nothing to wait for
  *bind(configuration: IConfiguration): Steps<void> {
    this.#sectionPath = sectionPathOf(configuration);
    this.#root.merge(configuration);
    this.#isSettled = false;
  }

  *change(action: (input: Input) => unknown): Steps<void> {
    // The function gets numbers for numbers, in the schema's spelling; what is not valid yet is no concern of this moment.
    if (!this.#isSettled) yield* this.#settle();
    const input = this.#root.toValue();
    action(input as Input);
    this.#root = this.#root.updated(input);
  }

  *finish(optionsName: string, optionsType: string): Steps<T> {
    const result = yield* this.#settle();
    const { settings } = this.#parts;
    const place = { sectionPath: this.#sectionPath, secrets: settings.secrets ?? [] };
    const failures = result.issues ? describeIssues(result.issues, this.#root, place) : [];
    if (settings.errorOnUnknownConfiguration) failures.push(...unknownNames(this.#root, this.#sectionPath));
    if (result.issues ?? failures.length > 0) throw new OptionsValidationError(optionsName, optionsType, failures);
    return (result as { value: T }).value;
  }

  /** Reads what was configured in the way that the schema accepts, if there is one. */
  *#settle(): Steps<StandardResult<T>> {
    for (;;) {
      const watched = new WeakSet<object>();
      const result = yield* this.#judge(watched);
      if (!result.issues) {
        this.#isSettled = true;
        throwUnlessObject(result.value);
        // What the schema passes on as it is must be what it is.
        return containsWatched(result.value, watched) ? yield* settled(this.#validate(this.#root.toValue())) : result;
      }
      if (!readOtherwise(this.#root, result.issues)) return result;
    }
  }

  *#judge(watched: WeakSet<object>): Steps<StandardResult<T>> {
    try {
      return yield* settled(this.#validate(watchedValue(this.#root, watched)));
    } catch {
      // There is code that can do nothing with an object which stands for another, such as a copy by structuredClone; zod becomes asynchronous then.
      return yield* settled(this.#validate(this.#root.toValue()));
    }
  }

  #validate(input: unknown): StandardResult<T> | Promise<StandardResult<T>> {
    return this.#parts.schema['~standard'].validate(input);
  }
}

/** Has what is of the wrong type read in other ways. @returns whether anything is */
function readOtherwise(root: InputNode, issues: readonly StandardIssue[]): boolean {
  const nodes = new Set<InputNode>();
  for (const issue of issues) {
    for (const { path, isOfType } of withInnerIssues(issue)) {
      const node = isOfType ? root.find(path) : undefined;
      if (node) nodes.add(node);
    }
  }
  return [...nodes].map(node => node.readOtherwise()).includes(true);
}

function throwUnlessObject(value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new ArgumentError('schema', `The schema of options makes an object, but this one made ${typeof value}.`);
}

import { sep } from 'node:path';
import { type PathSignature, signatureOf } from './path-signature.js';
import { type PathStep, tracePath } from './path-trace.js';

/** So long after a change, in milliseconds, another may have left the same times: file systems count them in up to two seconds. */
const coarsestTimes = 2_000;

/** One path that is watched, for however many that want to know. */
export class WatchedPath {
  readonly callbacks: Set<{ readonly call: () => void }> = new Set();
  /** The entries that decide what lies at the path; {@link trace} finds them. */
  steps: readonly PathStep[] = [];
  #signature: PathSignature | undefined;
  /** Whether a notification named one of the steps: then it has changed, whatever it looks like. */
  #isTouched = false;
  /** Whether another change may have come after the last look, and left the same times. */
  #isUncertain = false;

  /** @param path absolute; with a separator at its end it stands for the entries of the directory */
  constructor(readonly path: string) {}

  /** Finds the steps anew. @returns whether they are others than before */
  trace(): boolean {
    const before = this.steps;
    this.steps = tracePath(this.path, this.#isOfEntries);
    return before.length !== this.steps.length || before.some((step, index) => !isSame(step, this.steps[index]!));
  }

  /** Takes notice that the entry `name` of `directory` changed, or any of them. @returns whether the path may have changed with it */
  notice(directory: string, name: string | undefined): boolean {
    const steps = this.steps.filter(step => step.directory === directory && mayBe(step, name));
    if (name !== undefined && steps.some(step => step.name === undefined || step.name === name)) this.#isTouched = true;
    return steps.length > 0;
  }

  /**
   * Looks at what lies at the path, and says whether that has changed since the last look.
   *
   * @param isPolled whether nothing but looks tells
   */
  look(isPolled: boolean, now: number): boolean {
    const before = this.#signature;
    const after = signatureOf(this.path, this.#isOfEntries);
    const hasChanged = this.#isTouched || (isPolled && this.#isUncertain) || after.text !== before?.text;
    this.#signature = after;
    this.#isTouched = false;
    this.#isUncertain = Math.abs(now - after.changedAt) < coarsestTimes;
    return before !== undefined && hasChanged;
  }

  get #isOfEntries(): boolean {
    return this.path.endsWith(sep);
  }
}

function isSame(a: PathStep, b: PathStep): boolean {
  return a.directory === b.directory && a.name === b.name;
}

/** File systems that ignore case or rewrite letters may name an entry in another spelling than it was asked for. */
function mayBe(step: PathStep, name: string | undefined): boolean {
  return name === undefined || step.name === undefined || foldName(step.name) === foldName(name);
}

function foldName(name: string): string {
  return name.normalize().toLowerCase();
}

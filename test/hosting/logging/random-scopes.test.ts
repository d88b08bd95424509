import fc from 'fast-check';
import { type ILogger, LoggerFactory } from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A step of a piece of work. The number says which of its open scopes it closes, or which of its forks it awaits. */
type Step =
  | { readonly kind: 'open' }
  | { readonly kind: 'log' }
  | { readonly kind: 'turn' }
  | { readonly kind: 'microtask' }
  | { readonly kind: 'close'; readonly which: number }
  | { readonly kind: 'fork'; readonly steps: readonly Step[]; readonly awaited: boolean };

const leaf: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>({ kind: 'open' }, { kind: 'log' }, { kind: 'turn' }, { kind: 'microtask' }),
  fc.record({ kind: fc.constant('close' as const), which: fc.nat(5) }),
);
const { steps } = fc.letrec<{ step: Step; steps: Step[] }>(tie => ({
  step: fc.oneof(
    { depthSize: 'small' },
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fork' as const), steps: tie('steps'), awaited: fc.boolean() }) },
  ),
  steps: fc.array(tie('step'), { maxLength: 12 }),
}));

interface OpenScope {
  readonly name: string;
  isOpen: boolean;
  /** Between the end of a piece of work and the turn in which its promise settles: the scope may show still. */
  isEnding?: boolean;
}

/** Runs random work, and compares the scopes of each entry with those that it should have: the ones it opened, and the ones around its beginning, as far as they are open. */
class Run {
  readonly wrong: string[] = [];
  readonly #logs = new FakeLogCollector();
  readonly #logger: ILogger = new LoggerFactory([this.#logs]).createLogger('App');
  readonly #left: Promise<void>[] = [];
  #names = 0;

  async all(steps: readonly Step[]): Promise<string[]> {
    await this.#piece(steps, []);
    while (this.#left.length > 0) await this.#left.pop();
    this.#log([]);
    return this.wrong;
  }

  #piece(steps: readonly Step[], around: readonly OpenScope[]): Promise<void> {
    const own: OpenScope = { name: `piece ${this.#names++}`, isOpen: true };
    const work = this.#logger.withScope(own.name, async () => {
      await this.#steps(steps, [...around, own]);
      own.isEnding = true;
    });
    return work.then(() => {
      own.isEnding = own.isOpen = false;
    });
  }

  async #steps(steps: readonly Step[], visible: OpenScope[]): Promise<void> {
    const opened: { readonly scope: OpenScope; readonly handle: Disposable }[] = [];
    for (const step of steps) {
      if (step.kind === 'turn') await new Promise<void>(resolve => setImmediate(resolve));
      else if (step.kind === 'microtask') await Promise.resolve();
      else if (step.kind === 'log') this.#log(visible);
      else if (step.kind === 'open') {
        const scope = { name: `scope ${this.#names++}`, isOpen: true };
        opened.push({ scope, handle: this.#logger.beginScope(scope.name) });
        visible.push(scope);
      } else if (step.kind === 'close') {
        const [closed] = opened.splice(step.which % Math.max(1, opened.length), 1);
        if (closed) closed.scope.isOpen = false;
        closed?.handle[Symbol.dispose]();
      } else {
        const fork = this.#piece(step.steps, [...visible]);
        if (step.awaited) await fork;
        else this.#left.push(fork);
        this.#log(visible);
      }
    }
    for (const { scope, handle } of opened) {
      scope.isOpen = false;
      handle[Symbol.dispose]();
    }
  }

  #log(visible: readonly OpenScope[]): void {
    this.#logger.information('x');
    const ending = visible.filter(({ isEnding }) => isEnding).map(({ name }) => name);
    const found = this.#logs.latestRecord.scopes.flatMap(({ text }) => (ending.includes(text) ? [] : [text])).join();
    const expected = visible.flatMap(({ name, isOpen, isEnding }) => (isOpen && !isEnding ? [name] : [])).join();
    if (found !== expected) this.wrong.push(`expected [${expected}], found [${found}]`);
  }
}

describe('log scopes, whatever work does in whatever order', () => {
  it('are on the entries of the work that they are around, in order, and on no others', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async steps => {
        expect(await new Run().all(steps)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

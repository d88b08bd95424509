import { DeadlineExceededError, Deferred, onAbort, onDispose } from '../../../hosting/primitives/index.js';
import { CancellationSource, infiniteTimeSpan, type TimeProvider } from '../../../hosting/time/index.js';

/** How a call of the program's own code is kept within bounds. */
export interface SupervisionOptions {
  /** Names the call in an error, as a noun phrase. */
  readonly what: string;
  /** Milliseconds after which its signal fires; -1 is never. */
  readonly timeout: number;
  /** Milliseconds that it has to end once its signal has fired. */
  readonly grace: number;
  /** Each of them cancels it. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly timeProvider: TimeProvider;
  /** Told of the end of a call that was left behind, with what it threw, and how many milliseconds after its signal. Must not throw. */
  readonly onLateEnd: (error: { readonly thrown: unknown } | undefined, milliseconds: number) => void;
}

/** How a supervised call ended. */
export type SupervisedEnd<T> = (
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** It goes on, and nobody waits for it any more. */
  | { readonly kind: 'leftBehind' }
) & {
  /** Why its signal fired; undefined when it did not. */
  readonly stoppedBy: 'caller' | 'timeout' | undefined;
  /** Of the timeout, whether it was reached or not. */
  readonly timeoutError: DeadlineExceededError;
};

/**
 * Calls `work` and reports how it ended; never throws.
 *
 * It ends at the latest `grace` after a signal has fired or the timeout has passed, whatever `work` does. `onEnd` is told when `work` itself has ended.
 */
export async function superviseCall<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  options: SupervisionOptions,
  onEnd: () => void = () => undefined,
): Promise<SupervisedEnd<T>> {
  const { what, timeout, grace, signals, timeProvider, onLateEnd } = options;
  const timeoutError = new DeadlineExceededError(what, timeout);
  using source = new CancellationSource({ linkedTo: signals, timeProvider });
  const { signal } = source;
  using _limit =
    timeout === infiniteTimeSpan
      ? onDispose(() => undefined)
      : timeProvider.createTimer(() => source.cancel(timeoutError), undefined, timeout, infiniteTimeSpan);
  using patience = new Patience(signal, grace, timeProvider);
  const ended = settle(work, signal).finally(onEnd);
  const end = await Promise.race([ended, patience.over]);
  const stoppedBy = !signal.aborted ? undefined : signal.reason === timeoutError ? 'timeout' : 'caller';
  if (end) return { ...end, stoppedBy, timeoutError };
  const { elapsed } = patience;
  void ended.then(late => onLateEnd(late.kind === 'threw' ? { thrown: late.error } : undefined, elapsed()));
  return { kind: 'leftBehind', stoppedBy, timeoutError };
}

async function settle<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly kind: 'returned'; readonly value: T } | { readonly kind: 'threw'; readonly error: unknown }> {
  try {
    return { kind: 'returned', value: await work(signal) };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** What is left of it once a signal has fired. */
class Patience implements Disposable {
  readonly #over = new Deferred<undefined>();
  readonly #registration: Disposable;
  #timer: Disposable | undefined;
  #began: bigint | undefined;

  constructor(
    signal: AbortSignal,
    grace: number,
    private readonly timeProvider: TimeProvider,
  ) {
    this.#registration = onAbort(signal, () => {
      this.#began = timeProvider.getTimestamp();
      this.#timer = timeProvider.createTimer(() => this.#over.resolve(undefined), undefined, grace, infiniteTimeSpan);
    });
  }

  /** Resolves when there is none left. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** Milliseconds since the signal fired. */
  readonly elapsed = (): number => (this.#began === undefined ? 0 : Math.round(this.timeProvider.getElapsedMilliseconds(this.#began)));

  [Symbol.dispose](): void {
    this.#registration[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
  }
}

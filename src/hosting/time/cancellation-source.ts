import { createAbortController, ObjectDisposedError, onAbort } from '../primitives/index.js';
import { infiniteTimeSpan, ticksPerMillisecond, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';
import type { ITimer } from './timer.js';

/** Options of {@link CancellationSource}. */
export interface CancellationSourceOptions {
  /** The clock that measures `delay` and `cancelAfter`. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** Cancels by itself after this span; 0 is at once, -1 never. Default: never. */
  readonly delay?: TimeSpan | undefined;
  /** Signals whose firing cancels this source too; the source lets go of them when it is cancelled or disposed. */
  readonly linkedTo?: readonly (AbortSignal | undefined)[];
  /** Whether the time that runs keeps the process alive. Default: false. */
  readonly keepAlive?: boolean;
}

/**
 * The owner of an `AbortSignal`: cancels it by hand, after a time, or together with other signals.
 *
 * Dispose it when the work is over: then it holds no timer and no listener, and its signal stays as it is.
 *
 * Differs from .NET: listeners of the signal run in the order in which they were added, and an error in one is Node's uncaught exception, both as
 * `AbortSignal` has it.
 *
 * @see System.Threading.CancellationTokenSource
 */
export class CancellationSource implements Disposable {
  readonly #timeProvider: TimeProvider;
  readonly #keepAlive: boolean;
  /** Whether the timer came with the source: such a source is not reset, as in .NET one on a provider's timer is not. */
  readonly #isTimed: boolean;
  #controller = createAbortController();
  #links: readonly Disposable[] = [];
  #timer: ITimer | undefined;
  #isDisposed = false;

  /** @throws ArgumentOutOfRangeError (`delay`) outside -1..4294967294 whole milliseconds */
  constructor({ timeProvider = TimeProvider.system, delay, linkedTo = [], keepAlive = false }: CancellationSourceOptions = {}) {
    this.#timeProvider = timeProvider;
    this.#keepAlive = keepAlive;
    const ticks = delay === undefined ? undefined : toTimerTicks(delay, 'delay');
    this.#isTimed = ticks !== undefined && ticks !== 0;
    if (ticks === 0) this.#fire();
    else if (ticks !== undefined) this.#arm(ticks / ticksPerMillisecond);
    for (const source of linkedTo) {
      if (this.isCancellationRequested) break;
      if (source) this.#links = [...this.#links, onAbort(source, () => this.#fire(source.reason))];
    }
  }

  /** Stays the same until {@link tryReset} succeeds. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isCancellationRequested(): boolean {
    return this.#controller.signal.aborted;
  }

  /**
   * Fires the signal, unless it has.
   *
   * @throws ObjectDisposedError
   */
  cancel(reason?: unknown): void {
    this.#throwIfDisposed();
    this.#fire(reason);
  }

  /**
   * Cancels after `span` from now, replacing an earlier limit; 0 is at once or with the clock's next turn, -1 takes the limit away.
   *
   * @throws ArgumentOutOfRangeError (`delay`) outside -1..4294967294 whole milliseconds
   * @throws ObjectDisposedError
   */
  cancelAfter(span: TimeSpan): void {
    const milliseconds = wholeMilliseconds(toTimerTicks(span, 'delay'));
    this.#throwIfDisposed();
    if (this.isCancellationRequested) return;
    if (this.#timer) this.#timer.change(milliseconds, infiniteTimeSpan);
    else if (milliseconds !== infiniteTimeSpan) this.#arm(milliseconds);
  }

  /**
   * Makes the source as good as new for the next piece of work: takes the limit away and gives it a new signal, so that nobody listens any more.
   *
   * @returns false when it cannot be used again: it was cancelled, is linked to other signals, or was created with a delay
   * @throws ObjectDisposedError
   */
  tryReset(): boolean {
    this.#throwIfDisposed();
    if (this.isCancellationRequested || this.#isTimed || this.#links.length > 0) return false;
    this.#timer?.change(infiniteTimeSpan, infiniteTimeSpan);
    this.#controller = createAbortController();
    return true;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#release();
  }

  #arm(milliseconds: number): void {
    const timer = this.#timeProvider.createTimer(() => this.#fire(), undefined, milliseconds, infiniteTimeSpan, { keepAlive: this.#keepAlive });
    // A fake clock may have fired it in the call.
    if (this.isCancellationRequested) timer[Symbol.dispose]();
    else this.#timer = timer;
  }

  #fire(reason?: unknown): void {
    if (this.isCancellationRequested || this.#isDisposed) return;
    this.#release();
    this.#controller.abort(reason);
  }

  #release(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    for (const link of this.#links) link[Symbol.dispose]();
    this.#links = [];
  }

  #throwIfDisposed(): void {
    if (this.#isDisposed) throw new ObjectDisposedError('CancellationSource');
  }
}

/** Creates a {@link CancellationSource} that cancels by itself after `delay`. */
export function createCancellationSource(delay?: TimeSpan, options: Omit<CancellationSourceOptions, 'delay'> = {}): CancellationSource {
  return new CancellationSource({ ...options, delay });
}

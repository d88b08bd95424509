import { onAbort } from '../primitives/index.js';
import { infiniteTimeSpan, type TimeSpan, toTimerTicks, wholeMilliseconds } from './span.js';
import { TimeProvider } from './time-provider.js';
import type { ITimer } from './timer.js';

/** Options of {@link CancellationSource}. */
export interface CancellationSourceOptions {
  /** The clock that measures `delay` and `cancelAfter`. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** Cancels by itself after this span. Default: never. */
  readonly delay?: TimeSpan | undefined;
  /** Signals whose firing cancels this source too; disposing it lets go of them. */
  readonly linkedTo?: readonly (AbortSignal | undefined)[];
}

/**
 * The owner of an `AbortSignal`: cancels it by hand, after a time, or together with other signals.
 *
 * Dispose it when the work is over: then it holds no timer and no listener, and its signal stays as it is.
 *
 * @see System.Threading.CancellationTokenSource
 */
export class CancellationSource implements Disposable {
  readonly #controller = new AbortController();
  readonly #timeProvider: TimeProvider;
  readonly #links: Disposable[];
  #timer: ITimer | undefined;
  #disposed = false;

  constructor({ timeProvider = TimeProvider.system, delay = infiniteTimeSpan, linkedTo = [] }: CancellationSourceOptions = {}) {
    this.#timeProvider = timeProvider;
    this.cancelAfter(delay);
    this.#links = linkedTo.map(source => onAbort(source, () => this.cancel(source?.reason)));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isCancellationRequested(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Fires the signal; later calls, and calls after disposal, do nothing. */
  cancel(reason?: unknown): void {
    if (this.#disposed) return;
    this.#timer?.[Symbol.dispose]();
    this.#controller.abort(reason);
  }

  /**
   * Cancels after `span` from now, replacing an earlier limit; -1 takes the limit away.
   *
   * @throws ArgumentOutOfRangeError (`delay`) outside -1..4294967294 whole milliseconds
   */
  cancelAfter(span: TimeSpan): void {
    const milliseconds = wholeMilliseconds(toTimerTicks(span, 'delay'));
    if (this.#disposed || this.isCancellationRequested) return;
    if (this.#timer) this.#timer.change(milliseconds, infiniteTimeSpan);
    else if (milliseconds !== infiniteTimeSpan)
      this.#timer = this.#timeProvider.createTimer(() => this.cancel(), undefined, milliseconds, infiniteTimeSpan, { keepAlive: false });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.[Symbol.dispose]();
    for (const link of this.#links) link[Symbol.dispose]();
  }
}

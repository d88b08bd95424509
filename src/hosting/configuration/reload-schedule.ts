import { infiniteTimeSpan, type ITimer, type TimeProvider } from '../time/index.js';

/** After so many times the delay without a rest of that length, a shorter one is enough. */
const patience = 8;

/** Milliseconds: longer than it takes to write a file, shorter than the delay. */
const shortRest = 20;

/** After so many times the delay without any rest the files are read as they are. */
const lastPatience = 40;

/** Milliseconds after which what could not be read for want of something else is tried again. */
const retryDelay = 5_000;

/** Says when to read again what has changed: when it has been at rest for a while, so that it is not read half-written. */
export class ReloadSchedule implements Disposable {
  readonly #timer: ITimer;
  #firstRequest: bigint | undefined;
  #isAtRest = true;
  #isDisposed = false;

  /**
   * @param delay milliseconds of rest before `reload`
   * @param reload is told whether there was a rest; without one the files may be half-written
   */
  constructor(
    private readonly timeProvider: TimeProvider,
    private readonly delay: number,
    reload: (isAtRest: boolean) => void,
  ) {
    const onTimer = () => {
      this.#firstRequest = undefined;
      reload(this.#isAtRest);
    };
    this.#timer = timeProvider.createTimer(onTimer, undefined, infiniteTimeSpan, infiniteTimeSpan, { keepAlive: false });
  }

  /** There was a change. */
  request(): void {
    if (this.#isDisposed) return;
    const { delay } = this;
    const now = this.timeProvider.getTimestamp();
    this.#firstRequest ??= now;
    const waited = this.timeProvider.getElapsedMilliseconds(this.#firstRequest, now);
    const rest = waited < delay * patience ? delay : Math.min(delay, shortRest);
    const left = Math.max(0, Math.ceil(delay * lastPatience - waited));
    this.#isAtRest = rest <= left;
    this.#timer.change(Math.min(rest, left), infiniteTimeSpan);
  }

  /** Tries again later, unless a change comes first. */
  retryLater(): void {
    if (this.#isDisposed || this.#firstRequest !== undefined) return;
    this.#isAtRest = true;
    this.#timer.change(retryDelay, infiniteTimeSpan);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer[Symbol.dispose]();
  }
}

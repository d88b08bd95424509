import { type ITimer, TimeProvider, type TimerCallback, type TimerOptions, type TimeSpan } from 'hostward';

/** The system clock for something that may hang: disposing it takes away all timers that were created on it. */
export class OwnedClock extends TimeProvider implements Disposable {
  readonly #timers: ITimer[] = [];

  override createTimer<S>(callback: TimerCallback<S>, state: S, dueTime: TimeSpan, period: TimeSpan, options?: TimerOptions): ITimer {
    const timer = super.createTimer(callback, state, dueTime, period, options);
    this.#timers.push(timer);
    return timer;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.splice(0)) timer[Symbol.dispose]();
  }
}

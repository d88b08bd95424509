import { HostwardError } from '../primitives/index.js';
import { ticksPerMillisecond } from '../time/span.js';
import type { CreationSite, FakeTimer } from './fake-timer.js';

/** An armed timer of a fake clock, as it was when it was asked for. Its own members are the due time and the period, so that a test compares these two. */
export class PendingTimer {
  /** Milliseconds until it fires; not positive while it is overdue. */
  readonly dueIn: number;
  /** Milliseconds between firings; 0 for a timer that fires once. */
  readonly period: number;
  readonly #firings: number;
  readonly #createdAt: CreationSite | undefined;

  /** @param left ticks until it fires */
  constructor({ period, firings, createdAt }: FakeTimer, left: number) {
    this.dueIn = left / ticksPerMillisecond;
    this.period = period / ticksPerMillisecond;
    this.#firings = firings;
    this.#createdAt = createdAt;
  }

  /** How often it has fired. */
  get firings(): number {
    return this.#firings;
  }

  /** Where it was created, innermost call first; undefined where the clock has kept no stack. */
  get stack(): string | undefined {
    // The first line is the message, the next one is the clock's own.
    const lines = this.#createdAt?.stack?.split('\n').slice(2);
    return lines?.map(line => line.trim()).join('\n');
  }

  /** One line for people, and where it was created. */
  toString(): string {
    const period = this.period > 0 ? `, then every ${this.period} ms` : '';
    return `due in ${this.dueIn} ms${period}${placeOf(this)}`;
  }
}

/** One advance of the fake clock fired more timers than its limit allows: something re-arms itself without end. */
export class RunawayTimerError extends HostwardError {
  override readonly name = 'RunawayTimerError';

  constructor(
    /** The limit that was passed. */
    readonly limit: number,
    /** The timer that fired most often in this advance; of timers that each fire once and make the next, the one that was to fire now. */
    readonly hottest: PendingTimer,
    /** How often it fired in this advance. */
    readonly firings: number,
    /** What callbacks threw before. */
    errors: readonly Error[] = [],
  ) {
    const culprit =
      firings > 1
        ? `One timer fired ${firings} times; its period is ${hottest.period} ms.`
        : 'Timers that fire once make each other; this is the one that was to fire now.';
    super(
      'ERR_RUNAWAY_TIMER',
      `More than ${limit} firings in one advance. ${culprit}${placeOf(hottest)}\nAdvance in smaller steps, end what re-arms itself, or raise maxFiringsPerAdvance.`,
      errors.length > 0 ? { cause: errors.length === 1 ? errors[0] : new AggregateError(errors, 'Several timer callbacks failed.') } : undefined,
    );
  }
}

/** Timers are still armed although nothing should be. */
export class TimerLeakError extends HostwardError {
  override readonly name = 'TimerLeakError';

  constructor(readonly timers: readonly PendingTimer[]) {
    super('ERR_TIMER_LEAK', `Expected no pending timer, but found ${timers.length}:${list(timers)}`);
  }
}

/** A promise did not settle although the fake clock did all it could. */
export class StuckPromiseError extends HostwardError {
  override readonly name = 'StuckPromiseError';

  constructor(
    problem: string,
    /** What was still armed. */
    readonly timers: readonly PendingTimer[],
  ) {
    super('ERR_STUCK_PROMISE', `The promise is still pending: ${problem}${list(timers)}`);
  }
}

function list(timers: readonly PendingTimer[]): string {
  return timers.map(timer => `\n  ${timer.toString()}`).join('');
}

function placeOf({ stack }: PendingTimer): string {
  return stack ? `\n    created ${stack.split('\n').slice(0, 4).join('\n            ')}` : '';
}

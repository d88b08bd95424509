import type { ITimer } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';

/** One command of a random program; times are whole milliseconds, timers are named by a number. */
export type Command =
  | { readonly kind: 'create'; readonly timer: number; readonly due: number; readonly period: number; readonly inside: readonly Command[] }
  | { readonly kind: 'change'; readonly timer: number; readonly due: number; readonly period: number }
  | { readonly kind: 'dispose'; readonly timer: number }
  | { readonly kind: 'advance'; readonly by: number }
  | { readonly kind: 'adjust'; readonly to: number };

/** What both the clock and its model can do. */
export interface Clock {
  readonly now: number;
  create(timer: number, due: number, period: number, callback: () => void): void;
  change(timer: number, due: number, period: number): boolean;
  dispose(timer: number): void;
  advance(by: number): void;
  adjust(to: number): void;
  readonly pending: number;
}

interface ModelTimer {
  due: number;
  period: number;
  scheduledOn: number;
  slot: number;
  version: number;
  disposed: boolean;
  readonly callback: () => void;
}

/** The rules in their plainest form: every firing looks through all timers. */
export class Model implements Clock {
  now = 0;
  readonly #timers = new Map<number, ModelTimer>();
  /** Also those whose name another one has taken. */
  readonly #all: ModelTimer[] = [];
  readonly #free: number[] = [];
  #slots = 0;
  #firing = false;

  create(timer: number, due: number, period: number, callback: () => void): void {
    const created = { due: 0, period: 0, scheduledOn: 0, slot: -1, version: 0, disposed: false, callback };
    this.#timers.set(timer, created);
    this.#all.push(created);
    this.change(timer, due, period);
  }

  change(name: number, due: number, period: number): boolean {
    const timer = this.#timers.get(name);
    if (!timer || timer.disposed) return false;
    this.#disarm(timer);
    timer.period = Math.max(0, period);
    if (due < 0) return true;
    Object.assign(timer, { due: this.now + due, scheduledOn: this.now, slot: this.#free.pop() ?? this.#slots++ });
    this.#fireDue();
    return true;
  }

  dispose(name: number): void {
    const timer = this.#timers.get(name);
    if (!timer) return;
    this.#disarm(timer);
    timer.disposed = true;
  }

  advance(by: number): void {
    this.now += by;
    this.#fireDue();
  }

  adjust(to: number): void {
    for (const timer of this.#armed()) timer.due += to - this.now;
    this.now = to;
  }

  get pending(): number {
    return this.#armed().length;
  }

  #armed(): ModelTimer[] {
    return this.#all.filter(({ slot }) => slot >= 0);
  }

  #next(): ModelTimer | undefined {
    let next: ModelTimer | undefined;
    for (const timer of this.#armed()) if (!next || (timer.due - next.due || timer.scheduledOn - next.scheduledOn || timer.slot - next.slot) < 0) next = timer;
    return next;
  }

  #disarm(timer: ModelTimer): void {
    timer.version++;
    if (timer.slot >= 0) this.#free.push(timer.slot);
    timer.slot = -1;
  }

  #fireDue(): void {
    if (this.#firing) return;
    this.#firing = true;
    for (;;) {
      const next = this.#next();
      if (!next || next.due > this.now) break;
      const { version } = next;
      const before = this.now;
      next.callback();
      if (next.version !== version) continue;
      if (next.period === 0) {
        this.#disarm(next);
        continue;
      }
      next.due = this.now === before ? next.due + next.period : this.now + next.period;
      next.scheduledOn = this.now;
    }
    this.#firing = false;
  }
}

export class Real implements Clock {
  readonly #clock = new FakeTimeProvider();
  readonly #start = this.#clock.getUtcNowMilliseconds();
  readonly #timers = new Map<number, ITimer>();

  get now(): number {
    return this.#clock.getUtcNowMilliseconds() - this.#start;
  }

  create(timer: number, due: number, period: number, callback: () => void): void {
    // Under its name before it fires: with a due time of zero that is inside the call.
    const created = this.#clock.createTimer(callback, undefined, -1, -1);
    this.#timers.set(timer, created);
    created.change(due, period);
  }

  change(timer: number, due: number, period: number): boolean {
    return this.#timers.get(timer)?.change(due, period) ?? false;
  }

  dispose(timer: number): void {
    this.#timers.get(timer)?.[Symbol.dispose]();
  }

  advance(by: number): void {
    this.#clock.advance(by);
  }

  adjust(to: number): void {
    this.#clock.adjustTime(new Date(this.#start + to));
  }

  get pending(): number {
    return this.#clock.pendingTimers.length;
  }
}

/** Runs a program and says what happened: every firing with the time it saw, and the state after each command. */
export function run(clock: Clock, program: readonly Command[]): string[] {
  const trace: string[] = [];
  let firings = 0;
  const perform = (command: Command): void => {
    if (command.kind === 'create') {
      const { timer, due, period, inside } = command;
      let calls = 0;
      clock.create(timer, due, period, () => {
        trace.push(`${timer}@${clock.now}`);
        // What a callback does it does once, and a program that never ends is of no use.
        if (calls++ === 0 && firings++ < 200) inside.forEach(perform);
      });
    } else if (command.kind === 'change') trace.push(`change ${clock.change(command.timer, command.due, command.period)}`);
    else if (command.kind === 'dispose') clock.dispose(command.timer);
    else if (command.kind === 'advance') clock.advance(command.by);
    else clock.adjust(command.to);
  };
  for (const command of program) {
    perform(command);
    trace.push(`now ${clock.now}, pending ${clock.pending}`);
  }
  return trace;
}

import type { ITimer, TimeSpan } from 'hostward';
import { FakeTimeProvider, type FakeTimeProviderOptions } from 'hostward/testing';

/** A clock with named timers that keep a trace: `A@10` is a call of A while the clock reads 10 ms after its start. */
export class Bench {
  readonly time: FakeTimeProvider;
  readonly trace: string[] = [];
  readonly #start: bigint;
  #seen = 0;

  constructor(options?: FakeTimeProviderOptions) {
    this.time = new FakeTimeProvider(options);
    this.#start = this.time.getTimestamp();
  }

  get now(): number {
    return Number(this.time.getTimestamp() - this.#start) / 10_000;
  }

  timer(name: string, dueTime: TimeSpan, period: TimeSpan = -1, then: (call: number) => void = () => undefined): ITimer {
    let calls = 0;
    return this.time.createTimer(
      () => {
        this.trace.push(`${name}@${this.now}`);
        then(++calls);
      },
      undefined,
      dueTime,
      period,
    );
  }

  /** What an advance adds to the trace. */
  advance(delta: TimeSpan): string[] {
    this.time.advance(delta);
    return this.news();
  }

  news(): string[] {
    const news = this.trace.slice(this.#seen);
    this.#seen = this.trace.length;
    return news;
  }
}

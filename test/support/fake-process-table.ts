import type { TimeProvider } from 'hostward';
import type { IProcessTable, ProcessTimes } from '../../src/backchannel/naming/index.js';

/** Processes in memory, with the times at which they were started. */
export class FakeProcessTable implements IProcessTable {
  readonly #times = new Map<number, ProcessTimes>();
  readonly #boot: bigint;

  constructor(private readonly time: TimeProvider) {
    this.#boot = time.getTimestamp();
  }

  /** A process gets the number, in place of any that has it. @param startedAt milliseconds since 1970. Default: now */
  start(pid: number, startedAt: number = this.time.getUtcNowMilliseconds()): void {
    const sinceBoot = this.time.getElapsedMilliseconds(this.#boot) + 1_000;
    this.#times.set(pid, { startedAt: new Date(startedAt).toISOString(), stableStartedAt: new Date(sinceBoot).toISOString() });
  }

  /** A process gets the number, and when it was started is not to be known, as on other systems than Linux. */
  startUnknown(pid: number): void {
    this.#times.set(pid, {});
  }

  end(pid: number): void {
    this.#times.delete(pid);
  }

  isAlive(pid: number): boolean {
    return this.#times.has(pid);
  }

  timesOf(pid: number): ProcessTimes {
    return this.#times.get(pid) ?? {};
  }
}

import { Instant } from '@js-joda/core';
import { TimeProvider } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';

/** A fake clock whose wall time can be set while its timers and timestamps go on as if nothing had happened, as those of a computer do. */
export class JumpingFakeClock extends FakeTimeProvider {
  #offset = 0;

  jump(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  override getUtcNow(): Instant {
    return super.getUtcNow().plusMillis(this.#offset);
  }

  override getUtcNowMilliseconds(): number {
    return super.getUtcNowMilliseconds() + this.#offset;
  }
}

/** The clock of this machine, with a wall time that can be set. */
export class JumpingSystemClock extends TimeProvider {
  #offset = 0;

  jump(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  override getUtcNow(): Instant {
    return Instant.ofEpochMilli(this.getUtcNowMilliseconds());
  }

  override getUtcNowMilliseconds(): number {
    return TimeProvider.system.getUtcNowMilliseconds() + this.#offset;
  }
}

import { BackgroundService } from './background-service.js';
import { isCancellation } from './primitives/index.js';
import { PeriodicTimer, type TimeProvider, type TimeSpan } from './time/index.js';

/** When a {@link PeriodicBackgroundService} does its work. */
export interface PeriodicSchedule {
  /** From one due time to the next; 1 ms to 4294967294 ms. */
  readonly period: TimeSpan;
  /** Whether the work is done at the start as well, without waiting for the first due time. Default: false. */
  readonly atStart?: boolean;
}

/**
 * A background service that does its work again and again, at a fixed cadence.
 *
 * Due times are multiples of the period after the start, whatever the work takes: there is no drift. Never two at a time: due times that pass while the work is
 * under way are made up for by one that follows at once. An error ends the service as it ends any other background service; give it a restart policy, or
 * catch what it may survive.
 *
 * Differs from .NET: an addition.
 */
export abstract class PeriodicBackgroundService extends BackgroundService {
  constructor(
    private readonly timeProvider: TimeProvider,
    private readonly schedule: PeriodicSchedule,
  ) {
    super();
  }

  /** The work of one due time. `stopping` fires when the host stops this service. */
  protected abstract tick(stopping: AbortSignal): Promise<void>;

  protected override async execute(stopping: AbortSignal): Promise<void> {
    const { period, atStart = false } = this.schedule;
    using timer = new PeriodicTimer(period, this.timeProvider);
    try {
      if (atStart) await this.tick(stopping);
      while (await timer.waitForNextTick(stopping)) await this.tick(stopping);
    } catch (error) {
      // The wait ends so when the service is stopped, and so does work that heeds the signal.
      if (!(stopping.aborted && isCancellation(error))) throw error;
    }
  }
}

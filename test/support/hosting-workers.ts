import { BackgroundService } from 'hostward';
import { cooperating } from './hosting-services.js';

/** A background service whose work a test gives. */
export class Worker extends BackgroundService {
  /** The signal that the work was given; undefined before it has its turn. */
  stopping: AbortSignal | undefined;

  constructor(private readonly work: (stopping: AbortSignal) => Promise<void> | void) {
    super();
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    this.stopping = stopping;
    return this.work(stopping) as Promise<void>;
  }
}

export const untilStopped = (): Worker => new Worker(cooperating);
export const endless = (): Worker => new Worker(() => new Promise(() => undefined));

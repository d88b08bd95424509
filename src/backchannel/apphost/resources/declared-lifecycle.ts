import { createAbortController, InvalidOperationError, onAbort, raceAbort } from '../../../hosting/primitives/index.js';
import { TurnQueue } from '../../../hosting/primitives/turn-queue.js';
import { CancellationSource } from '../../../hosting/time/index.js';
import type { ResourceLifecycle } from './resource.js';

/** How a kind of resource is started and stopped; never called while another call is under way. */
export interface DeclaredLifecycleWork {
  /** Whether there is nothing to start. */
  isUp(): boolean;
  /** @param signal fires when it is to be stopped, and when whoever asked for it goes */
  start(signal: AbortSignal): Promise<void>;
  /** Stops it, or sees that nothing is to be stopped. @param hurry fires when it is to end at once */
  stop(hurry: AbortSignal): Promise<void>;
}

/** Options of {@link DeclaredLifecycle}. */
export interface DeclaredLifecycleOptions {
  readonly displayName: string;
  readonly waitFor: readonly string[];
  readonly hasExplicitStart: boolean;
}

/** Starts and stops one resource: one call after the other, whoever makes them; and for the last time when the application stops. */
export class DeclaredLifecycle implements ResourceLifecycle {
  readonly waitFor: readonly string[];
  readonly hasExplicitStart: boolean;
  readonly #turns = new TurnQueue();
  readonly #hurry = createAbortController();
  readonly #touched = createAbortController();
  #starting: CancellationSource | undefined;
  #isClosed = false;

  constructor(
    private readonly options: DeclaredLifecycleOptions,
    private readonly work: DeclaredLifecycleWork,
  ) {
    this.waitFor = options.waitFor;
    this.hasExplicitStart = options.hasExplicitStart;
  }

  /** Fires when somebody starts or stops it: then it is not started by itself any more. */
  get touched(): AbortSignal {
    return this.#touched.signal;
  }

  /** Fires when there is no time left for anything that is graceful. */
  get hurry(): AbortSignal {
    return this.#hurry.signal;
  }

  /** Whether it is never started again. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#touched.abort();
    await this.inTurn(async () => {
      this.#throwIfClosed();
      if (this.work.isUp()) return;
      using starting = new CancellationSource({ linkedTo: [signal] });
      this.#starting = starting;
      try {
        await this.work.start(starting.signal);
      } finally {
        this.#starting = undefined;
      }
    }, signal);
  }

  /** Who gives up the wait does not give up the stop: it ends within its own limits. */
  async stop(signal?: AbortSignal): Promise<void> {
    this.#touched.abort();
    if (this.#starting && !this.#starting.isCancellationRequested) this.#starting.cancel();
    await raceAbort(
      this.inTurn(() => this.work.stop(this.#hurry.signal)),
      signal,
    );
  }

  /** From now on it is not started any more, neither by commands nor by itself. */
  refuseStarts(): void {
    this.#isClosed = true;
  }

  /** Stops it for good: gracefully until `signal` fires. */
  async close(signal: AbortSignal): Promise<void> {
    this.refuseStarts();
    using _hurry = onAbort(signal, () => this.#hurry.abort());
    await this.stop();
  }

  /** Runs what must not happen during a start or stop. */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#turns.run(work, signal);
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new InvalidOperationError(`'${this.options.displayName}' is not started any more, because the application is stopping.`);
  }
}

import type { IHostedService } from './hosted-service.js';
import { markHandled, OperationCanceledError, raceAbort } from './primitives/index.js';
import type { RestartPolicy } from './restart-policy.js';
import { CancellationSource } from './time/index.js';

/**
 * A hosted service that works in the background for as long as the host runs.
 *
 * `start` never fails and never waits for the work; the host watches it, and when it fails stops the application or goes on, as
 * `HostOptions.backgroundServiceExceptionBehavior` says. Returning from `execute` ends this service only.
 *
 * @see Microsoft.Extensions.Hosting.BackgroundService (.NET 10 and later)
 */
export abstract class BackgroundService implements IHostedService, Disposable {
  #stopping: CancellationSource | undefined;
  #executeTask: Promise<void> | undefined;

  /** What happens when the work ends by itself. Default: nothing, as in .NET. Differs from .NET: an addition. */
  readonly restartPolicy?: RestartPolicy | undefined;

  /** The work under way; undefined before the first start. */
  get executeTask(): Promise<void> | undefined {
    return this.#executeTask;
  }

  /** The work. `stopping` fires when the host stops this service; leaving then with an `AbortError` is no failure. */
  protected abstract execute(stopping: AbortSignal): Promise<void>;

  async start(signal: AbortSignal): Promise<void> {
    const stopping = new CancellationSource({ linkedTo: [signal] });
    this.#stopping = stopping;
    // Nothing of execute runs on the stack of start, and once it has been put in the queue it runs, whatever happens in between.
    this.#executeTask = signal.aborted ? Promise.reject(new OperationCanceledError(signal)) : Promise.resolve().then(() => this.execute(stopping.signal));
    markHandled(this.#executeTask);
  }

  /** Asks `execute` to end and waits until it has, or until `signal` fires. How it ended is the host's business. */
  async stop(signal: AbortSignal): Promise<void> {
    if (!this.#executeTask) return;
    this.#stopping?.cancel();
    await raceAbort(this.#executeTask, signal).catch(() => undefined);
  }

  /** Asks `execute` to end and does not wait for it. */
  [Symbol.dispose](): void {
    this.#stopping?.cancel();
    this.#stopping?.[Symbol.dispose]();
    this.#stopping = undefined;
  }
}

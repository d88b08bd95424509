import type { IHostApplicationLifetime } from './host-application-lifetime.js';
import { HostedServiceControlError } from './hosted-service-control.js';
import { onAbort } from './primitives/index.js';
import { CancellationSource } from './time/index.js';

/** Lets calls for single services through while the application runs, and ends those that are under way when it stops. */
export class ControlGate {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #closing = new CancellationSource();
  readonly #cut = new CancellationSource();

  constructor(private readonly lifetime: IHostApplicationLifetime) {}

  /** Each fires when the application begins to stop: then nothing is to start any more. */
  get closing(): readonly AbortSignal[] {
    return [this.#closing.signal, this.lifetime.applicationStopping];
  }

  /** Fires when the time of the host's stop is over: then nothing is to stop gracefully any more. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  get isClosed(): boolean {
    return this.closing.some(signal => signal.aborted);
  }

  /** @throws HostedServiceControlError (`ERR_HOST_NOT_RUNNING`) before the application has started, and from when it begins to stop */
  throwUnlessOpen(service: string): void {
    if (this.isClosed || !this.lifetime.applicationStarted.aborted) throw this.refusal(service);
  }

  /** Why a call does not come through, or has been ended. */
  refusal(service: string, options?: ErrorOptions): HostedServiceControlError {
    const reason = this.isClosed ? 'the application is stopping.' : 'the application has not started. Wait for applicationStarted.';
    return new HostedServiceControlError('ERR_HOST_NOT_RUNNING', service, `${service} cannot be started or stopped on its own: ${reason}`, options);
  }

  /** `call`, for whose end {@link close} waits. */
  async track<T>(call: Promise<T>): Promise<T> {
    this.#underWay.add(call);
    try {
      return await call;
    } finally {
      this.#underWay.delete(call);
    }
  }

  /**
   * Lets no more calls through, and ends starts that are under way.
   *
   * @param signal cuts short the stops that are under way
   * @returns undefined when nothing is under way; else settles when all of it has ended
   */
  close(signal: AbortSignal): Promise<void> | undefined {
    if (!this.#closing.isCancellationRequested) this.#closing.cancel();
    return this.#underWay.size === 0 ? undefined : this.#drain(signal);
  }

  async #drain(signal: AbortSignal): Promise<void> {
    using _limit = onAbort(signal, () => this.#cut.cancel());
    await Promise.allSettled(this.#underWay);
  }
}

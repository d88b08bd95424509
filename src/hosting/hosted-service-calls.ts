import type { HostedServiceStates, HostPhase, HostTimeline } from './diagnostics/index.js';
import type { HostOptions } from './host-options.js';
import type { IHostedService } from './hosted-service.js';
import type { ILogger } from './logging/index.js';
import { HostwardError, onAbort, toError } from './primitives/index.js';
import { infiniteTimeSpan, type TimeProvider } from './time/index.js';

/** A hosted service did not end its part of a start or stop, and the host moved on without it. */
export class HungServiceError extends HostwardError {
  override readonly name = 'HungServiceError';

  constructor(
    /** The service's name. */
    readonly service: string,
    readonly phase: HostPhase,
    /** How long it took until then. */
    readonly milliseconds: number,
  ) {
    super('ERR_HUNG_SERVICE', `${service} did not end its ${phase} within ${Math.round(milliseconds)} ms, and was left behind.`);
  }
}

/** What {@link HostedServiceCalls} needs of its host. */
export interface HostedServiceCallsParts {
  readonly options: HostOptions;
  readonly logger: ILogger;
  readonly timeProvider: TimeProvider;
  readonly states: HostedServiceStates;
  readonly timeline: Pick<HostTimeline, 'begin'>;
  /** What a slow service is said to be doing. Default: `has been holding up the host`. */
  readonly slowText?: string;
}

/**
 * The calls that the host makes of its services: notes how long each takes, names the one that holds up the others, and leaves behind what does not react.
 *
 * Without a limit it changes nothing of a call, not even by a turn of the queue.
 */
export class HostedServiceCalls {
  constructor(private readonly parts: HostedServiceCallsParts) {}

  /** `call`, supervised. @param signal fires when the phase is out of time, or given up */
  supervise<T extends IHostedService>(phase: HostPhase, signal: AbortSignal, call: (service: T) => Promise<void>): (service: T) => Promise<void> {
    return service => {
      const supervision = new Supervision(service, phase, signal, this.parts);
      try {
        const work = call(service);
        return this.#watch(work, supervision);
      } catch (error) {
        supervision.end('failed', toError(error));
        throw error;
      }
    };
  }

  #watch(work: Promise<void>, supervision: Supervision): Promise<void> {
    const ended = Promise.resolve(work).then(
      () => supervision.end('done'),
      (error: unknown) => supervision.end('failed', toError(error)),
    );
    if (!supervision.isLimited) return work;
    return new Promise((resolve, reject) => {
      supervision.onLeftBehind(reject);
      ended.then(
        () => resolve(work),
        () => undefined,
      );
    });
  }
}

/** What heeds its signal has ended before any timer fires, and is not said to be at work. Milliseconds. */
const reactionTime = 1;
const defaultSlowText = 'has been holding up the host';

/** One call under way. */
class Supervision {
  readonly #name: string;
  readonly #began: bigint;
  readonly #resources: Disposable[] = [];
  readonly #record: ReturnType<HostTimeline['begin']>;
  #onLeftBehind: ((error: Error) => void) | undefined;
  #leftBehind: Error | undefined;

  constructor(
    service: IHostedService,
    private readonly phase: HostPhase,
    signal: AbortSignal,
    private readonly parts: HostedServiceCallsParts,
  ) {
    const { states, timeline, timeProvider, options } = parts;
    this.#name = states.nameOf(service);
    this.#began = timeProvider.getTimestamp();
    this.#record = timeline.begin(this.#name, phase);
    const wasOver = signal.aborted;
    const warns = options.slowServiceWarningTimeout !== infiniteTimeSpan;
    if (warns) this.#after(options.slowServiceWarningTimeout, () => this.#warn(parts.slowText ?? defaultSlowText));
    // A signal that has fired before is no news: the call has the time that any other has after it.
    if (warns || this.isLimited) this.#resources.push(onAbort(signal, () => this.#onDeadline(warns && !wasOver)));
  }

  get isLimited(): boolean {
    return this.parts.options.hungServiceTimeout !== infiniteTimeSpan;
  }

  /** Calls back when the host does not wait any longer. */
  onLeftBehind(listener: (error: Error) => void): void {
    if (this.#leftBehind) listener(this.#leftBehind);
    else this.#onLeftBehind = listener;
  }

  end(outcome: 'done' | 'failed' | 'leftBehind', error?: Error): void {
    this.#record(outcome, error);
    for (const resource of this.#resources.splice(0)) resource[Symbol.dispose]();
  }

  #onDeadline(warns: boolean): void {
    const elapsed = this.#elapsed();
    if (warns) this.#after(reactionTime, () => this.#warn('is still at work although its signal has fired,', elapsed));
    if (this.isLimited) this.#after(this.parts.options.hungServiceTimeout, () => this.#leaveBehind());
  }

  #leaveBehind(): void {
    const error = new HungServiceError(this.#name, this.phase, this.#elapsed());
    this.parts.logger.error(error, '{Service} was left behind in its {Phase}', this.#name, this.phase);
    this.end('leftBehind', error);
    this.#leftBehind = error;
    this.#onLeftBehind?.(error);
  }

  #after(span: HostOptions['hungServiceTimeout'], callback: () => void): void {
    this.#resources.push(this.parts.timeProvider.createTimer(callback, undefined, span, infiniteTimeSpan));
  }

  #warn(what: string, elapsed: number = this.#elapsed()): void {
    this.parts.logger.warning(`{Service} ${what} in its {Phase} for {Milliseconds} ms`, this.#name, this.phase, Math.round(elapsed));
  }

  #elapsed(): number {
    return this.parts.timeProvider.getElapsedMilliseconds(this.#began);
  }
}

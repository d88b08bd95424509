import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import { ArgumentOutOfRangeError, HostwardError } from './primitives/index.js';
import { infiniteTimeSpan, type TimeProvider, type TimeSpan } from './time/index.js';
import { maxTimerMilliseconds, ticksPerMillisecond, toTicks } from './time/span.js';

/**
 * What happens when the work of a background service ends by itself. Differs from .NET: an addition; there it is never restarted.
 *
 * A restart calls `start` again, without a `stop` before it. When the limit is reached, the service has failed for good, with a {@link RestartLimitError}, and
 * `HostOptions.backgroundServiceExceptionBehavior` says what the host does.
 */
export interface RestartPolicy {
  /** After a failure only, or also when the work has returned. Cancellation by the host is neither. */
  readonly when: 'never' | 'onFailure' | 'always';
  /** The wait before the first restart. Default: 1 s. */
  readonly initialDelay?: TimeSpan;
  /** Each further wait is longer by this factor. Default: 2. */
  readonly factor?: number;
  /** The longest wait. Default: 1 min. */
  readonly maxDelay?: TimeSpan;
  /** The share of a wait that chance adds or takes away, 0 to 1, so that services that failed together do not come back together. Default: 0.2. */
  readonly jitter?: number;
  /** So many restarts within the window, and not one more. Default: 10. */
  readonly maxRestarts?: number;
  /** What is longer ago does not count, nor does it make waits longer. Infinite: -1. Default: 10 min. */
  readonly window?: TimeSpan;
}

/** The policy of a class that cannot be changed itself: `services.addKeyedSingleton(RestartPolicy, Worker, { when: 'onFailure' })`. */
export const RestartPolicy: ServiceToken<RestartPolicy> = serviceToken('RestartPolicy');

/** A background service has ended more often than its policy allows; how it ended the last time is the `cause`. */
export class RestartLimitError extends HostwardError {
  override readonly name = 'RestartLimitError';

  constructor(
    /** The service's name. */
    readonly service: string,
    readonly restarts: number,
    cause: Error | undefined,
  ) {
    const times = restarts === 1 ? 'once' : `${restarts} times`;
    super('ERR_RESTART_LIMIT', `${service} was restarted ${times} and has ended again: its restart policy allows no more.`, cause ? { cause } : undefined);
  }
}

const occasions: readonly RestartPolicy['when'][] = ['never', 'onFailure', 'always'];

/** Counts the restarts of one service against its policy. */
export class RestartBudget {
  readonly #when: RestartPolicy['when'];
  readonly #initialDelay: number;
  readonly #factor: number;
  readonly #maxDelay: number;
  readonly #jitter: number;
  readonly #maxRestarts: number;
  readonly #window: number;
  /** When there were restarts, as timestamps: a wall clock that is set changes nothing. */
  #restarts: bigint[] = [];

  /** @throws ArgumentOutOfRangeError for what makes no sense */
  constructor(
    policy: RestartPolicy,
    private readonly timeProvider: TimeProvider,
    private readonly random: () => number = Math.random,
  ) {
    if (!occasions.includes(policy.when)) throw new ArgumentOutOfRangeError('when', policy.when, occasions.map(word => `'${word}'`).join(' or '));
    this.#when = policy.when;
    this.#initialDelay = millisecondsOf(policy.initialDelay ?? 1_000, 'initialDelay', maxTimerMilliseconds);
    this.#maxDelay = millisecondsOf(policy.maxDelay ?? 60_000, 'maxDelay', maxTimerMilliseconds);
    this.#window = policy.window === infiniteTimeSpan ? Infinity : millisecondsOf(policy.window ?? 600_000, 'window', Infinity);
    this.#factor = inRange(policy.factor ?? 2, 'factor', 1, Infinity);
    this.#jitter = inRange(policy.jitter ?? 0.2, 'jitter', 0, 1);
    this.#maxRestarts = inRange(policy.maxRestarts ?? 10, 'maxRestarts', 0, Infinity);
  }

  /** Whether an end of this kind is one after which the service is restarted. */
  applies(hasFailed: boolean): boolean {
    return this.#when === 'always' || (this.#when === 'onFailure' && hasFailed);
  }

  /** How many restarts count at the moment. */
  get count(): number {
    return this.#restarts.length;
  }

  /** Forgets the restarts that there were. */
  reset(): void {
    this.#restarts = [];
  }

  /** The wait before the next restart, in milliseconds, which is counted; undefined when there is none left. */
  next(): number | undefined {
    const now = this.timeProvider.getTimestamp();
    this.#restarts = this.#restarts.filter(restart => this.timeProvider.getElapsedMilliseconds(restart, now) < this.#window);
    if (this.#restarts.length >= this.#maxRestarts) return undefined;
    const delay = this.#initialDelay === 0 ? 0 : Math.min(this.#maxDelay, this.#initialDelay * this.#factor ** this.#restarts.length);
    this.#restarts.push(now);
    return Math.min(maxTimerMilliseconds, Math.round(delay * (1 + this.#jitter * (2 * this.random() - 1))));
  }
}

function millisecondsOf(span: TimeSpan, name: string, most: number): number {
  return inRange(toTicks(span, name) / ticksPerMillisecond, name, 0, most);
}

function inRange(value: number, name: string, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new ArgumentOutOfRangeError(name, value, `between ${least} and ${most}`);
  return value;
}

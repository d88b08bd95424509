import { DeadlineExceededError, isCancellation, OperationCanceledError } from '../../hosting/primitives/index.js';
import { Expiring, type WithDeadline } from './call-deadlines.js';
import type { Identified } from './call-table.js';
import type { TraceContext } from './trace-context.js';

/** Gives calls up, of which one at a time is pending: a listener on a signal that comes and goes with each of them costs as much as all the rest of a call. */
export interface CallHandle {
  /** Present while a call is pending that can be given up. */
  giveUp?: (() => void) | undefined;
  /** Whether the last call was given up and the peer still works on it. */
  isUnanswered?: boolean;
}

/** What one call differs in. */
export interface CallOptions {
  /** Gives the call up when it fires, unless there is a `handle`; says why in any case. */
  readonly signal?: AbortSignal | undefined;
  readonly handle?: CallHandle;
  /** In milliseconds; 0 is at once, -1 never. */
  readonly timeout: number;
  /** Names the call in errors. Default: the method. */
  readonly label?: string;
  /** Makes of the result what the call resolves with. Default: the result as it came. */
  readonly read?: ((result: unknown) => unknown) | undefined;
  /** Makes of an error, also of one of `read`, what the call resolves with; it rejects with what this throws. Default: it rejects with the error. */
  readonly recover?: ((error: unknown, method: string) => unknown) | undefined;
  /** Receives a result that came after the call had been given up. */
  readonly onLateResult?: (result: unknown) => void;
  /** Receives the error with which such a call ended instead, at the latest with the connection. */
  readonly onLateError?: (error: Error) => void;
}

/** Told when the time of a call is over. */
export interface CallOwner {
  giveUp(call: OutgoingCall): void;
}

/** Told how calls end, within whatever brings the end: the two ends of a promise, or what does without one. Throws nothing. */
export interface CallReceiver {
  resolve(answer: unknown, method: string): void;
  reject(error: unknown, method: string): void;
}

/** One call: what it asks, and how it settles, which is once. */
export class OutgoingCall extends Expiring implements Identified, WithDeadline {
  /** Given when it is sent. */
  id: number | undefined;
  registration: Disposable | undefined;
  /** Whether its time is over; it may still have its grace, and a late result is of interest. */
  isGivenUp = false;
  isSettled = false;

  constructor(
    readonly method: string,
    public params: readonly unknown[],
    readonly trace: TraceContext | undefined,
    readonly options: CallOptions,
    private readonly receiver: CallReceiver,
    private readonly owner: CallOwner,
  ) {
    super();
  }

  expire(): void {
    this.owner.giveUp(this);
  }

  get label(): string {
    return this.options.label ?? this.method;
  }

  succeed(result: unknown): void {
    if (this.isSettled) return this.options.onLateResult?.(result);
    this.isSettled = true;
    const { read } = this.options;
    try {
      this.receiver.resolve(read ? read(result) : result, this.method);
    } catch (error) {
      this.#reject(error);
    }
  }

  /** Rejects without an answer of the peer, which may come later. */
  leave(): void {
    const { handle } = this.options;
    if (handle) handle.isUnanswered = true;
    this.fail(this.limitError());
  }

  fail(error: Error): void {
    if (this.isSettled) return this.options.onLateError?.(error);
    this.isSettled = true;
    // That the peer confirms the cancellation is no news.
    this.#reject(this.isGivenUp && isCancellation(error) ? this.limitError() : error);
  }

  limitError(): Error {
    const { signal, timeout } = this.options;
    return signal?.aborted ? new OperationCanceledError(signal) : new DeadlineExceededError(`The call '${this.label}'`, timeout);
  }

  #reject(error: unknown): void {
    const { recover } = this.options;
    const { method, receiver } = this;
    if (!recover) return receiver.reject(error, method);
    try {
      receiver.resolve(recover(error, method), method);
    } catch (failure) {
      receiver.reject(failure, method);
    }
  }
}

import type { Message, RequestMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import {
  ArgumentError,
  DeadlineExceededError,
  isCancellation,
  onAbort,
  OperationCanceledError,
  throwIfAborted,
  toError,
} from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { type CallDeadlines, Expiring, sharedDeadlines, type WithDeadline } from './call-deadlines.js';
import { CallTable, type Identified } from './call-table.js';
import { ConnectionLostError, RpcProtocolError } from './rpc-errors.js';
import { protocolMethods } from './rpc-protocol.js';
import { toCallError } from './to-call-error.js';
import type { TraceContext } from './trace-context.js';

/** How many cancelled calls are still waited for at a peer that does not answer them. */
const maxCancelledCalls = 1000;

/** The connection over which calls are made. */
export interface CallWire {
  /** Whether so much waits for the peer to read that no call should be added. */
  isStalled(): boolean;
  /** Sends a message; false when the stream takes no more. @throws when the message cannot be written as JSON */
  send(message: Message): boolean;
}

/** Options of {@link OutgoingCalls}. */
export interface OutgoingCallsOptions {
  readonly timeProvider: TimeProvider;
  /** Where the calls wait for their deadlines, shared with other connections. Default: with none. */
  readonly deadlines?: CallDeadlines<WithDeadline> | undefined;
  /** How long a call that was given up still waits for the peer's own answer, which then counts, in milliseconds. */
  readonly cancelGrace: number;
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
}

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
  /** Receives a result that came after the call had been given up. */
  readonly onLateResult?: (result: unknown) => void;
  /** Receives the error with which such a call ended instead, at the latest with the connection. */
  readonly onLateError?: (error: Error) => void;
}

/**
 * The calls of one connection that wait for the peer's answers.
 *
 * They go past vscode-jsonrpc, in both directions. With its promises, tokens and maps a call costs two fifths more than writing, reading and JSON cost
 * together, even when nothing goes through its queue, and several times as much when all does; `npm run bench rpc-round-trips` shows what is left of that.
 */
export class OutgoingCalls {
  readonly #wire: CallWire;
  readonly #cancelGrace: number;
  readonly #traceContext: (() => TraceContext | undefined) | undefined;
  readonly #deadlines: CallDeadlines<WithDeadline>;
  readonly #giveUpLate = (call: OutgoingCall): void => this.#giveUp(call);
  readonly #calls = new CallTable<OutgoingCall>();
  /** Calls that wait for the peer to read what was sent before them. */
  readonly #unsent = new Set<OutgoingCall>();
  /** Calls that were cancelled and that the peer has not answered, the oldest first. */
  readonly #cancelled = new Set<OutgoingCall>();

  constructor(wire: CallWire, { timeProvider, deadlines = sharedDeadlines(timeProvider), cancelGrace, traceContext }: OutgoingCallsOptions) {
    this.#wire = wire;
    this.#cancelGrace = cancelGrace;
    this.#traceContext = traceContext;
    this.#deadlines = deadlines;
  }

  /**
   * Sends a request with positional parameters, as soon as the peer has read what waits for it, and settles as the peer answers.
   *
   * @throws RpcError, MethodNotFoundError, RpcProtocolError, OperationCanceledError as the peer answers
   * @throws DeadlineExceededError, OperationCanceledError when the call is given up; the peer is told
   * @throws ConnectionLostError
   * @throws ArgumentError when the arguments cannot be written as JSON
   */
  call(method: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      throwIfAborted(options.signal);
      this.#begin(new OutgoingCall(method, args, this.#traceContext?.(), options, resolve, reject, this.#giveUpLate));
    });
  }

  /** Takes an answer of the peer. One that fits no call is ignored. */
  settle(answer: ResponseMessage): void {
    const call = this.#calls.get(answer.id);
    if (!call) return;
    this.#forget(call);
    if (answer.error) call.fail(toCallError(answer.error, call.label));
    else if (answer.result === undefined) call.fail(new RpcProtocolError(call.label, 'a result or an error', 'neither'));
    else call.succeed(answer.result);
  }

  /** Sends what has waited for the peer to read. */
  resume(): void {
    for (const call of this.#unsent) {
      if (this.#wire.isStalled()) return;
      this.#unsent.delete(call);
      this.#send(call);
    }
  }

  /** Rejects everything that waits. */
  rejectAll(reason: () => ConnectionLostError): void {
    if (this.#calls.size === 0 && this.#unsent.size === 0) return;
    for (const call of [...this.#calls.values(), ...this.#unsent]) {
      this.#forget(call);
      call.fail(reason());
    }
  }

  #begin(call: OutgoingCall): void {
    const { timeout, signal, handle } = call.options;
    if (timeout !== 0) this.#deadlines.add(call, timeout);
    if (handle) handle.giveUp = () => this.#giveUp(call);
    else if (signal) call.registration = onAbort(signal, () => this.#giveUp(call));
    // Whoever came first is sent first.
    if (this.#wire.isStalled() || this.#unsent.size > 0) this.#unsent.add(call);
    else this.#send(call);
    if (timeout === 0 && !call.isSettled) this.#giveUp(call);
  }

  #send(call: OutgoingCall): void {
    const id = this.#calls.add(call);
    const { method, params, trace } = call;
    const message: RequestMessage = { jsonrpc: '2.0', id, method, params: params as unknown[] };
    call.params = [];
    try {
      if (this.#wire.send(trace ? { ...message, ...trace } : message)) return;
      call.fail(new ConnectionLostError('StreamError'));
    } catch (error) {
      call.fail(new ArgumentError('args', `The arguments of '${call.label}' cannot be sent: ${toError(error).message}`));
    }
    this.#forget(call);
  }

  /** Called when the time of a call, or the grace after it, is over, and when its signal fires. */
  #giveUp(call: OutgoingCall): void {
    if (call.isGivenUp) return call.leave();
    this.#release(call);
    call.isGivenUp = true;
    if (this.#unsent.delete(call) || call.id === undefined) return call.fail(call.limitError());
    this.#cancel(call);
    if (this.#cancelGrace === 0) call.leave();
    else this.#deadlines.add(call, this.#cancelGrace);
  }

  /** A peer that never answers what was cancelled must not make this end remember more and more: the oldest call then counts as canceled by the peer. */
  #cancel(call: OutgoingCall): void {
    this.#wire.send({ jsonrpc: '2.0', method: protocolMethods.cancelRequest, params: { id: call.id }, ...this.#traceContext?.() } as Message);
    this.#cancelled.add(call);
    if (this.#cancelled.size <= maxCancelledCalls) return;
    const [oldest] = this.#cancelled;
    if (!oldest) return;
    this.#forget(oldest);
    oldest.fail(oldest.limitError());
  }

  #forget(call: OutgoingCall): void {
    this.#release(call);
    this.#calls.delete(call);
    if (!call.isGivenUp) return void this.#unsent.delete(call);
    this.#cancelled.delete(call);
    this.#deadlines.remove(call);
  }

  /** Ends what limits a call. */
  #release(call: OutgoingCall): void {
    if (call.isGivenUp) return;
    const { handle } = call.options;
    this.#deadlines.remove(call);
    if (handle) handle.giveUp = undefined;
    call.registration?.[Symbol.dispose]();
  }
}

class OutgoingCall extends Expiring implements Identified, WithDeadline {
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
    private readonly resolve: (result: unknown) => void,
    private readonly reject: (error: Error) => void,
    private readonly giveUp: (call: OutgoingCall) => void,
  ) {
    super();
  }

  expire(): void {
    this.giveUp(this);
  }

  get label(): string {
    return this.options.label ?? this.method;
  }

  succeed(result: unknown): void {
    if (this.isSettled) this.options.onLateResult?.(result);
    else this.resolve(result);
    this.isSettled = true;
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
    this.reject(this.isGivenUp && isCancellation(error) ? this.limitError() : error);
  }

  limitError(): Error {
    const { signal, timeout } = this.options;
    return signal?.aborted ? new OperationCanceledError(signal) : new DeadlineExceededError(`The call '${this.label}'`, timeout);
  }
}

import type { Message, RequestMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import { ArgumentError, onAbort, throwIfAborted, toError } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import { type CallDeadlines, sharedDeadlines, type WithDeadline } from './call-deadlines.js';
import { CallTable } from './call-table.js';
import { type CallOptions, type CallOwner, type CallReceiver, OutgoingCall } from './outgoing-call.js';
import { ConnectionLostError, RpcProtocolError } from './rpc-errors.js';
import { protocolMethods } from './rpc-protocol.js';
import { toCallError } from './to-call-error.js';
import type { TraceContext } from './trace-context.js';

/** How many cancelled calls are still waited for at a peer that does not answer them. */
const maxCancelledCalls = 1000;

/** The connection over which calls are made. */
export interface CallWire {
  /** Whether so much waits for the peer to read that no call should be added. */
  readonly isStalled: boolean;
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

/**
 * The calls of one connection that wait for the peer's answers.
 *
 * They go past vscode-jsonrpc, in both directions. With its promises, tokens and maps a call costs two fifths more than writing, reading and JSON cost
 * together, even when nothing goes through its queue, and several times as much when all does; `npm run bench rpc-round-trips` shows what is left of that.
 */
export class OutgoingCalls implements CallOwner {
  readonly #wire: CallWire;
  readonly #cancelGrace: number;
  readonly #traceContext: (() => TraceContext | undefined) | undefined;
  readonly #deadlines: CallDeadlines<WithDeadline>;
  readonly #calls = new CallTable<OutgoingCall>();
  /** Calls that wait for the peer to read what was sent before them. */
  #unsent: Set<OutgoingCall> | undefined;
  /** Calls that were cancelled and that the peer has not answered, the oldest first. */
  #cancelled: Set<OutgoingCall> | undefined;

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
    return new Promise((resolve, reject) => this.start(method, args, options, { resolve, reject }));
  }

  /** Does as {@link call} does, and tells `receiver` how it ends. */
  start(method: string, args: readonly unknown[], options: CallOptions, receiver: CallReceiver): void {
    try {
      throwIfAborted(options.signal);
      this.#begin(new OutgoingCall(method, args, this.#traceContext?.(), options, receiver, this));
    } catch (error) {
      receiver.reject(error, method);
    }
  }

  /** Takes an answer of the peer. One that fits no call is ignored. @param id may be anything that a peer sends */
  settle(id: unknown, result: unknown, error: ResponseMessage['error']): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#forget(call);
    if (error) call.fail(toCallError(error, call.label));
    else if (result === undefined) call.fail(new RpcProtocolError(call.label, 'a result or an error', 'neither'));
    else call.succeed(result);
  }

  /** Sends what has waited for the peer to read. */
  resume(): void {
    for (const call of this.#unsent ?? []) {
      if (this.#wire.isStalled) return;
      this.#unsent?.delete(call);
      this.#send(call);
    }
  }

  /** Rejects everything that waits. */
  rejectAll(reason: () => ConnectionLostError): void {
    const unsent = this.#unsent?.size ? [...this.#unsent] : [];
    if (this.#calls.size === 0 && unsent.length === 0) return;
    for (const call of [...this.#calls.values(), ...unsent]) {
      this.#forget(call);
      call.fail(reason());
    }
  }

  /** Called when the time of a call, or the grace after it, is over, and when its signal fires. */
  giveUp(call: OutgoingCall): void {
    if (call.isGivenUp) return call.leave();
    this.#release(call);
    call.isGivenUp = true;
    if (this.#unsent?.delete(call) || call.id === undefined) return call.fail(call.limitError());
    this.#cancel(call);
    if (this.#cancelGrace === 0) call.leave();
    else this.#deadlines.add(call, this.#cancelGrace);
  }

  #begin(call: OutgoingCall): void {
    const { timeout, signal, handle } = call.options;
    if (timeout !== 0) this.#deadlines.add(call, timeout);
    if (handle) handle.giveUp = () => this.giveUp(call);
    else if (signal) call.registration = onAbort(signal, () => this.giveUp(call));
    // Whoever came first is sent first.
    if (this.#wire.isStalled || this.#unsent?.size) (this.#unsent ??= new Set()).add(call);
    else this.#send(call);
    if (timeout === 0 && !call.isSettled) this.giveUp(call);
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

  /** A peer that never answers what was cancelled must not make this end remember more and more: the oldest call then counts as canceled by the peer. */
  #cancel(call: OutgoingCall): void {
    this.#wire.send({ jsonrpc: '2.0', method: protocolMethods.cancelRequest, params: { id: call.id }, ...this.#traceContext?.() } as Message);
    const cancelled = (this.#cancelled ??= new Set()).add(call);
    if (cancelled.size <= maxCancelledCalls) return;
    const [oldest] = cancelled;
    if (!oldest) return;
    this.#forget(oldest);
    oldest.fail(oldest.limitError());
  }

  #forget(call: OutgoingCall): void {
    this.#release(call);
    this.#calls.delete(call);
    if (!call.isGivenUp) return void this.#unsent?.delete(call);
    this.#cancelled?.delete(call);
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

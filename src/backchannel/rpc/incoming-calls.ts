import { describeJson, isJsonObject } from './json-value.js';
import type { RpcCallContext } from './rpc-method.js';
import { protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import type { SessionMemory } from './session-memory.js';
import { readTraceContext, type TraceContext } from './trace-context.js';

/** An id as a peer may choose it. */
export type RpcId = string | number | null;

/** Is told of the cancellation of a call, without what a signal costs. */
export interface CancelListener {
  onCanceled(): void;
}

/** A request that is being served, and the signal that its method gets. */
export class IncomingCall implements RpcCallContext {
  #controller: AbortController | undefined;
  #isCanceled = false;
  #reason: unknown;
  /** Told of the cancellation. */
  listener: CancelListener | undefined;

  constructor(
    readonly id: RpcId,
    readonly method: string,
    public params: unknown,
    readonly traceContext: TraceContext | undefined,
    /** How long its message was. */
    readonly bytes: number,
  ) {}

  /** Made when it is asked for: most methods never do, and a signal costs as much as the rest of the call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCanceled && !this.#controller.signal.aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  get isCanceled(): boolean {
    return this.#isCanceled;
  }

  cancel(reason?: unknown): void {
    if (this.#isCanceled) return;
    this.#isCanceled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.listener?.onCanceled();
  }
}

/** What becomes of the messages that a peer sends and that are no calls. */
export interface CallGate {
  /** Receives an error answer that is not the result of a call. */
  refuse(id: RpcId, code: number, message: string): undefined;
  notice(method: string, params: unknown): void;
}

/** Bounds of {@link IncomingCalls}. */
export interface IncomingCallsOptions {
  /** Requests that may wait for their answers at a time. */
  readonly maxPending: number;
  /** What the messages of pending requests may measure together, in bytes; a single one may be longer. */
  readonly maxPendingBytes: number;
  /** Counts what the messages of pending requests measure. */
  readonly memory: SessionMemory;
}

/**
 * The requests that are being served on one connection, and the gate through which they come.
 *
 * Differs from .NET, which hangs up: a message that is no valid request is refused with -32600, and the connection goes on.
 */
export class IncomingCalls {
  /** By the peer's ids as they are: 5, "5" and null are three. */
  readonly #calls = new Map<RpcId, IncomingCall>();
  readonly #options: IncomingCallsOptions;
  readonly #gate: CallGate;
  #pendingBytes = 0;
  #isOver = false;

  constructor(options: IncomingCallsOptions, gate: CallGate) {
    this.#options = options;
    this.#gate = gate;
  }

  /** The call that a message with a body of that many bytes asks for; {@link add} it when it is not answered at once, {@link end} it when it is. Undefined when the message is dealt with. */
  admit(value: unknown, bytes: number): IncomingCall | undefined {
    if (!isJsonObject(value)) return this.#invalid(null, `Expected a request object, found ${describeJson(value)}.`);
    const { id, method, params } = value;
    if (typeof method !== 'string') return isAnswer(value) ? undefined : this.#invalid(isRpcId(id) ? id : null, 'Expected a method name.');
    if (!('id' in value)) return this.#notice(method, params);
    if (!isRpcId(id)) return this.#invalid(null, `Expected a string, a number or null as id, found ${describeJson(id)} that cannot be given back.`);
    const refusal = this.#refusalOf(id, bytes);
    if (refusal !== undefined) return this.#gate.refuse(id, rpcErrorCodes.invocationError, refusal);
    return new IncomingCall(id, method, params, readTraceContext(value), bytes);
  }

  /** Remembers an admitted call that is not answered at once, so that it can be cancelled. */
  add(call: IncomingCall): void {
    this.#calls.set(call.id, call);
    this.#pendingBytes += call.bytes;
    if (this.#isOver) call.cancel();
  }

  /** Forgets an admitted call, whose id the peer may then use again. */
  end(call: IncomingCall): void {
    if (this.#calls.get(call.id) === call) {
      this.#calls.delete(call.id);
      this.#pendingBytes -= call.bytes;
    }
    this.#options.memory.release(call.bytes);
  }

  /** Cancels the call with that id, if there is one. */
  cancel(id: unknown): void {
    this.#calls.get(id as RpcId)?.cancel();
  }

  /** Cancels every call, also those that will be added. */
  cancelAll(): void {
    this.#isOver = true;
    for (const call of this.#calls.values()) call.cancel();
  }

  /** Why a request is not served; undefined when it is, and its bytes are held then. */
  #refusalOf(id: RpcId, bytes: number): string | undefined {
    const { maxPending, maxPendingBytes, memory } = this.#options;
    if (this.#calls.size > 0) {
      if (this.#calls.has(id)) return 'A request with this id is being served.';
      if (this.#calls.size >= maxPending) return `More than ${maxPending} requests are waiting for their answers.`;
      if (this.#pendingBytes + bytes > maxPendingBytes) return `Requests of more than ${maxPendingBytes} bytes are waiting for their answers.`;
    }
    return memory.tryHold(bytes) ? undefined : 'The server holds as much for its clients as it may.';
  }

  #notice(method: string, params: unknown): undefined {
    if (method === protocolMethods.cancelRequest) this.cancel(cancelledId(params));
    else this.#gate.notice(method, params);
  }

  #invalid(id: RpcId, message: string): undefined {
    return this.#gate.refuse(id, rpcErrorCodes.invalidRequest, message);
  }
}

/** The id in the parameters of `$/cancelRequest`, which come by name, or from some libraries by position. */
export function cancelledId(params: unknown): unknown {
  if (Array.isArray(params)) return params[0];
  return isJsonObject(params) ? params['id'] : undefined;
}

function isAnswer(value: Readonly<Record<string, unknown>>): boolean {
  return 'result' in value || 'error' in value;
}

/** An integer beyond 2^53 has lost digits in JSON.parse, and the caller would not recognise what comes back. */
function isRpcId(id: unknown): id is RpcId {
  return id === null || typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id) && (Number.isSafeInteger(id) || !Number.isInteger(id)));
}

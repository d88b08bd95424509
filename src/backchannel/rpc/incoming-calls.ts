import type { Message, RequestMessage } from 'vscode-jsonrpc/node';
import { describeJson, isJsonObject } from './json-value.js';
import type { RpcCallContext } from './rpc-method.js';
import { protocolMethods, rpcErrorCodes } from './rpc-protocol.js';
import { readTraceContext, type TraceContext } from './trace-context.js';

/** An id as a peer may choose it. */
export type RpcId = string | number | null;

/** A request that is being served, and the signal that its method gets. */
export class IncomingCall implements RpcCallContext {
  readonly #controller = new AbortController();
  #isCanceled = false;

  constructor(
    readonly id: RpcId,
    readonly method: string,
    readonly params: unknown,
    readonly traceContext: TraceContext | undefined,
    /** How long its message was. */
    readonly bytes: number,
  ) {}

  /** Made when it is asked for: most methods never do, and a signal costs as much as the rest of the call. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isCanceled(): boolean {
    return this.#isCanceled;
  }

  cancel(reason?: unknown): void {
    this.#isCanceled = true;
    this.#controller.abort(reason);
  }
}

/** Receives an error answer that is not the result of a call. */
export type Refuse = (id: RpcId, code: number, message: string) => undefined;

/**
 * The requests that are being served on one connection, and the gate through which they come.
 *
 * Inside, a call goes by a number of our own, so that the peer's ids come back exactly as they were (5, "5", null) and never meet in a map of the library.
 *
 * Differs from .NET, which hangs up: a message that is no valid request is refused with -32600, and the connection goes on.
 */
export class IncomingCalls {
  readonly #calls = new Map<number, IncomingCall>();
  readonly #keys = new Map<RpcId, number>();
  readonly #refuse: Refuse;
  readonly #maxPending: number;
  readonly #maxPendingBytes: number;
  #pendingBytes = 0;
  #lastKey = 0;

  /** @param maxPendingBytes what the messages of pending requests may measure together; a single one may be longer */
  constructor(maxPending: number, maxPendingBytes: number, refuse: Refuse) {
    this.#maxPending = maxPending;
    this.#maxPendingBytes = maxPendingBytes;
    this.#refuse = refuse;
  }

  /** The message to handle, whose body had that many bytes: a request whose `params` is its {@link IncomingCall}, or a notification; undefined when it is dealt with. */
  admit(value: unknown, bytes: number): Message | undefined {
    if (!isJsonObject(value)) return this.#invalid(null, `Expected a request object, found ${describeJson(value)}.`);
    const { id, method, params } = value;
    if (typeof method !== 'string') return isAnswer(value) ? undefined : this.#invalid(isRpcId(id) ? id : null, 'Expected a method name.');
    if (!('id' in value)) return this.#admitNotification(method, params);
    if (!isRpcId(id)) return this.#invalid(null, `Expected a string, a number or null as id, found ${describeJson(id)} that cannot be given back.`);
    if (this.#keys.has(id)) return this.#refuse(id, rpcErrorCodes.invocationError, 'A request with this id is being served.');
    if (this.#calls.size >= this.#maxPending) {
      return this.#refuse(id, rpcErrorCodes.invocationError, `More than ${this.#maxPending} requests are waiting for their answers.`);
    }
    if (this.#calls.size > 0 && this.#pendingBytes + bytes > this.#maxPendingBytes) {
      return this.#refuse(id, rpcErrorCodes.invocationError, `Requests of more than ${this.#maxPendingBytes} bytes are waiting for their answers.`);
    }
    return this.#begin(new IncomingCall(id, method, params, readTraceContext(value), bytes));
  }

  /** The answer to a call with the peer's id in place of ours; ends the call. */
  release(answer: Message): Message {
    const { id: key } = answer as RequestMessage;
    const call = typeof key === 'number' ? this.#calls.get(key) : undefined;
    if (!call) return answer;
    this.#calls.delete(key as number);
    this.#keys.delete(call.id);
    this.#pendingBytes -= call.bytes;
    return { ...answer, id: call.id } as Message;
  }

  /** Cancels the call with that id, if there is one. */
  cancel(id: unknown): void {
    const key = this.#keys.get(id as RpcId);
    if (key !== undefined) this.#calls.get(key)?.cancel();
  }

  cancelAll(): void {
    for (const call of this.#calls.values()) call.cancel();
  }

  #admitNotification(method: string, params: unknown): Message | undefined {
    if (method !== protocolMethods.cancelRequest) return { jsonrpc: '2.0', method, params } as Message;
    this.cancel(cancelledId(params));
    return undefined;
  }

  #begin(call: IncomingCall): Message {
    const key = ++this.#lastKey;
    this.#calls.set(key, call);
    this.#keys.set(call.id, key);
    this.#pendingBytes += call.bytes;
    const request: RequestMessage = { jsonrpc: '2.0', id: key, method: call.method, params: call };
    return request;
  }

  #invalid(id: RpcId, message: string): undefined {
    return this.#refuse(id, rpcErrorCodes.invalidRequest, message);
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
  return id === null || typeof id === 'string' || (typeof id === 'number' && (Number.isSafeInteger(id) || !Number.isInteger(id)));
}

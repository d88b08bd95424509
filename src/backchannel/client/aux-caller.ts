import type { ILogger } from '../../hosting/logging/index.js';
import type { MethodCall } from '../contract/index.js';
import { MethodNotFoundError, type RpcClient } from '../rpc/index.js';
import type { CallReceiver } from '../rpc/outgoing-call.js';
import type { CallOptions } from './call-options.js';
import { LeavableStream } from './leavable-stream.js';
import { appHostName, nameCall } from './name-call.js';

/** Reads an item of a stream. @param path where it stands, for errors */
export type ItemReader<T> = (item: unknown, path: string) => T;

/** A way to a stream. */
export interface StreamCall<T> extends MethodCall {
  readonly read: ItemReader<T>;
  /** What the path of an item is in errors: `ResourceSnapshot[7]`. */
  readonly itemName: string;
  /** Whether an error of the first answer leads to the next way, or to the end when there is none. Default: when the method is missing. */
  readonly leadsOn?: (error: unknown) => boolean;
}

/**
 * Makes the calls of one connection: what comes back is read by a reader of the contract, and what fails says what was asked of whom.
 *
 * @see Aspire.Cli.Backchannel.AppHostAuxiliaryBackchannel
 */
export class AuxCaller {
  #appHostPath: string | undefined;
  readonly #fail = (error: unknown, method: string): never => {
    throw this.explain(error, method);
  };
  readonly #failIfPresent = (error: unknown, method: string): undefined => this.failIfPresent(error, method);

  constructor(
    private readonly rpc: RpcClient,
    readonly logger: ILogger | undefined,
  ) {}

  /** Tells the path that the AppHost has said, for errors. */
  setAppHostPath(path: string | undefined): void {
    this.#appHostPath = path;
  }

  /** Calls, and reads the answer. @throws ContractError and whatever {@link RpcClient.request} throws */
  call<T>({ method, args }: MethodCall, read: (answer: unknown) => T, options?: CallOptions): Promise<T> {
    return this.rpc.ask(method, args, { read, recover: this.#fail }, options);
  }

  /** Calls, and tells `receiver` the answer as it came, or the error, of which {@link explain} makes one that says what was asked of whom. */
  start({ method, args }: MethodCall, receiver: CallReceiver, options?: CallOptions): void {
    this.rpc.start(method, args, receiver, options);
  }

  /** As {@link call} for a method that older AppHosts do not have: undefined then. */
  callIfPresent<T>({ method, args }: MethodCall, read: (answer: unknown) => T, options?: CallOptions): Promise<T | undefined> {
    return this.rpc.ask<T | undefined>(method, args, { read, recover: this.#failIfPresent }, options);
  }

  /**
   * The items of the first way that the AppHost has; none at all when it has none of them.
   *
   * An item that cannot be read ends the stream with a ContractError that says which one it was.
   *
   * @param keep which items are passed on; default: all
   */
  stream<T>(calls: readonly StreamCall<T>[], signal: AbortSignal | undefined, keep: (item: T) => boolean = () => true): AsyncIterableIterator<T> {
    return new LeavableStream(ending => this.#firstPresent(calls, keep, ending), signal);
  }

  /** The error of a call, with what was asked of whom. */
  explain(error: unknown, method: string): unknown {
    return nameCall(error, method, appHostName(this.#appHostPath));
  }

  /** What a call of a method that older AppHosts do not have comes to with an error. @throws the error, when it says anything else */
  failIfPresent(error: unknown, method: string): undefined {
    if (!isMethodMissing(error)) throw this.explain(error, method);
    this.logMissing(method);
  }

  logMissing(method: string): void {
    this.logger?.debug('The AppHost has no {Method}', method);
  }

  async *#firstPresent<T>(calls: readonly StreamCall<T>[], keep: (item: T) => boolean, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    for (const call of calls) {
      let hasBegun = false;
      try {
        for await (const item of this.#items(call, signal)) {
          hasBegun = true;
          if (keep(item)) yield item;
        }
        return;
      } catch (error) {
        const { leadsOn = isMethodMissing } = call;
        if (hasBegun || !leadsOn(error)) throw error;
        if (isMethodMissing(error)) this.logMissing(call.method);
        else this.logger?.debug(error, 'The AppHost refused {Method}', call.method);
      }
    }
  }

  async *#items<T>({ method, args, read, itemName }: StreamCall<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    let index = 0;
    try {
      for await (const item of this.rpc.stream<unknown>(method, args, { signal })) yield read(item, `${itemName}[${index++}]`);
    } catch (error) {
      throw this.explain(error, method);
    }
  }
}

/** A reader for an answer that may be null, which is undefined here. */
export function unlessNull<T>(read: (answer: unknown) => T): (answer: unknown) => T | undefined {
  return answer => (answer === null || answer === undefined ? undefined : read(answer));
}

/** Whether an error says that the AppHost is too old for a method. */
export function isMethodMissing(error: unknown): boolean {
  return error instanceof MethodNotFoundError;
}

import { Deferred, toError } from '../../hosting/primitives/index.js';
import { type TimeProvider, waitWithTimeout } from '../../hosting/time/index.js';
import type { AppHostInfo, DashboardUrls, MethodCall } from '../contract/index.js';
import type { CallReceiver } from '../rpc/outgoing-call.js';
import type { AuxCaller } from './aux-caller.js';
import type { CallOptions } from './call-options.js';
import { appHostInfoCall, dashboardUrlsCall, readAppHostInfoOrNull, readDashboardUrlsOrNull } from './identity-calls.js';

/** How long it is waited for an answer that was asked for ahead, unless the caller says otherwise; as for any call. Milliseconds. */
const defaultTimeout = 10_000;

/** The answer of a method that older AppHosts do not have, asked for before anybody wants it; the first who wants it gets it. */
export class AnswerAhead<T> implements CallReceiver {
  #answer: { readonly value: T | undefined } | { readonly error: Error } | undefined;
  /** Whoever came before the answer. */
  #taker: Deferred<T | undefined> | undefined;
  #isTaken = false;

  constructor(
    private readonly caller: AuxCaller,
    private readonly timeProvider: TimeProvider,
    private readonly method: string,
    private readonly read: (answer: unknown) => T | undefined,
  ) {}

  resolve(answer: unknown): void {
    try {
      const value = this.read(answer);
      this.#answer = { value };
      this.#taker?.resolve(value);
    } catch (error) {
      this.reject(error);
    }
  }

  /** A failure is for whoever takes the answer, and perhaps nobody does. */
  reject(error: unknown): void {
    try {
      const value = this.caller.failIfPresent(error, this.method);
      this.#answer = { value };
      this.#taker?.resolve(value);
    } catch (failure) {
      this.#answer = { error: toError(failure) };
      this.#taker?.reject(failure);
    }
  }

  /** Undefined when it has been taken: it is to be asked for anew then. @throws DeadlineExceededError, OperationCanceledError when it does not come in time; what the call throws */
  take(options: CallOptions): Promise<T | undefined> | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    const answer = this.#answer;
    this.#answer = undefined;
    if (!answer) return this.#wait(options);
    return 'error' in answer ? Promise.reject(answer.error) : Promise.resolve(answer.value);
  }

  /** Whether it has come, is no failure, and has not been taken. */
  get isReady(): boolean {
    return this.#answer !== undefined && 'value' in this.#answer;
  }

  /** What {@link isReady}. */
  takeReady(): T | undefined {
    const answer = this.#answer;
    this.#isTaken = true;
    this.#answer = undefined;
    return answer && 'value' in answer ? answer.value : undefined;
  }

  async #wait({ signal, timeout = defaultTimeout }: CallOptions): Promise<T | undefined> {
    this.#taker = new Deferred();
    try {
      return await waitWithTimeout(this.#taker.promise, timeout, { timeProvider: this.timeProvider, signal });
    } catch (error) {
      throw this.#answer ? error : this.caller.explain(error, this.method);
    }
  }
}

/** What {@link AnswersAhead} come to. */
export interface AheadOfTime {
  readonly appHostInfo: AppHostInfo | undefined;
  /** Undefined when the AppHost is too old to know. */
  readonly dashboardUrls: DashboardUrls | undefined;
}

/**
 * Who an AppHost is and where its dashboard is, asked for together with the handshake: so all that `ps` wants to know takes one way there and back.
 *
 * Differs from .NET, which asks when it has the answers of the handshake, and only an AppHost of `aux.v2` for its version; an older one says here that it has no such method.
 */
export class AnswersAhead {
  readonly appHostInfo: AnswerAhead<AppHostInfo>;
  readonly dashboardUrls: AnswerAhead<DashboardUrls>;

  constructor(
    private readonly caller: AuxCaller,
    private readonly timeProvider: TimeProvider,
  ) {
    this.appHostInfo = this.#ask(appHostInfoCall, readAppHostInfoOrNull);
    this.dashboardUrls = this.#ask(dashboardUrlsCall, readDashboardUrlsOrNull);
  }

  /** All of it, once and when all has come well; undefined otherwise. */
  takeAll(): AheadOfTime | undefined {
    const { appHostInfo, dashboardUrls } = this;
    return appHostInfo.isReady && dashboardUrls.isReady ? { appHostInfo: appHostInfo.takeReady(), dashboardUrls: dashboardUrls.takeReady() } : undefined;
  }

  #ask<T>(call: MethodCall, read: (answer: unknown) => T | undefined): AnswerAhead<T> {
    const answer = new AnswerAhead(this.caller, this.timeProvider, call.method, read);
    this.caller.start(call, answer);
    return answer;
  }
}

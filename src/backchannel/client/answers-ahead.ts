import { type TimeProvider, waitWithTimeout } from '../../hosting/time/index.js';
import { type AppHostInfo, auxMethods, type DashboardUrls } from '../contract/index.js';
import type { AuxCaller } from './aux-caller.js';
import type { CallOptions } from './call-options.js';
import { askForAppHostInfo, askForDashboardUrls } from './identity-calls.js';

/** How long it is waited for an answer that was asked for ahead, unless the caller says otherwise; as for any call. Milliseconds. */
const defaultTimeout = 10_000;

/** An answer that was asked for before anybody wanted it; the first who wants it gets it. */
export class AnswerAhead<T> {
  #answer: Promise<T> | undefined;
  #isThere = false;

  /** @param explain names the call in the error of a wait that is given up */
  constructor(
    answer: Promise<T>,
    private readonly timeProvider: TimeProvider,
    private readonly explain: (error: unknown) => unknown,
  ) {
    this.#answer = answer;
    // A failure is for whoever takes the answer, and perhaps nobody does.
    const onEnd = () => void (this.#isThere = true);
    answer.then(onEnd, onEnd);
  }

  /** Undefined when it has been taken: it is to be asked for anew then. @throws DeadlineExceededError, OperationCanceledError when it does not come in time; what the call throws */
  take(options: CallOptions): Promise<T> | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return !answer || this.#isThere ? answer : this.#wait(answer, options);
  }

  async #wait(answer: Promise<T>, { signal, timeout = defaultTimeout }: CallOptions): Promise<T> {
    try {
      return await waitWithTimeout(answer, timeout, { timeProvider: this.timeProvider, signal });
    } catch (error) {
      throw this.#isThere ? error : this.explain(error);
    }
  }
}

/**
 * Who an AppHost is and where its dashboard is, asked for together with the handshake: so all that `ps` wants to know takes one way there and back.
 *
 * Differs from .NET, which asks when it has the answers of the handshake, and only an AppHost of `aux.v2` for its version; an older one says here that it has no such method.
 */
export class AnswersAhead {
  readonly appHostInfo: AnswerAhead<AppHostInfo | undefined>;
  readonly dashboardUrls: AnswerAhead<DashboardUrls | undefined>;

  constructor(caller: AuxCaller, timeProvider: TimeProvider) {
    const infoError = (error: unknown) => caller.explain(error, auxMethods.getAppHostInfo);
    const urlsError = (error: unknown) => caller.explain(error, auxMethods.getDashboardUrls);
    this.appHostInfo = new AnswerAhead(askForAppHostInfo(caller, {}), timeProvider, infoError);
    this.dashboardUrls = new AnswerAhead(askForDashboardUrls(caller, {}), timeProvider, urlsError);
  }
}

import { isCancellation } from '../../hosting/primitives/index.js';
import { type AppHostInformation, auxMethods, capabilities, readAppHostInformation, readCapabilities } from '../contract/index.js';
import { ConnectionLostError } from '../rpc/index.js';
import { fixedParams } from '../rpc/message-frame.js';
import type { CallReceiver } from '../rpc/outgoing-call.js';
import { type AuxCaller, isMethodMissing, unlessNull } from './aux-caller.js';

/** What the handshake told. */
export interface Handshake {
  /** What the AppHost says of itself; undefined when it said nothing. */
  readonly information: AppHostInformation | undefined;
  /** `aux.v1` and what else it offers. */
  readonly capabilities: readonly string[];
}

const informationCall = { method: auxMethods.getAppHostInformation, args: fixedParams() };
const capabilitiesCall = { method: auxMethods.getCapabilities, args: fixedParams({}) };
const readInformation = unlessNull(readAppHostInformation);

/**
 * Asks an AppHost who it is and what it can do.
 *
 * Capabilities that cannot be had are `aux.v1` alone: with a word at debug level when the AppHost is too old to be asked, with a warning when it failed to answer.
 *
 * Differs from .NET: both questions are asked at once, so that the answers take one way there and back. When the connection has ended, or the caller has given up, there is no
 * connection either.
 */
export function shakeHands(caller: AuxCaller, signal: AbortSignal | undefined, succeed: (handshake: Handshake) => void, fail: (error: unknown) => void): void {
  const answers = new HandshakeAnswers(caller, signal, succeed, fail);
  const options = signal && { signal };
  caller.start(informationCall, answers, options);
  // Without an answer to the first question nobody asks for the second.
  if (!answers.isOver) caller.start(capabilitiesCall, answers, options);
}

/** The answers to both questions, and what they come to. */
class HandshakeAnswers implements CallReceiver {
  #hasInformation = false;
  #information: AppHostInformation | undefined;
  #capabilities: readonly string[] | undefined;
  isOver = false;

  constructor(
    private readonly caller: AuxCaller,
    private readonly signal: AbortSignal | undefined,
    private readonly succeed: (handshake: Handshake) => void,
    private readonly fail: (error: unknown) => void,
  ) {}

  resolve(answer: unknown, method: string): void {
    try {
      if (method === capabilitiesCall.method) this.#offer(readCapabilities(answer));
      else this.#introduce(readInformation(answer));
      this.#endWhenComplete();
    } catch (error) {
      this.reject(error, method);
    }
  }

  reject(error: unknown, method: string): void {
    const explained = this.caller.explain(error, method);
    if (method !== capabilitiesCall.method || this.#isFatal(explained)) return this.#end(explained);
    this.#capabilities = this.#withoutOffer(explained);
    this.#endWhenComplete();
  }

  #introduce(information: AppHostInformation | undefined): void {
    this.caller.setAppHostPath(information?.appHostPath);
    this.#information = information;
    this.#hasInformation = true;
  }

  #offer(offered: readonly string[]): void {
    const { logger } = this.caller;
    if (logger?.isEnabled('debug')) logger.debug('The AppHost offers {Capabilities}', offered.join(', '));
    this.#capabilities = offered;
  }

  #withoutOffer(error: unknown): readonly string[] {
    const { logger } = this.caller;
    if (isMethodMissing(error)) this.caller.logMissing(capabilitiesCall.method);
    else logger?.warning(error, 'The AppHost did not say what it can do; it is taken for one that knows {Capabilities} alone', capabilities.v1);
    return [capabilities.v1];
  }

  #isFatal(error: unknown): boolean {
    return error instanceof ConnectionLostError || (isCancellation(error) && this.signal?.aborted === true);
  }

  #endWhenComplete(): void {
    if (!this.#hasInformation || !this.#capabilities || this.isOver) return;
    this.isOver = true;
    this.succeed({ information: this.#information, capabilities: this.#capabilities });
  }

  #end(error: unknown): void {
    // The connection ends with the first failure, and the other question with that.
    if (this.isOver) return;
    this.isOver = true;
    this.fail(error);
  }
}

import { isCancellation } from '../../hosting/primitives/index.js';
import { type AppHostInformation, auxMethods, capabilities, readAppHostInformation, readCapabilities } from '../contract/index.js';
import { ConnectionLostError } from '../rpc/index.js';
import { type AuxCaller, isMethodMissing, unlessNull } from './aux-caller.js';

/** What the handshake told. */
export interface Handshake {
  /** What the AppHost says of itself; undefined when it said nothing. */
  readonly information: AppHostInformation | undefined;
  /** `aux.v1` and what else it offers. */
  readonly capabilities: readonly string[];
}

/**
 * Asks an AppHost who it is, then what it can do.
 *
 * Capabilities that cannot be had are `aux.v1` alone: with a word at debug level when the AppHost is too old to be asked, with a warning when it failed to answer.
 *
 * Differs from .NET: when the connection has ended, or the caller has given up, there is no connection either.
 */
export async function shakeHands(caller: AuxCaller, signal: AbortSignal | undefined): Promise<Handshake> {
  const call = { method: auxMethods.getAppHostInformation, args: [] };
  const information = await caller.call(call, unlessNull(readAppHostInformation), { signal });
  caller.setAppHostPath(information?.appHostPath);
  return { information, capabilities: await fetchCapabilities(caller, signal) };
}

async function fetchCapabilities(caller: AuxCaller, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const { logger } = caller;
  try {
    const offered = await caller.call({ method: auxMethods.getCapabilities, args: [{}] }, readCapabilities, { signal });
    logger?.debug('The AppHost offers {Capabilities}', offered.join(', '));
    return offered;
  } catch (error) {
    if (error instanceof ConnectionLostError || (isCancellation(error) && signal?.aborted)) throw error;
    if (isMethodMissing(error)) caller.logMissing(auxMethods.getCapabilities);
    else logger?.warning(error, 'The AppHost did not say what it can do; it is taken for one that knows {Capabilities} alone', capabilities.v1);
    return [capabilities.v1];
  }
}

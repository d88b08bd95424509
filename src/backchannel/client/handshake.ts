import { isCancellation, markHandled } from '../../hosting/primitives/index.js';
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

const informationCall = { method: auxMethods.getAppHostInformation, args: [] };
const capabilitiesCall = { method: auxMethods.getCapabilities, args: [{}] };
const readInformation = unlessNull(readAppHostInformation);

/**
 * Asks an AppHost who it is and what it can do.
 *
 * Capabilities that cannot be had are `aux.v1` alone: with a word at debug level when the AppHost is too old to be asked, with a warning when it failed to answer.
 *
 * Differs from .NET: both questions are asked at once, so that the answers take one way there and back. When the connection has ended, or the caller has given up, there is no
 * connection either.
 */
export async function shakeHands(caller: AuxCaller, signal: AbortSignal | undefined): Promise<Handshake> {
  const read = (answer: unknown) => {
    const information = readInformation(answer);
    caller.setAppHostPath(information?.appHostPath);
    return information;
  };
  const answer = caller.call(informationCall, read, { signal });
  const offered = fetchCapabilities(caller, signal);
  // Without an answer to the first question nobody asks for the second.
  markHandled(offered);
  return { information: await answer, capabilities: await offered };
}

function fetchCapabilities(caller: AuxCaller, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const { logger } = caller;
  const read = (answer: unknown) => {
    const offered = readCapabilities(answer);
    logger?.debug('The AppHost offers {Capabilities}', offered.join(', '));
    return offered;
  };
  const recover = (error: unknown) => {
    if (error instanceof ConnectionLostError || (isCancellation(error) && signal?.aborted)) throw error;
    if (isMethodMissing(error)) caller.logMissing(auxMethods.getCapabilities);
    else logger?.warning(error, 'The AppHost did not say what it can do; it is taken for one that knows {Capabilities} alone', capabilities.v1);
    return [capabilities.v1];
  };
  return caller.callOr(capabilitiesCall, read, recover, { signal });
}

import { type AppHostInformation, appHostInfoOf, auxMethods, capabilities, ContractError } from '../../contract/index.js';
import type { RpcMethods } from '../../rpc/index.js';
import { optionalRequest, plainMethod } from './method-shapes.js';

/** The levels that this AppHost offers: all of them but terminals. */
const offered: readonly string[] = [capabilities.v1, capabilities.v2, capabilities.v3];

/** Who this AppHost is and what it can do. */
export function identityMethods(information: AppHostInformation, version: string): RpcMethods {
  return {
    [auxMethods.getAppHostInformation]: plainMethod(() => information),
    // Older clients ask in the handshake, and could not connect at all without the answer.
    [auxMethods.getDashboardMcpConnectionInfo]: plainMethod(() => null),
    [auxMethods.getCapabilities]: optionalRequest(readNothing, () => ({ capabilities: offered })),
    [auxMethods.getAppHostInfo]: optionalRequest(readNothing, () => ({ ...appHostInfoOf(information), aspireHostVersion: version })),
  };
}

/** A request without members of interest; it has to be an object all the same, as in .NET. */
export function readNothing(value: unknown): undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ContractError('request', 'an object', `a value of type ${typeof value}`);
}

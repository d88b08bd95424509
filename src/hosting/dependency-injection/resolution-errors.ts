import { HostwardError } from '../primitives/index.js';
import { type ServiceToken, tokenName } from './service-token.js';

/**
 * A service could not be created: it, or something that it needs, is not registered, or needs itself.
 *
 * `path` leads from what was asked for to what is missing.
 */
export class ServiceResolutionError extends HostwardError {
  override readonly name = 'ServiceResolutionError';

  constructor(
    code: 'ERR_SERVICE_NOT_REGISTERED' | 'ERR_CIRCULAR_DEPENDENCY',
    message: string,
    readonly path: readonly string[],
  ) {
    super(code, path.length > 1 ? `${message}\n  Path: ${path.join(' -> ')}` : message);
  }
}

export function notRegistered(token: ServiceToken<unknown>, path: readonly ServiceToken<unknown>[]): ServiceResolutionError {
  const names = [...path, token].map(tokenName);
  const requester = path.at(-1);
  const message = requester
    ? `Unable to resolve service for type '${tokenName(token)}' while attempting to activate '${tokenName(requester)}'.`
    : `No service for type '${tokenName(token)}' has been registered.`;
  return new ServiceResolutionError('ERR_SERVICE_NOT_REGISTERED', message, names);
}

/** @param path from `token` to what wants it again */
export function circular(token: ServiceToken<unknown>, path: readonly ServiceToken<unknown>[]): ServiceResolutionError {
  return new ServiceResolutionError('ERR_CIRCULAR_DEPENDENCY', `A circular dependency was detected for the service of type '${tokenName(token)}'.`, [
    ...path.map(tokenName),
    tokenName(token),
  ]);
}

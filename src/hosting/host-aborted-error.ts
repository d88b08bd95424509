import { HostwardError } from './primitives/index.js';

/**
 * Says that a tool ends a program whose host has been built, because the host was all that it wanted.
 *
 * @see Microsoft.Extensions.Hosting.HostAbortedException
 */
export class HostAbortedError extends HostwardError {
  override readonly name = 'HostAbortedError';

  constructor(message = 'The host was aborted.', options?: ErrorOptions) {
    super('ERR_HOST_ABORTED', message, options);
  }
}

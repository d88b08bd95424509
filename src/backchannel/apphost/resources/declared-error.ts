import { HostwardError } from '../../../hosting/primitives/index.js';

/** A resource cannot be declared so; the message says which, and what is wrong with it. */
export class ResourceDeclarationError extends HostwardError {
  override readonly name = 'ResourceDeclarationError';

  constructor(
    readonly resource: string,
    problem: string,
  ) {
    super('ERR_RESOURCE_DECLARATION', `The resource '${resource}' cannot be declared so: ${problem}`);
  }
}

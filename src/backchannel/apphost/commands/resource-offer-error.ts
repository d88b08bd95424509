import { HostwardError } from '../../../hosting/primitives/index.js';

/** A command or a tool of a resource is declared in a way that cannot work. Values are not told: they may be secrets. */
export class ResourceOfferError extends HostwardError {
  override readonly name = 'ResourceOfferError';

  constructor(
    /** The resource that offers it. */
    readonly resource: string,
    /** What is declared wrongly, from the resource down: `command 'import', argument 'file'`. */
    readonly where: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super('ERR_RESOURCE_OFFER', `Resource '${resource}', ${where}: expected ${expected}, found ${found}.`);
  }
}

import { HostwardError } from '../../hosting/primitives/index.js';

/** A peer sent a value that its type in the contract does not allow. The value itself is not kept: it may hold a secret. */
export class ContractError extends HostwardError {
  override readonly name = 'ContractError';

  constructor(
    /** Where, from the type down: `ResourceSnapshot.urls[0].name`. */
    readonly member: string,
    readonly expected: string,
    /** The kind of what was there instead: `nothing`, `null`, `a number`… */
    readonly found: string,
  ) {
    super('ERR_CONTRACT', `'${member}' is not as the contract has it: expected ${expected}, found ${found}.`);
  }
}

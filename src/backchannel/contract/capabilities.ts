import { MemberReader, readText } from './member-reader.js';

/** The levels of the contract that an AppHost may offer. */
export const capabilities = { v1: 'aux.v1', v2: 'aux.v2', v3: 'aux.v3', terminals: 'terminals.v1' } as const;

/** The answer to `GetCapabilitiesAsync`. */
export interface Capabilities {
  readonly capabilities: readonly string[];
}

/**
 * The capabilities in an answer to `GetCapabilitiesAsync`; only `aux.v1` when the answer, or the list in it, is null or missing.
 *
 * @throws ContractError
 */
export function readCapabilities(value: unknown): readonly string[] {
  const answer = new MemberReader(value ?? {}, 'Capabilities');
  return answer.listOrNull('capabilities', readText) ?? [capabilities.v1];
}

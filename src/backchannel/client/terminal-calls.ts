import {
  auxMethods,
  capabilities,
  noTerminal,
  noTerminals,
  readTerminalInfo,
  readTerminalList,
  type TerminalInfo,
  type TerminalList,
} from '../contract/index.js';
import type { AuxCaller } from './aux-caller.js';
import type { CallOptions } from './call-options.js';

/** The terminal of a resource; without `terminals.v1` there is none, and nobody is asked. */
export async function fetchTerminalInfo(caller: AuxCaller, offered: readonly string[], resourceName: string, options: CallOptions): Promise<TerminalInfo> {
  if (!offered.includes(capabilities.terminals)) return noTerminal;
  const call = { method: auxMethods.getTerminalInfo, args: [{ resourceName }] };
  return (await caller.callIfPresent(call, readTerminalInfo, options)) ?? noTerminal;
}

/** All terminals; without `terminals.v1` there are none, and nobody is asked. */
export async function fetchTerminals(caller: AuxCaller, offered: readonly string[], options: CallOptions): Promise<TerminalList> {
  if (!offered.includes(capabilities.terminals)) return noTerminals;
  return (await caller.callIfPresent({ method: auxMethods.listTerminals, args: [{}] }, readTerminalList, options)) ?? noTerminals;
}

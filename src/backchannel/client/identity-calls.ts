import {
  type AppHostInfo,
  appHostInfoOf,
  auxMethods,
  capabilities,
  type DashboardInfo,
  dashboardInfoOf,
  type DashboardUrls,
  readAppHostInfo,
  readDashboardInfo,
  readDashboardUrls,
} from '../contract/index.js';
import { type AuxCaller, unlessNull } from './aux-caller.js';
import type { CallOptions } from './call-options.js';
import type { Handshake } from './handshake.js';

/** The answer of `aux.v2`, or what the handshake told in its place. */
export async function fetchAppHostInfo(
  caller: AuxCaller,
  { information, capabilities: offered }: Handshake,
  options: CallOptions,
): Promise<AppHostInfo | undefined> {
  const call = { method: auxMethods.getAppHostInfo, args: [{}] };
  const info = offered.includes(capabilities.v2) ? await caller.callIfPresent(call, unlessNull(readAppHostInfo), options) : undefined;
  return info ?? (information && appHostInfoOf(information));
}

/** Undefined when the AppHost is too old to know. */
export function fetchDashboardUrls(caller: AuxCaller, options: CallOptions): Promise<DashboardUrls | undefined> {
  return caller.callIfPresent({ method: auxMethods.getDashboardUrls, args: [] }, unlessNull(readDashboardUrls), options);
}

/** The answer of `aux.v2`, or what the addresses tell in its place. */
export async function fetchDashboardInfo(caller: AuxCaller, { capabilities: offered }: Handshake, options: CallOptions): Promise<DashboardInfo | undefined> {
  const call = { method: auxMethods.getDashboardInfo, args: [{}] };
  const info = offered.includes(capabilities.v2) ? await caller.callIfPresent(call, unlessNull(readDashboardInfo), options) : undefined;
  if (info) return info;
  const urls = await fetchDashboardUrls(caller, options);
  return urls && dashboardInfoOf(urls);
}

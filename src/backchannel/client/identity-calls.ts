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
import type { AnswersAhead } from './answers-ahead.js';
import { type AuxCaller, unlessNull } from './aux-caller.js';
import type { CallOptions } from './call-options.js';
import type { Handshake } from './handshake.js';

const appHostInfoCall = { method: auxMethods.getAppHostInfo, args: [{}] };
const dashboardUrlsCall = { method: auxMethods.getDashboardUrls, args: [] };
const readAppHostInfoOrNull = unlessNull(readAppHostInfo);
const readDashboardUrlsOrNull = unlessNull(readDashboardUrls);

/** The answer of `aux.v2`, or what the handshake told in its place. @param ahead what was asked for already */
export async function fetchAppHostInfo(
  caller: AuxCaller,
  { information, capabilities: offered }: Handshake,
  options: CallOptions,
  ahead?: AnswersAhead,
): Promise<AppHostInfo | undefined> {
  const info = offered.includes(capabilities.v2) ? await (ahead?.appHostInfo.take(options) ?? askForAppHostInfo(caller, options)) : undefined;
  return info ?? (information && appHostInfoOf(information));
}

/** Undefined when the AppHost is too old to know. @param ahead what was asked for already */
export function fetchDashboardUrls(caller: AuxCaller, options: CallOptions, ahead?: AnswersAhead): Promise<DashboardUrls | undefined> {
  return ahead?.dashboardUrls.take(options) ?? askForDashboardUrls(caller, options);
}

/** Undefined when the AppHost is too old to know. */
export function askForAppHostInfo(caller: AuxCaller, options: CallOptions): Promise<AppHostInfo | undefined> {
  return caller.callIfPresent(appHostInfoCall, readAppHostInfoOrNull, options);
}

/** Undefined when the AppHost is too old to know. */
export function askForDashboardUrls(caller: AuxCaller, options: CallOptions): Promise<DashboardUrls | undefined> {
  return caller.callIfPresent(dashboardUrlsCall, readDashboardUrlsOrNull, options);
}

/** The answer of `aux.v2`, or what the addresses tell in its place. */
export async function fetchDashboardInfo(caller: AuxCaller, { capabilities: offered }: Handshake, options: CallOptions): Promise<DashboardInfo | undefined> {
  const call = { method: auxMethods.getDashboardInfo, args: [{}] };
  const info = offered.includes(capabilities.v2) ? await caller.callIfPresent(call, unlessNull(readDashboardInfo), options) : undefined;
  if (info) return info;
  const urls = await fetchDashboardUrls(caller, options);
  return urls && dashboardInfoOf(urls);
}

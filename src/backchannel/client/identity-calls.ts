import {
  type AppHostInfo,
  appHostInfoOf,
  auxMethods,
  capabilities,
  type DashboardInfo,
  dashboardInfoOf,
  type DashboardUrls,
  type MethodCall,
  readAppHostInfo,
  readDashboardInfo,
  readDashboardUrls,
} from '../contract/index.js';
import { fixedParams } from '../rpc/message-frame.js';
import type { AnswersAhead } from './answers-ahead.js';
import { type AuxCaller, unlessNull } from './aux-caller.js';
import type { CallOptions } from './call-options.js';
import type { Handshake } from './handshake.js';

export const appHostInfoCall: MethodCall = { method: auxMethods.getAppHostInfo, args: fixedParams({}) };
export const dashboardUrlsCall: MethodCall = { method: auxMethods.getDashboardUrls, args: fixedParams() };
export const readAppHostInfoOrNull: (answer: unknown) => AppHostInfo | undefined = unlessNull(readAppHostInfo);
export const readDashboardUrlsOrNull: (answer: unknown) => DashboardUrls | undefined = unlessNull(readDashboardUrls);

/** The answer of `aux.v2`, or what the handshake told in its place. @param ahead what was asked for already */
export async function fetchAppHostInfo(caller: AuxCaller, handshake: Handshake, options: CallOptions, ahead?: AnswersAhead): Promise<AppHostInfo | undefined> {
  const info = isAsked(handshake)
    ? await (ahead?.appHostInfo.take(options) ?? caller.callIfPresent(appHostInfoCall, readAppHostInfoOrNull, options))
    : undefined;
  return appHostInfoFrom(handshake, info);
}

/** What an answer comes to: one of an AppHost that does not offer `aux.v2` does not count. */
export function appHostInfoFrom(handshake: Handshake, info: AppHostInfo | undefined): AppHostInfo | undefined {
  if (info && isAsked(handshake)) return info;
  return handshake.information && appHostInfoOf(handshake.information);
}

function isAsked({ capabilities: offered }: Handshake): boolean {
  return offered.includes(capabilities.v2);
}

/** Undefined when the AppHost is too old to know. @param ahead what was asked for already */
export function fetchDashboardUrls(caller: AuxCaller, options: CallOptions, ahead?: AnswersAhead): Promise<DashboardUrls | undefined> {
  return ahead?.dashboardUrls.take(options) ?? caller.callIfPresent(dashboardUrlsCall, readDashboardUrlsOrNull, options);
}

/** The answer of `aux.v2`, or what the addresses tell in its place. */
export async function fetchDashboardInfo(caller: AuxCaller, { capabilities: offered }: Handshake, options: CallOptions): Promise<DashboardInfo | undefined> {
  const call = { method: auxMethods.getDashboardInfo, args: [{}] };
  const info = offered.includes(capabilities.v2) ? await caller.callIfPresent(call, unlessNull(readDashboardInfo), options) : undefined;
  if (info) return info;
  const urls = await fetchDashboardUrls(caller, options);
  return urls && dashboardInfoOf(urls);
}

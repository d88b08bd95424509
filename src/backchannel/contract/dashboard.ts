import { MemberReader, readText } from './member-reader.js';

/** The answer to `GetDashboardUrlsAsync`. The addresses hold the login token: never log them. */
export interface DashboardUrls {
  readonly dashboardHealthy: boolean;
  readonly baseUrlWithLoginToken: string | null;
  readonly codespacesUrlWithLoginToken: string | null;
}

/** The answer to `GetDashboardInfoAsync`. `apiToken` and `dashboardUrls` are secrets: never log them. */
export interface DashboardInfo {
  /** Without a login token; may be null although the dashboard is healthy. */
  readonly apiBaseUrl: string | null;
  readonly apiToken: string | null;
  /** With the login token; the Codespaces address is the second. */
  readonly dashboardUrls: readonly string[];
  readonly isHealthy: boolean;
}

/** The answer to `GetDashboardMcpConnectionInfoAsync`: AppHosts since 13.2 answer null, and must, for older CLIs ask in the handshake. `apiToken` is a secret. */
export interface DashboardMcpConnectionInfo {
  readonly endpointUrl: string;
  readonly apiToken: string;
}

/** Reads an answer to `GetDashboardUrlsAsync`. @throws ContractError */
export function readDashboardUrls(value: unknown): DashboardUrls {
  const urls = new MemberReader(value, 'DashboardUrls');
  return {
    dashboardHealthy: urls.boolean('dashboardHealthy', true),
    baseUrlWithLoginToken: urls.stringOrNull('baseUrlWithLoginToken'),
    codespacesUrlWithLoginToken: urls.stringOrNull('codespacesUrlWithLoginToken'),
  };
}

/** Reads an answer to `GetDashboardInfoAsync`. @throws ContractError */
export function readDashboardInfo(value: unknown): DashboardInfo {
  const info = new MemberReader(value, 'DashboardInfo');
  return {
    apiBaseUrl: info.stringOrNull('apiBaseUrl'),
    apiToken: info.stringOrNull('apiToken'),
    dashboardUrls: info.list('dashboardUrls', readText),
    isHealthy: info.boolean('isHealthy', false),
  };
}

/** Reads an answer to `GetDashboardMcpConnectionInfoAsync`, which is null for most. @throws ContractError */
export function readDashboardMcpConnectionInfo(value: unknown): DashboardMcpConnectionInfo | null {
  if (value === null || value === undefined) return null;
  const info = new MemberReader(value, 'DashboardMcpConnectionInfo');
  return { endpointUrl: info.string('endpointUrl'), apiToken: info.string('apiToken') };
}

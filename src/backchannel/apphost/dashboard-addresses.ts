import { ArgumentError } from '../../hosting/primitives/index.js';
import type { DashboardOptions } from './dashboard-options.js';

/** Where the dashboard is found. All of it but `api` is secret when there is a token. */
export interface DashboardAddresses {
  /** With the browser token, if there is one. */
  readonly login: string;
  /** The same in GitHub Codespaces; null when that is the same address, or there is none. */
  readonly codespacesLogin: string | null;
  readonly api: string;
  readonly apiToken: string | null;
}

/** @throws ArgumentError (`dashboard`) for an address that is none, or that holds a token; the message does not repeat it */
export function addressesOf({ baseUrl, browserToken, apiToken, apiBaseUrl = baseUrl, codespacesUrl }: DashboardOptions): DashboardAddresses {
  const base = readAddress('baseUrl', baseUrl);
  const codespaces = codespacesUrl === undefined ? base : readAddress('codespacesUrl', codespacesUrl);
  return {
    login: loginUrl(base, browserToken),
    codespacesLogin: codespaces === base ? null : loginUrl(codespaces, browserToken),
    api: readAddress('apiBaseUrl', apiBaseUrl),
    apiToken: apiToken ?? null,
  };
}

function loginUrl(base: string, token: string | undefined): string {
  return token ? `${base}/login?t=${encodeURIComponent(token)}` : base;
}

/** The address without a slash at its end. */
function readAddress(option: string, value: unknown): string {
  const url = typeof value === 'string' ? parse(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ArgumentError('dashboard', `'${option}' of the dashboard has to be an absolute address with http or https: http://localhost:18888.`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new ArgumentError(
      'dashboard',
      `'${option}' of the dashboard has to be an address without a token, a query or a password. Give the token as 'browserToken'.`,
    );
  return (value as string).replace(/\/+$/, '');
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** The dashboard of an AppHost, which the program runs or knows of. */
export interface DashboardOptions {
  /** Its address without a login token: `http://localhost:18888`. */
  readonly baseUrl: string;
  /** What logs a browser in. A secret: clients get it in the addresses that they ask for, and nobody else. Default: none is needed. */
  readonly browserToken?: string;
  /** What lets a program into its telemetry API. A secret. Default: none, and the telemetry tools of the `aspire` CLI refuse. */
  readonly apiToken?: string;
  /** Where the telemetry API is. Default: `baseUrl`. */
  readonly apiBaseUrl?: string;
  /** Its address in GitHub Codespaces, where it differs. Default: none. */
  readonly codespacesUrl?: string;
  /** Whether it answers at present. Asked at each request, for at most 2,000 ms. Default: always. */
  readonly isHealthy?: (signal: AbortSignal) => boolean | Promise<boolean>;
}

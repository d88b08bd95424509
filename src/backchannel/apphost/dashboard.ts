import { type ILogger, SecretRedactor } from '../../hosting/logging/index.js';
import { DeadlineExceededError, throwIfAborted, toError } from '../../hosting/primitives/index.js';
import type { TimeProvider } from '../../hosting/time/index.js';
import type { DashboardInfo, DashboardUrls } from '../contract/index.js';
import { addressesOf, type DashboardAddresses } from './dashboard-addresses.js';
import { DashboardHealth } from './dashboard-health.js';
import type { DashboardOptions } from './dashboard-options.js';

/** What a {@link Dashboard} is made of. */
export interface DashboardParts {
  /** Undefined: there is no dashboard. */
  readonly options: DashboardOptions | undefined;
  readonly timeProvider: TimeProvider;
  readonly logger: ILogger;
  /** Ends the question whether it is healthy: the application stops. */
  readonly stopping?: AbortSignal;
}

/**
 * What clients are told of the dashboard.
 *
 * Differs from .NET: it does not wait until the dashboard is healthy, because `ps` and `describe` would wait with it. One that is not, or does not say so within two seconds, is
 * unhealthy, and its addresses are not told.
 *
 * @see Aspire.Hosting.Backchannel, DashboardUrlsHelper
 */
export class Dashboard {
  readonly #addresses: DashboardAddresses | undefined;
  readonly #health: DashboardHealth | undefined;
  readonly #redactor = new SecretRedactor();
  #wasHealthy = true;

  /** @throws ArgumentError (`dashboard`) for an address that is none, or that holds a token; the message does not repeat it */
  constructor(private readonly parts: DashboardParts) {
    const { options, timeProvider, stopping } = parts;
    if (!options) return;
    this.#addresses = addressesOf(options);
    if (options.isHealthy) this.#health = new DashboardHealth(options.isHealthy, timeProvider, stopping);
    for (const secret of [options.browserToken, options.apiToken]) if (secret) this.#redactor.addSecret(secret);
  }

  /** The answer to `GetDashboardUrlsAsync`. @throws OperationCanceledError when `signal` fires */
  async urls(signal: AbortSignal): Promise<DashboardUrls> {
    const addresses = await this.#ifHealthy(signal);
    return {
      dashboardHealthy: addresses !== undefined,
      baseUrlWithLoginToken: addresses?.login ?? null,
      codespacesUrlWithLoginToken: addresses?.codespacesLogin ?? null,
    };
  }

  /** The answer to `GetDashboardInfoAsync`. @throws OperationCanceledError when `signal` fires */
  async info(signal: AbortSignal): Promise<DashboardInfo> {
    const addresses = await this.#ifHealthy(signal);
    if (!addresses) return { apiBaseUrl: null, apiToken: null, dashboardUrls: [], isHealthy: false };
    const { api, apiToken, login, codespacesLogin } = addresses;
    return { apiBaseUrl: api, apiToken, dashboardUrls: codespacesLogin === null ? [login] : [login, codespacesLogin], isHealthy: true };
  }

  async #ifHealthy(signal: AbortSignal): Promise<DashboardAddresses | undefined> {
    throwIfAborted(signal);
    try {
      const isHealthy = this.#health === undefined || (await this.#health.ask(signal));
      this.#note(isHealthy, 'its health check says so');
      return isHealthy ? this.#addresses : undefined;
    } catch (error) {
      throwIfAborted(signal);
      if (this.parts.stopping?.aborted) return undefined;
      this.#note(false, error instanceof DeadlineExceededError ? error.message : `its health check failed: ${toError(error).message}`);
      return undefined;
    }
  }

  /** Says when it becomes unhealthy or healthy again, not at each question. */
  #note(isHealthy: boolean, reason: string): void {
    if (isHealthy === this.#wasHealthy) return;
    this.#wasHealthy = isHealthy;
    if (isHealthy) this.parts.logger.information('The dashboard is healthy again');
    else this.parts.logger.warning('The dashboard is not healthy, and clients are told so: {Reason}', this.#redactor.redact(reason));
  }
}

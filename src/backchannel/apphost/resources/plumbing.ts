import type { IHostedService } from '../../../hosting/hosted-service.js';

/** A hosted service that makes the process an AppHost, and is no resource of it. */
export abstract class PlumbingService implements IHostedService {
  abstract start(signal: AbortSignal): Promise<void>;
  abstract stop(signal: AbortSignal): Promise<void>;
}

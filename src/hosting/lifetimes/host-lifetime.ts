import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';

/**
 * What connects the host with its surroundings: when it may start, and what makes it stop.
 *
 * @see Microsoft.Extensions.Hosting.IHostLifetime
 */
export interface IHostLifetime {
  /** The start waits for this. */
  waitForStart(signal: AbortSignal): Promise<void>;
  /** The last thing of a stop. */
  stop(signal: AbortSignal): Promise<void>;
}

export const IHostLifetime: ServiceToken<IHostLifetime> = serviceToken('IHostLifetime');

/** A lifetime that does nothing: for hosts inside another program, and for tests. */
export class NullLifetime implements IHostLifetime {
  async waitForStart(): Promise<void> {}
  async stop(): Promise<void> {}
}

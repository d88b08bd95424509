import { inject } from '../../hosting/dependency-injection/index.js';
import { IHostApplicationLifetime } from '../../hosting/host-application-lifetime.js';
import type { IHostedService } from '../../hosting/hosted-service.js';

/** Stops the application when its standard input ends: that is how a child process notices that its parent is gone, however that went. */
export class StopWithParent implements IHostedService {
  readonly #onEnd = (): void => this.lifetime.stopApplication();

  constructor(@inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime) {}

  async start(): Promise<void> {
    process.stdin.once('end', this.#onEnd).once('error', this.#onEnd).resume();
  }

  async stop(): Promise<void> {
    process.stdin.off('end', this.#onEnd).off('error', this.#onEnd).destroy();
  }
}

import { defineCommand } from '../../../backchannel/apphost/index.js';
import { BackgroundService } from '../../../hosting/background-service.js';
import { inject } from '../../../hosting/dependency-injection/index.js';
import { IHealthReporter } from '../../../hosting/diagnostics/index.js';
import { ILogger } from '../../../hosting/logging/index.js';
import { delay, TimeProvider } from '../../../hosting/time/index.js';
import { runDemoAppHost } from '../run-demo-app-host.js';

/** Takes orders, one after the other. */
class Orders extends BackgroundService {
  #accepted = 0;

  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    for (;;) {
      await delay(1_500, { timeProvider: this.timeProvider, signal });
      this.place();
    }
  }

  /** Accepts one more order, and tells its number. */
  place(): number {
    this.logger.information('Order {Order} accepted', ++this.#accepted);
    return this.#accepted;
  }
}

/** Loses its provider now and then, says so, and recovers. */
class Payments extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(IHealthReporter) private readonly health: IHealthReporter,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    const { timeProvider } = this;
    for (;;) {
      await delay(4_000, { timeProvider, signal });
      this.health.report('degraded', 'The payment provider answers slowly.');
      await delay(1_500, { timeProvider, signal });
      this.logger.error(new Error('connection reset'), 'The payment provider is gone');
      this.health.report('unhealthy', 'The payment provider does not answer.');
      await delay(2_500, { timeProvider, signal });
      this.logger.information('The payment provider is back');
      this.health.report('healthy');
    }
  }
}

/** Writes the invoices of the day, and is done. */
class Invoices extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    for (let invoice = 1; invoice <= 5; invoice++) {
      await delay(1_200, { timeProvider: this.timeProvider, signal });
      this.logger.information('Invoice {Invoice} of 5 written', invoice);
    }
  }
}

/** `aspire resource Orders place -- --count 3` */
const place = defineCommand({
  name: 'place',
  description: 'Places orders',
  arguments: { count: { type: 'number', default: 1, description: 'How many.' } },
  validate: ({ count }) => ({ count: Number.isInteger(count) && count >= 1 && count <= 100 ? undefined : 'A whole number from 1 to 100.' }),
  execute: ({ arguments: { count }, services }) => {
    const orders = services.getRequiredService(Orders);
    const placed = Array.from({ length: count }, () => orders.place());
    return { message: `${count} placed.`, value: JSON.stringify({ placed }), format: 'json' };
  },
});

process.exitCode = await runDemoAppHost(import.meta.url, [[Orders, { commands: [place] }], Payments, Invoices]);

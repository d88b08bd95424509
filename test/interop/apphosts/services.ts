// Hosted services as resources: the command line stops and starts one of them while the process, and the others, go on.
import { homedir } from 'node:os';
import { BackgroundService, delay, type IHostedService, IHealthReporter, ILogger, inject, runHost } from 'hostward';
import { addAppHost, configureResource, defineCommand } from 'hostward/apphost';

/** Counts its starts in the log. */
class Api implements IHostedService {
  #starts = 0;

  constructor(@inject(ILogger) private readonly logger: ILogger) {}

  async start(): Promise<void> {
    this.logger.information('start {Number}', ++this.#starts);
  }

  async stop(): Promise<void> {
    this.logger.information('stop {Number}', this.#starts);
  }
}

class Worker extends BackgroundService {
  constructor(
    @inject(ILogger) private readonly logger: ILogger,
    @inject(IHealthReporter) private readonly health: IHealthReporter,
  ) {
    super();
  }

  protected async execute(signal: AbortSignal): Promise<void> {
    this.health.report('healthy', 'at work');
    for (let job = 1; ; job++) {
      this.logger.information('job {Job} of {Kind}', job, job % 2 === 0 ? 'even' : 'odd');
      await delay(100, { signal });
    }
  }
}

/** Cannot be started again. */
class Once implements IHostedService {
  #isUsed = false;

  async start(): Promise<void> {
    if (this.#isUsed) throw new Error('it was used up');
    this.#isUsed = true;
  }

  async stop(): Promise<void> {}
}

const greet = defineCommand({
  name: 'greet',
  description: 'Greets somebody',
  arguments: { name: { type: 'text', required: true }, times: { type: 'number', default: 1 } },
  validate: ({ times }) => (times > 3 ? { times: 'Three times are enough.' } : undefined),
  execute: ({ arguments: { name, times }, logger }) => {
    logger.information('greeting {Name}', name);
    return { value: Array.from({ length: times }, () => `hello ${name}`).join('\n') };
  },
});

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: import.meta.filename, homeDirectory: homedir() });
  builder.services.addHostedService(Api).addHostedService(Worker).addHostedService(Once);
  configureResource(builder.services, Api, { displayName: 'api', urls: [{ url: 'http://localhost:8080/' }] });
  configureResource(builder.services, Worker, {
    commands: [
      greet,
      {
        name: 'slow',
        execute: async ({ signal, logger }) => {
          logger.information('slow began');
          signal.addEventListener('abort', () => logger.information('slow was cancelled'));
          await delay(60_000, { signal });
        },
      },
    ],
    mcpTools: [{ name: 'count', call: ({ word }) => `${String(word).length} characters` }],
  });
});

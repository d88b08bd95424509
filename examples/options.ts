// run: --Mail:retries 5
// env: Mail__server=smtp.example.org
// expect: smtp.example.org, 5 retries, to ada@example.org
// expect: after a change: 7 retries
// expect: Mail:retries: expected number, but found 'many' (MemoryConfigurationProvider)
// Options with a schema: their type, where their values come from, what a change of the configuration does, and what a wrong value does to the start.
import { Host, type IHostedService, IHostApplicationLifetime, inject, type IOptionsMonitor, type OptionsOf, optionsOf, OptionsValidationError } from 'hostward';
import { z } from 'zod';

const MailOptions = optionsOf(
  'Mail',
  z.object({ server: z.string(), retries: z.number().int().default(3), recipients: z.array(z.string()).min(1), password: z.string().optional() }),
  { errorOnUnknownConfiguration: true },
);
type MailOptions = OptionsOf<typeof MailOptions>;

class Mailer implements IHostedService {
  constructor(
    @inject(MailOptions.monitor) private readonly options: IOptionsMonitor<MailOptions>,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
  ) {}

  async start(): Promise<void> {
    const { server, retries, recipients } = this.options.currentValue;
    console.log(`${server}, ${retries} retries, to ${recipients.join(', ')}`);
    this.lifetime.onStarted(() => this.lifetime.stopApplication());
  }

  async stop(): Promise<void> {}
}

function createBuilder(args: string[]) {
  const builder = Host.createApplicationBuilder({ args });
  builder.logging.clearProviders();
  builder.services
    .configure(MailOptions, builder.configuration.getSection('Mail'))
    .configure(options => void (options.recipients ??= ['ada@example.org']))
    .validate(({ server }) => server.includes('.'), 'The server has to be a full name.')
    .validateOnStart();
  builder.services.addHostedService(Mailer);
  return builder;
}

const builder = createBuilder(process.argv.slice(2));
const host = builder.build();
const monitor = host.services.getRequiredService(MailOptions.monitor);
monitor.onChange(({ retries }) => console.log(`after a change: ${retries} retries`));
await host.start();
builder.configuration.addInMemoryCollection({ 'Mail:retries': '7' });
await host.stop();
await host[Symbol.asyncDispose]();

const wrong = createBuilder([]);
wrong.configuration.addInMemoryCollection({ 'Mail:retries': 'many' });
await using failing = wrong.build();
try {
  await failing.start();
} catch (error) {
  if (!(error instanceof OptionsValidationError)) throw error;
  for (const failure of error.failures) console.log(failure);
}

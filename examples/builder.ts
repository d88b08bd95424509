// run: --Mail:retries 5
// env: Mail__server=smtp.example.org
// env: DOTNET_ENVIRONMENT=Development
// expect: dbug: MailPump[0]
// expect: smtp.example.org, 5 retries
// expect: would send to ada@example.org: Your invoice
// expect: would send to grace@example.org: Open on Sunday
// Everything that a builder has: configuration, options with a schema, services with keys and scopes, filters of the log, and the finished container.
import {
  BackgroundService,
  Host,
  IHostApplicationLifetime,
  ILogger,
  inject,
  type IOptionsMonitor,
  IServiceScopeFactory,
  type OptionsOf,
  optionsOf,
  type ServiceToken,
  serviceToken,
} from 'hostward';
import { z } from 'zod';

const MailOptions = optionsOf('Mail', z.object({ server: z.string(), retries: z.number().int().default(3), password: z.string().optional() }));
type MailOptions = OptionsOf<typeof MailOptions>;

interface IMailer {
  send(to: string, subject: string): Promise<void>;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');

class SmtpMailer implements IMailer {
  async send(): Promise<void> {
    throw new Error('There is no mail server here.');
  }
}

class FakeMailer implements IMailer {
  async send(to: string, subject: string): Promise<void> {
    console.log(`would send to ${to}: ${subject}`);
  }
}

interface IQueue {
  take(): { to: string; subject: string } | undefined;
}
const IQueue: ServiceToken<IQueue> = serviceToken('IQueue');

class OutboxQueue implements IQueue {
  readonly #mails = [
    { to: 'ada@example.org', subject: 'Your invoice' },
    { to: 'grace@example.org', subject: 'Open on Sunday' },
  ];

  take(): { to: string; subject: string } | undefined {
    return this.#mails.shift();
  }
}

class MailPump extends BackgroundService {
  constructor(
    @inject(IMailer) private readonly mailer: IMailer,
    @inject(MailOptions.monitor) private readonly options: IOptionsMonitor<MailOptions>,
    @inject(IServiceScopeFactory) private readonly scopes: IServiceScopeFactory,
    @inject(ILogger) private readonly logger: ILogger,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
  ) {
    super();
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    const { server, retries } = this.options.currentValue;
    this.logger.debug('{Server}, {Retries} retries', server, retries);
    await using scope = this.scopes.createScope();
    const outbox = scope.services.getRequiredKeyedService(IQueue, 'outbox');
    for (let mail = outbox.take(); mail && !stopping.aborted; mail = outbox.take()) await this.mailer.send(mail.to, mail.subject);
    this.lifetime.stopApplication();
  }
}

const builder = Host.createApplicationBuilder({ args: process.argv.slice(2) });
builder.configuration.addJsonFile('mail.json', { optional: true, reloadOnChange: true });
builder.services.configure(MailOptions, builder.configuration.getSection('Mail')).validateOnStart();
builder.services.addSingleton(IMailer, SmtpMailer);
builder.services.addKeyedScoped(IQueue, 'outbox', OutboxQueue);
builder.services.addHostedService(MailPump);
builder.logging.addFilter('MailPump', 'debug');
builder.configureContainer(container => container.rebind(IMailer).to(FakeMailer));

await using host = builder.build();
await host.run();

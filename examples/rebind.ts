// env: DRY_RUN=1
// expect: would send to ada@example.org: Your invoice
// Replaces a service in the finished inversify container, without touching its registration.
import { type IHostedService, IHostApplicationLifetime, inject, runHost, type ServiceToken, serviceToken } from 'hostward';

interface IMailer {
  send(to: string, subject: string): Promise<void>;
}
const IMailer: ServiceToken<IMailer> = serviceToken('IMailer');

class SmtpMailer implements IMailer {
  async send(): Promise<void> {
    throw new Error('There is no mail server here.');
  }
}

class DryRunMailer implements IMailer {
  async send(to: string, subject: string): Promise<void> {
    console.log(`would send to ${to}: ${subject}`);
  }
}

class Invoices implements IHostedService {
  constructor(
    @inject(IMailer) private readonly mailer: IMailer,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
  ) {}

  async start(): Promise<void> {
    await this.mailer.send('ada@example.org', 'Your invoice');
    this.lifetime.onStarted(() => this.lifetime.stopApplication());
  }

  async stop(): Promise<void> {}
}

process.exitCode = await runHost(builder => {
  builder.services.addSingleton(IMailer, SmtpMailer).addHostedService(Invoices);
  if (process.env.DRY_RUN) builder.configureContainer(container => container.rebind(IMailer).to(DryRunMailer));
});

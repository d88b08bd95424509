// expect: mail 1: Your invoice -> smtp://mail.example.org
// expect: mail 2: Open on Sunday -> smtp://mail.example.org
// expect: text 1: Open on Sunday -> https://text.example.org
// One class under two keys: each channel has a sender with its own address, and a counter that is made for whatever key is asked for.
import { all, anyKey, fromKeyed, IHostApplicationLifetime, type IHostedService, inject, runHost, serviceKey, type ServiceToken, serviceToken } from 'hostward';

const IAddress: ServiceToken<string> = serviceToken('IAddress');

class Counter {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

class Sender {
  constructor(
    @serviceKey(String) private readonly channel: string,
    @inject(IAddress) @fromKeyed() private readonly address: string,
    @inject(Counter) @fromKeyed() private readonly counter: Counter,
  ) {}

  send(text: string): void {
    console.log(`${this.channel} ${this.counter.next()}: ${text} -> ${this.address}`);
  }
}

class Campaign implements IHostedService {
  constructor(
    @inject(Sender) @fromKeyed('mail') private readonly mail: Sender,
    @all(Sender) @fromKeyed(anyKey) private readonly senders: readonly Sender[],
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
  ) {}

  async start(): Promise<void> {
    this.mail.send('Your invoice');
    for (const sender of this.senders) sender.send('Open on Sunday');
    this.lifetime.onStarted(() => this.lifetime.stopApplication());
  }

  async stop(): Promise<void> {}
}

process.exitCode = await runHost(builder =>
  builder.services
    .addKeyedSingleton(IAddress, 'mail', 'smtp://mail.example.org')
    .addKeyedSingleton(IAddress, 'text', 'https://text.example.org')
    .addKeyedSingleton(Sender, 'mail')
    .addKeyedSingleton(Sender, 'text')
    .addKeyedSingleton(Counter, anyKey)
    .addHostedService(Campaign),
);

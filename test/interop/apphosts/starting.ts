// An AppHost that does not get past the start of a service, until it is stopped.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { delay, type IHostedService, runHost } from 'hostward';
import { addAppHost } from 'hostward/apphost';

class Endless implements IHostedService {
  async start(signal: AbortSignal): Promise<void> {
    await delay(60_000, { signal });
  }

  async stop(): Promise<void> {}
}

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: join(homedir(), 'MyApp/MyApp.AppHost/MyApp.AppHost.csproj'), version: '13.5.2' });
  builder.services.addHostedService(Endless);
});

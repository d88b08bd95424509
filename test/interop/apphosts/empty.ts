// An AppHost without a resource.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runHost } from 'hostward';
import { addAppHost } from 'hostward/apphost';

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: join(homedir(), 'MyApp/MyApp.AppHost/MyApp.AppHost.csproj'), version: '13.5.2' });
});

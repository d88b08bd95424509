// expect: migrate: 3 tables made
// expect: web: listening
// expect: web: ping
// expect: queue: Running, 2 messages
// signal: SIGTERM after "queue: Running, 2 messages"
// expect: web: [sys] The process and all that it had started have ended
// An AppHost with resources of its own: a job that comes first, a server that waits for its end, and a queue of which only this program knows.
import { all, BackgroundService, delay, runHost, TimeProvider } from 'hostward';
import { addAppHost, addExecutable, addResource, AppHostResource, type ResourceContext } from 'hostward/apphost';

const server = `
  const server = require('node:http').createServer((request, response) => { console.log('ping'); response.end('pong'); });
  server.listen(0, '127.0.0.1', () => { console.log('listening'); setInterval(() => fetch('http://127.0.0.1:' + server.address().port), 200); });
  process.once('SIGTERM', () => { server.close().closeAllConnections(); process.exit(); });
`;

/** Prints what stands in the logs of all resources, and what comes. */
class Printer extends BackgroundService {
  constructor(@all(AppHostResource) private readonly resources: readonly AppHostResource[]) {
    super();
  }

  protected async execute(): Promise<void> {
    for (const { displayName, log } of this.resources) log.onLine(({ text }) => console.log(`${displayName}: ${text}`));
  }
}

async function watchQueue({ resource, services, stopping }: ResourceContext): Promise<void> {
  const timeProvider = services.getRequiredService(TimeProvider);
  const watch = async () => {
    for (let size = 0; ; size++) {
      resource.update({ properties: { size }, health: size < 100 ? 'healthy' : 'degraded' });
      console.log(`queue: ${resource.facts.state}, ${size} messages`);
      await delay(1000, { timeProvider, signal: stopping });
    }
  };
  watch().catch((error: unknown) => {
    if (!stopping.aborted) resource.update({ state: 'Exited', exitCode: 1, properties: { reason: String(error) } });
  });
}

process.exitCode = await runHost(builder => {
  addAppHost(builder.services, { appHostPath: import.meta.filename });
  builder.services.addHostedService(Printer);
  addExecutable(builder.services, 'migrate', 'sh', { args: ['-c', 'sleep 0.5; echo 3 tables made'] });
  addExecutable(builder.services, 'web', process.execPath, {
    args: ['-e', server],
    environment: { NODE_ENV: 'production' },
    waitForCompletion: ['migrate'],
    restartPolicy: { when: 'onFailure' },
  });
  addResource(builder.services, 'queue', { resourceType: 'Queue', start: watchQueue, waitFor: ['web'] });
});

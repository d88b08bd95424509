// node --expose-gc BUNDLE HOME: an AppHost below that home directory with five resources; tells its parent where it listens, and then its memory.
import { BackgroundService, Host } from 'hostward';
import { addAppHost, addResource, AppHostBackchannel, configureResource } from 'hostward/apphost';
import { tellMemory } from './tell-memory.mjs';

const [homeDirectory] = process.argv.slice(2);

class Service extends BackgroundService {
  async execute(signal) {
    await new Promise(resolve => signal.addEventListener('abort', resolve));
  }
}
class Orders extends Service {}
class Payments extends Service {}
class Invoices extends Service {}

const builder = Host.createApplicationBuilder();
builder.logging.clearProviders();
addAppHost(builder.services, { appHostPath: '/srv/shop/apphost.mjs', homeDirectory, isRequired: true, limits: { maxClients: 2_000 } });
for (const type of [Orders, Payments, Invoices]) builder.services.addHostedService(type);
configureResource(builder.services, Orders, { urls: [{ url: 'http://localhost:8080' }], relationships: [{ resourceName: 'queue', type: 'Reference' }] });
addResource(builder.services, 'queue', { resourceType: 'Queue', properties: { region: 'eu', partitions: [1, 2, 3] } });
addResource(builder.services, 'store', { resourceType: 'Store', start: async () => undefined });
const host = builder.build();
tellMemory();
// No await: the bundle is CommonJS.
host.start().then(() => process.send(host.services.getRequiredService(AppHostBackchannel).socketPath));

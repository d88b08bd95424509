import { type HostOptions, type IHostedService, type ServiceCollection, type ServiceToken, serviceToken } from 'hostward';
import { createTestHost } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

const trace: string[] = [];
beforeEach(() => void trace.splice(0));

abstract class Service implements IHostedService {
  readonly startAfter: readonly ServiceToken<unknown>[] | undefined;

  async start(): Promise<void> {
    trace.push(`${this.constructor.name} starts`);
  }

  async stop(): Promise<void> {
    trace.push(`${this.constructor.name} stops`);
  }
}
const ICache: ServiceToken<Cache> = serviceToken('ICache');
class Database extends Service {}
class Cache extends Service {
  override readonly startAfter = [Database];
}
class Api extends Service {
  override readonly startAfter = [ICache, Database];
}
class Clock extends Service {}

async function order(register: (services: ServiceCollection) => unknown, startOrder: HostOptions['startOrder'] = 'dependencies'): Promise<string[]> {
  await using host = createTestHost(builder => {
    builder.configureHostOptions(options => void (options.startOrder = startOrder));
    register(builder.services);
  });
  await host.start();
  await host.stop();
  return trace;
}

const backwards = (services: ServiceCollection) =>
  services
    .addHostedService(Api)
    .addHostedService(Clock)
    .addHostedService(Cache, { as: [ICache] })
    .addHostedService(Database);

describe('hosted services that say after which others they start', () => {
  it('start so, and stop in reverse; the others stay where they are', async () => {
    expect(await order(backwards)).toEqual([
      ...['Database', 'Cache', 'Api', 'Clock'].map(name => `${name} starts`),
      ...['Clock', 'Api', 'Cache', 'Database'].map(name => `${name} stops`),
    ]);
  });

  it('start in the order of their registration unless the host is told otherwise', async () => {
    expect((await order(backwards, 'registration')).slice(0, 4)).toEqual(['Api', 'Clock', 'Cache', 'Database'].map(name => `${name} starts`));
  });

  it('are not moved where their order is right already', async () => {
    const names = ['Clock', 'Database', 'Cache', 'Api'];
    const register = (services: ServiceCollection) =>
      services
        .addHostedService(Clock)
        .addHostedService(Database)
        .addHostedService(Cache, { as: [ICache] })
        .addHostedService(Api);
    expect((await order(register)).slice(0, 4)).toEqual(names.map(name => `${name} starts`));
  });

  it('fail the start when they wait for one another, and none has started', async () => {
    class Hen extends Service {
      override readonly startAfter = [Egg];
    }
    class Egg extends Service {
      override readonly startAfter: readonly ServiceToken<unknown>[] = [Hen];
    }
    await expect(order(services => services.addHostedService(Database).addHostedService(Hen).addHostedService(Egg))).rejects.toThrow(
      'Hosted services wait for one another to start: Hen -> Egg -> Hen.',
    );
    expect(trace).toEqual([]);
  });

  it('fail the start when one that they wait for is no hosted service', async () => {
    await expect(order(services => services.addHostedService(Cache).addSingleton(Database))).rejects.toThrow(
      'Cache is to start after Database, but no other hosted service is one.',
    );
  });
});

import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  addHealthEndpoint,
  BackgroundService,
  HealthEndpoint,
  IHealthReporter,
  IHostApplicationLifetime,
  type IHostedService,
  inject,
  TimeProvider,
} from 'hostward';
import { createTestHost, FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

function ask(port: number, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, path, method, agent: false }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode, body }));
    })
      .once('error', reject)
      .end();
  });
}

class Slow implements IHostedService {
  static begun: () => void = () => undefined;
  static go: Promise<void> = Promise.resolve();

  async start(): Promise<void> {
    Slow.begun();
    await Slow.go;
  }

  async stop(): Promise<void> {}
}

class Worker extends BackgroundService {
  constructor(@inject(IHealthReporter) readonly health: IHealthReporter) {
    super();
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    return new Promise(resolve => stopping.addEventListener('abort', () => resolve()));
  }
}

function open(shutdownDelay = 0) {
  const time = new FakeTimeProvider();
  const host = createTestHost(builder => {
    addHealthEndpoint(builder.services, { port: 0, host: '127.0.0.1' });
    builder.configureHostOptions(options => (options.shutdownDelay = shutdownDelay));
    builder.services
      .addSingleton(TimeProvider, time)
      .addHostedService(Slow)
      .addHostedService(Worker, { as: [Worker] });
  });
  const endpoint = host.services.getRequiredService(HealthEndpoint);
  const probes = async () => Promise.all(['/livez', '/startupz', '/readyz'].map(async path => (await ask(endpoint.port!, path)).status));
  return { host, endpoint, probes, time };
}

beforeEach(() => {
  Slow.begun = () => undefined;
  Slow.go = Promise.resolve();
});

describe('the health endpoint', () => {
  it('says that the program lives, and no more, while it starts', async () => {
    const { host, probes } = open();
    await using _host = host;
    let go!: () => void;
    Slow.go = new Promise(resolve => (go = resolve));
    const begun = new Promise<void>(resolve => (Slow.begun = resolve));
    const started = host.start();
    await begun;
    expect(await probes()).toEqual([200, 503, 503]);
    go();
    await started;
    expect(await probes()).toEqual([200, 200, 200]);
  });

  it('says how each service is', async () => {
    const { host, endpoint } = open();
    await using _host = host;
    await host.start();
    host.services.getRequiredService(Worker).health.report('degraded');
    const { status, body } = await ask(endpoint.port!, '/readyz?verbose');
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        status: 'up',
        health: 'degraded',
        services: [
          { name: 'HealthEndpoint', status: 'running', health: 'healthy' },
          { name: 'Slow', status: 'running', health: 'healthy' },
          { name: 'Worker', status: 'degraded', health: 'degraded' },
        ],
      },
    ]);
  });

  it('says that the program is not ready while a service is unhealthy', async () => {
    const { host, probes } = open();
    await using _host = host;
    await host.start();
    const { health } = host.services.getRequiredService(Worker);
    health.report('unhealthy', 'no database');
    expect(await probes()).toEqual([200, 200, 503]);
    health.report('healthy');
    expect(await probes()).toEqual([200, 200, 200]);
  });

  it('says for a while that the program is not ready before it stops, and then answers no more', async () => {
    const { host, endpoint, probes, time } = open(10_000);
    await using _host = host;
    await host.start();
    const { port } = endpoint;
    const ended = host.host.waitForShutdown();
    host.services.getRequiredService(IHostApplicationLifetime).stopApplication();
    await time.advanceAsync(9_999);
    expect([await probes(), host.services.getRequiredService(Worker).executeTask]).toEqual([[200, 200, 503], expect.any(Promise)]);
    expect(host.host.timeline.entries.some(({ phase }) => phase === 'stop')).toBe(false);
    await time.advanceAsync(1);
    await ended;
    expect(endpoint.port).toBeUndefined();
    await expect(ask(port!, '/livez')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('answers to what it knows, and to questions only', async () => {
    const { host, endpoint } = open();
    await using _host = host;
    await host.start();
    const status = async (path: string, method?: string) => (await ask(endpoint.port!, path, method)).status;
    expect([await status('/'), await status('/constructor'), await status('/livez', 'POST'), await status('/livez', 'HEAD')]).toEqual([404, 404, 405, 200]);
  });

  it('fails the start when the port is taken, and says so', async () => {
    const other = createServer();
    await new Promise<void>(resolve => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const host = createTestHost(builder => addHealthEndpoint(builder.services, { port, host: '127.0.0.1' }));
      await expect(host.start()).rejects.toMatchObject({
        code: 'ERR_HEALTH_ENDPOINT',
        message: expect.stringMatching(`^The health endpoint cannot listen on port ${port} of 127\\.0\\.0\\.1: listen EADDRINUSE`),
        cause: { code: 'EADDRINUSE' },
      });
    } finally {
      await new Promise(resolve => other.close(resolve));
    }
  });

  it.each([-1, 65_536, 80.5, NaN, '80'])('has no port %p', port => {
    expect(() => createTestHost(builder => addHealthEndpoint(builder.services, { port: port as number }))).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', paramName: 'port' }) as Error,
    );
  });
});

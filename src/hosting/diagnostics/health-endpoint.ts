import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject, type ServiceCollection, type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import { type IHostedLifecycleService, IHostedService } from '../hosted-service.js';
import { ILogger } from '../logging/index.js';
import { ArgumentOutOfRangeError, HostwardError, toError } from '../primitives/index.js';
import { IHostHealth } from './host-health.js';

/** Options of {@link addHealthEndpoint}. */
export interface HealthEndpointOptions {
  /** 0 to 65535; 0 takes any that is free. */
  readonly port: number;
  /** The address to listen on. Default: all of them, since whoever probes is outside. */
  readonly host?: string;
}

export const HealthEndpointOptions: ServiceToken<HealthEndpointOptions> = serviceToken('HealthEndpointOptions');

/** A probe has so long to ask, and a connection so long to be used again. Milliseconds. */
const patience = 5_000;
/** Probes come one by one. */
const maxConnections = 64;

/**
 * Answers probes over HTTP from before the first service starts until after the last has stopped: `/startupz`, `/readyz` and `/livez` are `isStarted`,
 * `isReady` and `isLive` of {@link IHostHealth}. 200 or 503, with the health of the whole and of each service as JSON; what they report beyond that stays
 * inside, because whoever asks is outside.
 *
 * Differs from .NET: an addition.
 */
export class HealthEndpoint implements IHostedLifecycleService, Disposable {
  #server: Server | undefined;

  constructor(
    @inject(HealthEndpointOptions) private readonly options: HealthEndpointOptions,
    @inject(IHostHealth) private readonly health: IHostHealth,
    @inject(ILogger) private readonly logger: ILogger,
  ) {}

  /** The port on which it listens; undefined before and after. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** @throws HostwardError (`ERR_HEALTH_ENDPOINT`) when it cannot listen */
  async starting(): Promise<void> {
    if (this.#server) return;
    const { createServer } = await import('node:http');
    const server = createServer({ requestTimeout: patience, headersTimeout: patience, keepAliveTimeout: patience }, (request, response) =>
      this.#answer(request, response),
    );
    server.maxConnections = maxConnections;
    await this.#listen(server);
    this.#server = server;
    this.logger.information('The health endpoint listens on port {Port}', this.port);
  }

  async start(): Promise<void> {}
  async started(): Promise<void> {}
  async stopping(): Promise<void> {}
  async stop(): Promise<void> {}

  async stopped(): Promise<void> {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  #listen(server: Server): Promise<void> {
    const { port, host } = this.options;
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => {
        const message = `The health endpoint cannot listen on port ${port}${host ? ` of ${host}` : ''}: ${toError(cause).message}. Choose another port, or 0 for any that is free.`;
        reject(new HostwardError('ERR_HEALTH_ENDPOINT', message, { cause }));
      };
      server.once('error', onError).listen({ port, host }, () => {
        server.off('error', onError).on('error', error => this.logger.warning(error, 'The health endpoint'));
        resolve();
      });
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path] = (request.url ?? '').split('?');
    const isUp = this.#states()[path ?? ''];
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    if (isUp === undefined) return void response.writeHead(404).end();
    const body = JSON.stringify({
      status: isUp ? 'up' : 'down',
      health: this.health.status,
      services: this.health.services.map(({ name, status, health }) => ({ name, status, health: health.status })),
    });
    response.writeHead(isUp ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
  }

  #states(): Record<string, boolean | undefined> {
    const { isLive, isStarted, isReady } = this.health;
    return { '/livez': isLive, '/startupz': isStarted, '/readyz': isReady };
  }
}

/**
 * Adds a {@link HealthEndpoint}. With `HostOptions.shutdownDelay` the program is not ready for a while before it stops, so that nobody sends it work any more.
 *
 * @throws ArgumentOutOfRangeError (`port`)
 */
export function addHealthEndpoint(services: ServiceCollection, options: HealthEndpointOptions): ServiceCollection {
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535)
    throw new ArgumentOutOfRangeError('port', options.port, 'a port: 0 to 65535');
  return services.addSingleton(HealthEndpointOptions, options).tryAddSingleton(HealthEndpoint).addAlias(IHostedService, HealthEndpoint);
}

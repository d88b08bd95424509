import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { inject } from '../../hosting/dependency-injection/index.js';
import { IHostHealth } from '../../hosting/diagnostics/index.js';
import { IHostApplicationLifetime } from '../../hosting/host-application-lifetime.js';
import type { IHostedService } from '../../hosting/hosted-service.js';
import { ILogger } from '../../hosting/logging/index.js';
import { disposeAll, errorCodeOf } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan, type ITimer, TimeProvider } from '../../hosting/time/index.js';
import { hostwardVersion } from '../../version.js';
import {
  assertSocketPathFits,
  backchannelDirectories,
  computeAppHostId,
  createInstanceId,
  formatSocketName,
  IProcessTable,
  parseSocketName,
  resolveSymlinks,
} from '../naming/index.js';
import { IFileSystem, ISocketFactory, type ISocketListener } from '../platform/index.js';
import { type RpcMethods, type RpcSession, serveRpc } from '../rpc/index.js';
import { describeAppHost } from './app-host-identity.js';
import { appHostMethods } from './app-host-methods.js';
import { AppHostOptions } from './app-host-options.js';
import { ResourceLogs } from './resource-logs.js';
import { ResourceModel } from './resource-model.js';

/** Between the answer to a stop request and the stop. Milliseconds. */
const stopDelay = 500;
/** How many names are tried when another instance took the one that was drawn. */
const nameAttempts = 5;

/**
 * Makes this process an AppHost that every `aspire` CLI and every monitor of this user finds: listens on a socket in the user's private directory and
 * answers for the hosted services of the host.
 *
 * @see Aspire.Hosting.Backchannel.AuxiliaryBackchannelService
 */
export class AppHostBackchannel implements IHostedService, AsyncDisposable {
  readonly #sessions = new Set<RpcSession>();
  #listener: ISocketListener | undefined;
  #stopTimer: ITimer | undefined;

  constructor(
    @inject(AppHostOptions) private readonly options: AppHostOptions,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(ISocketFactory) private readonly sockets: ISocketFactory,
    @inject(IFileSystem) private readonly files: IFileSystem,
    @inject(IProcessTable) private readonly processes: IProcessTable,
    @inject(IHostHealth) private readonly health: IHostHealth,
    @inject(IHostApplicationLifetime) private readonly lifetime: IHostApplicationLifetime,
    @inject(ResourceLogs) private readonly logs: ResourceLogs,
    @inject(ILogger) private readonly logger: ILogger,
  ) {}

  /** The path of the socket while the AppHost can be found. */
  get socketPath(): string | undefined {
    return this.#listener?.path;
  }

  async start(): Promise<void> {
    try {
      this.#listener = await this.#listen();
      this.logger.debug('Auxiliary backchannel listening on {SocketPath}', this.#listener.path);
    } catch (error) {
      if (this.options.isRequired) throw error;
      this.logger.error(error, 'The auxiliary backchannel is not available: this application runs, but no aspire CLI finds it');
    }
  }

  /** Takes the socket away and ends every session. */
  async stop(): Promise<void> {
    this.#stopTimer?.[Symbol.dispose]();
    const listener = this.#listener;
    this.#listener = undefined;
    await disposeAll([...this.#sessions, ...(listener ? [listener] : [])]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #listen(): Promise<ISocketListener> {
    const { appHostPath, homeDirectory = homedir() } = this.options;
    const { current } = backchannelDirectories(homeDirectory);
    const appHostId = await computeAppHostId(resolveSymlinks(appHostPath));
    assertSocketPathFits(join(current, formatSocketName(appHostId, createInstanceId(), process.pid)));
    await this.files.ensurePrivateDirectory(current);
    await this.#removeOrphans(current, appHostId);
    const methods = this.#methods();
    for (let attempt = 1; ; attempt++) {
      const path = join(current, formatSocketName(appHostId, createInstanceId(), process.pid));
      try {
        return await this.sockets.listen(path, stream => this.#serve(stream, methods));
      } catch (error) {
        if (errorCodeOf(error) !== 'EADDRINUSE' || attempt === nameAttempts) throw error;
      }
    }
  }

  /** What earlier instances of the same application left behind: sockets of ours whose process is gone, and nothing else. */
  async #removeOrphans(directory: string, appHostId: string): Promise<void> {
    for (const name of await this.files.list(directory)) {
      const parsed = parseSocketName(name);
      if (parsed?.appHostId !== appHostId || parsed.processId === undefined || this.processes.isAlive(parsed.processId)) continue;
      const path = join(directory, name);
      try {
        const facts = await this.files.inspect(path);
        if (facts?.isSocket && facts.isOurs) await this.files.remove(path);
      } catch (error) {
        this.logger.debug(error, 'The orphaned socket {SocketPath} could not be removed', path);
      }
    }
  }

  #methods(): RpcMethods {
    const { options, health, logs, processes, timeProvider } = this;
    const isInternal = (service: object) => service === this || (options.internalServices ?? []).some(type => service instanceof type);
    return appHostMethods({
      information: describeAppHost(options.appHostPath, processes),
      version: options.version ?? hostwardVersion,
      model: new ResourceModel(health, isInternal, options.appHostPath),
      logs,
      timeProvider,
      stop: () => {
        this.#stopTimer ??= timeProvider.createTimer(() => this.lifetime.stopApplication(), undefined, stopDelay, infiniteTimeSpan);
      },
    });
  }

  #serve(stream: Duplex, methods: RpcMethods): void {
    const session = serveRpc(stream, methods, { timeProvider: this.timeProvider });
    this.#sessions.add(session);
    void session.closed.then(reason => {
      this.#sessions.delete(session);
      if (reason) this.logger.debug(reason, 'A client was disconnected');
    });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IAuxiliaryBackchannelMonitor } from '../../backchannel/monitor/index.js';
import { inject, type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import type { IHostedService } from '../../hosting/hosted-service.js';
import { ILogger } from '../../hosting/logging/index.js';
import { DeadlineExceededError, Deferred, markHandled } from '../../hosting/primitives/index.js';
import { TimeProvider, withDeadline } from '../../hosting/time/index.js';

/** How long an AppHost may take to stop before it is killed. Milliseconds. */
const stopLimit = 5_000;

/** The programs of the demo. */
export const DemoScripts: ServiceToken<readonly URL[]> = serviceToken('DemoScripts');

/** The AppHosts of the demo: child processes that end with this service, and with this process however it ends. */
export class DemoAppHosts implements IHostedService {
  readonly #children = new Set<ChildProcess>();
  readonly #failed = new Deferred<never>();
  readonly #onProcessExit = (): void => this.#killAll();

  constructor(
    @inject(DemoScripts) private readonly scripts: readonly URL[],
    @inject(ILogger) private readonly logger: ILogger,
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(IAuxiliaryBackchannelMonitor) private readonly monitor: IAuxiliaryBackchannelMonitor,
  ) {}

  /** Rejects when an AppHost ends with an error of its own. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  async start(): Promise<void> {
    markHandled(this.#failed.promise);
    // The way out when this process is made to exit at once; the children also end by themselves when their standard input does.
    process.once('exit', this.#onProcessExit);
    for (const script of this.scripts) this.#spawn(script);
  }

  async stop(): Promise<void> {
    const children = [...this.#children];
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(children.map(child => this.#waitForExit(child)));
    process.off('exit', this.#onProcessExit);
  }

  #spawn(script: URL): void {
    const child = spawn(process.execPath, [fileURLToPath(script)], { stdio: ['pipe', 'ignore', 'inherit'] });
    // The child never reads; that it can end before us is no failure of ours.
    child.stdin?.on('error', () => undefined);
    this.#children.add(child);
    child.once('error', error => this.#onExit(child, `could not be started: ${error.message}`));
    // One that is ended by a signal, or ends in order, was told so by somebody.
    child.once('exit', code => this.#onExit(child, code ? `ended with exit code ${code}` : undefined));
  }

  #onExit(child: ChildProcess, failure: string | undefined): void {
    this.#children.delete(child);
    if (failure !== undefined) this.#failed.reject(new Error(`The AppHost ${nameOf(child)} ${failure}.`));
  }

  async #waitForExit(child: ChildProcess): Promise<void> {
    if (!this.#children.has(child)) return;
    try {
      await withDeadline(`the stop of process ${child.pid}`, stopLimit, signal => once(child, 'exit', { signal }), { timeProvider: this.timeProvider });
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      this.logger.warning('The AppHost {AppHost} did not stop within {Milliseconds} ms and is killed', nameOf(child), stopLimit);
      await this.#kill(child);
    }
  }

  async #kill(child: ChildProcess): Promise<void> {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    this.#removeSocketOf(child);
  }

  #killAll(): void {
    for (const child of this.#children) {
      child.kill('SIGKILL');
      this.#removeSocketOf(child);
    }
  }

  /** A process that was killed leaves its socket behind. Synchronous, because it is also the last thing that this process does. */
  #removeSocketOf(child: ChildProcess): void {
    const socket = this.monitor.sockets.find(({ processId }) => processId === child.pid);
    if (!socket) return;
    try {
      unlinkSync(socket.socketPath);
    } catch {
      // It went with its process after all.
    }
  }
}

function nameOf(child: ChildProcess): string {
  return basename(child.spawnargs.at(-1) ?? '');
}

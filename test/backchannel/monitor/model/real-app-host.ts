import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { AppHostFacts, Manner } from './world.js';

const program = resolve('test/backchannel/monitor/model/app-host-by-hand.mjs');

/** A process of a test; it lives until the test ends it. */
export class RealProcess {
  #isEnded = false;

  constructor(protected readonly child: ChildProcess) {}

  /** Does nothing but live. */
  static idle(): RealProcess {
    return new RealProcess(spawn('sleep', ['600'], { stdio: 'ignore' }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Whether it has ended although nobody has ended it through this. */
  get hasDied(): boolean {
    return !this.#isEnded && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** The program `app-host-by-hand.mjs`, which takes orders. */
export class RealAppHost extends RealProcess {
  #orders = 0;

  static async start({ appHostPath, manner }: AppHostFacts): Promise<RealAppHost> {
    return new RealAppHost(fork(program, [JSON.stringify(appHostPath ?? null), manner], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] }));
  }

  listen(path: string): Promise<void> {
    return this.#order({ listen: path });
  }

  setManner(manner: Manner): Promise<void> {
    return this.#order({ manner });
  }

  dropClients(): Promise<void> {
    return this.#order({ drop: true });
  }

  setHung(isHung: boolean): void {
    this.child.kill(isHung ? 'SIGSTOP' : 'SIGCONT');
  }

  async #order(order: object): Promise<void> {
    const id = ++this.#orders;
    const done = new Promise<void>((settle, reject) => {
      const onMessage = (message: unknown): void => {
        if ((message as { readonly id: number }).id === id) end(settle);
      };
      const onExit = (): void => end(() => reject(new Error('The AppHost ended before it did what it was told.')));
      const end = (settle: () => void): void => {
        this.child.off('message', onMessage).off('exit', onExit);
        settle();
      };
      this.child.on('message', onMessage).on('exit', onExit);
    });
    this.child.send({ id, ...order });
    await done;
  }
}

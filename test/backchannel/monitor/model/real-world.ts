import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { TimeProvider } from 'hostward';
import { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor, IDirectoryWatcher } from 'hostward/backchannel';
import { createTestHost, type TestHost } from 'hostward/testing';
import { withDeadline } from '../../../../src/hosting/time/index.js';
import { ScratchHome } from '../../../support/programs.js';
import { ConnectionLists } from './connection-lists.js';
import { JumpingSystemClock } from './jumping-clock.js';
import { LossyWatcher } from './lossy-watcher.js';
import type { DirectoryKind, Place } from './places.js';
import { RealAppHost, RealProcess } from './real-app-host.js';
import type { AppHostFacts, Clutter, Manner, World } from './world.js';

/** The monitor's times, so short that a test can wait for all of them. */
const times = {
  connectTimeout: 500,
  handshakeTimeout: 700,
  pollInterval: 300,
  unwatchedPollInterval: 100,
  rewatchInterval: 400,
  identityCheckInterval: 500,
  retryDelay: 20,
  maxRetryDelay: 300,
  freshSocketGrace: 100,
};
/** Milliseconds in which the monitor has to find out everything, on however busy a machine. */
const patience = 15_000;
/** No process can have it: Linux gives numbers below 4,194,304. */
const nobody = 4_200_000;
const anotherUser = 65_534;

/** A world of real files, sockets and processes, in a home directory of its own. */
export class RealWorld implements World {
  readonly cannot: ReadonlySet<'permissions'> = new Set(RealWorld.cannotBar ? ['permissions' as const] : []);
  readonly monitor: IAuxiliaryBackchannelMonitor;
  readonly #time = new JumpingSystemClock();
  readonly #watcher = new LossyWatcher();
  readonly #host: TestHost;
  #lists: ConnectionLists | undefined;
  readonly #appHosts = new Map<number, RealAppHost>();
  readonly #idle: RealProcess[] = [];
  readonly #paths = new Map<Place, string>();
  readonly #directories: Readonly<Record<DirectoryKind, string>>;
  #temporaries = 0;

  private constructor(private readonly home: ScratchHome) {
    this.#directories = { current: home.socketDirectory, legacy: join(home.path, '.aspire/cli/backchannels') };
    this.#host = createTestHost(builder => {
      builder.services.addSingleton(TimeProvider, this.#time).addSingleton(IDirectoryWatcher, this.#watcher);
      addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: home.path, workingDirectory: '/srv/apps', ...times });
    });
    this.monitor = this.#host.services.getRequiredService(IAuxiliaryBackchannelMonitor);
  }

  /** Whether permissions stop nobody, because this process may do everything. */
  static get cannotBar(): boolean {
    return process.getuid?.() === 0;
  }

  static async create(): Promise<RealWorld> {
    const world = new RealWorld(await ScratchHome.create());
    for (const directory of Object.values(world.#directories)) mkdirSync(directory, { recursive: true, mode: 0o700 });
    await world.#host.start();
    await world.setWatching(true);
    return world;
  }

  pathOf(place: Place): string {
    return this.#paths.get(place) ?? this.#newPath(place, nobody + place.number);
  }

  async startAppHost(place: Place, appHost: AppHostFacts): Promise<number> {
    const process = await RealAppHost.start(appHost);
    this.#appHosts.set(appHost.number, process);
    this.#prepare(place, appHost.isElsewhere ? nobody + place.number : process.pid);
    if (appHost.isListening) await this.listen(appHost, place);
    else await this.#putStaleSocket(this.pathOf(place));
    return process.pid;
  }

  async listen(appHost: AppHostFacts, place: Place): Promise<void> {
    const temporary = this.#temporary();
    await this.#process(appHost).listen(temporary);
    renameSync(temporary, this.pathOf(place));
  }

  async exit(appHost: AppHostFacts, place: Place): Promise<void> {
    rmSync(this.pathOf(place));
    await this.#process(appHost).end();
  }

  async kill(appHost: AppHostFacts): Promise<void> {
    await this.#process(appHost).end();
  }

  async setHung(appHost: AppHostFacts, isHung: boolean): Promise<void> {
    this.#process(appHost).setHung(isHung);
  }

  async setManner(appHost: AppHostFacts, manner: Manner): Promise<void> {
    await this.#process(appHost).setManner(manner);
  }

  async dropClients(appHost: AppHostFacts): Promise<void> {
    await this.#process(appHost).dropClients();
  }

  isServing(): undefined {
    return undefined;
  }

  async putClutter(place: Place, clutter: Clutter): Promise<void> {
    this.#prepare(place, nobody + place.number);
    const path = this.pathOf(place);
    // Who may not give a file away takes one that is no socket instead: nobody connects to either.
    if (clutter === 'regularFile' || (clutter === 'socketOfAnother' && process.getuid?.() !== 0)) return this.#putRegularFile(path);
    await this.#putStaleSocket(path);
    if (clutter === 'socketOfAnother') chownSync(path, anotherUser, anotherUser);
  }

  async removeFile(place: Place): Promise<void> {
    rmSync(this.pathOf(place));
  }

  /** No process can be given a certain id, so the file gets the name that it would have then. */
  async reuseProcessId(place: Place): Promise<void> {
    const idle = RealProcess.idle();
    this.#idle.push(idle);
    const path = this.#newPath(place, idle.pid);
    renameSync(this.pathOf(place), path);
    this.#paths.set(place, path);
  }

  async setFileClosed(place: Place, isClosed: boolean): Promise<void> {
    chmodSync(this.pathOf(place), isClosed ? 0 : 0o600);
  }

  async deleteDirectory(kind: DirectoryKind): Promise<void> {
    rmSync(this.#directories[kind], { recursive: true });
  }

  async makeDirectory(kind: DirectoryKind): Promise<void> {
    // A monitor that begins to watch makes the one that it needs.
    mkdirSync(this.#directories[kind], { recursive: true, mode: 0o700 });
  }

  async replaceDirectory(kind: DirectoryKind): Promise<void> {
    const [former, next] = [this.#temporary(), this.#temporary()];
    mkdirSync(next, { mode: 0o700 });
    renameSync(this.#directories[kind], former);
    renameSync(next, this.#directories[kind]);
    rmSync(former, { recursive: true });
  }

  async setDirectoryClosed(kind: DirectoryKind, isClosed: boolean): Promise<void> {
    chmodSync(this.#directories[kind], isClosed ? 0 : 0o700);
  }

  setNotifying(isNotifying: boolean): void {
    this.#watcher.notifies = isNotifying;
  }

  loseWatches(canWatch: boolean): void {
    this.#watcher.canWatch = canWatch;
    this.#watcher.loseAll();
  }

  jumpClock(milliseconds: number): void {
    this.#time.jump(milliseconds);
  }

  async setWatching(isWatching: boolean): Promise<void> {
    if (isWatching) this.#lists ??= new ConnectionLists(this.monitor);
    else {
      await this.#lists?.[Symbol.asyncDispose]();
      this.#lists = undefined;
    }
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
  }

  /** A second is two milliseconds, and forty are a long time. */
  async pass(milliseconds: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, Math.min(milliseconds / 500, 40)));
  }

  finish<T>(work: Promise<T>): Promise<T> {
    return withDeadline('what the monitor was asked for', patience, () => work);
  }

  soon(_milliseconds: number, check: () => void): Promise<void> {
    return this.#until(check);
  }

  async rest(check: () => void): Promise<void> {
    await this.#until(() => {
      check();
      this.#lists?.expectUpToDate();
    });
  }

  async #until(check: () => void): Promise<void> {
    const deadline = performance.now() + patience;
    for (;;) {
      try {
        return check();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise(resolve => setTimeout(resolve, 25));
      }
    }
  }

  /** @throws when the monitor has left something open, or has ended a process */
  async [Symbol.asyncDispose](): Promise<void> {
    const processes = [...this.#appHosts.values(), ...this.#idle];
    try {
      await this.setWatching(false);
      await this.#host[Symbol.asyncDispose]();
      expect({ died: processes.filter(({ hasDied }) => hasDied).length, watches: this.#watcher.count }).toEqual({ died: 0, watches: 0 });
    } finally {
      await Promise.all(processes.map(process => process.end()));
      for (const directory of Object.values(this.#directories)) if (existsSync(directory)) chmodSync(directory, 0o700);
      await this.home[Symbol.asyncDispose]();
    }
  }

  #process({ number }: AppHostFacts): RealAppHost {
    const process = this.#appHosts.get(number);
    if (!process) throw new Error(`There is no AppHost ${number}.`);
    return process;
  }

  /** A file that is there keeps its name, whoever comes in its place. */
  #prepare(place: Place, processId: number): void {
    mkdirSync(this.#directories[place.directory], { recursive: true, mode: 0o700 });
    if (!existsSync(this.pathOf(place))) this.#paths.set(place, this.#newPath(place, processId));
  }

  #newPath(place: Place, processId: number): string {
    return join(this.#directories[place.directory], place.nameFor(processId));
  }

  /** Where something is made before it gets its name at once, in place of what has it. */
  #temporary(): string {
    return join(this.home.path, `t${++this.#temporaries}`);
  }

  #putRegularFile(path: string): void {
    const temporary = this.#temporary();
    writeFileSync(temporary, '');
    renameSync(temporary, path);
  }

  async #putStaleSocket(path: string): Promise<void> {
    const temporary = this.#temporary();
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(temporary, resolve));
    renameSync(temporary, path);
    await new Promise(resolve => server.close(resolve));
  }
}

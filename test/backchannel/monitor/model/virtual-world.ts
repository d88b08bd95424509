import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { TimeProvider } from 'hostward';
import { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor, ICommandSelection } from 'hostward/backchannel';
import { createTestHost, type TestHost } from 'hostward/testing';
import { FakeMachine } from '../../../support/fake-machine.js';
import { ConnectionLists } from './connection-lists.js';
import { JumpingFakeClock } from './jumping-clock.js';
import { LaggingMachine } from './lagging-machine.js';
import type { DirectoryKind, Place } from './places.js';
import { Play, turns } from './play.js';
import { VirtualAppHost } from './virtual-app-host.js';
import type { AppHostFacts, Clutter, Manner, World } from './world.js';

const directories: Readonly<Record<DirectoryKind, string>> = { current: FakeMachine.directory, legacy: FakeMachine.legacyDirectory };
/** In which everything has to be found out: the comparison of identities, the longest pause between two attempts, a handshake, and the next try to watch. Milliseconds. */
const restTime = 110_000;
/** For what needs no time of its own, in milliseconds. */
const longestEnd = 60_000;

/** A world in memory, on a fake clock. */
export class VirtualWorld implements World {
  readonly cannot: ReadonlySet<'permissions'> = new Set();
  readonly monitor: IAuxiliaryBackchannelMonitor;
  readonly #time = new JumpingFakeClock();
  readonly #machine: LaggingMachine;
  readonly #play: Play;
  readonly #host: TestHost;
  #lists: ConnectionLists | undefined;
  readonly #appHosts = new Map<number, VirtualAppHost>();
  /** By AppHost, the process that ends with it. */
  readonly #processes = new Map<number, number>();
  /** By AppHost, the file that leads to it. */
  readonly #files = new Map<number, string>();

  /** What AppHosts have seen that should not happen. */
  readonly #blunders: string[] = [];
  #isEnding = false;

  private constructor(random: () => number, hostWatches: boolean) {
    this.#machine = new LaggingMachine(this.#time, random);
    this.#play = new Play(this.#time, this.#machine);
    this.#host = createTestHost(builder => {
      builder.services.addSingleton(TimeProvider, this.#time);
      this.#machine.register(builder.services);
      const commandSelected = Promise.resolve({ name: 'mcp start', watchesAppHosts: hostWatches });
      builder.services.addSingleton(ICommandSelection, { commandSelected });
      addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: FakeMachine.home, workingDirectory: '/srv/apps', random });
    });
    this.monitor = this.#host.services.getRequiredService(IAuxiliaryBackchannelMonitor);
  }

  /**
   * @param random the only chance in this world: numbers from 0 up to 1
   * @param hostWatches whether the host's command wants AppHosts to be watched; else it is done only while somebody iterates
   */
  static async create(random: () => number, hostWatches: boolean): Promise<VirtualWorld> {
    const world = new VirtualWorld(random, hostWatches);
    await world.#host.start();
    await world.setWatching(true);
    // That it cannot begin without its directories is another matter.
    await world.#play.settle();
    return world;
  }

  pathOf({ directory, nameFor, number }: Place): string {
    // The first two differ in letter case alone.
    return `${directories[directory]}/${nameFor(100 + Math.max(1, number))}`;
  }

  async startAppHost(place: Place, appHost: AppHostFacts): Promise<number> {
    const path = this.pathOf(place);
    const processId = 1_000 + appHost.number;
    const virtual = new VirtualAppHost(appHost, processId, this.#time, what => {
      if (!this.#isEnding && this.#files.has(appHost.number)) this.#blunders.push(what);
    });
    this.#appHosts.set(appHost.number, virtual);
    this.#detach(path);
    this.#machine.add(path.slice(dirname(path).length + 1), { peer: appHost.isListening ? this.#peerOf(virtual) : undefined }, dirname(path));
    this.#files.set(appHost.number, path);
    const inName = Number(path.split('.').at(-1));
    if (appHost.isElsewhere) this.#machine.processes.end(inName);
    else this.#processes.set(appHost.number, inName);
    return processId;
  }

  async exit(appHost: AppHostFacts, place: Place): Promise<void> {
    this.#machine.delete(this.pathOf(place));
    this.#end(appHost);
  }

  async kill(appHost: AppHostFacts): Promise<void> {
    const path = this.#files.get(appHost.number);
    if (path !== undefined) this.#machine.change(path, { peer: undefined });
    this.#end(appHost);
  }

  async setHung(appHost: AppHostFacts, isHung: boolean): Promise<void> {
    this.#virtual(appHost).setHung(isHung);
  }

  async setManner(appHost: AppHostFacts, manner: Manner): Promise<void> {
    this.#virtual(appHost).manner = manner;
  }

  async listen(appHost: AppHostFacts, place: Place): Promise<void> {
    this.#machine.change(this.pathOf(place), { peer: this.#peerOf(this.#virtual(appHost)) });
  }

  async dropClients(appHost: AppHostFacts): Promise<void> {
    this.#virtual(appHost).dropClients();
  }

  isServing(appHost: AppHostFacts): boolean {
    return this.#virtual(appHost).isServing;
  }

  async putClutter(place: Place, clutter: Clutter): Promise<void> {
    const path = this.pathOf(place);
    this.#detach(path);
    this.#machine.add(
      path.slice(dirname(path).length + 1),
      { isSocket: clutter !== 'regularFile', isOurs: clutter !== 'socketOfAnother', peer: clutter === 'socketOfAnother' ? () => undefined : undefined },
      dirname(path),
    );
    this.#machine.processes.end(Number(path.split('.').at(-1)));
  }

  async removeFile(place: Place): Promise<void> {
    const path = this.pathOf(place);
    this.#detach(path);
    this.#machine.delete(path);
  }

  async reuseProcessId(place: Place): Promise<void> {
    this.#machine.processes.start(Number(this.pathOf(place).split('.').at(-1)));
  }

  async setFileClosed(place: Place, isClosed: boolean): Promise<void> {
    const path = this.pathOf(place);
    this.#machine.change(path, { connectError: isClosed ? 'EACCES' : undefined });
    this.#machine.notify(path);
  }

  async deleteDirectory(kind: DirectoryKind): Promise<void> {
    for (const [number, path] of this.#files) if (dirname(path) === directories[kind]) this.#files.delete(number);
    this.#machine.deleteDirectory(directories[kind]);
  }

  async makeDirectory(kind: DirectoryKind): Promise<void> {
    this.#machine.makeDirectory(directories[kind]);
  }

  async replaceDirectory(kind: DirectoryKind): Promise<void> {
    for (const [number, path] of this.#files) if (dirname(path) === directories[kind]) this.#files.delete(number);
    this.#machine.replaceDirectory(directories[kind]);
  }

  async setDirectoryClosed(kind: DirectoryKind, isClosed: boolean): Promise<void> {
    if (isClosed) this.#machine.closed.add(directories[kind]);
    else this.#machine.closed.delete(directories[kind]);
    this.#machine.notify();
  }

  setNotifying(isNotifying: boolean): void {
    this.#machine.notifies = isNotifying;
  }

  loseWatches(canWatch: boolean): void {
    this.#machine.watchError = canWatch ? undefined : Object.assign(new Error('no inotify watches left'), { code: 'ENOSPC' });
    this.#machine.loseWatches(this.#machine.watchError);
  }

  jumpClock(milliseconds: number): void {
    this.#time.jump(milliseconds);
  }

  async setWatching(isWatching: boolean): Promise<void> {
    if (isWatching) this.#lists ??= new ConnectionLists(this.monitor);
    else if (this.#lists) {
      await this.finish(this.#lists[Symbol.asyncDispose](), longestEnd);
      this.#lists = undefined;
    }
  }

  turns(count: number): Promise<void> {
    return turns(count);
  }

  pass(milliseconds: number): Promise<void> {
    return this.#play.pass(milliseconds);
  }

  finish<T>(work: Promise<T>, limit: number): Promise<T> {
    return this.#play.finish(work, limit);
  }

  async soon(milliseconds: number, check: () => void): Promise<void> {
    if (milliseconds > 0) await this.#play.pass(milliseconds);
    else await this.#play.settle();
    check();
  }

  async rest(check: () => void): Promise<void> {
    await this.pass(restTime);
    check();
    this.#lists?.expectUpToDate();
    this.#expectNothingTooMuch();
  }

  /** @throws when something is left that the monitor has opened, or it has taken anything away */
  async [Symbol.asyncDispose](): Promise<void> {
    const machine = this.#machine;
    this.#isEnding = true;
    try {
      await this.setWatching(false);
    } finally {
      await this.finish(this.#host[Symbol.asyncDispose](), longestEnd);
    }
    await this.#play.settle();
    const left = { streams: [...machine.openClients.values()], watches: machine.watchCount, connections: this.monitor.connections.length };
    for (const virtual of this.#appHosts.values()) virtual.dropClients();
    await this.#play.settle();
    const { pendingTimers } = this.#time;
    expect({ ...left, pendingTimers, removals: machine.removals }).toEqual({ streams: [], watches: 0, connections: 0, pendingTimers: [], removals: [] });
  }

  #peerOf(virtual: VirtualAppHost): (stream: Duplex) => void {
    return stream => void virtual.accept(stream, this.#machine.isExpected);
  }

  /** Two connections to one file, or one that nobody knows of any more, are a leak. */
  #expectNothingTooMuch(): void {
    const underWay = this.monitor.sockets.filter(({ state }) => state === 'connecting' || state === 'handshaking').map(({ socketPath }) => socketPath);
    const known = new Set([...this.monitor.connections.map(({ socketPath }) => socketPath), ...underWay]);
    const open = [...this.#machine.openClients.values()];
    expect(open.filter((path, index) => !known.has(path) || open.indexOf(path) < index)).toEqual([]);
    expect({ removals: this.#machine.removals, blunders: this.#blunders }).toEqual({ removals: [], blunders: [] });
  }

  #virtual({ number }: AppHostFacts): VirtualAppHost {
    const virtual = this.#appHosts.get(number);
    if (!virtual) throw new Error(`There is no AppHost ${number}.`);
    return virtual;
  }

  /** The file leads to nobody any more. */
  #detach(path: string): void {
    for (const [number, file] of this.#files) if (file === path) this.#files.delete(number);
  }

  #end(appHost: AppHostFacts): void {
    this.#virtual(appHost).dropClients();
    this.#appHosts.delete(appHost.number);
    this.#files.delete(appHost.number);
    const processId = this.#processes.get(appHost.number);
    if (processId !== undefined) this.#machine.processes.end(processId);
  }
}

import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { TimeProvider } from 'hostward';
import { addAuxiliaryBackchannelMonitor, type FileFacts, IAuxiliaryBackchannelMonitor } from 'hostward/backchannel';
import { createTestHost, type TestHost } from 'hostward/testing';
import { FakeMachine } from '../../../support/fake-machine.js';
import { ConnectionLists } from './connection-lists.js';
import { JumpingFakeClock } from './jumping-clock.js';
import type { DirectoryKind, Place } from './places.js';
import { VirtualAppHost } from './virtual-app-host.js';
import type { AppHostFacts, Clutter, Manner, World } from './world.js';

const directories: Readonly<Record<DirectoryKind, string>> = { current: FakeMachine.directory, legacy: FakeMachine.legacyDirectory };
/** When the machine has stood still for so many turns of the event loop, only time can change anything. */
const quietTurns = 4;
/** In which everything has to be found out: the comparison of identities, the longest pause between two attempts, a handshake, and the next try to watch. Milliseconds. */
const restTime = 110_000;
const longestScan = 60_000;

/** Answers questions about files a few turns late, with what was true when they were asked. */
class LaggingMachine extends FakeMachine {
  constructor(
    time: TimeProvider,
    private readonly random: () => number,
  ) {
    super(time);
  }

  override async list(directory: string): Promise<readonly string[]> {
    return this.#late(super.list(directory));
  }

  override async inspect(path: string): Promise<FileFacts | undefined> {
    return this.#late(super.inspect(path));
  }

  override async connect(path: string, signal: AbortSignal): Promise<Duplex> {
    await this.#lag();
    return super.connect(path, signal);
  }

  async #late<T>(answer: Promise<T>): Promise<T> {
    await answer.catch(() => undefined);
    await this.#lag();
    return answer;
  }

  async #lag(): Promise<void> {
    await turns(Math.floor(this.random() * 4));
    this.activity++;
  }
}

/** A world in memory, on a fake clock. */
export class VirtualWorld implements World {
  readonly cannot: ReadonlySet<'permissions'> = new Set();
  readonly monitor: IAuxiliaryBackchannelMonitor;
  readonly #time = new JumpingFakeClock();
  readonly #machine: LaggingMachine;
  readonly #host: TestHost;
  readonly #lists: ConnectionLists;
  readonly #appHosts = new Map<number, VirtualAppHost>();
  /** By AppHost, the process that ends with it. */
  readonly #processes = new Map<number, number>();
  /** By AppHost, the file that leads to it. */
  readonly #files = new Map<number, string>();

  private constructor(random: () => number) {
    this.#machine = new LaggingMachine(this.#time, random);
    this.#host = createTestHost(builder => {
      builder.services.addSingleton(TimeProvider, this.#time);
      this.#machine.register(builder.services);
      addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: FakeMachine.home, workingDirectory: '/srv/apps', random });
    });
    this.monitor = this.#host.services.getRequiredService(IAuxiliaryBackchannelMonitor);
    this.#lists = new ConnectionLists(this.monitor);
  }

  /** @param random the only chance in this world: numbers from 0 up to 1 */
  static async create(random: () => number): Promise<VirtualWorld> {
    const world = new VirtualWorld(random);
    await world.#host.start();
    // That it cannot begin without its directories is another matter.
    await world.#settle();
    return world;
  }

  pathOf({ directory, nameFor, number }: Place): string {
    // The first two differ in letter case alone.
    return `${directories[directory]}/${nameFor(100 + Math.max(1, number))}`;
  }

  async startAppHost(place: Place, appHost: AppHostFacts): Promise<number> {
    const path = this.pathOf(place);
    const processId = 1_000 + appHost.number;
    const virtual = new VirtualAppHost(appHost, processId, this.#time);
    this.#appHosts.set(appHost.number, virtual);
    this.#detach(path);
    this.#machine.add(path.slice(dirname(path).length + 1), { peer: appHost.isListening ? peerOf(virtual) : undefined }, dirname(path));
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
    this.#machine.change(this.pathOf(place), { peer: peerOf(this.#virtual(appHost)) });
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

  turns(count: number): Promise<void> {
    return turns(count);
  }

  async pass(milliseconds: number): Promise<void> {
    let isOver = false;
    using _end = this.#time.createTimer(() => (isOver = true), undefined, milliseconds, -1);
    await this.#play(() => isOver);
  }

  async finish<T>(work: Promise<T>): Promise<T> {
    const began = this.#time.getTimestamp();
    let isSettled = false;
    const settle = () => void (isSettled = true);
    work.then(settle, settle);
    await this.#play(() => isSettled || this.#time.getElapsedMilliseconds(began) > longestScan);
    if (!isSettled) throw new Error(`It took more than ${longestScan} ms of the world's time.`);
    return work;
  }

  async rest(check: () => void): Promise<void> {
    await this.pass(restTime);
    check();
    this.#lists.expectUpToDate();
    this.#expectNothingTooMuch();
  }

  /** @throws when something is left that the monitor has opened, or it has taken anything away */
  async [Symbol.asyncDispose](): Promise<void> {
    const machine = this.#machine;
    try {
      await this.finish(this.#lists[Symbol.asyncDispose]());
    } finally {
      await this.finish(this.#host[Symbol.asyncDispose]());
    }
    await this.#settle();
    const left = { streams: [...machine.openClients.values()], watches: machine.watchCount, connections: this.monitor.connections.length };
    for (const virtual of this.#appHosts.values()) virtual.dropClients();
    await this.#settle();
    const { pendingTimers } = this.#time;
    expect({ ...left, pendingTimers, removals: machine.removals }).toEqual({ streams: [], watches: 0, connections: 0, pendingTimers: [], removals: [] });
  }

  /** Two connections to one file, or one that nobody knows of any more, are a leak. */
  #expectNothingTooMuch(): void {
    const underWay = this.monitor.sockets.filter(({ state }) => state === 'connecting' || state === 'handshaking').map(({ socketPath }) => socketPath);
    const known = new Set([...this.monitor.connections.map(({ socketPath }) => socketPath), ...underWay]);
    const open = [...this.#machine.openClients.values()];
    expect(open.filter((path, index) => !known.has(path) || open.indexOf(path) < index)).toEqual([]);
    expect(this.#machine.removals).toEqual([]);
  }

  /** From firing to firing, and between them until nothing moves. */
  async #play(isOver: () => boolean): Promise<void> {
    for (;;) {
      await this.#settle();
      if (isOver()) return;
      if (!(await this.#time.runToNext())) throw new Error('No timer is armed, so that nothing can happen any more.');
    }
  }

  /** Turn after turn, without a promise for each, which would take longer than all that happens in it. */
  #settle(): Promise<void> {
    const machine = this.#machine;
    let { activity } = machine;
    let quiet = 0;
    return new Promise(resolve => {
      const look = (): void => {
        quiet = machine.activity === activity ? quiet + 1 : 0;
        activity = machine.activity;
        if (quiet === quietTurns) resolve();
        else setImmediate(look);
      };
      setImmediate(look);
    });
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

function peerOf(virtual: VirtualAppHost): (stream: Duplex) => void {
  return stream => void virtual.accept(stream);
}

function turns(count: number): Promise<void> {
  return new Promise(resolve => {
    const turn = (left: number): void => void (left === 0 ? resolve() : setImmediate(turn, left - 1));
    turn(count);
  });
}

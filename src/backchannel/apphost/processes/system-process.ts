import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { errorCodeOf } from '../../../hosting/primitives/index.js';
import { CancellationSource, delay, type TimeProvider, waitWithTimeout, withDeadline } from '../../../hosting/time/index.js';
import type { LaunchedProcess, ProcessExit, StopSignal } from './process-launcher.js';
import { type ProcessEntry, type ProcessSnapshots, readProcess, readProcEntry, type SnapshotSource } from '../../naming/process-snapshot.js';
import { type ProcessIdentity, treeOf } from './process-tree.js';

/** Between two looks at what is left. Milliseconds. */
const firstPause = 10;
const longestPause = 100;
/** How long output is waited for after the end. Milliseconds. */
const drainTimeout = 1_000;
/** How long SIGKILL may take: only what the kernel holds, or what belongs to another user, is still there then. Milliseconds. */
const killTimeout = 5_000;

/** What a {@link SystemProcess} is made of. */
export interface SystemProcessParts {
  readonly child: ChildProcess;
  /** What it writes, while somebody reads it. */
  readonly output: readonly Readable[];
  readonly pid: number;
  /** Undefined where it cannot be told at once. */
  readonly startedAt: string | undefined;
  readonly timeProvider: TimeProvider;
  readonly source: SnapshotSource;
  readonly snapshots: ProcessSnapshots;
  /** Disposed when nothing is left of the program. */
  readonly guarded: Disposable;
}

/** A child process of this one, the leader of a group of its own. */
export class SystemProcess implements LaunchedProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  readonly #closed: Promise<unknown>;
  #hasExited = false;
  #startedAt: string | undefined;
  /** What has been seen of its tree: found again also when its ancestors are gone. */
  #known: readonly ProcessIdentity[] = [];

  constructor(private readonly parts: SystemProcessParts) {
    const { child } = parts;
    this.pid = parts.pid;
    this.#startedAt = parts.startedAt;
    this.exited = new Promise(resolve =>
      child.once('exit', (exitCode, signal) => {
        this.#hasExited = true;
        resolve({ exitCode, signal });
      }),
    );
    // A signal that could not be sent: what is left is found all the same.
    child.on('error', () => undefined);
    this.#closed = Promise.all(parts.output.map(stream => new Promise(resolve => stream.once('close', resolve))));
  }

  async countSurvivors(): Promise<number> {
    // Cheap in the case that is nearly every one.
    return this.#known.length === 0 && !sendSignal(-this.pid, 0) ? 0 : (await this.#look()).length;
  }

  async end(stopSignal: StopSignal, signal: AbortSignal): Promise<void> {
    let tree = await this.#look();
    this.#send(stopSignal, tree);
    for (let pause = firstPause; tree.length > 0 || !this.#hasExited; pause = Math.min(2 * pause, longestPause)) {
      await this.#pause(pause, signal);
      // A look at everything costs milliseconds: only when there is reason to.
      if (stopSignal !== 'SIGKILL' && (!this.#hasExited || tree.some(isThere))) continue;
      tree = await this.#look();
      if (stopSignal === 'SIGKILL') this.#send(stopSignal, tree);
    }
  }

  async drain(): Promise<void> {
    const { output, timeProvider } = this.parts;
    await waitWithTimeout(this.#closed, drainTimeout, { timeProvider }).catch(() => undefined);
    for (const stream of output) stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { guarded, timeProvider } = this.parts;
    const isLeft = !this.#hasExited || (await this.countSurvivors()) > 0;
    if (isLeft) await withDeadline(`The end of process ${this.pid}`, killTimeout, signal => this.end('SIGKILL', signal), { timeProvider });
    await this.drain();
    // Not after a failure: then the guard is to try it again at the end of this process.
    guarded[Symbol.dispose]();
  }

  /** What there is of the tree now. */
  async #look(): Promise<readonly ProcessEntry[]> {
    const { source } = this.parts;
    // The number is its own as long as this process has not been told of its end.
    if (!this.#hasExited) this.#startedAt ??= (await readProcess(this.pid, source).catch(() => undefined))?.startedAt;
    const root = { pid: this.pid, startedAt: this.#startedAt ?? 'unknown' };
    const tree = treeOf(root, this.#known, await this.#everything(root));
    this.#known = tree;
    return tree;
  }

  /** Where the processes cannot be listed, the group is all that can be known. */
  async #everything(root: ProcessIdentity): Promise<readonly ProcessEntry[]> {
    try {
      return await this.parts.snapshots.take();
    } catch {
      const isThere = !this.#hasExited || sendSignal(-this.pid, 0);
      return isThere ? [{ ...root, parent: process.pid, group: this.pid, session: this.pid }] : [];
    }
  }

  #send(signal: StopSignal, tree: readonly ProcessEntry[]): void {
    // The group in one call: nobody in it can start another one in between. Nobody gets it twice, for many programs give up at once at the second.
    const hasGroup = tree.some(({ group }) => group === this.pid);
    if (hasGroup) sendSignal(-this.pid, signal);
    for (const { pid, group } of tree) if (!hasGroup || group !== this.pid) sendSignal(pid, signal);
  }

  /** A pause, but not past the end of the program. */
  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { timeProvider } = this.parts;
    if (this.#hasExited) return delay(milliseconds, { timeProvider, signal });
    using limit = new CancellationSource({ timeProvider, linkedTo: [signal] });
    await Promise.race([delay(milliseconds, { timeProvider, signal: limit.signal }), this.exited]);
    limit.cancel();
  }
}

/** @returns whether there is such a process, or group for a negative number */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}

/** False where there is no /proc: then everything is looked at each time. */
function isThere({ pid, startedAt }: ProcessIdentity): boolean {
  return readProcEntry(pid)?.startedAt === startedAt;
}

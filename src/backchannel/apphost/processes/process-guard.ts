import type { ChildProcess } from 'node:child_process';
import { onDispose, toError } from '../../../hosting/primitives/index.js';
import { guardScript } from './guard-script.js';
import type { StopSignal } from './process-launcher.js';
import { type SnapshotSource, snapshotSource } from '../../naming/process-snapshot.js';

/** How often a guard that somebody killed is replaced. */
const maxReplacements = 5;

/**
 * A small shell that outlives this process by moments: its standard input ends when this process does, however it ends, and then it ends what this process has
 * started and not yet seen the end of. One for all programs, and it keeps nothing alive.
 *
 * Its limits: who kills the guard together with this process gets past it; so does a program that leaves its group, its session and all its ancestors behind, which
 * is what a daemon does; and without /proc one that the system is just starting when this process is killed.
 */
export class ProcessGuard implements AsyncDisposable {
  readonly #watched = new Map<number, string>();
  #shell: ChildProcess | undefined;
  #replacements = 0;
  #isDisposed = false;

  private constructor(
    private readonly start: () => ChildProcess,
    private readonly onLost: (reason: string) => void,
  ) {
    this.#open();
  }

  /** @param onLost called when there is no guard, and none can be had */
  static async create(onLost: (reason: string) => void, source: SnapshotSource = snapshotSource()): Promise<ProcessGuard> {
    const { spawn } = await import('node:child_process');
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin`, LC_ALL: 'C' };
    // In a session of its own: what a terminal sends to all its programs does not reach it.
    const start = () => spawn('/bin/sh', ['-c', guardScript, 'hostward-guard', source], { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    return new ProcessGuard(start, onLost);
  }

  /** The number of the shell; undefined when there is none. */
  get pid(): number | undefined {
    return this.#shell?.pid;
  }

  /**
   * Watches a program until the result is disposed, which says that nothing of it is left.
   *
   * @param startedAt as /proc tells it; without it the guard trusts that the number is still the program's
   */
  watch(pid: number, startedAt: string | undefined, stopSignal: StopSignal): Disposable {
    const line = `+ ${pid} ${startedAt ?? 'any'} ${stopSignal.slice(3)}\n`;
    this.#watched.set(pid, line);
    this.#tell(line);
    return onDispose(() => {
      this.#watched.delete(pid);
      this.#tell(`- ${pid}\n`);
    });
  }

  /** Announces a program, before it is started, until the result is disposed. @param token of its OutputPipes */
  announce(token: string, stopSignal: StopSignal): Disposable {
    this.#tell(`= ${token} ${stopSignal.slice(3)}\n`);
    return onDispose(() => this.#tell(`/ ${token}\n`));
  }

  /** Lets the shell end, which kills what is still watched. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const shell = this.#shell;
    if (!shell) return;
    const ended = new Promise<void>(resolve => shell.once('exit', () => resolve()));
    // The wait below must not end with the process that waits.
    shell.ref();
    shell.stdin?.end();
    await ended;
  }

  #open(): void {
    let shell: ChildProcess;
    try {
      shell = this.start();
    } catch (error) {
      // Out of memory, say. The programs matter more than their guard.
      return this.onLost(`/bin/sh cannot be started: ${toError(error).message}`);
    }
    this.#shell = shell;
    shell.unref();
    // Failing writes are news of its end, which comes by itself.
    shell.stdin?.on('error', () => undefined);
    (shell.stdin as { unref?: () => void } | null)?.unref?.();
    shell.once('error', error => this.#onEnded(shell, `/bin/sh cannot be started: ${error.message}`));
    shell.once('exit', (code, signal) => this.#onEnded(shell, `it ended (${signal ?? code})`));
    for (const line of this.#watched.values()) this.#tell(line);
  }

  #tell(line: string): void {
    const stdin = this.#shell?.stdin;
    if (stdin?.writable) stdin.write(line);
  }

  #onEnded(shell: ChildProcess, reason: string): void {
    if (shell !== this.#shell) return;
    this.#shell = undefined;
    shell.stdin?.destroy();
    if (this.#isDisposed) return;
    if (shell.pid !== undefined && this.#replacements++ < maxReplacements) this.#open();
    else this.onLost(reason);
  }
}

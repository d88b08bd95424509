import type * as childProcess from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { inject } from '../../../hosting/dependency-injection/index.js';
import { ILogger } from '../../../hosting/logging/index.js';
import { errorCodeOf, toError } from '../../../hosting/primitives/index.js';
import { isError } from '../../../hosting/primitives/errors.js';
import { TimeProvider } from '../../../hosting/time/index.js';
import { openOutputPipes, type OutputPipes } from './output-pipes.js';
import { ProcessGuard } from './process-guard.js';
import { type IProcessLauncher, type LaunchedProcess, type LaunchRequest, ProcessLaunchError } from './process-launcher.js';
import { ProcessSnapshots, readProcEntry, snapshotSource } from '../../naming/process-snapshot.js';
import { SystemProcess } from './system-process.js';

/**
 * Starts child processes of this one, each as the leader of a session of its own, with nothing on standard input. None of them outlives this process, even when it
 * is killed: a {@link ProcessGuard} sees to that.
 */
export class SystemProcessLauncher implements IProcessLauncher, AsyncDisposable {
  readonly #source = snapshotSource();
  readonly #snapshots = new ProcessSnapshots(this.#source);
  #guard: Promise<ProcessGuard> | undefined;

  constructor(
    @inject(TimeProvider) private readonly timeProvider: TimeProvider,
    @inject(ILogger) private readonly logger: ILogger,
  ) {}

  async launch(request: LaunchRequest): Promise<LaunchedProcess> {
    const { command, workingDirectory, stopSignal } = request;
    if (process.platform === 'win32') throw new ProcessLaunchError(command, workingDirectory, 'child processes as resources need Linux or macOS.');
    const { spawn } = await import('node:child_process');
    const guard = await this.#openGuard();
    const pipes = await openOutputPipes();
    // From here on in one turn: neither the end of the program nor that of this process can come in between, but for one by SIGKILL, of which the guard knows.
    using _announced = pipes && guard.announce(pipes.token, stopSignal);
    const child = trySpawn(spawn, request, pipes);
    if (isError(child) || child.pid === undefined) {
      pipes?.out.destroy();
      pipes?.error.destroy();
      throw await launchError(request, isError(child) ? child : await failureOf(child));
    }
    const { pid } = child;
    const startedAt = readProcEntry(pid)?.startedAt;
    const guarded = guard.watch(pid, startedAt, stopSignal);
    const output = [pipes?.out ?? child.stdout, pipes?.error ?? child.stderr].filter(stream => stream !== null);
    output.forEach((stream, index) => readAll(stream, bytes => request.onOutput(bytes, index === 1)));
    return new SystemProcess({ child, output, pid, startedAt, timeProvider: this.timeProvider, source: this.#source, snapshots: this.#snapshots, guarded });
  }

  /** Ends the guard, and with it everything that was started and not disposed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const guard = this.#guard;
    this.#guard = undefined;
    await (await guard)?.[Symbol.asyncDispose]();
  }

  #openGuard(): Promise<ProcessGuard> {
    return (this.#guard ??= ProcessGuard.create(reason =>
      this.logger.warning('Child processes would outlive this one if it were killed, because there is no guard for them: {Reason}', reason),
    ));
  }
}

/** Some failures come at once, some as an event. */
function trySpawn(
  spawn: typeof childProcess.spawn,
  { command, args, workingDirectory, environment }: LaunchRequest,
  pipes: OutputPipes | undefined,
): ChildProcess | Error {
  using writers = pipes?.writers;
  try {
    const stdio = ['ignore', writers?.out ?? 'pipe', writers?.error ?? 'pipe'] as const;
    return spawn(command, args, { cwd: workingDirectory, env: environment, detached: true, stdio: [...stdio] });
  } catch (error) {
    return toError(error);
  }
}

/** Reads as it comes, whoever looks at it: no program waits for a reader of its output. */
function readAll(stream: Readable, onBytes: (bytes: Uint8Array) => void): void {
  stream.on('data', onBytes).on('error', () => undefined);
}

function failureOf(child: ChildProcess): Promise<Error> {
  return new Promise(resolve => child.once('error', resolve));
}

/** Says what is wrong in words: the system has the same code for a program that is missing, its interpreter and its directory. */
async function launchError({ command, workingDirectory, environment }: LaunchRequest, cause: Error): Promise<ProcessLaunchError> {
  const fail = (reason: string) => new ProcessLaunchError(command, workingDirectory, reason, cause);
  const code = errorCodeOf(cause);
  const directory = await stat(workingDirectory).catch(toError);
  if (isError(directory)) return fail(`its working directory '${workingDirectory}' cannot be used (${errorCodeOf(directory) ?? directory.message}).`);
  if (!directory.isDirectory()) return fail(`its working directory '${workingDirectory}' is no directory.`);
  const isEnterable = await access(workingDirectory, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isEnterable) return fail(`its working directory '${workingDirectory}' may not be entered by this user (${code}).`);
  if (code === 'ENOENT' && !command.includes('/'))
    return fail(`there is no program of this name in the directories of PATH (${environment['PATH'] ?? 'unset'}).`);
  if (code === 'ENOENT') return fail('there is no such file, or the interpreter in its first line does not exist.');
  if (code === 'EACCES') return fail('it is not executable for this user (EACCES).');
  return fail(`${cause.message}.`);
}

import { ArgumentOutOfRangeError, DeadlineExceededError, isCancellation, OperationCanceledError, toError } from '../../hosting/primitives/index.js';
import { CancellationSource, delay, withDeadline } from '../../hosting/time/index.js';
import type { AppHostConnection } from './app-host-connection.js';
import { AppHostStopError } from './app-host-errors.js';
import type { AppHostMachine } from './app-host-machine.js';
import type { AppHostProcess } from './app-host-process.js';
import { describeResource, explanationTimeout, type ResourceSummary, summaryOf } from './app-host-resources.js';

/** Options of {@link AppHost.stop}. */
export interface StopOptions {
  /** Milliseconds in which the AppHost has to be gone, from 1 to 4294967294. Default: 30,000. */
  readonly timeout?: number | undefined;
  /** Whether its process is killed when that time is over. Default: false. */
  readonly force?: boolean | undefined;
  /** Ends the wait with `OperationCanceledError`; the AppHost goes on stopping. */
  readonly signal?: AbortSignal | undefined;
}

/** What ended an AppHost: the request to stop, a signal, or whatever had ended it before. */
export type StopMeans = 'request' | 'SIGTERM' | 'SIGKILL' | 'none';

/** What is to be stopped. */
export interface StoppableAppHost {
  readonly connection: AppHostConnection;
  readonly process: AppHostProcess;
  readonly socketPath: string;
  /** Whether the name of the socket is of this process alone, so that what it leaves behind may be removed. */
  readonly isSocketItsOwn: boolean;
  readonly machine: AppHostMachine;
  readonly name: string;
}

const defaultTimeout = 30_000;
/** What an AppHost may take to answer the request to stop. Milliseconds. */
const requestTimeout = 5_000;
/** What the system may take to end a process that was killed. Milliseconds. */
const killTimeout = 5_000;
/** The waits between two looks: from one to the other, doubling. Milliseconds. */
const firstPause = 20;
const longestPause = 250;
/** So many resources stand in a message at most. */
const maxListed = 20;

/**
 * One stop of one AppHost: asks it to, then waits until process and socket are gone.
 *
 * It is asked by its own call; SIGTERM is for one that is too old for that, or does not answer.
 *
 * @see Aspire.Cli.Commands, StopCommand
 */
export class AppHostStop {
  #resources: readonly ResourceSummary[] = [];
  #means: StopMeans = 'none';
  /** Why it was not asked by a signal. */
  #objection: string | undefined;
  #cause: Error | undefined;

  constructor(private readonly target: StoppableAppHost) {}

  /** @throws AppHostStopError with what is still there; OperationCanceledError */
  async run({ timeout = defaultTimeout, force = false, signal }: StopOptions): Promise<StopMeans> {
    if (!(timeout >= 1 && timeout <= 4_294_967_294)) throw new ArgumentOutOfRangeError('timeout', timeout, 'a number of milliseconds from 1 to 4294967294');
    try {
      if (await this.#within(timeout, signal, limit => this.#askAndWait(timeout, limit))) return this.#means;
      if (!force) throw await this.#failure(`did not stop within ${timeout} ms`, 'Pass { force: true } to have its process killed then.');
      return await this.#kill(timeout, signal);
    } catch (error) {
      if (isCancellation(error) && signal?.aborted)
        throw new OperationCanceledError(signal, `The wait for the end of ${this.target.name} was canceled. ${this.#resourceText()}`);
      throw error;
    }
  }

  /** Whether the work was done in time. */
  async #within(milliseconds: number, signal: AbortSignal | undefined, work: (limit: AbortSignal) => Promise<void>): Promise<boolean> {
    const what = `the end of ${this.target.name}`;
    try {
      await withDeadline(what, milliseconds, work, { timeProvider: this.target.machine.timeProvider, signal });
      return true;
    } catch (error) {
      if (error instanceof DeadlineExceededError && error.what === what) return false;
      throw error;
    }
  }

  async #askAndWait(timeout: number, limit: AbortSignal): Promise<void> {
    if (await this.#isGone()) return;
    const remembering = this.#rememberResources();
    await this.#ask(timeout, limit);
    await this.#untilGone(limit);
    await remembering;
  }

  async #ask(timeout: number, limit: AbortSignal): Promise<void> {
    const { connection } = this.target;
    try {
      if (await connection.stopAppHost({ timeout: Math.min(requestTimeout, timeout), signal: limit })) {
        this.#means = 'request';
        return;
      }
    } catch (error) {
      if (limit.aborted) throw error;
      this.#cause = toError(error);
    }
    if (this.#signal('SIGTERM') || this.target.process.isRunning === false) return;
    // It may have heard the request without answering, and one that has hung up may be about to go.
    if (this.#cause === undefined) throw await this.#failure('cannot be stopped: it is too old to be asked', `It gets no signal, because ${this.#objection}`);
  }

  /** Whether the signal was sent. */
  #signal(signal: 'SIGTERM' | 'SIGKILL'): boolean {
    const { process, connection } = this.target;
    this.#objection = process.objection(!connection.isClosed);
    if (this.#objection !== undefined) return false;
    try {
      process.kill(signal);
      this.#means = signal;
      return true;
    } catch (error) {
      this.#cause = toError(error);
      this.#objection = `the system refuses (${this.#cause.message}).`;
      return false;
    }
  }

  async #kill(timeout: number, signal: AbortSignal | undefined): Promise<StopMeans> {
    if (!this.#signal('SIGKILL') && this.target.process.isRunning !== false)
      throw await this.#failure(`did not stop within ${timeout} ms, and was not killed`, `It gets no signal, because ${this.#objection}`);
    if (await this.#within(killTimeout, signal, limit => this.#untilGone(limit))) return this.#means;
    throw await this.#failure(`was killed after ${timeout} ms, and is not gone ${killTimeout} ms later`, '');
  }

  async #untilGone(limit: AbortSignal): Promise<void> {
    const { timeProvider } = this.target.machine;
    for (let pause = firstPause; !(await this.#isGone()); pause = Math.min(2 * pause, longestPause)) await delay(pause, { timeProvider, signal: limit });
  }

  async #isGone(): Promise<boolean> {
    const { process, connection } = this.target;
    const { isRunning } = process;
    if (isRunning === true) return false;
    if (isRunning === false) return await this.#isSocketGone();
    return connection.isClosed && !(await this.#isSocketPresent());
  }

  /** A process that is gone removes nothing any more; what it has left is of no use to anybody. */
  async #isSocketGone(): Promise<boolean> {
    const { socketPath, isSocketItsOwn, machine } = this.target;
    // Under a name without a process there may be a successor's by now.
    if (!isSocketItsOwn) return true;
    const facts = await machine.files.inspect(socketPath);
    if (!facts) return true;
    if (!facts.isSocket || !facts.isOurs) return false;
    try {
      await machine.files.remove(socketPath);
      return true;
    } catch (error) {
      this.#cause = toError(error);
      return false;
    }
  }

  async #isSocketPresent(): Promise<boolean> {
    return (await this.target.machine.files.inspect(this.target.socketPath)) !== undefined;
  }

  /** Asked beside the request: an AppHost that is stopping answers for a moment still. */
  async #rememberResources(): Promise<void> {
    const { connection, machine } = this.target;
    if (connection.isClosed) return;
    using limit = new CancellationSource({ timeProvider: machine.timeProvider, delay: explanationTimeout });
    try {
      this.#resources = (await connection.getResources({ signal: limit.signal })).map(summaryOf);
    } catch {
      // It only serves the message.
    }
  }

  async #failure(beginning: string, advice: string): Promise<AppHostStopError> {
    await this.#rememberResources();
    const { process, socketPath, name } = this.target;
    const { pid: processId, isRunning: isProcessAlive } = process;
    const isSocketPresent = await this.#isSocketPresent();
    const who = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const sentences = [`${who} ${beginning}.`, ...describeRest({ processId, isProcessAlive, isSocketPresent, socketPath }), this.#resourceText(), advice];
    if (this.#cause) sentences.push(`The request to stop: ${this.#cause.message}`);
    const facts = { processId, socketPath, isProcessAlive, isSocketPresent, resources: this.#resources };
    return new AppHostStopError(sentences.filter(sentence => sentence !== '').join(' '), facts, this.#cause);
  }

  #resourceText(): string {
    if (this.#resources.length === 0) return 'Nothing is known of its resources.';
    const listed = this.#resources.slice(0, maxListed).map(describeResource);
    if (this.#resources.length > maxListed) listed.push(`and ${this.#resources.length - maxListed} more`);
    return `Its resources when last seen: ${listed.join('; ')}.`;
  }
}

interface Rest {
  readonly processId: number | undefined;
  readonly isProcessAlive: boolean | undefined;
  readonly isSocketPresent: boolean;
  readonly socketPath: string;
}

function describeRest({ processId, isProcessAlive, isSocketPresent, socketPath }: Rest): readonly string[] {
  const alive = { true: 'is still alive', false: 'is gone', undefined: 'cannot be told from others' }[String(isProcessAlive) as 'true'];
  return [
    processId === undefined ? '' : `Process ${processId} ${alive}${processId === process.pid ? ', for it is this one' : ''}.`,
    `Its socket ${socketPath} is ${isSocketPresent ? 'still there' : 'gone'}.`,
  ];
}

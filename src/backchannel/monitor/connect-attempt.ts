import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { DeadlineExceededError, errorCodeOf, OperationCanceledError, toError } from '../../hosting/primitives/index.js';
import { delay, type TimeProvider } from '../../hosting/time/index.js';
import type { AppHostConnection } from '../client/index.js';
import { isMakerRunning, judgeSocketFile, reachOf, type SocketName } from '../naming/index.js';
import type { FileFacts } from '../platform/index.js';
import { Expiring, type WithDeadline } from '../rpc/call-deadlines.js';
import type { GatedAttempt } from './attempt-gate.js';
import type { Connector } from './connector.js';

/** The wait after the first refusal by a socket that was just made. Milliseconds; it doubles from one to the next. */
const firstPause = 5;

/** What an attempt tells while it is under way, and at its end: one of the last two, once. Throws nothing. */
export interface AttemptListener {
  /** The file is there, and it is one that may be connected to; undefined: it was not looked at. Told again when it is, with what is there by then. */
  onFound(facts: FileFacts | undefined): void;
  /** The connection is accepted. */
  onAccepted(): void;
  onEnded(result: AppHostConnection | NoAppHost): void;
  /** There is no connection: why, in words for people, or OperationCanceledError after {@link ConnectAttempt.cancel}. */
  onFailed(problem: Error): void;
}

/** How an attempt ended without a connection: the file is not there, not to be connected to, or left over from a process that is gone. */
export class NoAppHost {
  constructor(
    readonly state: 'gone' | 'foreign' | 'orphaned',
    readonly problem?: Error,
  ) {}
}

/**
 * One attempt to reach the AppHost behind a socket file. It begins when it is made.
 *
 * Whether its process runs is asked only after nobody has answered: ids tell nothing of processes in other containers, and those that were given to another process since tell
 * nothing at all.
 *
 * Differs from .NET: it takes a socket for an orphan by the process id alone (defects 14 and 15), and waits 3.5 seconds when that id has been given to another process
 * (defect 16). It waits for the answers of the handshake without a limit (defect 1). Nothing is removed.
 */
export class ConnectAttempt extends Expiring implements WithDeadline, GatedAttempt {
  /** Made only where there is something that it could end: it takes as much memory as the rest of an attempt. */
  #controller: AbortController | undefined;
  #isOver = false;
  #isAccepted = false;
  /** What the deadline that it waits for is one of. */
  #step: 'connecting' | 'handshaking' | undefined;
  #stream: Duplex | undefined;

  constructor(
    private readonly path: string,
    private readonly name: SocketName,
    private readonly connector: Connector,
    private readonly listener: AttemptListener,
    /** Whether the file is certain to be a socket of this user, and need not be looked at. */
    private readonly isTrusted: boolean = false,
  ) {
    super();
    const { gate } = connector.parts;
    if (gate) gate.enter(this);
    else this.begin();
  }

  /** Called when its turn has come. */
  begin(): void {
    void this.#run();
  }

  /** Ends the attempt. */
  cancel(): void {
    this.#end(new OperationCanceledError());
  }

  /** Called when the deadline of the step that is under way has passed. */
  expire(): void {
    const { connectTimeout, handshakeTimeout } = this.connector.parts.options;
    this.#end(
      this.#isAccepted
        ? asProblem('It accepted the connection, but', new DeadlineExceededError(`the handshake on ${this.path}`, handshakeTimeout))
        : asProblem('It did not accept the connection:', new DeadlineExceededError(`connecting to ${this.path}`, connectTimeout)),
    );
  }

  /** The wait ends at once, whatever the step that is under way makes of the signal. */
  #end(reason: Error): void {
    if (this.#isOver) return;
    this.#leave();
    this.#controller?.abort(reason);
    this.#stream?.destroy();
    this.listener.onFailed(reason);
  }

  get #signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  #succeed(result: AppHostConnection | NoAppHost): void {
    if (this.#isOver) return;
    this.#leave();
    this.listener.onEnded(result);
  }

  #leave(): void {
    this.#isOver = true;
    this.connector.deadlines.remove(this);
    this.connector.parts.gate?.leave(this);
  }

  /** Where connections are made at once, it is the handshake that takes time, from the beginning. */
  #limit(step: 'connecting' | 'handshaking'): void {
    if (this.#step === step || this.#isOver) return;
    const { deadlines, parts } = this.connector;
    const { connectTimeout, handshakeTimeout } = parts.options;
    if (this.#step) deadlines.remove(this);
    this.#step = step;
    deadlines.add(this, step === 'connecting' ? connectTimeout : handshakeTimeout);
  }

  /** Everything that a usual attempt does, in one function: each one more that is awaited counts where a thousand AppHosts are connected at once. */
  async #run(): Promise<void> {
    const { connector, path } = this;
    const { files, sockets } = connector.parts;
    try {
      this.#limit(sockets.connectsAtOnce ? 'handshaking' : 'connecting');
      const facts = this.isTrusted ? undefined : await files.inspect(path);
      const obstacle = this.isTrusted ? undefined : obstacleOf(facts);
      if (this.#isOver) return;
      if (obstacle) return this.#succeed(obstacle);
      this.listener.onFound(facts);
      const connecting = sockets.connectsAtOnce ? sockets.connect(path) : sockets.connect(path, this.#signal);
      let stream: Duplex;
      try {
        stream = await connecting;
      } catch (error) {
        const later = await this.#connectAgain(error);
        if (later instanceof NoAppHost) return this.#succeed(later);
        stream = later;
      }
      if (this.#isOver) return void stream.destroy();
      const connection = await connector.open(this.#accepted(stream));
      if (this.#isOver) void connection[Symbol.asyncDispose]();
      this.#succeed(connection);
    } catch (error) {
      this.#stream?.destroy();
      if (!this.#isOver) await this.#fail(error);
    }
  }

  async #fail(failure: unknown): Promise<void> {
    const result = await this.#judge(failure).catch((error: unknown) => explain(toError(error)));
    if (result instanceof NoAppHost) this.#succeed(result);
    else this.#end(result);
  }

  /** From here on it is the handshake that has a limit. */
  #accepted(stream: Duplex): Duplex {
    this.#stream = stream;
    this.#isAccepted = true;
    this.#limit('handshaking');
    this.listener.onAccepted();
    return stream;
  }

  /**
   * A refusal of a socket that was just made is no answer yet: it exists from its bind on, but accepts only after its listen. Each time the file is looked at anew, for another
   * may have come in its place.
   */
  async #connectAgain(refusal: unknown): Promise<Duplex | NoAppHost> {
    const { files, options, sockets, timeProvider } = this.connector.parts;
    const signal = this.#signal;
    this.#limit('connecting');
    let error = refusal;
    let facts = await files.inspect(this.path);
    for (let pause = firstPause; errorCodeOf(error) === 'ECONNREFUSED'; pause *= 2) {
      const age = ageOf(facts, timeProvider);
      if (!(age >= 0 && age <= options.freshSocketGrace)) break;
      // The last pause ends with the patience, not at up to twice that.
      await delay(Math.min(pause, Math.max(1, options.freshSocketGrace - age)), { timeProvider, signal });
      facts = await files.inspect(this.path);
      const obstacle = obstacleOf(facts);
      if (obstacle) return obstacle;
      if (!this.#isOver) this.listener.onFound(facts);
      try {
        return await sockets.connect(this.path, signal);
      } catch (failure) {
        error = failure;
      }
    }
    throw error;
  }

  /** What a failure says of the file. @throws the failure, when it says nothing for good */
  async #judge(failure: unknown): Promise<NoAppHost> {
    const code = this.#isAccepted ? undefined : errorCodeOf(failure);
    if (code !== 'ECONNREFUSED' && code !== 'ENOENT') throw failure;
    const { files, processes, timeProvider } = this.connector.parts;
    const { processId } = this.name;
    const facts = await files.inspect(this.path);
    if (!facts) return new NoAppHost('gone');
    if (code === 'ENOENT' || processId === undefined) throw failure;
    const judgement = judgeSocketFile({
      ...facts,
      processId,
      isMakerRunning: isMakerRunning(processId, facts.createdAt, processes),
      connection: 'refused',
      reach: reachOf(dirname(this.path)),
      age: ageOf(facts, timeProvider),
    });
    if (judgement === 'orphan') return new NoAppHost('orphaned', new Error(`The process ${processId} that made the socket is gone.`, { cause: failure }));
    if (judgement === 'sharedFileSystem')
      throw new Error('It refuses connections from this computer. Its directory is shared with others: the AppHost may run on one of those.', {
        cause: failure,
      });
    throw failure;
  }
}

/** Why what was found is not connected to; undefined when it is. */
function obstacleOf(facts: FileFacts | undefined): NoAppHost | undefined {
  if (!facts) return new NoAppHost('gone');
  if (!facts.isSocket) return new NoAppHost('foreign', new Error('The file is no socket.'));
  return facts.isOurs ? undefined : new NoAppHost('foreign', new Error('The socket belongs to another user.'));
}

/** Milliseconds; NaN when it is not known. */
function ageOf(facts: FileFacts | undefined, timeProvider: TimeProvider): number {
  return facts && facts.createdAt > 0 ? timeProvider.getUtcNowMilliseconds() - facts.createdAt : NaN;
}

/** The problem in words for people who look at a list of AppHosts. */
function explain(error: Error): Error {
  if (errorCodeOf(error) === 'ECONNREFUSED') return new Error('It refuses connections: nobody listens on the socket any more.', { cause: error });
  // That the connection is lost says little; what it was lost by is what people can act on.
  return error.cause instanceof Error ? asProblem(error.message, error.cause) : error;
}

function asProblem(beginning: string, cause: Error): Error {
  return new Error(`${beginning} ${cause.message}`, { cause });
}

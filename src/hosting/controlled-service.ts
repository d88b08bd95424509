import type { ControlGate } from './control-gate.js';
import { type ControlLimits, controlLimitsOf } from './control-limits.js';
import type { HostedServiceStatus } from './diagnostics/index.js';
import { HungServiceError } from './hosted-service-calls.js';
import {
  HostedServiceControlError,
  type HostedServiceRestartOutcome,
  type HostedServiceStartOutcome,
  type HostedServiceStopOutcome,
} from './hosted-service-control.js';
import type { IHostedService } from './hosted-service.js';
import { DeadlineExceededError, isCancellation, markHandled, raceAbort, toError } from './primitives/index.js';
import { TurnQueue } from './primitives/turn-queue.js';
import { SingleServiceCalls, type SingleServiceCallsParts } from './single-service-calls.js';
import { CancellationSource } from './time/index.js';

const atWork: readonly HostedServiceStatus[] = ['starting', 'running', 'degraded'];
const idle: readonly HostedServiceStatus[] = ['notStarted', 'stopped', 'finished'];

/** A start or a stop under way: what may end it early, and when. */
interface Attempt extends Disposable {
  readonly signal: AbortSignal;
  readonly limits: ControlLimits;
  /** What is said of an error: a cancellation because time is over is told as such. */
  readonly explain: (error: Error) => Error;
}

/** One hosted service that is started and stopped on its own, one call at a time. */
export class ControlledService {
  readonly #turns = new TurnQueue();
  readonly #calls: SingleServiceCalls;
  #hasStopped = false;

  constructor(
    private readonly service: IHostedService,
    private readonly gate: ControlGate,
    private readonly parts: SingleServiceCallsParts,
  ) {
    this.#calls = new SingleServiceCalls(service, parts);
  }

  start(signal?: AbortSignal): Promise<HostedServiceStartOutcome> {
    return this.#inTurn(signal, () => this.#start(signal));
  }

  stop(signal?: AbortSignal): Promise<HostedServiceStopOutcome> {
    return this.#inTurn(signal, () => this.#stop(signal));
  }

  restart(signal?: AbortSignal): Promise<HostedServiceRestartOutcome> {
    return this.#inTurn(signal, async () => {
      const outcome = await this.#stop(signal);
      await this.#start(signal);
      return outcome === 'stopped' ? 'restarted' : 'started';
    });
  }

  /** Whether it was stopped here, and nobody has started it since. */
  get isStopped(): boolean {
    return this.#hasStopped && this.#status !== 'restarting' && !atWork.includes(this.#status);
  }

  get #status(): HostedServiceStatus {
    return this.parts.states.statusOf(this.service)!;
  }

  get #name(): string {
    return this.parts.states.nameOf(this.service);
  }

  async #inTurn<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    this.gate.throwUnlessOpen(this.#name);
    using patience = new CancellationSource({ linkedTo: [signal, ...this.gate.closing] });
    let hasTurn = false;
    const turn = (): Promise<T> => {
      hasTurn = true;
      patience[Symbol.dispose]();
      this.gate.throwUnlessOpen(this.#name);
      return work();
    };
    try {
      return await this.#turns.run(turn, patience.signal);
    } catch (error) {
      // It says more than that the wait for the turn was cancelled.
      if (!hasTurn && !signal?.aborted) this.gate.throwUnlessOpen(this.#name);
      throw error;
    }
  }

  async #start(signal: AbortSignal | undefined): Promise<HostedServiceStartOutcome> {
    const { logger, states, watch } = this.parts;
    if (atWork.includes(this.#status)) return 'alreadyRunning';
    if (this.#status !== 'restarting' && !(await this.#calls.isAtRest())) throw this.#leftBehind();
    using attempt = this.#attempt('start', signal, this.gate.closing);
    const released = watch.release(this.service);
    this.#hasStopped = false;
    states.renew(this.service);
    watch.renewBudget(this.service);
    try {
      await released?.ended;
      await this.#calls.start(attempt.signal, attempt.limits);
    } catch (thrown) {
      throw await this.#onStartFailed(attempt, toError(thrown), signal);
    }
    logger.information('{Service} was started on its own', this.#name);
    return 'started';
  }

  /** @returns what the caller is told */
  async #onStartFailed(attempt: Attempt, thrown: Error, signal: AbortSignal | undefined): Promise<Error> {
    const { logger, states } = this.parts;
    const isGivenUp = isCancellation(thrown) && (signal?.aborted === true || this.gate.isClosed);
    const error = attempt.explain(thrown);
    if (!isGivenUp && !(error instanceof HungServiceError)) logger.error(error, '{Service} failed to start on its own', this.#name);
    const errors = isGivenUp ? [] : [error];
    if (this.#calls.areOpen) markHandled(this.#takeBackLate());
    else errors.push(...(await this.#takeBack()));
    if (errors.length === 0) states.set(this.service, 'stopped');
    else states.set(this.service, 'failed', errors[0]);
    return error;
  }

  /** What has begun of a start that failed is stopped. @returns what failed in turn */
  async #takeBack(): Promise<Error[]> {
    using attempt = this.#attempt('stop', undefined, [this.gate.cut]);
    const errors = await this.#calls.stop(attempt.signal, attempt.limits);
    this.#hasStopped = errors.length === 0;
    for (const error of errors) this.parts.logger.error(error, 'The failed start of {Service} could not be taken back', this.#name);
    return errors;
  }

  /** A start that was left behind may succeed after all, and nobody wants it any more. */
  async #takeBackLate(): Promise<void> {
    await this.#calls.endOfLeftBehind();
    const isWanted = (): boolean => !this.gate.isClosed && !this.#hasStopped && this.#status === 'failed';
    await this.gate.track(this.#turns.run(async () => (isWanted() ? this.#takeBack() : [])));
  }

  async #stop(signal: AbortSignal | undefined): Promise<HostedServiceStopOutcome> {
    const { logger, states } = this.parts;
    if (this.isStopped || idle.includes(this.#status)) return 'alreadyStopped';
    using attempt = this.#attempt('stop', signal, [this.gate.cut]);
    // Not one turn of the queue between the look at the state and the stop: in it, the work could fail by itself.
    if (this.#calls.areOpen) await this.#waitForLeftBehind(attempt.signal);
    states.set(this.service, 'stopping');
    const errors = (await this.#calls.stop(attempt.signal, attempt.limits)).map(error => attempt.explain(error));
    if (this.#calls.areOpen) markHandled(this.#calls.endOfLeftBehind());
    if (errors.length > 0) throw this.#onStopFailed(errors);
    this.#hasStopped = true;
    states.set(this.service, 'stopped');
    logger.information('{Service} was stopped on its own', this.#name);
    return 'stopped';
  }

  /** @returns what the caller is told */
  #onStopFailed(errors: readonly Error[]): Error {
    const { logger, states } = this.parts;
    const error = errors.length === 1 ? errors[0]! : new AggregateError(errors, `${this.#name} failed to stop.`);
    states.set(this.service, 'failed', error);
    if (!(error instanceof HungServiceError)) logger.error(error, '{Service} failed to stop on its own', this.#name);
    return error;
  }

  /** What an earlier call has left at work is not called once more meanwhile. */
  async #waitForLeftBehind(signal: AbortSignal): Promise<void> {
    await raceAbort(this.#calls.ended(), signal).catch(() => {
      throw this.#leftBehind();
    });
  }

  #attempt(what: 'start' | 'stop', signal: AbortSignal | undefined, others: readonly AbortSignal[]): Attempt {
    const { options, timeProvider } = this.parts;
    const limits = controlLimitsOf(options);
    const source = new CancellationSource({ timeProvider, linkedTo: [signal, ...others] });
    source.cancelAfter(limits[what]);
    return {
      signal: source.signal,
      limits,
      explain: error => {
        if (!isCancellation(error) || !source.isCancellationRequested || signal?.aborted) return error;
        if (others.some(({ aborted }) => aborted)) return this.gate.refusal(this.#name, { cause: error });
        return new DeadlineExceededError(`The ${what} of ${this.#name}`, limits[what]);
      },
      [Symbol.dispose]: () => source[Symbol.dispose](),
    };
  }

  #leftBehind(): HostedServiceControlError {
    const message = `${this.#name} is still at work after an earlier call that left it behind: wait until it has ended, or end the process.`;
    return new HostedServiceControlError('ERR_SERVICE_LEFT_BEHIND', this.#name, message);
  }
}

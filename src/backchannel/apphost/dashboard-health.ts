import { DeadlineExceededError, Deferred, markHandled, onAbort, raceAbort } from '../../hosting/primitives/index.js';
import { CancellationSource, type TimeProvider } from '../../hosting/time/index.js';

/** What one question may take, in milliseconds. */
const timeout = 2_000;

type IsHealthy = (signal: AbortSignal) => boolean | Promise<boolean>;

/**
 * Asks a function of the program whether the dashboard is healthy, and waits two seconds at most.
 *
 * One question at a time: whoever asks meanwhile gets the same answer. Of a function that does not heed its signal nobody asks again before it has ended.
 */
export class DashboardHealth {
  #answer: Promise<boolean> | undefined;

  constructor(
    private readonly isHealthy: IsHealthy,
    private readonly timeProvider: TimeProvider,
    private readonly stopping: AbortSignal | undefined,
  ) {}

  /**
   * Whether it is healthy at present.
   *
   * @throws DeadlineExceededError when it does not say
   * @throws OperationCanceledError when `signal` fires
   * @throws what the function throws
   */
  async ask(signal: AbortSignal): Promise<boolean> {
    this.#answer ??= this.#begin();
    return await raceAbort(this.#answer, signal);
  }

  #begin(): Promise<boolean> {
    const answer = new Deferred<boolean>();
    const limit = new CancellationSource({ timeProvider: this.timeProvider, delay: timeout, linkedTo: [this.stopping] });
    const overdue = onAbort(limit.signal, () => answer.reject(new DeadlineExceededError('The health check of the dashboard', timeout)));
    const call = callSafely(this.isHealthy, limit.signal).finally(() => {
      overdue[Symbol.dispose]();
      limit[Symbol.dispose]();
      this.#answer = undefined;
    });
    call.then(answer.resolve, answer.reject);
    markHandled(answer.promise);
    return answer.promise;
  }
}

async function callSafely(isHealthy: IsHealthy, signal: AbortSignal): Promise<boolean> {
  return (await isHealthy(signal)) === true;
}

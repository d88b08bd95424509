import { markHandled, raceAbort } from '../../hosting/primitives/index.js';
import { CancellationSource, type TimeProvider } from '../../hosting/time/index.js';

/** One run of the work, and how many want it. */
interface Run {
  readonly source: CancellationSource;
  readonly done: Promise<void>;
  wanted: number;
}

/** Work that is done once for all who want it, for as long as anybody does. */
export class SharedWork implements AsyncDisposable {
  #run: Run | undefined;

  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly timeProvider: TimeProvider,
  ) {}

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Wants the work until `signal` fires; ends before that only when the work does, and fails as it does. */
  async during(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const run = (this.#run ??= this.#start());
    run.wanted++;
    try {
      await raceAbort(run.done, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (--run.wanted === 0) await this.#end(run);
    }
  }

  /** Ends the work, whoever wants it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#run) await this.#end(this.#run);
  }

  #start(): Run {
    const source = new CancellationSource({ timeProvider: this.timeProvider });
    const done = this.work(source.signal);
    // Its failure reaches everybody who waits for it.
    markHandled(done);
    return { source, done, wanted: 0 };
  }

  async #end(run: Run): Promise<void> {
    if (this.#run === run) this.#run = undefined;
    run.source.cancel();
    await run.done.catch(() => undefined);
  }
}

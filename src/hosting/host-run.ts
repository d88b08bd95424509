import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { TimelineEntry } from './diagnostics/index.js';
import { drainOutput } from './drain-output.js';
import { type ErrorDetail, reportFailures } from './failure-report.js';
import type { IHost } from './host.js';
import { IHostApplicationLifetime } from './host-application-lifetime.js';
import { HostOptions } from './host-options.js';
import { keepProcessAlive } from './keep-process-alive.js';
import { IProcessControl } from './lifetimes/index.js';
import { type ILogger, ILoggerFactory, type SecretRedactor } from './logging/index.js';
import { isCancellation, toError } from './primitives/index.js';
import { infiniteTimeSpan, TimeProvider, type TimeSpan, withDeadline } from './time/index.js';
import { ticksPerMillisecond, toTimerTicks } from './time/span.js';

/** The disposal has at least this. Milliseconds. */
const leastDisposalTime = 1_000;

/** What of `runHost`'s options concerns the run. */
export interface HostRunOptions {
  readonly signal?: AbortSignal;
  readonly handleUnhandledErrors?: boolean;
  readonly errorDetail?: ErrorDetail;
}

/** The life of a built host in a program, from its start to what the program prints and returns. */
export class HostRun {
  readonly #lifetime: IHostApplicationLifetime;
  readonly #control: IProcessControl;
  readonly #timeProvider: TimeProvider;
  readonly #hostOptions: HostOptions;
  readonly #logger: ILogger;
  readonly #failures: unknown[] = [];
  /** Whether something may be at work when everything has ended. */
  #isIncomplete = false;

  constructor(
    private readonly host: IHost,
    private readonly options: HostRunOptions,
    /** What is printed may end where logs end. */
    private readonly redactor: SecretRedactor,
  ) {
    // Asked for now, because the end disposes the provider.
    const { services } = host;
    this.#lifetime = services.getRequiredService(IHostApplicationLifetime);
    this.#control = services.getRequiredService(IProcessControl);
    this.#timeProvider = services.getRequiredService(TimeProvider);
    this.#hostOptions = services.getRequiredService(HostOptions.value);
    this.#logger = services.getRequiredService(ILoggerFactory).createLogger('hostward.runHost');
  }

  /** @returns the exit code; does not return when the process has to be ended by force */
  async toEnd(): Promise<number> {
    using _alive = keepProcessAlive();
    using _unhandled = this.options.handleUnhandledErrors === false ? undefined : this.#control.onUnhandledError(error => this.#onUnhandledError(error));
    await this.#attempt(() => this.#run());
    await this.#attempt(() => this.#dispose());
    await this.#writeTimeline();
    if (this.#failures.length > 0) process.stderr.write(this.redactor.redact(reportFailures(this.#failures, this.host.timeline, this.options.errorDetail)));
    const exitCode = this.#failures.length > 0 ? 1 : (this.#lifetime.exitCode ?? 0);
    if (this.#isIncomplete || this.host.timeline.entries.some(isAtWork)) await this.#exit(exitCode);
    return exitCode;
  }

  async #run(): Promise<void> {
    const { host, options } = this;
    toTimerTicks(this.#hostOptions.startupTimeout, 'startupTimeout');
    toTimerTicks(this.#hostOptions.shutdownTimeout, 'shutdownTimeout');
    try {
      await host.start(options.signal);
    } catch (error) {
      // A start that was given up because the program is to end has not failed; a stop that was cut short has.
      const isGivenUp = this.#lifetime.applicationStopping.aborted || options.signal?.aborted;
      if (isGivenUp && isCancellation(error)) return;
      throw error;
    }
    await host.waitForShutdown(options.signal);
  }

  async #dispose(): Promise<void> {
    const milliseconds = disposalTime(this.#hostOptions.shutdownTimeout);
    const dispose = () => this.host[Symbol.asyncDispose]();
    if (milliseconds === infiniteTimeSpan) return dispose();
    let isDone = false;
    try {
      await withDeadline('The disposal of the services', milliseconds, () => Promise.resolve(dispose()).finally(() => (isDone = true)), {
        timeProvider: this.#timeProvider,
      });
    } finally {
      this.#isIncomplete ||= !isDone;
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failures.push(error);
    }
  }

  #onUnhandledError(error: unknown): void {
    this.#failures.push(error);
    this.#logger.critical(toError(error), 'An error that nobody handled stops the application');
    this.#lifetime.stopApplication({ exitCode: 1 });
  }

  async #writeTimeline(): Promise<void> {
    const file = process.env.HOSTWARD_TIMELINE;
    if (!file) return;
    const { timeline } = this.host;
    const formats: Record<string, () => string> = {
      '.txt': () => `${timeline.toText()}\n`,
      '.json': () => `${JSON.stringify(timeline.entries, errorsAsText, 2)}\n`,
    };
    try {
      await writeFile(file, this.redactor.redact((formats[extname(file).toLowerCase()] ?? (() => timeline.toSvg()))()));
    } catch (error) {
      process.stderr.write(`The timeline cannot be written: ${toError(error).message}\n`);
    }
  }

  /** What was left behind may hold the process for ever. */
  async #exit(exitCode: number): Promise<void> {
    await Promise.all([process.stdout, process.stderr].map(stream => drainOutput(stream)));
    this.#control.exit(exitCode);
  }
}

/** As long as the stop. One that has no patience, or whose time makes no sense, leaves the disposal some all the same. Milliseconds. */
function disposalTime(shutdownTimeout: TimeSpan): number {
  try {
    const milliseconds = toTimerTicks(shutdownTimeout, 'shutdownTimeout') / ticksPerMillisecond;
    return milliseconds < 0 ? infiniteTimeSpan : Math.max(leastDisposalTime, milliseconds);
  } catch {
    return leastDisposalTime;
  }
}

/** Whether nobody waited for the end of a call: the host moved on, or a background service ignores its signal. */
function isAtWork({ phase, outcome }: TimelineEntry): boolean {
  return outcome === 'leftBehind' || (phase === 'execute' && outcome === 'running');
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

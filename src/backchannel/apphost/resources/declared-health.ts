import { type HealthStatus, healthStatuses } from '../../../hosting/diagnostics/host-health.js';
import { ArgumentError, ArgumentOutOfRangeError, isCancellation, toError } from '../../../hosting/primitives/index.js';
import { delay, type TimeProvider, type TimeSpan, withDeadline } from '../../../hosting/time/index.js';
import { maxTimerMilliseconds, ticksPerMillisecond, toTicks } from '../../../hosting/time/span.js';
import type { HealthReport } from '../../contract/index.js';

/** How a resource is. Nothing and true stand for healthy, false and what is thrown for unhealthy. */
export type ResourceHealthResult = HealthStatus | boolean | { readonly status: HealthStatus; readonly description?: string | undefined } | undefined | void;

/** Finds out how a resource is. `signal` fires when nobody waits for the answer any more. */
export type ResourceHealthCheck = (signal: AbortSignal) => Promise<ResourceHealthResult> | ResourceHealthResult;

/** When a {@link ResourceHealthCheck} is asked. */
export interface ResourceHealthCheckOptions {
  /** From one answer to the next question, 1 ms to 4294967294 ms; until the first healthy answer it is asked at least each second. Default: 10 s. */
  readonly healthCheckInterval?: TimeSpan;
  /** So long an answer may take; without one it is unhealthy. 1 ms to 4294967294 ms. Default: 5 s. */
  readonly healthCheckTimeout?: TimeSpan;
}

const names: Readonly<Record<HealthStatus, string>> = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy' };

/** The longest pause until it has been healthy once: somebody may wait for it. Milliseconds. */
const impatience = 1_000;

/** Both in milliseconds. @throws ArgumentOutOfRangeError */
export function healthCheckSpans({ healthCheckInterval = 10_000, healthCheckTimeout = 5_000 }: ResourceHealthCheckOptions): {
  readonly interval: number;
  readonly timeout: number;
} {
  return { interval: millisecondsOf(healthCheckInterval, 'healthCheckInterval'), timeout: millisecondsOf(healthCheckTimeout, 'healthCheckTimeout') };
}

/** What a {@link ResourceHealthPoll} needs. */
export interface ResourceHealthPollParts extends ResourceHealthCheckOptions {
  /** Names the report. */
  readonly name: string;
  readonly check: ResourceHealthCheck;
  readonly timeProvider: TimeProvider;
  readonly onReport: (report: HealthReport) => void;
}

/** Asks a health check again and again. Never two questions at a time, over all runs of the resource: a check that does not heed its signal is waited for. */
export class ResourceHealthPoll {
  #isOpen = false;

  constructor(private readonly parts: ResourceHealthPollParts) {}

  /** The report as long as nobody has asked. */
  get initial(): HealthReport {
    return { name: this.parts.name, status: null, description: null, exceptionText: null };
  }

  /** Asks until `signal` fires. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { interval } = healthCheckSpans(this.parts);
    const { timeProvider, onReport } = this.parts;
    try {
      for (let wasHealthy = false; ;) {
        const report = await this.#ask(signal);
        if (signal.aborted) return;
        wasHealthy ||= report?.status === names.healthy;
        if (report) onReport(report);
        await delay(wasHealthy ? interval : Math.min(interval, impatience), { timeProvider, signal });
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  /** Undefined while an earlier question is open: it has been reported that its answer is late. */
  async #ask(signal: AbortSignal): Promise<HealthReport | undefined> {
    const { name, timeProvider } = this.parts;
    if (this.#isOpen) return undefined;
    const { timeout } = healthCheckSpans(this.parts);
    try {
      return toReport(name, await withDeadline(`The health check ${name}`, timeout, limit => this.#call(limit), { timeProvider, signal }));
    } catch (thrown) {
      const error = toError(thrown);
      return { name, status: names.unhealthy, description: error.message, exceptionText: error.stack ?? String(error) };
    }
  }

  async #call(signal: AbortSignal): Promise<unknown> {
    this.#isOpen = true;
    try {
      return await this.parts.check(signal);
    } finally {
      this.#isOpen = false;
    }
  }
}

function toReport(name: string, result: unknown): HealthReport {
  const { status, description } =
    typeof result === 'object' && result !== null ? (result as Partial<Record<string, unknown>>) : { status: statusOf(result), description: null };
  if (!(healthStatuses as readonly unknown[]).includes(status))
    throw new ArgumentError(
      'result',
      `A health check answers with nothing, true, false, healthy, degraded, unhealthy or a report, but not with ${String(status)}.`,
    );
  return { name, status: names[status as HealthStatus], description: typeof description === 'string' ? description : null, exceptionText: null };
}

function statusOf(result: unknown): unknown {
  return typeof result === 'boolean' ? (result ? 'healthy' : 'unhealthy') : (result ?? 'healthy');
}

function millisecondsOf(span: TimeSpan, name: string): number {
  const milliseconds = toTicks(span, name) / ticksPerMillisecond;
  if (!(milliseconds >= 1 && milliseconds <= maxTimerMilliseconds)) throw new ArgumentOutOfRangeError(name, span, `between 1 and ${maxTimerMilliseconds} ms`);
  return milliseconds;
}

import type { IServiceProvider, ServiceCollection } from '../dependency-injection/index.js';
import { type ILogger, ILoggerFactory } from '../logging/index.js';
import { PeriodicBackgroundService } from '../periodic-background-service.js';
import { ArgumentError, ArgumentOutOfRangeError, isCancellation, toError } from '../primitives/index.js';
import { TimeProvider, type TimeSpan, withDeadline } from '../time/index.js';
import { maxTimerMilliseconds, ticksPerMillisecond, toTicks } from '../time/span.js';
import { type HealthReport, type HealthStatus, healthStatuses } from './host-health.js';
import { HostedServiceStates } from './hosted-service-states.js';

/** How something is. Nothing stands for healthy; what is thrown, for unhealthy. */
export type HealthCheckResult = HealthStatus | HealthReport | undefined | void;

/** Finds out how something is. `signal` fires when nobody waits for the answer any more. */
export type HealthCheck = (signal: AbortSignal, services: IServiceProvider) => HealthCheckResult | Promise<HealthCheckResult>;

/** Options of {@link addHealthCheck}. */
export interface HealthCheckOptions {
  /** From one check to the next; 1 ms to 4294967294 ms. Default: 10 s. */
  readonly interval?: TimeSpan;
  /** So long an answer may take; without one it is unhealthy. 1 ms to 4294967294 ms. Default: 5 s. */
  readonly timeout?: TimeSpan;
}

/**
 * Adds a check that is asked while the host runs, the first time when it starts. It is a hosted service of this name, whose health is the latest answer:
 * unhealthy until the first, without an answer in time, and when it throws.
 *
 * It is never asked while an earlier question is open: one that does not heed its signal is waited for before the next. A change is logged.
 *
 * Differs from .NET: there health checks are a package of their own.
 *
 * ```ts
 * addHealthCheck(builder.services, 'database', signal => pool.ping({ signal }), { interval: 5_000, timeout: 1_000 });
 * ```
 *
 * @throws ArgumentError (`name`) for an empty name
 * @throws ArgumentOutOfRangeError (`interval`, `timeout`)
 */
export function addHealthCheck(services: ServiceCollection, name: string, check: HealthCheck, options: HealthCheckOptions = {}): ServiceCollection {
  if (typeof name !== 'string' || name.trim() === '') throw new ArgumentError('name', 'A health check needs a name that is not empty.');
  const interval = millisecondsOf(options.interval ?? 10_000, 'interval');
  const timeout = millisecondsOf(options.timeout ?? 5_000, 'timeout');
  return services.addHostedService(provider => new HealthCheckService(name, check, interval, timeout, provider));
}

/** Whether a hosted service is a check that {@link addHealthCheck} has added. */
export function isHealthCheck(service: object): boolean {
  return service instanceof HealthCheckService;
}

const notChecked: HealthReport = { status: 'unhealthy', description: 'not checked yet' };

class HealthCheckService extends PeriodicBackgroundService {
  readonly #states: HostedServiceStates;
  readonly #logger: ILogger;
  readonly #time: TimeProvider;
  #isOpen = false;
  #latest: HealthReport = notChecked;

  constructor(
    private readonly name: string,
    private readonly check: HealthCheck,
    interval: number,
    private readonly timeout: number,
    private readonly services: IServiceProvider,
  ) {
    const timeProvider = services.getRequiredService(TimeProvider);
    super(timeProvider, { period: interval, atStart: true });
    this.#time = timeProvider;
    this.#states = services.getRequiredService(HostedServiceStates);
    this.#logger = services.getRequiredService(ILoggerFactory).createLogger('hostward.HealthCheck');
    this.#states.name(this, name);
    this.#states.report(this, this.#latest);
  }

  /** Started once more, it knows nothing of how things are now. */
  override start(signal: AbortSignal): Promise<void> {
    if (this.executeTask) this.#states.report(this, (this.#latest = notChecked));
    return super.start(signal);
  }

  protected override async tick(stopping: AbortSignal): Promise<void> {
    // It has been reported that the answer is late.
    if (this.#isOpen) return;
    try {
      const options = { timeProvider: this.#time, signal: stopping };
      this.#report(toReport(await withDeadline(`The health check ${this.name}`, this.timeout, signal => this.#ask(signal), options)));
    } catch (error) {
      if (stopping.aborted && isCancellation(error)) throw error;
      this.#report({ status: 'unhealthy', description: toError(error).message });
    }
  }

  async #ask(signal: AbortSignal): Promise<HealthCheckResult> {
    this.#isOpen = true;
    try {
      return await this.check(signal, this.services);
    } finally {
      this.#isOpen = false;
    }
  }

  #report(report: HealthReport): void {
    const { status, description } = report;
    const hasChanged = status !== this.#latest.status;
    this.#latest = report;
    this.#states.report(this, report);
    if (!hasChanged) return;
    const level = status === 'healthy' ? 'information' : 'warning';
    if (description === undefined) this.#logger[level]('{Check} is {Status}', this.name, status);
    else this.#logger[level]('{Check} is {Status}: {Description}', this.name, status, description);
  }
}

function toReport(result: unknown): HealthReport {
  if (result === undefined) return { status: 'healthy' };
  const { status, description } = typeof result === 'object' && result !== null ? (result as Partial<Record<string, unknown>>) : { status: result };
  if (!(healthStatuses as readonly unknown[]).includes(status))
    throw new ArgumentError(
      'result',
      `A health check answers with nothing, with healthy, degraded or unhealthy, or with a report, but not with ${String(status)}.`,
    );
  return { status: status as HealthStatus, description: typeof description === 'string' ? description : undefined };
}

function millisecondsOf(span: TimeSpan, name: string): number {
  const milliseconds = toTicks(span, name) / ticksPerMillisecond;
  if (!(milliseconds >= 1 && milliseconds <= maxTimerMilliseconds)) throw new ArgumentOutOfRangeError(name, span, `between 1 and ${maxTimerMilliseconds} ms`);
  return milliseconds;
}

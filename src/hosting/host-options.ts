import { type OptionsDeclaration, optionsOf } from './options/index.js';
import { ArgumentOutOfRangeError } from './primitives/index.js';
import { infiniteTimeSpan, type TimeSpan } from './time/index.js';
import { maxTimerMilliseconds, ticksPerMillisecond, toTicks, toTimerTicks } from './time/span.js';

/** What the host does when `execute` of a background service fails. */
export type BackgroundServiceExceptionBehavior = 'stopHost' | 'ignore';

/**
 * How the host starts and stops; read at each start and stop.
 *
 * @see Microsoft.Extensions.Hosting.HostOptions
 */
export interface HostOptions {
  /** The time after which a stop is no longer graceful: one budget for all services, which ends their signal but never their stop. Default: 30 s. */
  shutdownTimeout: TimeSpan;
  /** The time after which the start signal fires. Default: infinite (-1), as in .NET; in `runHost` 60 s. */
  startupTimeout: TimeSpan;
  /** Whether all services start at the same time. Default: false. */
  servicesStartConcurrently: boolean;
  /** Whether all services stop at the same time. Default: false. */
  servicesStopConcurrently: boolean;
  /** Default: `stopHost`. */
  backgroundServiceExceptionBehavior: BackgroundServiceExceptionBehavior;
  /**
   * Whether a failed start stops, in reverse, the services that had started. Default: false; `runHost` sets it.
   *
   * Differs from .NET: an addition; there they are left running.
   */
  rollbackFailedStart: boolean;
  /**
   * How long a program that is to stop goes on as before, not ready any more: until whoever sends it work has noticed. Counts where the host waits for the
   * shutdown, not for a `stop` that is called. Default: 0.
   *
   * Differs from .NET: an addition.
   */
  shutdownDelay: TimeSpan;
  /**
   * Whether services start in the order of their registration, or each after those that it declares by `startAfter`; they stop in reverse. Default:
   * `registration`.
   *
   * Differs from .NET: an addition.
   */
  startOrder: 'registration' | 'dependencies';
  /**
   * After so long a service that holds up the start or the stop is named in a warning, and again when the time of the phase is over. Default: infinite (-1);
   * `runHost` sets 5 s.
   *
   * Differs from .NET: an addition.
   */
  slowServiceWarningTimeout: TimeSpan;
  /**
   * So long a service may hold up the start or the stop after its signal has fired; then the host moves on without it, which counts as a failure of the
   * service. Default: infinite (-1), as in .NET; `runHost` sets 1 s.
   *
   * Differs from .NET: an addition.
   */
  hungServiceTimeout: TimeSpan;
}

/** `services.configure(HostOptions, options => …)` changes them, after what the configuration says; `HostOptions.value` is their token. */
export const HostOptions: OptionsDeclaration<HostOptions> = optionsOf('', defaultHostOptions, { name: 'HostOptions' });

/**
 * Checks what would come out only when it is too late, such as a delay of the shutdown that keeps the services from being stopped.
 *
 * @throws ArgumentOutOfRangeError with the option as `paramName`
 */
export function throwIfUnusable(options: HostOptions): void {
  const { slowServiceWarningTimeout, hungServiceTimeout, shutdownDelay, startOrder, backgroundServiceExceptionBehavior } = options;
  toTimerTicks(slowServiceWarningTimeout, 'slowServiceWarningTimeout');
  toTimerTicks(hungServiceTimeout, 'hungServiceTimeout');
  const delay = toTicks(shutdownDelay, 'shutdownDelay') / ticksPerMillisecond;
  if (delay < 0 || delay > maxTimerMilliseconds) throw new ArgumentOutOfRangeError('shutdownDelay', shutdownDelay, `between 0 and ${maxTimerMilliseconds} ms`);
  throwUnlessOneOf('startOrder', startOrder, ['registration', 'dependencies']);
  throwUnlessOneOf('backgroundServiceExceptionBehavior', backgroundServiceExceptionBehavior, ['stopHost', 'ignore']);
}

function throwUnlessOneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new ArgumentOutOfRangeError(name, value, known.map(word => `'${word}'`).join(' or '));
}

function defaultHostOptions(): HostOptions {
  return {
    shutdownTimeout: 30_000,
    startupTimeout: infiniteTimeSpan,
    servicesStartConcurrently: false,
    servicesStopConcurrently: false,
    backgroundServiceExceptionBehavior: 'stopHost',
    rollbackFailedStart: false,
    shutdownDelay: 0,
    startOrder: 'registration',
    slowServiceWarningTimeout: infiniteTimeSpan,
    hungServiceTimeout: infiniteTimeSpan,
  };
}

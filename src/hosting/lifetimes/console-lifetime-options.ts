import { type OptionsDeclaration, optionsOf } from '../options/index.js';

/** @see Microsoft.Extensions.Hosting.ConsoleLifetimeOptions */
export interface ConsoleLifetimeOptions {
  /** Whether the status messages are left out. Default: false. */
  suppressStatusMessages: boolean;
  /**
   * Whether a second signal ends the process at once, with 128 + the signal's number. Default: false; `runHost` sets it.
   *
   * Differs from .NET: an addition; there a second signal does nothing.
   */
  exitOnSecondSignal: boolean;
  /**
   * Whether a stop that a signal has begun names 128 + the signal's number as the exit code, as a shell does. Default: false, which is 0.
   *
   * Differs from .NET: an addition.
   */
  exitCodeFromSignal?: boolean;
}

/** `services.configure(ConsoleLifetimeOptions, options => …)` changes them; `ConsoleLifetimeOptions.value` is their token. */
export const ConsoleLifetimeOptions: OptionsDeclaration<ConsoleLifetimeOptions> = optionsOf(
  '',
  { suppressStatusMessages: false, exitOnSecondSignal: false },
  { name: 'ConsoleLifetimeOptions' },
);

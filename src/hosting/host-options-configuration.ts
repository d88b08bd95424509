import { IConfiguration } from './configuration/index.js';
import type { ServiceCollection } from './dependency-injection/index.js';
import { HostOptions } from './host-options.js';
import { addStartupValidator } from './options/index.js';

/** The greatest number of seconds that is understood. */
const maxSeconds = 2_147_483_647;

/**
 * Registers the options of the host, which the configuration sets: whoever configures them later has the last word. What validates options at the start comes
 * with it, before validators of the program's own.
 */
export function addHostOptions(services: ServiceCollection): void {
  addStartupValidator(services);
  services.configure(HostOptions, applyConfiguration, [IConfiguration]);
}

/**
 * Sets what the configuration says of the host: `shutdownTimeoutSeconds`, `startupTimeoutSeconds`, `servicesStartConcurrently` and `servicesStopConcurrently`.
 * What is no number of seconds in digits, or neither true nor false, is as if it were not there.
 *
 * @see Microsoft.Extensions.Hosting.HostOptions.Initialize
 */
function applyConfiguration(options: HostOptions, configuration: IConfiguration): void {
  options.shutdownTimeout = milliseconds(configuration.get('shutdownTimeoutSeconds')) ?? options.shutdownTimeout;
  options.startupTimeout = milliseconds(configuration.get('startupTimeoutSeconds')) ?? options.startupTimeout;
  options.servicesStartConcurrently = truth(configuration.get('servicesStartConcurrently')) ?? options.servicesStartConcurrently;
  options.servicesStopConcurrently = truth(configuration.get('servicesStopConcurrently')) ?? options.servicesStopConcurrently;
}

function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds <= maxSeconds ? seconds * 1000 : undefined;
}

function truth(text: string | undefined): boolean | undefined {
  const word = text?.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

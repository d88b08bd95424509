import { HostApplicationBuilder, type HostApplicationBuilderSettings } from './host-application-builder.js';
import { HostBuilder } from './host-builder.js';

/** Where a program begins. @see Microsoft.Extensions.Hosting.Host */
export const Host: {
  /**
   * A builder with the defaults: appsettings.json and its kin, user secrets in development, environment variables, the arguments of the settings, and logging
   * to the console.
   *
   * @param settings or the arguments of the program alone
   */
  createApplicationBuilder(settings?: HostApplicationBuilderSettings | readonly string[]): HostApplicationBuilder;
  /** A builder without defaults: nothing is read but what the settings hold, and nothing is logged. */
  createEmptyApplicationBuilder(settings?: HostApplicationBuilderSettings): HostApplicationBuilder;
  /** The same defaults in .NET's older style, in which everything waits for the build. */
  createDefaultBuilder(args?: readonly string[]): HostBuilder;
} = {
  createApplicationBuilder: settings => new HostApplicationBuilder(isList(settings) ? { args: settings } : settings),
  createEmptyApplicationBuilder: settings => new HostApplicationBuilder({ ...settings, disableDefaults: true }),
  createDefaultBuilder: args => new HostBuilder().configureDefaults(args),
};

function isList(settings: HostApplicationBuilderSettings | readonly string[] | undefined): settings is readonly string[] {
  return Array.isArray(settings);
}

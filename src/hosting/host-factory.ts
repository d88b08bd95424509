import { HostApplicationBuilder, type HostApplicationBuilderSettings } from './host-application-builder.js';

/** Where a program begins. */
export const Host: {
  /** A builder with the defaults: environment from `DOTNET_ENVIRONMENT`, logging to the console. */
  createApplicationBuilder(settings?: HostApplicationBuilderSettings): HostApplicationBuilder;
  /** A builder without defaults: nothing is read from the environment and nothing is logged. */
  createEmptyApplicationBuilder(settings?: HostApplicationBuilderSettings): HostApplicationBuilder;
} = {
  createApplicationBuilder: settings => new HostApplicationBuilder(settings),
  createEmptyApplicationBuilder: settings => new HostApplicationBuilder({ ...settings, disableDefaults: true }),
};

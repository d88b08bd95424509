export { BackgroundService } from './background-service.js';
export * from './configuration/index.js';
export { IConsole, type IConsoleStream, SystemConsole } from './console.js';
export * from './dependency-injection/index.js';
export {
  addHealthCheck,
  addHealthEndpoint,
  type CallOutcome,
  type HealthCheck,
  type HealthCheckOptions,
  type HealthCheckResult,
  HealthEndpoint,
  HealthEndpointOptions,
  type HealthReason,
  type HealthReport,
  type HealthStatus,
  type HostedServiceState,
  type HostedServiceStatus,
  type HostPhase,
  IHealthReporter,
  IHostHealth,
  IHostTimeline,
  type TimelineEntry,
} from './diagnostics/index.js';
export * from './files/index.js';
export { IHost } from './host.js';
export { HostAbortedError } from './host-aborted-error.js';
export { HostApplicationBuilder, type HostApplicationBuilderSettings } from './host-application-builder.js';
export { HostBuilder, type HostBuilderStep } from './host-builder.js';
export { HostBuilderContext } from './host-builder-context.js';
export { Host } from './host-factory.js';
export { IHostApplicationLifetime, type StopApplicationOptions } from './host-application-lifetime.js';
export { Environments, HostDefaults, HostingEnvironment, IHostEnvironment, isDevelopment, isEnvironment, isProduction, isStaging } from './host-environment.js';
export { type BackgroundServiceExceptionBehavior, HostOptions } from './host-options.js';
export type { ErrorDetail } from './failure-report.js';
export { HungServiceError } from './hosted-service-calls.js';
export {
  HostedServiceControlError,
  type HostedServiceControlErrorCode,
  type HostedServiceRestartOutcome,
  type HostedServiceStartOutcome,
  type HostedServiceStopOutcome,
  IHostedServiceControl,
} from './hosted-service-control.js';
export { type IHostedLifecycleService, IHostedService } from './hosted-service.js';
export * from './lifetimes/index.js';
export * from './logging/index.js';
export * from './options/index.js';
export * from './primitives/index.js';
export { PeriodicBackgroundService, type PeriodicSchedule } from './periodic-background-service.js';
export { RestartLimitError, RestartPolicy } from './restart-policy.js';
export { runHost, type RunHostOptions } from './run-host.js';
export * from './time/index.js';

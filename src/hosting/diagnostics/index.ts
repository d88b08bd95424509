export { addHealthCheck, type HealthCheck, type HealthCheckOptions, type HealthCheckResult } from './health-check.js';
export { addHealthEndpoint, HealthEndpoint, HealthEndpointOptions } from './health-endpoint.js';
export {
  type HealthReason,
  type HealthReport,
  type HealthStatus,
  type HostedServiceState,
  type HostedServiceStatus,
  IHealthReporter,
  IHostHealth,
} from './host-health.js';
export { HostedServiceStates } from './hosted-service-states.js';
export { type CallOutcome, type HostPhase, HostTimeline, IHostTimeline, type TimelineEntry } from './host-timeline.js';

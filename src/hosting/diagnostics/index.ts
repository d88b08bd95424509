export { addHealthEndpoint, HealthEndpoint, HealthEndpointOptions } from './health-endpoint.js';
export { type HealthReport, type HealthStatus, type HostedServiceState, type HostedServiceStatus, IHealthReporter, IHostHealth } from './host-health.js';
export { HostedServiceStates } from './hosted-service-states.js';
export { type CallOutcome, type HostPhase, HostTimeline, IHostTimeline, type TimelineEntry } from './host-timeline.js';

import type { HealthStatus } from '../../../hosting/diagnostics/host-health.js';
import type { EnvironmentVariable, HealthReport, ResourceVolume } from '../../contract/index.js';
import { assertUpdate } from './assert-resource-update.js';
import {
  isEndState,
  reportsOf,
  type ResourceHealthReport,
  type ResourceUpdate,
  type ResourceVariableOptions,
  type ResourceVolumeOptions,
} from './custom-resource-update.js';
import { factsOfOptions } from './facts-of-options.js';
import { copyOfProperties } from './property-values.js';
import type { ResourceFacts } from './resource-facts.js';

const healthNames: Readonly<Record<HealthStatus, string>> = { healthy: 'Healthy', degraded: 'Degraded', unhealthy: 'Unhealthy' };

/**
 * The facts that change. The moments of its start and end follow from its state, unless they are given.
 *
 * @param now as ISO 8601
 * @throws ArgumentError that names the resource, for what makes no sense; nothing changes then
 */
export function factsOfUpdate(name: string, update: ResourceUpdate, before: ResourceFacts, now: string): ResourceFacts {
  assertUpdate(name, update, before);
  const { state, stateStyle, health, exitCode, createdAt, startedAt, stoppedAt, urls, volumes, environmentVariables, properties } = update;
  const isStart = state === 'Running' && before.state !== 'Running';
  const isEnd = isEndState(state) && !isEndState(before.state);
  return {
    ...(state !== undefined && { state }),
    ...(isStart && { startedAt: now, stoppedAt: null, exitCode: null }),
    ...(isEnd && { stoppedAt: now }),
    ...(createdAt !== undefined && { createdAt: toIso(createdAt) }),
    ...(startedAt !== undefined && { startedAt: toIso(startedAt) }),
    ...(stoppedAt !== undefined && { stoppedAt: toIso(stoppedAt) }),
    ...(stateStyle !== undefined && { stateStyle }),
    ...(health !== undefined && { healthReports: reportsOf(health).map(report => toReport(name, report)) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(urls && { urls: factsOfOptions({ urls }).urls ?? [] }),
    ...(volumes && { volumes: volumes.map(toVolume) }),
    ...(environmentVariables && { environmentVariables: environmentVariables.map(toVariable) }),
    ...(properties && { properties: copyOfProperties(properties) }),
  };
}

function toReport(resourceName: string, report: ResourceHealthReport): HealthReport {
  const { name = resourceName, status, description, exceptionText } = report;
  return { name, status: healthNames[status], description: description ?? null, exceptionText: exceptionText ?? null };
}

function toVolume({ source = null, target, mountType = 'volume', isReadOnly = false }: ResourceVolumeOptions): ResourceVolume {
  return { source, target, mountType, isReadOnly };
}

function toVariable({ name, value = null, isFromSpec = true }: ResourceVariableOptions): EnvironmentVariable {
  return { name, value, isFromSpec };
}

function toIso(moment: Date | null): string | null {
  return moment && moment.toISOString();
}

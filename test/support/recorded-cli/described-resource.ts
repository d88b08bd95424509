import type { ResourceSnapshot } from 'hostward/backchannel';
import { compareLinguistically, resolveResources, sameText, shownName } from './resource-names.js';

type Command = ResourceSnapshot['commands'][number];
type Argument = Command['argumentInputs'][number];

/** A resource as `describe --format json` shows it, members in its order; what is null is left out. */
export function describedResource(
  resource: ResourceSnapshot,
  /** Those among which relationships are looked up. */ related: readonly ResourceSnapshot[],
  dashboardUrl: string | null | undefined,
): object {
  const { name, displayName, resourceType, state, stateStyle, exitCode, healthStatus } = resource;
  return withoutNulls({
    name,
    displayName,
    resourceType,
    state,
    waitingFor: waitingFor(resource, related),
    stateStyle,
    creationTimestamp: toTimestamp(resource.createdAt),
    startTimestamp: toTimestamp(resource.startedAt),
    stopTimestamp: toTimestamp(resource.stoppedAt),
    source: sourceOf(resource),
    exitCode,
    healthStatus,
    dashboardUrl: dashboardAddress(dashboardUrl, name),
    relationships: resource.relationships.flatMap(({ type, resourceName }) =>
      related.filter(other => sameText(other.displayName, resourceName)).map(other => ({ type, resourceName: other.name })),
    ),
    urls: resource.urls.map(url =>
      withoutNulls({ name: url.name, displayName: url.displayProperties?.displayName, url: url.url, isInternal: url.isInternal || null }),
    ),
    volumes: resource.volumes.map(({ isReadOnly, source, target, mountType }) => withoutNulls({ source, target, mountType, isReadOnly: isReadOnly || null })),
    properties: toDictionary(Object.entries(resource.properties)),
    environment: toDictionary(resource.environmentVariables.filter(({ isFromSpec }) => isFromSpec).map(variable => [variable.name, variable.value])),
    healthReports: toDictionary(
      resource.healthReports.map(report => [
        report.name,
        withoutNulls({ status: report.status, description: report.description, exceptionMessage: report.exceptionText }),
      ]),
    ),
    commands: toDictionary(
      resource.commands.flatMap((command, index) => (isOffered(command) ? [[command.name, describedCommand(command, index)] as [string, unknown]] : [])),
    ),
  });
}

/** The page of a resource on the dashboard; undefined without a dashboard. */
export function dashboardAddress(url: string | null | undefined, resourceName: string): string | undefined {
  if (!url) return undefined;
  return `${url.replace(/\/login\?.*$|\?.*$/, '').replace(/\/$/, '')}/?resource=${encodeURIComponent(resourceName)}`;
}

function waitingFor(resource: ResourceSnapshot, all: readonly ResourceSnapshot[]): readonly string[] | undefined {
  const property = resource.properties['resource.waitingFor'];
  const names = resource.waitingFor ?? (typeof property === 'string' ? property.split(',') : undefined);
  return names && [...new Set(names.map(name => shownNameOf(name, all)))];
}

function shownNameOf(name: string, all: readonly ResourceSnapshot[]): string {
  const [resource, another] = resolveResources(name, all);
  return resource && !another ? shownName(resource, all) : name;
}

/** The text of the first property that says where the resource comes from. */
function sourceOf({ resourceType, properties }: ResourceSnapshot): string | undefined {
  const text = (name: string) => (typeof properties[name] === 'string' && properties[name] !== '' ? properties[name] : undefined);
  const fileName = (path: string | undefined) => path?.split('/').at(-1);
  return (
    (resourceType === 'Project' ? fileName(text('project.path')) : undefined) ??
    (resourceType === 'Tool' ? text('tool.package') : undefined) ??
    fileName(text('executable.path')) ??
    text('container.image') ??
    text('resource.source')
  );
}

function isOffered({ state, visibility }: Command): boolean {
  return state === 'Enabled' && visibility.split(',').some(part => part.trim() === 'Api');
}

function describedCommand({ displayName, description, visibility, state, argumentInputs }: Command, sortOrder: number): object {
  return withoutNulls({
    displayName: displayName?.trim() || null,
    description,
    visibility: visibility === 'UI, Api' ? null : visibility,
    state,
    sortOrder,
    argumentInputs: argumentInputs.length > 0 ? argumentInputs.map(describedArgument) : null,
  });
}

function describedArgument(argument: Argument): object {
  const { name, label, description, inputType, placeholder, value, options, maxLength, dynamicLoading } = argument;
  return withoutNulls({
    name,
    label,
    description,
    enableDescriptionMarkdown: argument.enableDescriptionMarkdown || null,
    inputType,
    required: argument.required || null,
    placeholder,
    value: inputType === 'SecretText' ? null : value,
    options,
    allowCustomChoice: argument.allowCustomChoice || null,
    disabled: argument.disabled || null,
    maxLength,
    dynamicLoading: dynamicLoading && withoutNulls({ ...dynamicLoading, alwaysLoadOnStart: dynamicLoading.alwaysLoadOnStart || null }),
  });
}

/** By name, the first of equal ones. */
function toDictionary(entries: readonly (readonly [string, unknown])[]): object {
  const first = new Map([...entries].reverse());
  return Object.fromEntries([...first].sort(([left], [right]) => compareLinguistically(left, right)));
}

/** A time without the zeros at the end of its fraction, `Z` as an offset. */
function toTimestamp(time: string | null): string | undefined {
  return time?.replace(/\.(\d*?)0*(?=[Z+-])/, (_fraction, digits: string) => (digits === '' ? '' : `.${digits}`)).replace(/Z$/, '+00:00');
}

function withoutNulls(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}

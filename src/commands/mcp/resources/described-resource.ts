import type { CommandArgument, ResourceCommand, ResourceSnapshot } from '../../../backchannel/contract/index.js';
import type { ResourceIndex } from './resource-index.js';

/** The order that people expect, and that .NET has: `_c, a, A, a-b, ab, b, B`. */
const linguistic = new Intl.Collator('en');

/** What the description of a resource takes from around it. */
export interface ResourceSurroundings {
  /** Among these the resources are looked up that it mentions. */
  readonly index: ResourceIndex;
  /** The address of the dashboard, without a login token; undefined: there is none. */
  readonly dashboardUrl: string | undefined;
}

/**
 * A resource as `describe --format json` and the MCP server show it: members in the order of the `aspire` CLI, those that are null left out, dictionaries by name.
 *
 * @see Aspire.Cli.Backchannel, ResourceSnapshotMapper
 */
export function describedResource(resource: ResourceSnapshot, { index, dashboardUrl }: ResourceSurroundings): object {
  const { name, displayName, resourceType, state, stateStyle, exitCode, healthStatus } = resource;
  return withoutNulls({
    name,
    displayName,
    resourceType,
    state,
    waitingFor: waitingFor(resource, index),
    stateStyle,
    creationTimestamp: toTimestamp(resource.createdAt),
    startTimestamp: toTimestamp(resource.startedAt),
    stopTimestamp: toTimestamp(resource.stoppedAt),
    source: sourceOf(resource),
    exitCode,
    healthStatus,
    dashboardUrl: dashboardUrl === undefined ? undefined : `${dashboardUrl}/?resource=${urlEncoded(name)}`,
    relationships: relationshipsOf(resource, index),
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
      resource.commands.flatMap((command, index): [string, unknown][] => (isOffered(command) ? [[command.name, describedCommand(command, index)]] : [])),
    ),
  });
}

/** Half of a surrogate pair, which no address can hold, becomes what stands for it in UTF-8. */
function urlEncoded(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString());
}

function waitingFor(resource: ResourceSnapshot, index: ResourceIndex): readonly string[] | undefined {
  const property = resource.properties['resource.waitingFor'];
  const names = resource.waitingFor ?? (typeof property === 'string' ? property.split(',') : undefined);
  return names && [...new Set(names.map(name => shownNameOf(name, index)))];
}

function shownNameOf(name: string, index: ResourceIndex): string {
  const [resource, another] = index.resolve(name);
  return resource && !another ? index.shownName(resource) : name;
}

function relationshipsOf({ relationships }: ResourceSnapshot, index: ResourceIndex): readonly object[] {
  return relationships.flatMap(({ type, resourceName }) => index.withDisplayName(resourceName).map(({ name }) => ({ type, resourceName: name })));
}

/** The text of the first property that says where the resource comes from. */
function sourceOf({ resourceType, properties }: ResourceSnapshot): string | undefined {
  const text = (name: string) => (typeof properties[name] === 'string' && properties[name] !== '' ? properties[name] : undefined);
  const fileName = (path: string | undefined) => path?.split(/[/\\]/).at(-1);
  return (
    (resourceType === 'Project' ? fileName(text('project.path')) : undefined) ??
    (resourceType === 'Tool' ? text('tool.package') : undefined) ??
    fileName(text('executable.path')) ??
    text('container.image') ??
    text('resource.source')
  );
}

function isOffered({ state, visibility }: ResourceCommand): boolean {
  return state === 'Enabled' && visibility.split(',').some(part => part.trim() === 'Api');
}

function describedCommand({ displayName, description, visibility, state, argumentInputs }: ResourceCommand, sortOrder: number): object {
  return withoutNulls({
    displayName: displayName?.trim() || null,
    description,
    visibility: visibility === 'UI, Api' ? null : visibility,
    state,
    sortOrder,
    argumentInputs: argumentInputs.length > 0 ? argumentInputs.map(describedArgument) : null,
  });
}

function describedArgument(argument: CommandArgument): object {
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
  return Object.fromEntries([...first].sort(([left], [right]) => linguistic.compare(left, right)));
}

/** A time without the zeros at the end of its fraction, `Z` as an offset. */
function toTimestamp(time: string | null): string | undefined {
  return time?.replace(/\.(\d*?)0*(?=[Z+-])/, (_fraction, digits: string) => (digits === '' ? '' : `.${digits}`)).replace(/Z$/, '+00:00');
}

function withoutNulls(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}

import type { Difference } from './differences.js';
import type { Printed } from './recorded-command.js';

interface PrintedResource {
  readonly name: string;
  readonly resourceType: string;
  readonly state: string;
  readonly exitCode?: number;
  readonly startTimestamp?: string;
  readonly stopTimestamp?: string;
  readonly environment: Readonly<Record<string, string | null>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly healthReports: Readonly<Record<string, unknown>>;
  readonly commands: Readonly<Record<string, object>>;
  readonly relationships: readonly { readonly type: string; readonly resourceName: string }[];
}

const lists = ['cli/describe-follow', 'cli/describe-hidden', 'cli/describe-json', 'dashboard/describe'];

/** Variables of the recorded AppHost itself, and those that .NET gives to projects. */
const notDeclared = /^(ASPIRE_.*|DOTNET_.*|HOME|LANG|Logging__LogLevel__Default|PATH|RH_.*|USER|OTEL_.*|LOGGING__CONSOLE__FORMATTERNAME)$/;

/** What differs in descriptions of resources. */
export const describeDifferences: readonly Difference[] = [
  {
    recordings: lists,
    reason: 'Only variables that were declared are published; .NET publishes those of the AppHost itself (defect 57), and gives projects some of its own.',
    instead: forEach(({ environment, ...resource }) => ({
      ...resource,
      environment: Object.fromEntries(Object.entries(environment).filter(([name]) => !notDeclared.test(name))),
    })),
  },
  {
    recordings: lists,
    reason: 'There are no projects: what is called one here is a child process, without a command to build it.',
    instead: forEach(resource => {
      const { rebuild, restart, ...commands } = resource.commands;
      return rebuild ? { ...resource, commands: { ...commands, restart: { ...restart, description: 'Restart resource' } } } : resource;
    }),
  },
  {
    recordings: [...lists, 'cli/describe-one'],
    reason: 'A health check is a function, whose report has the name of the resource; in .NET it is one of an address, and named by that.',
    instead: forEach(({ healthReports: { 'web_http_/health_200_check': web, ...others }, ...resource }) => ({
      ...resource,
      healthReports: web === undefined ? others : { ...others, web_check: web },
    })),
  },
  {
    recordings: lists,
    reason: 'The arguments of a program are known before its first start.',
    instead: forEach(resource => {
      const isUnstarted = ['blocked', 'manual', 'never'].includes(resource.name);
      const args = { 'resource.appArgs': ['1000'], 'resource.appArgsSensitivity': [0] };
      return isUnstarted ? { ...resource, properties: { ...resource.properties, ...args } } : resource;
    }),
  },
  {
    recordings: lists,
    reason: 'What could not be started has no process id; in .NET it has 0.',
    instead: forEach(({ properties, ...resource }) => ({
      ...resource,
      properties: properties['executable.pid'] === 0 ? { ...properties, 'executable.pid': null } : properties,
    })),
  },
  {
    recordings: lists,
    reason: 'The parent of a resource is the first of its relationships; in .NET they are in the order of the declaration.',
    instead: forEach(({ relationships, ...resource }) => ({
      ...resource,
      relationships: [...relationships].sort((left, right) => Number(right.type === 'Parent') - Number(left.type === 'Parent')),
    })),
  },
  {
    recordings: [...lists, 'cli/describe-unhealthy'],
    reason: 'An object among the properties is an object, as in .NET from 13.6 on; in 13.5 it is a list of texts.',
    instead: forEach(({ properties, ...resource }) => ({ ...resource, properties: 'obj' in properties ? { ...properties, obj: { k: 'v' } } : properties })),
  },
  {
    recordings: ['cli/describe-hidden'],
    reason: 'The parent of a replicated resource is named by what its replicas have in common; in .NET it is the first of them.',
    instead: forEach(({ properties, ...resource }) => ({
      ...resource,
      properties: properties['resource.parentName'] === 'replicated-<1>' ? { ...properties, 'resource.parentName': 'replicated' } : properties,
    })),
  },
  {
    recordings: ['cli/describe-follow-changes'],
    reason: 'What starts again has nothing of its last run: no exit code, process id or time; .NET takes them away a moment later.',
    instead: forEach(resource => {
      if (resource.state !== 'Starting') return resource;
      const { exitCode: _1, startTimestamp: _2, stopTimestamp: _3, ...rest } = resource;
      return { ...rest, properties: { ...resource.properties, 'executable.pid': null } };
    }),
  },
  {
    recordings: ['cli/describe-follow-changes'],
    reason: 'A state is never empty; that of .NET is for a moment in a restart (defect 60).',
    instead: ({ stdout, ...printed }) => ({ ...printed, stdout: (stdout as PrintedResource[]).filter(({ state }) => state !== '') }),
  },
  {
    recordings: ['dashboard/describe'],
    reason: 'What can be done with a parameter is what the program declares; .NET offers to set and to delete it where there is a dashboard to ask in.',
    instead: forEach(resource => (resource.resourceType === 'Parameter' ? { ...resource, commands: {} } : resource)),
  },
];

/** The same change for each resource, in a list of them or in an object that holds one. */
function forEach(change: (resource: PrintedResource) => PrintedResource): (printed: Printed) => Printed {
  return printed => {
    const { stdout } = printed;
    if (Array.isArray(stdout)) return { ...printed, stdout: (stdout as PrintedResource[]).map(change) };
    return { ...printed, stdout: { resources: (stdout as { resources: PrintedResource[] }).resources.map(change) } };
  };
}

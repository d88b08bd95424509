import { ConnectionLostError, isHiddenResource, type ResourceSnapshot } from 'hostward/backchannel';
import { CancellationSource } from '../../../src/hosting/time/index.js';
import { isCancellation } from '../../../src/hosting/primitives/index.js';
import { type CommandContext, beside, printsJson } from './command-context.js';
import { dashboardAddress, describedResource } from './described-resource.js';
import type { Output } from './output.js';
import { compareLinguistically, resolveResources, shownName } from './resource-names.js';
import { tableOf } from './tables.js';

/** `describe`: what there is, as it is now or as it changes. */
export async function describe({ line, output, connect, interruption }: CommandContext): Promise<number> {
  const [name] = line.positionals;
  const json = printsJson(line);
  const includeHidden = name !== undefined || line.options['include-hidden'] === true;
  const connection = await connect();
  const urls = connection.getDashboardUrls();
  const all = new Map((await connection.getResources({ includeHidden: true })).map(resource => [resource.name, resource]));
  using ending = new CancellationSource({ linkedTo: [interruption] });
  const watching = beside(connection.watchResources({ signal: ending.signal }), resource => all.set(resource.name, resource));
  try {
    const dashboardUrl = (await urls)?.baseUrlWithLoginToken;
    if (line.options['follow']) {
      const changes = connection.watchResources({ signal: interruption });
      return await follow(changes, { name, includeHidden, all, dashboardUrl, output });
    }
    const meant = name === undefined ? [...all.values()] : resolveResources(name, [...all.values()]);
    const shown = meant.filter(resource => includeHidden || !isHiddenResource(resource));
    if (name !== undefined && shown.length === 0) {
      output.error(`Resource '${name}' not found.`);
      return 7;
    }
    const related = name === undefined ? [...all.values()] : shown;
    if (json) output.json({ resources: shown.map(resource => describedResource(resource, related, dashboardUrl)) });
    else printTable(shown, [...all.values()], dashboardUrl, output);
    return 0;
  } finally {
    ending.cancel();
    await watching;
  }
}

interface FollowParts {
  readonly name: string | undefined;
  readonly includeHidden: boolean;
  readonly all: Map<string, ResourceSnapshot>;
  readonly dashboardUrl: string | null | undefined;
  readonly output: Output;
}

/** One line for each change that shows. */
async function follow(changes: AsyncIterable<ResourceSnapshot>, { name, includeHidden, all, dashboardUrl, output }: FollowParts): Promise<number> {
  const last = new Map<string, string>();
  try {
    for await (const resource of changes) {
      all.set(resource.name, resource);
      if (name !== undefined && !resolveResources(name, [...all.values()]).includes(resource)) continue;
      if (!includeHidden && isHiddenResource(resource)) continue;
      const described = describedResource(resource, [...all.values()], dashboardUrl);
      const text = JSON.stringify(described);
      if (last.get(resource.name) !== text) output.jsonLine(described);
      last.set(resource.name, text);
    }
  } catch (error) {
    if (error instanceof ConnectionLostError) output.note('The connection to the application was lost.');
    else if (!isCancellation(error)) throw error;
  }
  return 0;
}

function printTable(resources: readonly ResourceSnapshot[], all: readonly ResourceSnapshot[], dashboardUrl: string | null | undefined, output: Output): void {
  if (resources.length === 0) return output.information('No resources found.');
  const rows = resources.map(resource => {
    const name = shownName(resource, all);
    return { name, cells: [linked(name, dashboardAddress(dashboardUrl, resource.name)), ...stateCells(resource), urlCell(resource)] };
  });
  const sorted = rows.sort((left, right) => compareLinguistically(left.name, right.name));
  output.result(
    tableOf(
      ['Name', 'Type', 'State', 'Health', 'URLs'],
      sorted.map(({ cells }) => cells),
    ),
  );
}

function stateCells({ resourceType, state, healthStatus }: ResourceSnapshot): string[] {
  return [resourceType ?? '-', state || 'Unknown', healthStatus ?? '-'];
}

function urlCell({ urls }: ResourceSnapshot): string {
  if (urls.length === 0) return '-';
  const rank = ({ url, displayProperties }: ResourceSnapshot['urls'][number]) =>
    [-(displayProperties?.sortOrder ?? 0), url.startsWith('https:') ? 0 : 1] as const;
  const sorted = urls
    .filter(({ isInternal }) => !isInternal)
    .sort((left, right) => rank(left)[0] - rank(right)[0] || rank(left)[1] - rank(right)[1] || compareLinguistically(left.name, right.name));
  return sorted.map(({ url, displayProperties }) => linked(displayProperties?.displayName ?? url, url)).join(', ');
}

/** A link where there is no terminal that could show one. */
function linked(text: string, url: string | undefined): string {
  return url === undefined || url === text ? text : `${text} (${url})`;
}

import type { AppHostSocketStatus } from 'hostward/backchannel';
import type { Expected, Model, ModelAppHost } from './model.js';
import { places } from './places.js';
import type { World } from './world.js';

/** Under way: the reason comes later. */
const underWay: readonly string[] = ['connecting', 'handshaking'];

/**
 * Compares what a monitor knows with the truth, to be called when nothing has happened for a while.
 *
 * @throws when a connection is missing, is one too many, leads to another AppHost, or a socket without one has no explanation
 */
export function expectTruth(model: Model, world: World): void {
  expect({ ...problemsOfConnections(model, world), sockets: problemsOfSockets(model, world) }).toEqual({ missing: [], wrong: [], sockets: [] });
}

/**
 * To be called as soon as what has happened may have been heard of, when all of it was reported.
 *
 * @throws when an AppHost that answers at once is not connected, or a connection leads to nobody or somebody else
 */
export function expectReported(model: Model, world: World): void {
  const { wrong } = problemsOfConnections(model, world);
  expect({ missing: missingOf(model, world, ({ isSteady }) => isSteady), wrong }).toEqual({ missing: [], wrong: [] });
}

/** To be called after a look. @throws when an AppHost that answers at once, and is the first of its name, is not connected */
export function expectSteady(model: Model, world: World): void {
  expect(missingOf(model, world, ({ isSteady, isFirst }) => isSteady && isFirst)).toEqual([]);
}

function missingOf(model: Model, world: World, counts: (appHost: ModelAppHost) => boolean = () => true): string[] {
  const connected = new Set(world.monitor.connections.map(({ socketPath }) => socketPath));
  return model.expected().flatMap(({ place, appHost, isCertain }) => {
    const path = world.pathOf(place);
    return isCertain && counts(appHost) && !connected.has(path) ? [`${path}: ${describe(appHost)}`] : [];
  });
}

function problemsOfConnections(model: Model, world: World) {
  const expected = new Map(model.expected().map(each => [world.pathOf(each.place), each]));
  // What was replaced in a directory that nobody can look into is not to be known.
  const hidden = new Set(places.flatMap(place => (model.directories[place.directory].isClosed ? [world.pathOf(place)] : [])));
  const { connections } = world.monitor;
  const connected = new Set(connections.map(({ socketPath }) => socketPath));
  const wrong = connections.flatMap(({ socketPath, appHostInfo }) => {
    if (hidden.has(socketPath)) return [];
    const appHost = expected.get(socketPath)?.appHost;
    if (!appHost) return [`${socketPath}: nobody can be there`];
    const isSame = appHostInfo?.appHostPath === appHost.appHostPath && (!appHostInfo || appHostInfo.processId === appHost.processId);
    if (!isSame) return [`${socketPath}: says to be ${appHostInfo?.appHostPath}, process ${appHostInfo?.processId}, but it is ${describe(appHost)}`];
    return world.isServing(appHost) === false ? [`${socketPath}: is not connected to ${describe(appHost)}`] : [];
  });
  if (connected.size < connections.length) wrong.push('a path twice');
  return { missing: missingOf(model, world), wrong };
}

/** Each file that the monitor can see has one status, and one without a connection says why there is none. */
function problemsOfSockets(model: Model, world: World): string[] {
  const { monitor } = world;
  const statuses = new Map(monitor.sockets.map(status => [status.socketPath, status]));
  const connected = new Set(monitor.connections.map(({ socketPath }) => socketPath));
  const problems = statuses.size < monitor.sockets.length ? ['a path twice'] : [];
  for (const place of places) {
    const file = model.files.get(place);
    const path = world.pathOf(place);
    const status = statuses.get(path);
    statuses.delete(path);
    if (model.directories[place.directory].isClosed) continue;
    if (!file || !place.isLookedAt) {
      if (status) problems.push(`${path}: ${status.state}, but there is nothing to look at`);
    } else if (!status) problems.push(`${path}: not known`);
    else {
      const problem = problemOf(status, connected.has(path), file.kind === 'regularFile' || file.kind === 'socketOfAnother');
      if (problem) problems.push(`${path}: ${status.state}, ${problem}`);
    }
  }
  return [...problems, ...[...statuses.keys()].map(path => `${path}: not of this world`)];
}

function problemOf({ state, problem }: AppHostSocketStatus, isConnected: boolean, isForeign: boolean): string | undefined {
  if (isConnected !== (state === 'connected')) return isConnected ? 'although it has a connection' : 'although it has no connection';
  if (isForeign !== (state === 'foreign')) return isForeign ? 'although it is no socket of this user' : 'although it is a socket of this user';
  if (isConnected) return problem ? `with a problem: ${problem.message}` : undefined;
  if (underWay.includes(state)) return undefined;
  if (state === 'discovered' || state === 'gone') return 'for ever';
  return problem?.message ? undefined : 'without a problem';
}

function describe({ number, appHostPath, processId, manner }: Expected['appHost']): string {
  return `AppHost ${number} (${appHostPath}, process ${processId}, ${manner})`;
}

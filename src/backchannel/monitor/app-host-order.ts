import { comparablePath, resolveAppHostPath } from '../naming/index.js';
import type { IAppHostConnection } from './auxiliary-backchannel-monitor-contract.js';

/** What is known of an AppHost's file, whether the AppHost answers at the moment or not. */
export interface AppHostFileFacts {
  readonly socketPath: string;
  /** As the AppHost says; it may be anything. */
  readonly appHostPath: string;
}

/** The path of an AppHost's file with its symbolic links resolved; undefined when it is not absolute, and so the path of no file that others could know. */
export type CanonicalPathOf = (appHost: AppHostFileFacts) => string | undefined;

/** Asks the file system. */
export function readCanonicalPath({ appHostPath }: AppHostFileFacts): string | undefined {
  return resolveAppHostPath(appHostPath);
}

/** Where an AppHost says that its file is; undefined when it says nothing. */
export function pathOf({ appHostInfo }: IAppHostConnection): string | undefined {
  return appHostInfo?.appHostPath || undefined;
}

/** The instance that was started last; one that does not say when it was started is older than any other. */
export function newestOf(instances: readonly IAppHostConnection[]): IAppHostConnection | undefined {
  let newest: IAppHostConnection | undefined;
  for (const instance of instances) if (!newest || byAge(instance, newest) < 0) newest = instance;
  return newest;
}

/** In the order of their files, the newest instance of a file first; those without a file come last. */
export function inOrderOfFiles(
  connections: readonly IAppHostConnection[],
  canonicalPathOf: CanonicalPathOf,
  platform: NodeJS.Platform,
): readonly IAppHostConnection[] {
  const entries = connections.map(connection => ({ connection, path: comparablePathOf(connection, canonicalPathOf, platform) }));
  return entries.sort((a, b) => byFile(a.path, b.path) || byAge(a.connection, b.connection)).map(({ connection }) => connection);
}

function comparablePathOf(connection: IAppHostConnection, canonicalPathOf: CanonicalPathOf, platform: NodeJS.Platform): string | undefined {
  const appHostPath = pathOf(connection);
  const path = appHostPath === undefined ? undefined : canonicalPathOf({ socketPath: connection.socketPath, appHostPath });
  return path === undefined ? undefined : comparablePath(path, platform);
}

function byFile(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compare(a, b);
}

/** The newest first. Two are never equal: each has a socket of its own. */
function byAge(a: IAppHostConnection, b: IAppHostConnection): number {
  return compare(startOf(b), startOf(a)) || compare(b.appHostInfo?.processId ?? 0, a.appHostInfo?.processId ?? 0) || compare(a.socketPath, b.socketPath);
}

function startOf({ appHostInfo }: IAppHostConnection): number {
  const startedAt = Date.parse(appHostInfo?.startedAt ?? '');
  return Number.isNaN(startedAt) ? -Infinity : startedAt;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}

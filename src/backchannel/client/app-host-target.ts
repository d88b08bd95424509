import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { ArgumentError, ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';
import type { AppHostInformation } from '../contract/index.js';
import { computeAppHostId, computeLegacyHash, isInScope, resolveSymlinks, type SocketName } from '../naming/index.js';
import { appHostName } from './name-call.js';

/** Which AppHost is meant: by exactly one of these. */
export type AppHostTarget = AppHostFile | AppHostDirectory | AppHostPid;

/** The AppHost of this file. */
export interface AppHostFile {
  /** What was started: `MyApp.AppHost.csproj`, `apphost.cs`, `apphost.ts`… Relative paths start at the working directory; symbolic links are resolved. */
  readonly path: string;
}

/** The only AppHost whose file lies in this directory or below it. */
export interface AppHostDirectory {
  readonly directory: string;
}

/** The AppHost of this process. */
export interface AppHostPid {
  /** The process of the AppHost itself, or that of the `aspire` CLI that launched it. */
  readonly pid: number;
}

/** A target in the form in which a search asks for it. */
export interface TargetMatcher {
  /** As a noun phrase for messages. */
  readonly description: string;
  /** What "in scope" is measured against. */
  readonly directory: string;
  /** The process that has to live for there to be such an AppHost. */
  readonly pid: number | undefined;
  /** Whether a socket of that name is likely to be the one. */
  isLikely(name: SocketName): boolean;
  /** Whether an AppHost that has introduced itself is the one. */
  matches(name: SocketName, information: AppHostInformation | undefined): boolean;
}

/** @throws ArgumentError unless exactly one member is given, as a text that is not empty; ArgumentOutOfRangeError for a number that can be no process */
export async function matcherOf(target: AppHostTarget): Promise<TargetMatcher> {
  const { path, directory, pid } = (target ?? {}) as Partial<AppHostFile & AppHostDirectory & AppHostPid>;
  if ([path, directory, pid].filter(member => member !== undefined).length !== 1)
    throw new ArgumentError('target', 'Say which AppHost is meant by exactly one of { path }, { directory } and { pid }.');
  if (pid !== undefined) return pidMatcher(pid);
  return path === undefined ? directoryMatcher(textOf(directory, 'directory')) : await fileMatcher(textOf(path, 'path'));
}

function textOf(value: unknown, paramName: string): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) throw new ArgumentError(paramName, 'Expected a path that is not empty.');
  return value;
}

async function fileMatcher(path: string): Promise<TargetMatcher> {
  const resolved = resolveSymlinks(path);
  const ids = new Set<string>();
  // Older AppHosts do not resolve symbolic links.
  for (const spelling of new Set([resolved, resolve(path)]))
    for (const id of [await computeAppHostId(spelling), await computeLegacyHash(spelling), firstLegacyHash(spelling)]) ids.add(id);
  return {
    description: `${appHostName(resolved)} (its sockets begin with ${await computeAppHostId(resolved)})`,
    directory: resolved,
    pid: undefined,
    isLikely: ({ appHostId }) => ids.has(appHostId),
    matches: ({ appHostId }, information) => ids.has(appHostId) || (information !== undefined && resolveSymlinks(information.appHostPath) === resolved),
  };
}

/** As of Aspire 13.1. */
function firstLegacyHash(path: string): string {
  return createHash('sha256').update(path, 'utf8').digest('hex').slice(0, 16);
}

function directoryMatcher(directory: string): TargetMatcher {
  return {
    description: `an AppHost in '${resolveSymlinks(directory)}' or below`,
    directory,
    pid: undefined,
    isLikely: () => true,
    matches: (_name, information) => isInScope(information?.appHostPath, directory),
  };
}

function pidMatcher(pid: number): TargetMatcher {
  if (!Number.isInteger(pid) || pid < 1 || pid > 0x7fff_ffff) throw new ArgumentOutOfRangeError('pid', pid, 'a process id from 1 to 2147483647');
  return {
    description: `an AppHost with the process id ${pid}, or launched by a CLI with that`,
    directory: process.cwd(),
    pid,
    isLikely: ({ processId = pid }) => processId === pid,
    matches: ({ processId }, information) => (information?.processId ?? processId) === pid || information?.cliProcessId === pid,
  };
}

import { isAbsolute } from 'node:path';
import { type AbstractClass, type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { ArgumentError, ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';
import type { WireLog } from '../rpc/index.js';
import { kindOf } from './commands/message-text.js';
import { addressesOf } from './dashboard-addresses.js';
import type { DashboardOptions } from './dashboard-options.js';
import { defaultLogLimits, type LogLimits } from './logs/bounded-log.js';

/** What clients together, and each of them, may make the AppHost hold. */
export interface ClientLimits {
  /** Clients that are connected at a time; further ones are disconnected at once. Default: 1,000. */
  readonly maxClients?: number;
  /** The largest message of a client, in bytes. Default: 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Bytes of answers kept for a client that does not read; then it is disconnected. Default: 16 MiB. */
  readonly maxUnsentBytes?: number;
  /** Calls of a client that may be under way at a time; further ones are refused. Default: 1,000. */
  readonly maxPendingCalls?: number;
  /** Streams of a client that may be open at a time; further ones are refused. Default: 100. */
  readonly maxOpenStreams?: number;
  /** Bytes that may be held for all clients together, besides 64 KiB for each; calls and messages for which there is no room are refused. Default: 256 MiB. */
  readonly maxTotalBytes?: number;
}

/** How a program presents itself as an AppHost. */
export interface AppHostOptions {
  /** The absolute path of the file that stands for the application, usually `import.meta.filename`. It has to exist for `aspire … --apphost <file>` to find the AppHost. */
  readonly appHostPath: string;
  /** The directory below which the socket is made. Default: the user's home, which is where the `aspire` CLI looks. */
  readonly homeDirectory?: string;
  /** What lists show as the SDK's version. Default: hostward's. */
  readonly version?: string;
  /** Log lines kept for each resource, and for the AppHost as a whole, of at most 1,024 characters each on average. Default: 1,000. */
  readonly logCapacity?: number;
  /** Hosted services that are no resources, because they belong to the plumbing. */
  readonly internalServices?: readonly AbstractClass<unknown>[];
  /** Whether the host fails to start when the socket cannot be made; otherwise it says so in the log and runs without. Default: false, as in .NET. */
  readonly isRequired?: boolean;
  /** The dashboard of the application, for clients that ask for it. Default: there is none. */
  readonly dashboard?: DashboardOptions;
  /** What clients may cost. */
  readonly limits?: ClientLimits;
  /** Receives every message to and from clients, secrets masked; the category `hostward.AppHost.Wire` at level `trace` does the same in the log. Default: none. */
  readonly wireLog?: WireLog;
}

export const AppHostOptions: ServiceToken<AppHostOptions> = serviceToken('AppHostOptions');

/** The limits that hold where the program says nothing. */
export const defaultClientLimits: Required<ClientLimits> = {
  maxClients: 1_000,
  maxMessageBytes: 16_777_216,
  maxUnsentBytes: 16_777_216,
  maxPendingCalls: 1_000,
  maxOpenStreams: 100,
  maxTotalBytes: 268_435_456,
};

const charactersPerLine = defaultLogLimits.maxCharacters / defaultLogLimits.maxLines;

/**
 * Checks what a program says of itself.
 *
 * Differs from .NET: a relative path is refused. What it is relative to would depend on where the program was started, and its clients were started elsewhere.
 *
 * @throws ArgumentError (the option's name), ArgumentOutOfRangeError (`logCapacity`, `limits`)
 */
export function assertAppHostOptions(options: AppHostOptions): void {
  const { appHostPath, homeDirectory, logCapacity, limits = {}, dashboard, internalServices = [], wireLog } = options ?? ({} as Partial<AppHostOptions>);
  assertAbsolute('appHostPath', appHostPath, 'Usually it is import.meta.filename.');
  if (homeDirectory !== undefined) assertAbsolute('homeDirectory', homeDirectory, 'Leave it out for the home directory of the user.');
  assertCount('logCapacity', logCapacity ?? defaultLogLimits.maxLines);
  assertKind('limits', limits, 'an object', isObject(limits));
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultClientLimits, name))
      throw new ArgumentError('limits', `There is no limit '${name}'; there are ${Object.keys(defaultClientLimits).join(', ')}.`);
    if (value !== undefined) assertCount(`limits.${name}`, value as number);
  }
  assertKind('wireLog', wireLog, 'a function', wireLog === undefined || typeof wireLog === 'function');
  assertKind('internalServices', internalServices, 'a list of classes', Array.isArray(internalServices));
  assertKind('dashboard', dashboard, 'an object', dashboard === undefined || isObject(dashboard));
  if (dashboard) addressesOf(dashboard);
}

/** How much each log keeps. */
export function logLimitsOf({ logCapacity = defaultLogLimits.maxLines }: AppHostOptions): LogLimits {
  return { maxLines: logCapacity, maxCharacters: Math.ceil(logCapacity * charactersPerLine) };
}

function assertAbsolute(name: string, path: unknown, advice: string): void {
  if (typeof path === 'string' && isAbsolute(path)) return;
  const found = typeof path === 'string' ? `'${path}'` : String(path);
  throw new ArgumentError(name, `'${name}' of an AppHost has to be an absolute path, but is ${found}. ${advice}`);
}

function assertKind(name: string, value: unknown, expected: string, isIt: boolean): void {
  if (!isIt) throw new ArgumentError(name, `'${name}' of an AppHost has to be ${expected}, but is ${kindOf(value)}.`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function assertCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw new ArgumentOutOfRangeError(name, value, 'a whole number of at least 1');
}

import { basename } from 'node:path';
import { ArgumentError, ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';

/** What the file name of a backchannel socket says. */
export interface SocketName {
  /** The AppHost's identifier: 11 base64url characters in a compact name, everything up to the next dot in a legacy one. */
  readonly appHostId: string;
  /** The process that made the socket; undefined when the name has none, and for 0, which is no process. */
  readonly processId: number | undefined;
  /** `compact`: `<id><instance>.<pid>`, Aspire 13.4 and later. `legacy`: `auxi.sock.…` and `aux.sock.…`. */
  readonly format: 'compact' | 'legacy';
}

const appHostIdLength = 11;
const instanceIdLength = 8;
const compactDot = appHostIdLength + instanceIdLength;
const maxProcessId = 0x7fff_ffff;
/** What the legacy names begin with, the newer one first. */
export const legacyPrefixes: readonly string[] = ['auxi.sock.', 'aux.sock.'];

/**
 * Reads the file name of a backchannel socket; undefined for any other file.
 *
 * Differs from .NET: the hash of `auxi.sock.<hash>` is never taken for a process id, even if it looks like one, and a legacy name with an empty identifier
 * is no socket name.
 *
 * @param fileName a name or a path, of which the last component counts
 */
export function parseSocketName(fileName: string): SocketName | undefined {
  const name = basename(fileName);
  return parseCompact(name) ?? parseLegacy(name);
}

/**
 * The file name under which an AppHost of Aspire 13.4 and later listens.
 *
 * @param appHostId 11 base64url characters, from `computeAppHostId`
 * @param instanceId 8 base64url characters, from {@link createInstanceId}
 * @throws ArgumentError for an identifier of another shape
 * @throws ArgumentOutOfRangeError for a process id outside 1..2147483647
 */
export function formatSocketName(appHostId: string, instanceId: string, processId: number): string {
  if (!isBase64Url(appHostId, appHostIdLength)) throw new ArgumentError('appHostId', `An AppHost identifier has ${appHostIdLength} base64url characters.`);
  if (!isBase64Url(instanceId, instanceIdLength)) throw new ArgumentError('instanceId', `An instance identifier has ${instanceIdLength} base64url characters.`);
  if (!Number.isInteger(processId) || processId < 1 || processId > maxProcessId)
    throw new ArgumentOutOfRangeError('processId', processId, `a process id between 1 and ${maxProcessId}`);
  return `${appHostId}${instanceId}.${processId}`;
}

function parseCompact(name: string): SocketName | undefined {
  if (isBase64Url(name, appHostIdLength)) return { appHostId: name, processId: undefined, format: 'compact' };
  if (name[compactDot] !== '.' || !isBase64Url(name.slice(0, compactDot), compactDot)) return undefined;
  const decimal = parseInt32(name.slice(compactDot + 1));
  if (decimal === undefined) return undefined;
  return { appHostId: name.slice(0, appHostIdLength), processId: decimal || undefined, format: 'compact' };
}

function parseLegacy(name: string): SocketName | undefined {
  const prefix = legacyPrefixes.find(candidate => name.startsWith(candidate));
  if (prefix === undefined) return undefined;
  const rest = name.slice(prefix.length);
  const firstDot = rest.indexOf('.');
  const appHostId = firstDot > 0 ? rest.slice(0, firstDot) : rest;
  if (appHostId === '') return undefined;
  const lastDot = rest.lastIndexOf('.');
  const decimal = lastDot < 0 ? undefined : parseInt32(rest.slice(lastDot + 1));
  return { appHostId, processId: decimal || undefined, format: 'legacy' };
}

function isBase64Url(text: string, length: number): boolean {
  return text.length === length && /^[A-Za-z0-9_-]+$/.test(text);
}

/** ASCII digits only, leading zeros allowed, no more than .NET's `Int32.MaxValue`; undefined for anything else. */
export function parseInt32(text: string): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value <= maxProcessId ? value : undefined;
}

import type { BackchannelDirectoryKind } from './socket-directories.js';
import type { SocketKeys } from './socket-keys.js';
import { legacyPrefixes, parseInt32, parseSocketName } from './socket-name.js';

/** One file that belongs to the AppHost that was looked for. */
export interface MatchingSocket {
  readonly directory: BackchannelDirectoryKind;
  readonly fileName: string;
}

/**
 * Which of the files in the socket directories belong to an AppHost: those of its file that `--apphost` takes. A pure function; it reads no directory.
 *
 * In the current directory these are the compact names of its identifier. In the legacy one they are `auxi.sock.<hash>` and `aux.sock.<hash>`, alone, with a process id, or
 * with a random part in hexadecimal digits and a process id; other tails, which a scan lets pass, do not count. The compact ones come first, then those of each hash in
 * turn, `auxi.sock` before `aux.sock`, and otherwise they keep the order of the listing. None comes twice. Letter case counts everywhere: names that differ in nothing else
 * are of different AppHosts.
 *
 * @param fileNames of each directory, in any order; nothing for one that does not exist
 * @see Aspire.Hosting.Backchannel, BackchannelConstants.FindMatchingSockets
 */
export function findMatchingSockets(
  { appHostIds, legacyHashes }: SocketKeys,
  fileNames: Readonly<Partial<Record<BackchannelDirectoryKind, readonly string[]>>>,
): MatchingSocket[] {
  const { current = [], legacy = [] } = fileNames;
  const compact = appHostIds.flatMap(id => current.filter(name => isCompactNameOf(id, name)));
  const prefixes = legacyHashes.flatMap(hash => legacyPrefixes.map(prefix => prefix + hash));
  const older = prefixes.flatMap(prefix => legacy.filter(name => isLegacyNameOf(prefix, name)));
  return [...asMatches('current', compact), ...asMatches('legacy', older)];
}

function isCompactNameOf(appHostId: string, fileName: string): boolean {
  if (!fileName.startsWith(appHostId)) return false;
  const name = parseSocketName(fileName);
  return name?.format === 'compact' && name.appHostId === appHostId;
}

function isLegacyNameOf(prefix: string, fileName: string): boolean {
  if (fileName === prefix) return true;
  if (!fileName.startsWith(`${prefix}.`)) return false;
  const [last = '', random, ...others] = fileName
    .slice(prefix.length + 1)
    .split('.')
    .reverse();
  return others.length === 0 && parseInt32(last) !== undefined && (random === undefined || /^[0-9a-f]+$/i.test(random));
}

function asMatches(directory: BackchannelDirectoryKind, fileNames: readonly string[]): MatchingSocket[] {
  return [...new Set(fileNames)].map(fileName => ({ directory, fileName }));
}

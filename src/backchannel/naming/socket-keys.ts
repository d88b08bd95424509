import { createHash } from 'node:crypto';
import { computeAppHostId, computeLegacyHash, toUpperInvariant } from './app-host-id.js';

/** By what the sockets of one AppHost are named, in all versions of Aspire; each list in the order in which it is searched. */
export interface SocketKeys {
  /** 11 base64url characters, Aspire 13.4 and later. */
  readonly appHostIds: readonly string[];
  /** 16 hexadecimal digits: first of Aspire 13.2 and 13.3, then of 13.1 and the previews after it. */
  readonly legacyHashes: readonly string[];
}

/**
 * What to look for among the socket names when the AppHost of a file is wanted; give it to {@link findMatchingSockets}.
 *
 * Differs from .NET: the SHA-256 that Aspire 13.1 and the previews after it took of the path is looked for as well. .NET looks for the name of 13.1 with the hash of 13.2,
 * which no release has ever written, and so does not find such an AppHost. On Windows the path is tried upper-cased, as it is, and with the other letter case of the
 * drive; .NET leaves out one of them.
 *
 * @param path of the AppHost's file, absolute and with its symbolic links resolved
 * @param pathAsGiven the path before that; earlier versions named the socket after it. Default: `path`
 * @throws ArgumentError for an empty path
 */
export async function computeSocketKeys(path: string, pathAsGiven: string = path, platform: NodeJS.Platform = process.platform): Promise<SocketKeys> {
  const paths = distinct([path, pathAsGiven]);
  const texts = distinct(paths.flatMap(each => hashedTexts(each, platform)));
  // The texts have the letter case of their platform already: they are hashed as they are.
  const newer = await Promise.all(texts.map(text => computeLegacyHash(text, 'linux')));
  return {
    appHostIds: distinct(await Promise.all(paths.map(each => computeAppHostId(each, platform)))),
    legacyHashes: distinct([...newer, ...texts.map(sha256Start)]),
  };
}

/** The texts that one version or another has hashed for a path. */
function hashedTexts(path: string, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') return [path];
  return [toUpperInvariant(path), path, withOtherDriveCase(path)];
}

function withOtherDriveCase(path: string): string {
  if (!/^[A-Za-z]:/.test(path)) return path;
  const [drive = ''] = path;
  return (drive === drive.toUpperCase() ? drive.toLowerCase() : drive.toUpperCase()) + path.slice(1);
}

function sha256Start(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

import { ArgumentError } from '../../hosting/primitives/index.js';

/**
 * The identifier of an AppHost in socket names of Aspire 13.4 and later: 11 base64url characters, the XXH3-64 of its path.
 *
 * The path is hashed as text, so give it absolute and with symbolic links resolved. An AppHost that knows no path hashes the decimal text of its process id.
 *
 * @param platform on `win32` the path is upper-cased first; elsewhere it is taken as it is
 * @throws ArgumentError for an empty path
 * @see Aspire.Hosting.Backchannel, BackchannelConstants.ComputeAppHostId
 */
export async function computeAppHostId(path: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  return (await digestOf(path, platform)).toString('base64url');
}

/**
 * The identifier of an AppHost in socket names of Aspire 13.2 and 13.3: the same digest as 16 lower-case hexadecimal digits.
 *
 * @throws ArgumentError for an empty path
 */
export async function computeLegacyHash(path: string, platform: NodeJS.Platform = process.platform): Promise<string> {
  return (await digestOf(path, platform)).toString('hex');
}

async function digestOf(path: string, platform: NodeJS.Platform): Promise<Buffer> {
  if (path === '') throw new ArgumentError('path', 'The path of an AppHost must not be empty.');
  // Loaded here: most commands never compute an identifier.
  const { xxhash3 } = await import('./xxhash3.js');
  const text = platform === 'win32' ? toUpperInvariant(path) : path;
  // Encoded by Node, so that a lone surrogate becomes the replacement character as in .NET.
  return Buffer.from(await xxhash3(Buffer.from(text, 'utf8')), 'hex');
}

/** Upper case as .NET's invariant culture has it, which is how Windows paths are hashed. */
export function toUpperInvariant(text: string): string {
  return Array.from(text, toUpperSimple).join('');
}

/** .NET maps one code point to one code point and leaves the dotless i and the long s alone; JavaScript's mapping may lengthen the text. */
function toUpperSimple(character: string): string {
  if (character === '\u0131' || character === '\u017f') return character;
  const upper = character.toUpperCase();
  return upper.length === character.length && [...upper].length === 1 ? upper : character;
}

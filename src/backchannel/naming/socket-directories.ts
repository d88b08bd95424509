import { join } from 'node:path';
import { parseSocketName, type SocketName } from './socket-name.js';

/** The directories in which AppHosts put their sockets. */
export interface BackchannelDirectories {
  /** `<home>/.aspire/cli/bch`, Aspire 13.4 and later. */
  readonly current: string;
  /** `<home>/.aspire/cli/backchannels`, Aspire 13.1 to 13.3. */
  readonly legacy: string;
}

/** Which of the {@link BackchannelDirectories} a file lies in. */
export type BackchannelDirectoryKind = keyof BackchannelDirectories;

/** The socket directories of the user whose home directory is `home`; `ASPIRE_HOME` does not move them. */
export function backchannelDirectories(home: string): BackchannelDirectories {
  return { current: join(home, '.aspire', 'cli', 'bch'), legacy: join(home, '.aspire', 'cli', 'backchannels') };
}

/**
 * Whether a scan looks at a file of that name.
 *
 * In the current directory that is every readable socket name, legacy ones included; the CLI's own sockets, which share the directory, are not. In the
 * legacy directory it is every name of the form `aux*.sock.*`, also one that `parseSocketName` cannot read.
 */
export function acceptsFileName(kind: BackchannelDirectoryKind, fileName: string): boolean {
  return kind === 'current' ? parseSocketName(fileName) !== undefined : /^aux.*\.sock\./s.test(fileName);
}

/** What the name of a file says at which a scan looks; undefined for any other file, and for one whose name cannot be read. */
export function parseAcceptedName(kind: BackchannelDirectoryKind, fileName: string): SocketName | undefined {
  return kind === 'current' || acceptsFileName(kind, fileName) ? parseSocketName(fileName) : undefined;
}

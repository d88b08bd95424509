import * as os from 'node:os';
import { resolve } from 'node:path';

/** Whom the {@link userHomeDirectory} is asked of. */
export interface HomeDirectorySource {
  homedir(): string;
  userInfo(): { readonly homedir: string };
}

/**
 * The home directory of the user of this process: `HOME`, where that is empty or missing what the system knows of the user, and `/` of one whom it does not know.
 *
 * Differs from .NET: a relative `HOME` counts from the directory in which the process is now, also when that changes later.
 *
 * @see System.Environment.GetFolderPath(SpecialFolder.UserProfile)
 */
export function userHomeDirectory(source: HomeDirectorySource = os): string {
  return resolve(attempt(() => source.homedir()) || attempt(() => source.userInfo().homedir) || '/');
}

function attempt(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    // A container may run as a user of whom its system knows nothing.
    return undefined;
  }
}

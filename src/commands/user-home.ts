import * as os from 'node:os';
import { type HomeDirectorySource, userHomeDirectory } from '../backchannel/naming/index.js';

/** Asks Node, which has to load a module for it, only when the environment does not tell. */
const systemUser: HomeDirectorySource = { homedir: () => process.env['HOME'] || os.homedir(), userInfo: () => os.userInfo() };

/** The home directory of whoever runs the command line. @throws as `userHomeDirectory` does */
export function homeDirectoryOfUser(): string {
  return userHomeDirectory(systemUser);
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Before all suites: the command line as users run it, for the tests that start it. */
export default async function buildCli(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--cli'], { cwd: process.cwd() });
}

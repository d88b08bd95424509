import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCrowd } from './app-host-crowd.mjs';
import { copyNativeCli } from './native-cli.mjs';
import { peakMemory } from './peak-memory.mjs';
import { userEnvironment } from './user-environment.mjs';

const cli = fileURLToPath(new URL('../dist/cli/hostward.cjs', import.meta.url));
const floor = fileURLToPath(new URL('ps-floor.cjs', import.meta.url));
const names = { ours: 'hostward ps --format json', floor: 'by hand, without a library', native: 'aspire ps --format json (native CLI)' };

/**
 * `ps` on a machine with so many AppHosts, in milliseconds from the start of the process to its end.
 *
 * @param atMost the targets: ratios to the floor and to the native CLI
 * @returns {import('./contract').Benchmark<any>}
 */
export function timeOfPs({ count, atMost, runs = 101 }) {
  return {
    describe: `from starting \`ps --format json\` to its end, with ${amount(count)}`,
    warmup: 3,
    runs,
    setup: () => setup(count),
    teardown,
    notes,
    ours: { name: names.ours, command: ({ ours }) => ours },
    peers: [
      { name: names.floor, atMost: atMost.floor, command: ({ floor }) => floor },
      { name: names.native, atMost: atMost.native, unavailable, command: ({ native }) => native },
    ],
  };
}

/** The same in megabytes of resident memory at its peak. @returns {import('./contract').Benchmark<any>} */
export function memoryOfPs({ count }) {
  return {
    describe: `the resident memory of \`ps --format json\` at its peak, with ${amount(count)}`,
    unit: 'MB',
    warmup: 1,
    runs: 7,
    setup: () => setup(count),
    teardown,
    notes,
    ours: { name: names.ours, run: ({ ours }) => peakMemory(ours) },
    peers: [
      { name: names.floor, run: ({ floor }) => peakMemory(floor) },
      { name: names.native, atMost: 1, unavailable, run: ({ native }) => peakMemory(native) },
    ],
  };
}

/** A home directory with so many AppHosts, and the commands that list them, of which it is certain that they print the same. */
export async function setup(count, hung = 0) {
  if (!existsSync(cli)) throw new Error('The CLI has not been built: npm run build.');
  const scratch = mkdtempSync(join(tmpdir(), 'hostward-bench-'));
  const home = join(scratch, 'home');
  mkdirSync(home);
  const crowd = await startCrowd({ home, count, hung });
  const env = userEnvironment({ HOME: home, USERPROFILE: home, ASPIRE_CLI_TELEMETRY_OPTOUT: 'true' });
  delete env.XDG_CACHE_HOME;
  const command = (file, ...args) => ({ file, args, env, cwd: scratch });
  const nativeCli = copyNativeCli(scratch);
  const context = {
    scratch,
    crowd,
    ours: command(process.execPath, cli, 'ps', '--format', 'json'),
    floor: command(process.execPath, floor),
    native: nativeCli && command(nativeCli, 'ps', '--format', 'json', '--nologo', '--non-interactive'),
  };
  try {
    if (hung === 0) assertSameOutput(context);
    return context;
  } catch (error) {
    await teardown(context);
    throw error;
  }
}

export async function teardown({ crowd, scratch }) {
  await crowd[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
}

export function unavailable({ native }) {
  return native ? undefined : 'it is not installed for this platform';
}

function assertSameOutput({ ours, floor, native }) {
  const expected = outputOf(floor);
  if (outputOf(ours) !== expected) throw new Error('hostward does not print what the floor prints.');
  // It lists them in the order of their answers.
  if (native && sorted(outputOf(native)) !== sorted(expected)) throw new Error('The native CLI does not print what the floor prints.');
}

/** What a command prints. @throws Error when it does not end well within the time */
export function outputOf({ file, args, env, cwd }, timeout = 60_000) {
  const { stdout, stderr, status, signal, error } = spawnSync(file, args, { env, cwd, encoding: 'utf8', timeout, maxBuffer: 64 * 1024 * 1024 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${file} ended with ${status ?? signal}: ${stderr.trim()}`);
  return stdout;
}

function sorted(json) {
  return JSON.parse(json)
    .map(entry => JSON.stringify(entry))
    .sort()
    .join();
}

function notes() {
  return [
    'The crowd of AppHosts runs on the same processors; the code that hostward compiled is kept from the warm-up on, as it is between any two runs.',
    ...(process.env.NODE_EXTRA_CA_CERTS ? ['NODE_EXTRA_CA_CERTS, which is set here, was passed on to nobody.'] : []),
  ];
}

function amount(count) {
  return count === 0 ? 'no AppHost' : `${count.toLocaleString('en')} AppHosts`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { readProcesses, snapshotSource } from '../../../../src/backchannel/naming/process-snapshot.js';
import { eventually } from '../../../support/eventually.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import type { RunningProgram } from '../../../support/programs.js';
import { BundledAppHost } from '../bundled-app-host.js';
import { alive } from '../processes/launched.js';

expectNoLeaks();

const stubborn = `trap '' TERM; echo self=$$; setsid sh -c 'trap "" TERM; echo far=$$; while :; do sleep 0.05; done' & sleep 1000 & echo near=$!; while :; do sleep 0.05; done`;

const source = `
process.env.MARKER = process.argv[3];
import { runHost } from 'hostward';
import { addExecutable, AppHostResource } from 'hostward/apphost';

process.exitCode = await runHost(builder => {
  builder.logging.clearProviders();
  addExecutable(builder.services, 'polite', 'sh', { args: ['-c', 'echo polite=$$; trap "echo bye; exit 0" TERM; while :; do sleep 0.05; done'] });
  addExecutable(builder.services, 'stubborn', 'sh', { args: ['-c', ${JSON.stringify(stubborn)}], stopTimeout: 300 });
  builder.services.addHostedService(provider => ({
    async start() {
      for (const resource of provider.getServices(AppHostResource)) {
        const print = ({ text }) => console.log(resource.displayName + ': ' + text);
        resource.log.lines.forEach(print);
        resource.log.onLine(print);
      }
      if (process.argv[2] === 'exit') setTimeout(() => process.exit(3), 1500);
      if (process.argv[2] === 'throw') setTimeout(() => { process.removeAllListeners('uncaughtException'); throw new Error('uncaught'); }, 1500);
    },
    async stop() {},
  }));
});
`;

describe('the children of an AppHost', () => {
  let bundled: BundledAppHost;
  beforeAll(async () => (bundled = await BundledAppHost.build(source)));
  afterAll(() => bundled[Symbol.dispose]());

  /** Waits until all run, and gives every process there is below the AppHost. */
  async function familyOf(apphost: RunningProgram): Promise<readonly number[]> {
    const isThere = (name: string) => new RegExp(`: ${name}=\\d+$`, 'm').test(apphost.stdout);
    await eventually('all children', () => ['polite', 'self', 'near', 'far'].every(isThere));
    const all = await readProcesses(snapshotSource());
    const own = all.filter(({ parent }) => parent === apphost.pid).map(({ pid }) => pid);
    return [...own, ...[...apphost.stdout.matchAll(/=(\d+)/g)].map(([, pid]) => Number(pid))];
  }

  async function expectEndOfAll(family: readonly number[]): Promise<void> {
    try {
      await eventually(`the end of ${family.join()}`, async () => (await alive(...family)).length === 0);
    } finally {
      for (const pid of await alive(...family)) process.kill(pid, 'SIGKILL');
    }
  }

  it('end with it when it is stopped: with a signal, and those that ignore it with SIGKILL, and their logs say so', async () => {
    await using apphost = bundled.start();
    const family = await familyOf(apphost);
    process.kill(apphost.pid, 'SIGTERM');
    const { exitCode, stdout } = await apphost.ended;
    await expectEndOfAll(family);
    expect(exitCode).toBe(0);
    // Both start and stop at once.
    const said = ['polite', 'stubborn'].flatMap(name => stdout.split('\n').filter(line => line.startsWith(name) && /bye|\[sys\]/.test(line)));
    expect(said.map(line => line.replaceAll(/\d{2,}/g, '#').replace(/Args = .*/, '…'))).toEqual([
      'polite: [sys] Starting process...: Cmd = sh, …',
      'polite: [sys] Stopping process # and all that it has started: SIGTERM',
      'polite: bye',
      'polite: [sys] The process and all that it had started have ended',
      'stubborn: [sys] Starting process...: Cmd = sh, …',
      'stubborn: [sys] Stopping process # and all that it has started: SIGTERM',
      'stubborn: [sys] Still there after # ms: process # or what it has started: SIGKILL',
      'stubborn: [sys] The process and all that it had started have ended',
    ]);
  });

  it.each([
    ['is killed', 'run', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['leaves by process.exit()', 'exit', () => undefined],
    ['fails for an error that nobody catches', 'throw', () => undefined],
  ])('end with it when it %s', async (_how, mode, act) => {
    await using apphost = bundled.start(mode);
    const family = await familyOf(apphost);
    expect(family).toHaveLength(7);
    act(apphost.pid);
    await apphost.ended;
    await expectEndOfAll(family);
  });

  (process.platform === 'linux' ? it : it.skip)('do not stay behind when it is killed in the middle of starting them', async () => {
    for (let run = 0; run < 5; run++) {
      const marker = `hostward-${process.pid}-${run}`;
      await using apphost = bundled.start('run', marker);
      await eventually('a start', () => apphost.stdout.includes('Starting process'));
      process.kill(apphost.pid, 'SIGKILL');
      await apphost.ended;
      try {
        await eventually(`the end of everything with ${marker}`, () => processesWith(marker).length === 0);
      } finally {
        for (const pid of processesWith(marker)) process.kill(pid, 'SIGKILL');
      }
    }
  });
});

/** The processes, besides this one, whose arguments or environment have a text in them. */
function processesWith(text: string): readonly number[] {
  const has = (pid: string) =>
    ['cmdline', 'environ'].some(file => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });
  return readdirSync('/proc').flatMap(pid => (/^\d+$/.test(pid) && has(pid) ? Number(pid) : []));
}

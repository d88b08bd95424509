import { isProcessAlive } from '../../src/backchannel/naming/index.js';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { hostward, hostwardCli, type RunningProgram, ScratchHome, start } from '../support/programs.js';

const demo = (home: ScratchHome, ...args: string[]): RunningProgram => start(process.execPath, [hostwardCli, 'demo', ...args], { home: home.path });
const pidsOf = (output: string): number[] => [...new Set([...output.matchAll(/^\w+\.js \((\d+)\)/gm)].map(([, pid]) => Number(pid)))];
const areGone = (pids: readonly number[]) => eventually(`the end of ${pids.join(', ')}`, () => !pids.some(isProcessAlive));

describe('hostward demo', () => {
  expectNoLeaks();
  jest.setTimeout(30_000);

  it('shows two AppHosts whose services run, fail, recover and stop, and ends by itself', async () => {
    await using home = await ScratchHome.create();
    const { exitCode, stdout, stderr } = await hostward(['demo', '--for', '10'], { home: home.path });
    const lines = stdout.replace(/ \(\d+\):/g, ':').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'shop.js: AppHost found',
        'blog.js: AppHost found',
        'shop.js: Orders Running (Healthy)',
        'shop.js: Payments Running (Degraded)',
        'shop.js: Payments Running (Unhealthy)',
        'shop.js: Invoices Finished',
        'blog.js: Pages Starting',
        'blog.js: Pages Running (Healthy)',
        'blog.js: SearchIndex Running (Degraded)',
        'blog.js: FeedImport Exited',
        'shop.js: AppHost gone',
        'blog.js: AppHost gone',
      ]),
    );
    // It recovers: healthy once more, after it was not.
    expect(lines.lastIndexOf('shop.js: Payments Running (Healthy)')).toBeGreaterThan(lines.indexOf('shop.js: Payments Running (Unhealthy)'));
    expect({ exitCode, stderr, sockets: await home.sockets() }).toEqual({ exitCode: 0, stderr: '', sockets: [] });
    await areGone(pidsOf(stdout));
  });

  it('prints one JSON object a line with --format json', async () => {
    await using home = await ScratchHome.create();
    const { stdout } = await hostward(['demo', '--format', 'json', '--for', '2'], { home: home.path });
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { kind: string; appHostPath: string; resource?: { name: string; state: string } });
    expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['appHostAppeared', 'resourceChanged', 'appHostGone']));
    expect(events.find(({ resource }) => resource?.name === 'Orders')).toMatchObject({
      appHostPath: expect.stringMatching(/shop\.js$/),
      resource: { displayName: 'Orders', resourceType: 'HostedService', state: 'Running', healthStatus: 'Healthy' },
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends everything at %s with exit code 0', async signal => {
    await using home = await ScratchHome.create();
    await using program = demo(home);
    await program.prints('Orders Running');
    await program.prints('Pages Running');
    program.child.kill(signal);
    const { exitCode, stderr, stdout } = await program.ended;
    expect({ exitCode, stderr, sockets: await home.sockets() }).toEqual({ exitCode: 0, stderr: '', sockets: [] });
    await areGone(pidsOf(stdout));
  });

  it('ends at once at a second SIGINT, even when an AppHost hangs, and leaves nothing behind', async () => {
    await using home = await ScratchHome.create();
    await using program = demo(home);
    await program.prints('Orders Running');
    await program.prints('Pages Running');
    const pids = pidsOf(program.stdout);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    program.child.kill('SIGINT');
    await new Promise(resolve => setTimeout(resolve, 500));
    program.child.kill('SIGINT');
    const { exitCode, stderr } = await program.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^A second SIGINT: exiting at once\. Still running: .*CommandRunner \(stopping\)\.\n$/);
    await areGone(pids);
    expect(await home.sockets()).toEqual([]);
  });

  it('kills an AppHost that does not stop in time, says so, and goes on', async () => {
    await using home = await ScratchHome.create();
    await using program = demo(home);
    await program.prints('Orders Running');
    process.kill(Number(/^shop\.js \((\d+)\)/m.exec(program.stdout)?.[1]), 'SIGSTOP');
    program.child.kill('SIGINT');
    const { exitCode, stderr } = await program.ended;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/^warn: DemoAppHosts\[0\]\n {6}The AppHost shop\.js did not stop within 5000 ms and is killed\n$/),
    });
    expect(await home.sockets()).toEqual([]);
  });

  it('takes its AppHosts along when it is killed itself', async () => {
    await using home = await ScratchHome.create();
    await using program = demo(home);
    await program.prints('Orders Running');
    await program.prints('Pages Running');
    const pids = pidsOf(program.stdout);
    program.child.kill('SIGKILL');
    await program.ended;
    await areGone(pids);
    expect([pids.length, await home.sockets()]).toEqual([2, []]);
  });
});

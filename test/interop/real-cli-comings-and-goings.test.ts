import { readFileSync } from 'node:fs';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { type RunningProgram, ScratchHome } from '../support/programs.js';
import { describeWithCli, setUp } from './setting.js';

expectNoLeaks();

describeWithCli('the real aspire CLI, while AppHosts come and go', () => {
  jest.setTimeout(60_000);
  const setting = setUp('services', 'stubborn');
  let home: ScratchHome;
  const started: RunningProgram[] = [];

  beforeEach(async () => {
    home = await ScratchHome.create();
  });

  afterEach(async () => {
    for (const program of started.splice(0)) await program[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  async function start(name: string): Promise<RunningProgram> {
    const program = await setting.programs.start(name, home);
    started.push(program);
    return program;
  }

  const listed = async () => (await setting.aspire.json<{ appHostPid: number }[]>(home, ['ps'])).map(({ appHostPid }) => appHostPid).sort();

  it('follows which of them there are', async () => {
    const first = await start('services');
    await using cli = setting.aspire.start(home, ['ps', '--follow', '--format', 'json']);
    await cli.prints(`"appHostPid":${first.pid}`);
    const second = await start('stubborn');
    await cli.prints(`"appHostPid":${second.pid}`, 20_000);
    expect(await setting.aspire.run(home, ['stop', '--apphost', setting.programs.pathOf('services')])).toMatchObject({ exitCode: 0 });
    await cli.prints('"status":"stopped"', 20_000);
    cli.child.kill('SIGINT');
    const { exitCode, stdout } = await cli.ended;
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { appHostPid: number; status: string });
    expect([exitCode, lines.map(({ appHostPid, status }) => [appHostPid, status])]).toEqual([
      0,
      [
        [first.pid, 'running'],
        [second.pid, 'running'],
        [first.pid, 'stopped'],
      ],
    ]);
  });

  it('does not list one that was killed, whose socket the next start removes', async () => {
    const [other, killed] = [await start('stubborn'), await start('services')];
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await home.sockets()).some(socket => socket.endsWith(`.${killed.pid}`))).toBe(true);
    const next = await start('services');
    const makers = async () => (await home.sockets()).map(socket => Number(socket.split('.').at(-1))).sort();
    await eventually('the removal', async () => !(await makers()).includes(killed.pid));
    expect(await makers()).toEqual([other.pid, next.pid].sort());
    expect(await listed()).toEqual([other.pid, next.pid].sort());
  });

  it('does not list one that was killed before the next start either', async () => {
    const [other, killed] = [await start('stubborn'), await start('services')];
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await listed()).toEqual([other.pid]);
  });

  it('stops all instances of one application', async () => {
    const instances = [await start('services'), await start('services')];
    expect(await listed()).toEqual(instances.map(({ pid }) => pid).sort());
    expect(await setting.aspire.run(home, ['stop', '--apphost', setting.programs.pathOf('services')])).toMatchObject({ exitCode: 0 });
    expect(await Promise.all(instances.map(async ({ ended }) => (await ended).exitCode))).toEqual([0, 0]);
    expect(await home.sockets()).toEqual([]);
  });

  it('stops one whose children do not listen, with all that they have started', async () => {
    const program = await start('stubborn');
    const pids = await pidsOf(['plain', 'deaf', 'parent']);
    expect(pids.filter(isRunning)).toHaveLength(4);
    expect(await setting.aspire.run(home, ['stop', '--apphost', setting.programs.pathOf('stubborn')])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('stopped successfully.'),
    });
    expect([(await program.ended).exitCode, pids.filter(isRunning), await home.sockets()]).toEqual([0, [], []]);
  });

  it('leaves no child of one that was killed', async () => {
    const program = await start('stubborn');
    const pids = await pidsOf(['plain', 'deaf', 'parent']);
    program.child.kill('SIGKILL');
    await program.ended;
    await eventually('the end of its children', () => !pids.some(isRunning));
  });

  it('stops one resource with all that it has started, and the others stay', async () => {
    await start('stubborn');
    const pids = await pidsOf(['parent']);
    const [plain = 0] = await pidsOf(['plain']);
    expect(await setting.aspire.run(home, ['resource', 'parent', 'stop', '--apphost', setting.programs.pathOf('stubborn')])).toMatchObject({ exitCode: 0 });
    expect([pids.filter(isRunning), isRunning(plain)]).toEqual([[], true]);
  });

  /** The process ids that children wrote into their logs. The one called `parent` has one of its own. */
  async function pidsOf(names: readonly string[]): Promise<number[]> {
    const pids: number[] = [];
    for (const name of names) {
      const count = name === 'parent' ? 2 : 1;
      await eventually(`the process ids of ${name}`, async () => {
        const { stdout } = await setting.aspire.run(home, ['logs', name, '--apphost', setting.programs.pathOf('stubborn')]);
        const found = [...stdout.matchAll(/^\[\w+\] pid (\d+)$/gm)].map(([, pid]) => Number(pid));
        if (found.length === count) pids.push(...found);
        return found.length === count;
      });
    }
    return pids;
  }
});

/** Not what has ended and is still to be reaped by the system. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

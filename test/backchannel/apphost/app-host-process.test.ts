import { chmod, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { TimeProvider } from 'hostward';
import { RpcClient } from '../../../src/backchannel/rpc/index.js';
import { AppHostProgram } from '../../support/app-host-program.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type RunningProgram, ScratchHome } from '../../support/programs.js';

async function opened(path: string): Promise<Socket> {
  const socket = connect(path);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket.on('error', () => undefined);
}

async function untilListening(home: ScratchHome, program: RunningProgram): Promise<string> {
  const own = async () => (await home.sockets()).find(name => name.endsWith(`.${program.pid}`));
  await eventually(`the socket; ${program.stdout}${program.stderr}`, async () => (await own()) !== undefined);
  // It is there from its bind on, and accepts from its listen on.
  await program.prints('backchannel listening');
  return join(home.socketDirectory, (await own())!);
}

async function ask<T>(path: string, method: string, params: unknown[] = []): Promise<T> {
  await using client = RpcClient.over(await opened(path), { timeProvider: TimeProvider.system });
  return await client.request<T>(method, params);
}

describe('the process of an AppHost', () => {
  expectNoLeaks();
  let program: AppHostProgram;
  beforeAll(() => {
    program = new AppHostProgram();
  });
  afterAll(() => program[Symbol.dispose]());

  it('is found by its socket, and takes it away on SIGTERM', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    const path = await untilListening(home, running);
    expect(await ask(path, 'GetAppHostInformationAsync')).toMatchObject({ appHostPath: program.path, processId: running.pid });
    running.child.kill('SIGTERM');
    expect([(await running.ended).exitCode, await home.sockets()]).toEqual([0, []]);
  });

  it.each([
    ['exit', 3],
    ['throw', 1],
  ])('takes its socket away also at an end by %s', async (ending, exitCode) => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path, [ending]);
    const outcome = await running.ended;
    expect([outcome.exitCode, outcome.stdout.includes('backchannel listening'), await home.sockets()]).toEqual([exitCode, true, []]);
  });

  it('leaves its socket when it is killed, and removes it at its next start, together with nothing else', async () => {
    await using home = await ScratchHome.create();
    const names: string[] = [];
    for (let turn = 0; turn < 2; turn++) {
      await using running = program.start(home.path);
      const killed = names.at(-1);
      names.push((await untilListening(home, running)).split('/').at(-1)!);
      await eventually('the removal', async () => killed === undefined || !(await home.sockets()).includes(killed));
      running.child.kill('SIGKILL');
      await running.ended;
    }
    const stranger = `X7PRTlj8i5MAAAAAAAA.${names[0]!.split('.')[1]}`;
    await writeFile(join(home.socketDirectory, stranger), '');
    expect(await home.sockets()).toEqual([names[1], stranger].sort());
    await using running = program.start(home.path);
    await untilListening(home, running);
    await eventually('the removal', async () => !(await home.sockets()).includes(names[1]!));
    expect(await home.sockets()).toHaveLength(2);
    running.child.kill('SIGTERM');
    await running.ended;
    expect(await home.sockets()).toEqual([stranger]);
  });

  it('ends with the exit code that a client names in its request to stop', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    expect(await ask(await untilListening(home, running), 'StopAsync', [{ exitCode: 42 }])).toEqual({});
    expect([(await running.ended).exitCode, await home.sockets()]).toEqual([42, []]);
  });

  it('has a private socket in a private directory, whatever permissions it gives to its other files', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path, [], { UMASK: '0' });
    const path = await untilListening(home, running);
    await running.prints('backchannel listening');
    const modes = await Promise.all([home.socketDirectory, path].map(async file => ((await lstat(file)).mode & 0o777).toString(8)));
    expect(modes).toEqual(['700', '600']);
    expect(running.stdout).not.toContain('was open to other users');
  });

  it('closes a directory that is open to others before its socket is in it, and says so', async () => {
    await using home = await ScratchHome.create();
    await mkdir(home.socketDirectory, { recursive: true });
    await chmod(home.socketDirectory, 0o777);
    await using running = program.start(home.path);
    await untilListening(home, running);
    expect(((await lstat(home.socketDirectory)).mode & 0o777).toString(8)).toBe('700');
    await running.prints('was open to other users of this computer (permissions 0777) and is closed to them now');
  });

  it('listens again when its socket or the whole directory is removed', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    const answers = async () => {
      // A removal that is under way may take the next socket with it.
      const path = await untilListening(home, running);
      return ask(path, 'GetDashboardMcpConnectionInfoAsync').then(
        answer => answer === null,
        () => false,
      );
    };
    for (const victim of [await untilListening(home, running), home.socketDirectory]) {
      const former = await home.sockets();
      await rm(victim, { recursive: true, force: true, maxRetries: 10 });
      await eventually('the next socket', async () => (await home.sockets()).some(name => !former.includes(name)));
      await eventually('the answer', answers);
    }
    running.child.kill('SIGTERM');
    expect([(await running.ended).exitCode, await home.sockets()]).toEqual([0, []]);
  });

  it('stands clients for which it has no descriptor left, at rest, and serves again when some have gone', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path, [], {}, 200);
    const path = await untilListening(home, running);
    const sockets: Socket[] = [];
    try {
      await using client = RpcClient.over(await opened(path), { timeProvider: TimeProvider.system });
      for (let count = 0; count < 400; count++) sockets.push(await opened(path));
      await eventually('the end of those beyond the limit', () => sockets.filter(socket => socket.destroyed || socket.resume().readableEnded).length > 150);
      const before = await cpuTicksOf(running.pid);
      expect(await client.request('GetDashboardMcpConnectionInfoAsync')).toBeNull();
      await new Promise(resolve => setTimeout(resolve, 1_000));
      // A loop that does not rest would take about 100 of them.
      expect((await cpuTicksOf(running.pid)) - before).toBeLessThan(50);
      for (const socket of sockets) socket.destroy();
      await eventually('the answer', () =>
        ask(path, 'GetDashboardMcpConnectionInfoAsync').then(
          answer => answer === null,
          () => false,
        ),
      );
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

/** Hundredths of a second that a process has computed; 0 where that is not to be had. */
async function cpuTicksOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return user + system;
}

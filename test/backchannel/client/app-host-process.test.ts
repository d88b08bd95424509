import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { AppHost } from 'hostward/backchannel';
import { AppHostProgram } from '../../support/app-host-program.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ScratchHome } from '../../support/programs.js';

/** Whether a process of that number runs, or stands still; one that has ended without anybody taking note of it does not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^\s*[^\sZ]/.test(stdout);
}

describe('AppHost and a real process', () => {
  expectNoLeaks();
  let program: AppHostProgram;
  beforeAll(() => {
    program = new AppHostProgram();
  });
  afterAll(() => program[Symbol.dispose]());

  it('connects while it is starting, waits for its resources, reads their logs, and stops it', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    await using appHost = await AppHost.connect({ pid: running.pid }, { homeDirectory: home.path });
    expect([appHost.path, appHost.processId]).toEqual([program.path, running.pid]);
    const [resource] = await appHost.resources();
    expect(await appHost.waitFor(resource!.name, 'up')).toMatchObject({ name: resource!.name, state: 'Running' });
    expect(await appHost.waitFor(resource!.name, ({ healthStatus }) => healthStatus === 'Healthy')).toMatchObject({ state: 'Running' });
    const lines = [];
    for await (const line of appHost.logs(resource!.name)) lines.push(line);
    expect(lines.every(({ resource: name, timestamp }) => name === resource!.name && timestamp !== undefined)).toBe(true);
    await appHost.execute(resource!.name, 'stop');
    await appHost.waitFor(resource!.name, 'down');
    await expect(appHost.execute(resource!.name, 'launch')).rejects.toThrow('It offers: start, stop, restart.');
    expect(await appHost.stop()).toBe('request');
    expect([isRunning(running.pid), await home.sockets(), (await running.ended).exitCode]).toEqual([false, [], 0]);
  });

  it('finds it by its file and by the directory of that', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    for (const target of [{ path: program.path }, { directory: `${program.path}/../..` }]) {
      await using appHost = await AppHost.connect(target, { homeDirectory: home.path });
      expect(appHost.processId).toBe(running.pid);
    }
  });

  it('gives up when the process has ended', async () => {
    await using home = await ScratchHome.create();
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    const connecting = AppHost.connect({ pid: child.pid! }, { homeDirectory: home.path });
    await expect(connecting).rejects.toMatchObject({ code: 'ERR_APP_HOST_CONNECT', reason: 'processEnded' });
    await exited;
  });

  it('stops waiting for one that is hung, and kills it when that is wanted', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    await using appHost = await AppHost.connect({ pid: running.pid }, { homeDirectory: home.path });
    running.child.kill('SIGSTOP');
    await expect(appHost.stop({ timeout: 500 })).rejects.toMatchObject({ code: 'ERR_APP_HOST_STOP', isProcessAlive: true, isSocketPresent: true });
    expect(await appHost.stop({ timeout: 500, force: true })).toBe('SIGKILL');
    expect([isRunning(running.pid), await home.sockets(), (await running.ended).signal]).toEqual([false, [], 'SIGKILL']);
  });

  it('takes away what one has left that was killed', async () => {
    await using home = await ScratchHome.create();
    await using running = program.start(home.path);
    await using appHost = await AppHost.connect({ pid: running.pid }, { homeDirectory: home.path });
    running.child.kill('SIGKILL');
    await running.ended;
    expect((await lstat(appHost.socketPath)).isSocket()).toBe(true);
    expect([await appHost.stop(), await home.sockets()]).toEqual(['none', []]);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('does not wait for one that has ended and of which its parent takes no note', async () => {
    await using home = await ScratchHome.create();
    // A shell that has become another program knows nothing of its child.
    const shell = spawn('/bin/sh', ['-c', '"$0" "$1" & echo $!; exec sleep 60', process.execPath, program.path], {
      env: { PATH: process.env['PATH'], HOME: home.path },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [text] = (await once(shell.stdout, 'data')) as [Buffer];
      const pid = Number(String(text).split('\n')[0]);
      await using appHost = await AppHost.connect({ pid }, { homeDirectory: home.path });
      expect(await appHost.stop({ timeout: 20_000 })).toBe('request');
      expect([isRunning(pid), process.kill(pid, 0), await home.sockets()]).toEqual([false, true, []]);
    } finally {
      shell.kill('SIGKILL');
      await once(shell, 'close');
    }
  });
});

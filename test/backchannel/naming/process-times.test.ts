import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isProcessAlive, readProcessTimes, SystemProcessTable } from '../../../src/backchannel/naming/index.js';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

async function withChild(test: (child: ChildProcess & { pid: number }) => void | Promise<void>): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  try {
    await test(child as ChildProcess & { pid: number });
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  return child.pid as number;
}

onLinux('readProcessTimes on Linux', () => {
  it('tells when this process started, true to a second', () => {
    const { startedAt = '' } = readProcessTimes(process.pid);
    expect(Math.abs(Date.parse(startedAt) - performance.timeOrigin)).toBeLessThan(1000);
    expect(startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('gives the kernel’s start ticks as the stable time', () => {
    const ticks = Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19]);
    expect(readProcessTimes(process.pid).stableStartedAt).toBe(new Date(ticks * 10).toISOString());
  });

  it('works for other processes, and says the same at each call', async () => {
    await withChild(({ pid }) => {
      const times = readProcessTimes(pid);
      expect(Math.abs(Date.parse(times.startedAt ?? '') - Date.now())).toBeLessThan(3000);
      expect(times.stableStartedAt).toBeDefined();
      const again = readProcessTimes(pid);
      expect(again.stableStartedAt).toBe(times.stableStartedAt);
      expect(Math.abs(Date.parse(again.startedAt ?? '') - Date.parse(times.startedAt ?? ''))).toBeLessThan(50);
    });
  });

  it('is not misled by a process name with blanks and brackets', async () => {
    const child = spawn('/bin/sh', ['-c', 'printf ") 1 2 3 (" > /proc/$$/comm; echo ready; read line'], { stdio: ['pipe', 'pipe', 'ignore'] });
    try {
      await once(child.stdout, 'data');
      expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain('() 1 2 3 ()');
      expect(Math.abs(Date.parse(readProcessTimes(child.pid as number).startedAt ?? '') - Date.now())).toBeLessThan(3000);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('knows nothing of a process that is gone, or can be none', async () => {
    const gone = await withChild(() => undefined);
    for (const pid of [gone, 0, -1, NaN, 2 ** 40]) expect(readProcessTimes(pid)).toEqual({});
  });
});

describe('readProcessTimes elsewhere', () => {
  it.each(['darwin', 'win32'] as const)('on %s knows this process only, and no stable time', platform => {
    const { startedAt, ...others } = readProcessTimes(process.pid, platform);
    expect(Math.abs(Date.parse(startedAt ?? '') - performance.timeOrigin)).toBeLessThan(1);
    expect(others).toEqual({});
    expect(readProcessTimes(process.ppid, platform)).toEqual({});
  });
});

describe('isProcessAlive', () => {
  it('is true of this process, its parent and a child, and false of the child when it is gone', async () => {
    expect([isProcessAlive(process.pid), isProcessAlive(process.ppid)]).toEqual([true, true]);
    const gone = await withChild(({ pid }) => expect(isProcessAlive(pid)).toBe(true));
    expect(isProcessAlive(gone)).toBe(false);
  });

  it('is true of a process that it may not signal', () => {
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    try {
      expect(isProcessAlive(1)).toBe(true);
    } finally {
      kill.mockRestore();
    }
  });

  it.each([0, -1, -process.pid, 1.5, NaN, Infinity, 2 ** 31])('is false of %d, which is no process id', pid => {
    expect(isProcessAlive(pid)).toBe(false);
  });
});

describe('SystemProcessTable', () => {
  it('asks the operating system', () => {
    const table = new SystemProcessTable();
    expect(table.isAlive(process.pid)).toBe(true);
    expect(table.timesOf(process.pid).stableStartedAt).toBe(readProcessTimes(process.pid).stableStartedAt);
  });
});

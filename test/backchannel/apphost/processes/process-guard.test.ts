import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openOutputPipes } from '../../../../src/backchannel/apphost/processes/output-pipes.js';
import { ProcessGuard } from '../../../../src/backchannel/apphost/processes/process-guard.js';
import { readProcEntry, type SnapshotSource } from '../../../../src/backchannel/naming/process-snapshot.js';
import { eventually } from '../../../support/eventually.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { RunningProgram } from '../../../support/programs.js';
import { alive } from './launched.js';

expectNoLeaks();

const isLinux = process.platform === 'linux';

/** A script in a group of its own; it is killed at the end of the test at the latest. */
class Tree implements AsyncDisposable {
  readonly program: RunningProgram;

  constructor(script: string) {
    this.program = new RunningProgram(spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    return this.program.pid;
  }

  async pidOf(name: string): Promise<number> {
    const pattern = new RegExp(`^${name}=(\\d+)$`, 'm');
    await eventually(`${name}= in ${this.program.stdout}`, () => pattern.test(this.program.stdout));
    return Number(pattern.exec(this.program.stdout)![1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [, pid] of this.program.stdout.matchAll(/=(\d+)$/gm)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It is gone, as it should be.
      }
    }
    await this.program[Symbol.asyncDispose]();
  }
}

const stubborn = `trap '' TERM; echo self=$$; setsid sh -c 'trap "" TERM; echo far=$$; while :; do sleep 0.05; done' & sleep 1000 & echo near=$!; while :; do sleep 0.05; done`;

describe.each<SnapshotSource>(isLinux ? ['proc', 'ps'] : ['ps'])('the guard of child processes, with %s', source => {
  const startOf = (pid: number) => (source === 'proc' ? readProcEntry(pid)?.startedAt : undefined);

  it('ends what it watches, with all that belongs to it, when nobody writes to it any more', async () => {
    await using tree = new Tree(stubborn);
    await using bystander = new Tree('echo self=$$; exec sleep 1000');
    const guard = await ProcessGuard.create(() => undefined, source);
    guard.watch(tree.pid, startOf(tree.pid), 'SIGTERM');
    guard.watch(bystander.pid, startOf(bystander.pid), 'SIGTERM')[Symbol.dispose]();
    const pids = [tree.pid, await tree.pidOf('near'), await tree.pidOf('far')];
    await guard[Symbol.asyncDispose]();
    expect(await alive(...pids)).toEqual([]);
    expect(await alive(bystander.pid)).toEqual([bystander.pid]);
  });

  it('sends the signal that was asked for, and gives time to clean up', async () => {
    await using tree = new Tree(`trap 'sleep 0.5; echo cleaned up; exit' INT; echo self=$$; while :; do sleep 0.05; done`);
    await tree.pidOf('self');
    const guard = await ProcessGuard.create(() => undefined, source);
    guard.watch(tree.pid, startOf(tree.pid), 'SIGINT');
    await guard[Symbol.asyncDispose]();
    expect(await alive(tree.pid)).toEqual([]);
    await tree.program.ended;
    expect(tree.program.stdout).toContain('cleaned up');
  });

  it('is gone at once when there is nothing to end', async () => {
    const guard = await ProcessGuard.create(() => undefined, source);
    const { pid } = guard;
    await guard[Symbol.asyncDispose]();
    expect(await alive(pid!)).toEqual([]);
  });
});

describe('the guard of child processes', () => {
  (isLinux ? it : it.skip)('does not touch another process that has got the number of one that it watches', async () => {
    await using tree = new Tree('echo self=$$; sleep 1000 & echo near=$!; wait');
    const near = await tree.pidOf('near');
    const guard = await ProcessGuard.create(() => undefined);
    guard.watch(tree.pid, '12345', 'SIGTERM');
    await guard[Symbol.asyncDispose]();
    expect(await alive(tree.pid, near)).toEqual([tree.pid, near]);
  });

  (isLinux ? it : it.skip)('also ends what was only announced when this process died, by its pipe', async () => {
    const pipes = await openOutputPipes();
    const guard = await ProcessGuard.create(() => undefined);
    guard.announce('hostward-pipes-other', 'SIGTERM')[Symbol.dispose]();
    guard.announce(pipes!.token, 'SIGTERM');
    const child = spawn('/bin/sh', ['-c', 'trap "" TERM; while :; do sleep 0.05; done'], {
      detached: true,
      stdio: ['ignore', pipes!.writers.out, pipes!.writers.error],
    });
    pipes!.writers[Symbol.dispose]();
    try {
      await guard[Symbol.asyncDispose]();
      expect(await alive(child.pid!)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      pipes!.out.destroy();
      pipes!.error.destroy();
    }
  });

  it('is replaced when somebody kills it, and knows what it has to know', async () => {
    await using tree = new Tree('echo self=$$; exec sleep 1000');
    await tree.pidOf('self');
    const lost: string[] = [];
    const guard = await ProcessGuard.create(reason => lost.push(reason));
    guard.watch(tree.pid, readProcEntry(tree.pid)?.startedAt, 'SIGTERM');
    const first = guard.pid!;
    process.kill(first, 'SIGKILL');
    await eventually('another guard', () => guard.pid !== undefined && guard.pid !== first);
    await guard[Symbol.asyncDispose]();
    expect([lost, await alive(tree.pid)]).toEqual([[], []]);
  });

  it('says so when it is killed again and again', async () => {
    const lost: string[] = [];
    await using guard = await ProcessGuard.create(reason => lost.push(reason));
    for (let last: number | undefined; guard.pid !== undefined;) {
      if (guard.pid !== last) process.kill((last = guard.pid), 'SIGKILL');
      await eventually('news', () => guard.pid !== last);
    }
    expect(lost).toEqual(['it ended (SIGKILL)']);
  });

  (isLinux ? it : it.skip)('ignores what a terminal sends to all its programs', async () => {
    const guard = await ProcessGuard.create(() => undefined);
    const { pid } = guard;
    await eventually('a shell that ignores signals', () => !/^SigIgn:\t0+$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.kill(pid!, signal);
    // One that had ended by a signal would have been replaced by now.
    await eventually('all signals to be delivered', () => /^SigPnd:\t0+$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')));
    expect([guard.pid, await alive(pid!)]).toEqual([pid, [pid]]);
    await guard[Symbol.asyncDispose]();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { TimeProvider } from 'hostward';
import { ProcessGuard } from '../../../../src/backchannel/apphost/processes/process-guard.js';
import { type ProcessSnapshots, readProcEntry } from '../../../../src/backchannel/naming/process-snapshot.js';
import { SystemProcess } from '../../../../src/backchannel/apphost/processes/system-process.js';
import { eventually } from '../../../support/eventually.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { ProcessEnvironment } from '../../../support/process-environment.js';
import { TemporaryFolder } from '../../../support/temporary-folder.js';
import { alive, LauncherScene } from './launched.js';

expectNoLeaks();

const never = new AbortController().signal;

describe('a child process', () => {
  it('tells its output and its exit code, with nothing on standard input', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch('cat; echo out; echo bad >&2; printf last; exit 7');
    expect(await launched.exited).toEqual({ exitCode: 7, signal: null });
    await launched.drain();
    expect([scene.lines, scene.errorLines]).toEqual([['out'], ['bad']]);
    expect(await launched.countSurvivors()).toBe(0);
  });

  it('is known to the guard before it is started, and by its number before anything else happens', async () => {
    const told: string[] = [];
    const noting = (what: string, end: string) => (told.push(what), { [Symbol.dispose]: () => void told.push(end) });
    const guard = {
      announce: (token: string) => noting(`announced ${/^hostward-pipes-\w{6}$/.test(token)}`, 'taken back'),
      watch: (pid: number) => noting(`watched ${pid}`, 'over'),
      [Symbol.asyncDispose]: async () => undefined,
    };
    const create = jest.spyOn(ProcessGuard, 'create').mockResolvedValue(guard as unknown as ProcessGuard);
    try {
      await using scene = new LauncherScene();
      const launched = await scene.launch('exit 0');
      expect(told).toEqual(['announced true', `watched ${launched.pid}`, 'taken back']);
      await launched.exited;
      await launched[Symbol.asyncDispose]();
      expect(told.at(-1)).toBe('over');
      await expect(scene.launch('', { command: '/nonexistent/program' })).rejects.toThrow('there is no such file');
      expect(told.slice(4)).toEqual(['announced true', 'taken back']);
    } finally {
      create.mockRestore();
    }
  });

  it('may open its outputs by their paths, which needs pipes and no sockets', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch('echo one > /dev/stdout; echo two > /dev/stderr; echo three >> /dev/stdout');
    expect(await launched.exited).toEqual({ exitCode: 0, signal: null });
    await launched.drain();
    expect([scene.lines, scene.errorLines]).toEqual([['one', 'three'], ['two']]);
  });

  it('is started also where no pipe can be made', async () => {
    using folder = new TemporaryFolder();
    using _environment = new ProcessEnvironment({ TMPDIR: folder.at('missing') });
    await using scene = new LauncherScene();
    const launched = await scene.launch('echo out; echo bad >&2');
    await launched.exited;
    await launched.drain();
    expect([scene.lines, scene.errorLines]).toEqual([['out'], ['bad']]);
  });

  it('that ends at once is not missed, a hundred times', async () => {
    await using scene = new LauncherScene();
    for (let run = 0; run < 100; run++) {
      const launched = await scene.launch('', { command: 'true', args: [] });
      expect(await launched.exited).toEqual({ exitCode: 0, signal: null });
      await launched[Symbol.asyncDispose]();
    }
  });

  it('gets exactly the environment and the directory that it is given', async () => {
    using folder = new TemporaryFolder();
    await using scene = new LauncherScene();
    const launched = await scene.launch('', { command: '/usr/bin/env', args: [], environment: { A: '1', B: 'ż' }, workingDirectory: folder.path });
    await launched.exited;
    await launched.drain();
    expect(scene.lines.filter(line => !line.startsWith('PWD=')).sort()).toEqual(['A=1', 'B=ż']);
    const second = await scene.launch('pwd', { workingDirectory: folder.path });
    await second.exited;
    await second.drain();
    expect(scene.lines).toContain(folder.path);
  });

  it('never waits for a reader: a megabyte without line feed is cut, bytes that are no text are replaced', async () => {
    await using scene = new LauncherScene();
    const program = `
      process.stdout.write('x'.repeat(1 << 20) + '\\nafter\\n');
      process.stderr.write(Buffer.from([0x61, 0xfe, 0x62, 0x0a]));
      process.stdout.write('end\\n');`;
    const launched = await scene.launch('', { command: process.execPath, args: ['-e', program] });
    expect(await launched.exited).toEqual({ exitCode: 0, signal: null });
    await launched.drain();
    expect(scene.lines.map(line => line.slice(-50))).toEqual([`${'x'.repeat(12)}… [cut: a line may have 65536 characters]`.slice(-50), 'after', 'end']);
    expect(scene.lines[0]).toHaveLength(65_536 + '… [cut: a line may have 65536 characters]'.length);
    expect(scene.errorLines).toEqual(['a\ufffdb']);
  });

  it.each([
    [
      'a name that is nowhere',
      { command: 'no-such-program' },
      /^'no-such-program' cannot be started: there is no program of this name in the directories of PATH \(.+\)\.$/,
    ],
    ['a path that is nowhere', { command: '/nonexistent/program' }, /there is no such file, or the interpreter in its first line does not exist\.$/],
    ['a file that is not executable', { command: 'text' }, /it is not executable for this user \(EACCES\)\.$/],
    ['an interpreter that is missing', { command: 'orphan' }, /or the interpreter in its first line does not exist\.$/],
    ['a directory as program', { command: '.' }, /it is not executable for this user \(EACCES\)\.$/],
    ['a working directory that is missing', { workingDirectory: '/nonexistent' }, /its working directory '\/nonexistent' cannot be used \(ENOENT\)\.$/],
    ['a working directory that is a file', { workingDirectory: 'text' }, /its working directory '.+text' is no directory\.$/],
  ])('says what is wrong with %s', async (_what, { command, workingDirectory }: { command?: string; workingDirectory?: string }, message) => {
    using folder = new TemporaryFolder({ text: 'no program', orphan: '#!/nonexistent/interpreter\n' });
    chmodSync(folder.at('orphan'), 0o755);
    await using scene = new LauncherScene();
    const inFolder = (path: string) => (/^(\.|text|orphan)$/.test(path) ? folder.at(path) : path);
    const request = { command: inFolder(command ?? 'true'), args: [], workingDirectory: inFolder(workingDirectory ?? '.') };
    const failure = scene.launch('', request);
    await expect(failure).rejects.toMatchObject({ code: 'ERR_PROCESS_LAUNCH', command: request.command, workingDirectory: request.workingDirectory });
    await expect(failure).rejects.toThrow(message);
  });
});

describe('the end of a child process', () => {
  it('is the end of all that it has started, in sessions of their own, too, and each gets the signal once', async () => {
    using folder = new TemporaryFolder();
    await using scene = new LauncherScene();
    const counting = `n=0; trap 'n=$((n+1)); echo $n >> ${folder.at('signals')}' TERM; echo deep=$$; while [ $n -eq 0 ]; do sleep 0.05; done; sleep 0.3`;
    const launched = await scene.launch(
      `setsid sh -c "setsid sleep 1000 & echo far=\\$!; wait" & sleep 1000 & echo near=$!; sh -c '${counting.replaceAll("'", "'\\''")}' & wait`,
    );
    const pids = [launched.pid, await scene.pidOf('near'), await scene.pidOf('far'), await scene.pidOf('deep')];
    expect(await alive(...pids)).toEqual(pids);
    await launched.end('SIGTERM', never);
    expect(await alive(...pids)).toEqual([]);
    expect(readFileSync(folder.at('signals'), 'utf8')).toBe('1\n');
    expect(await launched.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
  });

  it('waits for those that take their time, also when the program itself is gone', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch(
      `setsid sh -c 'trap "sleep 0.3; echo cleaned; exit" TERM; echo slow=$$; while :; do sleep 0.05; done' & exec sleep 1000`,
    );
    const slow = await scene.pidOf('slow');
    await launched.end('SIGTERM', never);
    expect(await alive(slow)).toEqual([]);
    await launched.drain();
    expect(scene.lines).toContain('cleaned');
  });

  it('is left to the caller when a signal is ignored, and SIGKILL leaves nobody, also none that is started meanwhile', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch(
      `trap '' TERM; setsid sh -c 'trap "" TERM; echo deaf=$$; while :; do sleep 0.05 & sleep 0.05; done' & echo ready; while :; do sleep 0.1; done`,
    );
    const deaf = await scene.pidOf('deaf');
    await scene.line(/ready/);
    await expect(launched.end('SIGTERM', AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(await alive(launched.pid, deaf)).toEqual([launched.pid, deaf]);
    await launched.end('SIGKILL', AbortSignal.timeout(10_000));
    expect(await alive(launched.pid, deaf)).toEqual([]);
  });

  it('by a second signal also finds what the first one has orphaned', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch(`setsid sh -c 'trap "" TERM; echo deaf=$$; while :; do sleep 0.05; done' & exec sleep 1000`);
    const deaf = await scene.pidOf('deaf');
    await expect(launched.end('SIGTERM', AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(await alive(launched.pid, deaf)).toEqual([deaf]);
    await launched.end('SIGKILL', AbortSignal.timeout(10_000));
    expect(await alive(deaf)).toEqual([]);
  });

  it('takes one signal for the group, and one for each that is not in it', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch('setsid sleep 1000 & echo far=$!; sleep 1000 & echo near=$!; wait');
    const far = await scene.pidOf('far');
    await scene.pidOf('near');
    await eventually('a session of its own', () => readProcEntry(far)?.session === far);
    const kill = jest.spyOn(process, 'kill');
    try {
      await launched.end('SIGTERM', never);
      expect(kill.mock.calls.filter(([, signal]) => signal === 'SIGTERM')).toEqual([
        [-launched.pid, 'SIGTERM'],
        [far, 'SIGTERM'],
      ]);
    } finally {
      kill.mockRestore();
    }
  });

  it('by itself can leave processes behind, which are found and ended', async () => {
    await using scene = new LauncherScene();
    const launched = await scene.launch('sleep 1000 & echo left=$!; exit 3');
    expect(await launched.exited).toEqual({ exitCode: 3, signal: null });
    const left = await scene.pidOf('left');
    expect(await launched.countSurvivors()).toBe(1);
    await launched.end('SIGTERM', never);
    expect([await launched.countSurvivors(), await alive(left)]).toEqual([0, []]);
  });

  it('does not wait for ever for output that a daemon keeps open', async () => {
    using folder = new TemporaryFolder();
    await using scene = new LauncherScene();
    const pidFile = folder.at('pid');
    const daemonize = `setsid sh -c "echo \\$\\$ > ${pidFile}; exec sleep 30" & while [ ! -s ${pidFile} ]; do sleep 0.02; done`;
    const launched = await scene.launch(`sh -c '${daemonize}'; echo done`);
    await launched.exited;
    const daemon = Number(readFileSync(folder.at('pid'), 'utf8'));
    try {
      // It has left its group, its session and its ancestors: nobody can tell whose it was.
      expect(await launched.countSurvivors()).toBe(0);
      await launched.drain();
      expect(scene.lines).toEqual(['done']);
      expect(await alive(daemon)).toEqual([daemon]);
    } finally {
      process.kill(daemon, 'SIGKILL');
    }
  });

  it('is that of its group at least where processes cannot be listed', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = child.pid!;
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const snapshots = { take: () => Promise.reject(new Error('no /proc here')) } as unknown as ProcessSnapshots;
    const guarded = { [Symbol.dispose]: () => undefined };
    const parts = { child, output: [child.stdout], pid, startedAt: 'unknown', timeProvider: TimeProvider.system, source: 'proc' as const, snapshots, guarded };
    await using launched = new SystemProcess(parts);
    await launched.end('SIGTERM', AbortSignal.timeout(10_000));
    expect(await alive(pid, Number(text.toString()))).toEqual([]);
  });

  it('comes with its disposal at the latest', async () => {
    const scene = new LauncherScene();
    const launched = await scene.launch(`trap '' TERM; sleep 1000 & echo child=$!; wait`);
    const child = await scene.pidOf('child');
    await scene[Symbol.asyncDispose]();
    expect(await alive(launched.pid, child)).toEqual([]);
  });
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { FixturePrograms } from '../support/hosting-programs.js';
import { expectNoLeaks } from '../support/leak-check.js';

jest.setTimeout(20_000);
expectNoLeaks();

let programs: FixturePrograms;

beforeAll(() => {
  programs = new FixturePrograms();
});

afterAll(() => {
  programs[Symbol.dispose]();
});

const started = ['a starts', 'b starts', 'c starts', 'ready'];
const stopped = ['stopping', 'c stops', 'b stops', 'a stops', 'stopped', 'c is disposed', 'b is disposed', 'a is disposed'];
const lines = (text: string) => text.split('\n').slice(0, -1);

describe('a program that runs a host', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('stops gracefully at %s, goes on in its main function and ends with 0', async signal => {
    await using program = programs.start('until-signalled');
    await program.prints('ready');
    program.child.kill(signal);
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, lines(stdout), stderr]).toEqual([0, [...started, ...stopped, 'main goes on'], '']);
  });

  it('has the default action of a signal back when its host is disposed', async () => {
    await using program = programs.start('until-signalled', '--then-wait');
    await program.prints('ready');
    program.child.kill('SIGINT');
    await program.prints('main goes on');
    program.child.kill('SIGINT');
    expect(await program.ended).toMatchObject({ exitCode: null, signal: 'SIGINT' });
  });

  it('whose start fails stops what had started, prints the error once with its cause, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await programs.run('start-fails');
    expect([exitCode, lines(stdout)]).toEqual([1, ['a starts', 'b starts', 'a stops', 'c is disposed', 'b is disposed', 'a is disposed']]);
    expect(lines(stderr)).toEqual(['Error: b cannot start', '  In: Probe-2 (start)', '  Caused by: no database']);
  });

  it('logs to stdout, and keeps stderr for the error', async () => {
    const { stdout, stderr } = await programs.run('start-fails', '--with-log');
    expect(stdout).toContain('fail: Microsoft.Extensions.Hosting.Internal.Host[11]\n      Hosting failed to start\n');
    expect(lines(stderr)).toEqual(['Error: b cannot start', '  In: Probe-2 (start)', '  Caused by: no database']);
  });

  it.each(['--cancelled', '--while-stopping'])('whose start fails has failed, also when it is %s', async flag => {
    const { exitCode, stderr } = await programs.run('start-fails', flag);
    expect([exitCode, stderr.startsWith('Error: ')]).toEqual([1, true]);
  });

  it('whose background service fails stops, prints the error once, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await programs.run('background-fails');
    expect([exitCode, lines(stdout), stderr]).toEqual([
      1,
      ['a starts', 'a stops', 'a is disposed'],
      'Error: work failed\n  In: Worker (work in the background)\n',
    ]);
  });

  it('whose background service cancels itself has failed, too', async () => {
    const { exitCode, stderr } = await programs.run('background-fails', '--cancelled');
    expect([exitCode, lines(stderr).length, stderr]).toEqual([1, 2, expect.stringContaining('  In: Worker (work in the background)\n')]);
  });

  it('whose stop is not done in time has failed', async () => {
    const { exitCode, stdout, stderr } = await programs.run('stop-runs-out-of-time');
    expect([exitCode, lines(stdout), lines(stderr).length]).toEqual([1, ['a starts', 'a stops', 'a is disposed'], 2]);
  });

  it('lives as long as it starts; told to end then, it takes back what had started and ends with 0', async () => {
    await using program = programs.start('start-hangs');
    await program.prints('b starts');
    await new Promise(resolve => setTimeout(resolve, 100));
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, lines(stdout), stderr]).toEqual([0, ['a starts', 'b starts', 'a stops', 'b is disposed', 'a is disposed'], '']);
  });

  it('with a bare host lives as long as it starts; told to end then, it is cancelled and takes nothing back', async () => {
    await using program = programs.start('start-hangs', '--bare');
    await program.prints('b starts');
    await new Promise(resolve => setTimeout(resolve, 100));
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, lines(stdout), stderr]).toEqual([0, ['a starts', 'b starts', 'b is disposed', 'a is disposed', 'AbortError'], '']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once at a second %s while its stop hangs, with %d, and names what runs', async (signal, expected) => {
    await using program = programs.start('stop-hangs');
    await program.prints('ready');
    program.child.kill(signal);
    await program.prints('queue stops');
    program.child.kill(signal);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(program.child.exitCode).toBeNull();
    program.child.kill(signal);
    const { exitCode, stderr } = await program.ended;
    expect([exitCode, stderr]).toEqual([expected, `A second ${signal}: exiting at once. Still running: Queue (stopping).\n`]);
  });

  it('ends with the exit code that stopApplication was given, with 1 when the stop fails, with 0 after a signal of its own', async () => {
    const { stdout, stderr } = await programs.run('exit-codes');
    expect(lines(stdout).at(-1)).toBe('0 3 1 0 1 0');
    expect(lines(stderr)).toEqual(['Error: the stop failed', '  In: Probe (stop)', 'Error: the stop failed after the signal', '  In: Probe (stop)']);
  });

  it('that cannot be built prints why, with causes and parts, each once, and ends with 1', async () => {
    const { stdout, stderr } = await programs.run('cannot-be-built');
    expect(lines(stdout)).toEqual(['1', '1', '1', '1', '1', '1']);
    expect(lines(stderr)).toEqual([
      'Error: outer',
      '  Caused by: middle',
      '  Caused by: inner',
      'Error: Several failed.',
      '  - first',
      '    Caused by: its cause',
      '  - second',
      'Error: on two ways',
      '  Caused by: with a cause',
      'Error: None failed.',
      'Error: A value that is no Error was thrown: a text',
      'Error: in a circle',
      '  Caused by: and back',
    ]);
  });

  it('prints no secret that the configuration has', async () => {
    const { exitCode, stderr } = await programs.run('fails-with-secret');
    expect([exitCode, lines(stderr)]).toEqual([1, ['Error: login with ***', '  Caused by: and with ***']]);
  });

  it('has as many services and listeners as it likes without a warning of Node', async () => {
    expect(await programs.run('many-services')).toEqual({ exitCode: 0, signal: null, stdout: '', stderr: '' });
  });

  it('whose start hangs gives it up in time, takes back what had started, names what hung, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await programs.run('hangs', 'start');
    expect(lines(stdout)).toEqual(['a starts', 'deaf starts', 'a stops', 'c is disposed', 'deaf is disposed', 'a is disposed']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^Error: Deaf did not end its start within \d+ ms, and was left behind\.\n {2}In: Deaf \(start\)\n$/),
    ]);
  });

  it('whose stop hangs stops all the others, names what hung, and ends with 1 although something keeps the process alive', async () => {
    await using program = programs.start('hangs', 'stop');
    await program.prints('ready');
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    expect(lines(stdout).slice(4)).toEqual(['c stops', 'deaf stops', 'a stops', 'c is disposed', 'deaf is disposed', 'a is disposed']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^Error: Deaf did not end its stop within \d+ ms, and was left behind\.\n {2}In: Deaf \(stop\)\n$/),
    ]);
  });

  it('whose disposal hangs ends with 1 when its time is over', async () => {
    await using program = programs.start('hangs', 'dispose');
    await program.prints('ready');
    program.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, lines(stdout).at(-1), stderr]).toEqual([1, 'c is disposed', 'Error: The disposal of the services did not finish within 1000 ms.\n']);
  });

  it('whose background service ignores its signal ends all the same', async () => {
    await using program = programs.start('hangs', 'execute');
    await program.prints('ready');
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    expect([exitCode, lines(stdout).at(-1), stderr]).toEqual([0, 'a is disposed', '']);
  });

  it.each([
    ['exception', 'Error: nobody caught it\n  Caused by: the reason\n'],
    ['rejection', 'Error: nobody awaited it\n'],
    ['text', 'Error: A value that is no Error was thrown: a text\n'],
  ])('stops in an orderly way at an %s that nobody handles, prints it, and ends with 1', async (kind, printed) => {
    const { exitCode, stdout, stderr } = await programs.run('unhandled', kind);
    expect([exitCode, lines(stdout), stderr]).toEqual([1, ['a starts', 'a stops', 'a is disposed', 'main goes on with 0 listeners'], printed]);
  });

  it('prints once what happens again and again', async () => {
    const { exitCode, stderr } = await programs.run('unhandled', 'again');
    expect([exitCode, stderr]).toEqual([1, 'Error: nobody awaited it\n  So often: 5 times\n']);
  });

  it('runs in a worker thread, where nobody sends signals, and ends only that', async () => {
    const { exitCode, stdout, stderr } = await programs.run('in-a-worker');
    const much = 3 * 1024 * 1024;
    expect([exitCode, stdout.replaceAll('.', ''), stdout.split('.').length - 1]).toEqual([0, 'clean: 3\nhangs: 1\n', 2 * much]);
    expect(stderr).toMatch(/^Error: Hung did not end its stop within \d+ ms, and was left behind\.\n {2}In: Hung \(stop\)\n$/);
  });

  it('leaves what nobody handles to Node when it is told to', async () => {
    const { exitCode, stdout, stderr } = await programs.run('unhandled', 'exception', '--not-handled');
    expect([exitCode, lines(stdout), stderr]).toEqual([1, ['a starts'], expect.stringContaining('nobody caught it')]);
  });

  it('brings everything that it printed to its reader before it is ended by force', async () => {
    const { exitCode, stdout } = await programs.run('prints-much');
    expect([exitCode, stdout.length]).toEqual([1, 'a starts\na stops\n'.length + 3 * 1024 * 1024 + 'a is disposed\n'.length]);
  });

  it('prints stacks when it is debugged', async () => {
    const { stderr } = await programs.run('start-fails', { HOSTWARD_DEBUG: '1' });
    expect(stderr).toMatch(/^Error: b cannot start\n {4}at .*\n[^]*\n {2}Caused by: Error: no database\n {4}at /);
  });

  it.each([
    ['svg', /^<svg [^]*Probe-2 start[^]*<\/svg>\n$/],
    ['TXT', /^start: [^]*Probe start +[\d.]+ ms/],
    ['json', /"name": "Probe-2",\n +"phase": "start",[^]*"error": "b cannot start"/],
  ])('writes who took how long to a file: %s', async (extension, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'hostward-'));
    try {
      const file = join(folder, `timeline.${extension}`);
      const { exitCode } = await programs.run('start-fails', { HOSTWARD_TIMELINE: file });
      expect([exitCode, await readFile(file, 'utf8')]).toEqual([1, expect.stringMatching(expected)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says why it cannot write who took how long, and ends as it would have', async () => {
    const { exitCode, stderr } = await programs.run('start-fails', { HOSTWARD_TIMELINE: '/nowhere/timeline.svg' });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("The timeline cannot be written: ENOENT: no such file or directory, open '/nowhere/timeline.svg'\n"),
    ]);
  });

  it('goes on when nobody reads its output any more', async () => {
    await using program = programs.start('logs-to-nobody');
    program.child.stdout!.destroy();
    await eventually(`more lines than the pipe took: ${program.stderr}`, () => program.stderr.includes('still here'));
    program.child.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ exitCode: 0, stderr: 'still here\n' });
  });
});

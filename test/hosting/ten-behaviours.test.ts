import { FixturePrograms } from '../support/hosting-programs.js';
import { expectNoLeaks } from '../support/leak-check.js';
import type { Outcome, RunningProgram } from '../support/programs.js';

jest.setTimeout(30_000);
expectNoLeaks();

let programs: FixturePrograms;

beforeAll(() => {
  programs = new FixturePrograms();
});

afterAll(() => {
  programs[Symbol.dispose]();
});

const lines = (text: string) => text.split('\n').slice(0, -1);
const started = ['db starts', 'cache starts', 'worker starts', 'ready'];
const disposed = ['worker is disposed', 'cache is disposed', 'db is disposed'];
const stopOf = (name: string) => [`${name} stops`, `${name} has stopped`];
const stopped = ['worker', 'cache', 'db'].flatMap(stopOf);
/** What is constructed last is disposed first, and the services are constructed as they are registered. */
const inOrder = (stdout: string) => lines(stdout).filter(line => !disposed.includes(line));
const disposals = (stdout: string) =>
  lines(stdout)
    .filter(line => disposed.includes(line))
    .sort();

/** Runs the three services until they are ready, sends the signals one after the other, and waits for the end. */
async function signalled(flags: readonly string[], ...signals: readonly NodeJS.Signals[]): Promise<Outcome> {
  await using program = programs.start('three-services', ...flags);
  await program.prints('ready');
  for (const signal of signals) program.child.kill(signal);
  return await program.ended;
}

/** Reads what a program prints to its end, in small pieces and with a pause after each. Milliseconds. */
async function readSlowly({ child }: RunningProgram, pause: number): Promise<void> {
  const stdout = child.stdout!;
  let isOver = false;
  stdout.on('data', () => stdout.pause()).once('end', () => (isOver = true));
  while (!isOver) {
    stdout.resume();
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

describe('three services of which each needs the one before it', () => {
  it('start after what they need, whatever the order of their registration', async () => {
    const { stdout } = await signalled([], 'SIGTERM');
    expect(inOrder(stdout).slice(0, 4)).toEqual(started);
  });

  it('stop in the reverse order, each when the one before it has stopped, and are disposed', async () => {
    const { stdout } = await signalled(['--slow-stops'], 'SIGTERM');
    expect([inOrder(stdout).slice(4), disposals(stdout)]).toEqual([stopped, [...disposed].sort()]);
  });

  it('stop at the same time when they are told to: nobody waits for another', async () => {
    const { exitCode, stdout } = await signalled(['--slow-stops', '--concurrently'], 'SIGTERM');
    const stops = inOrder(stdout).slice(4);
    expect([exitCode, stops.slice(0, 3), stops.slice(3).sort()]).toEqual([
      0,
      ['worker stops', 'cache stops', 'db stops'],
      ['cache has stopped', 'db has stopped', 'worker has stopped'],
    ]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('end with 0 after a clean %s, and print nothing of it', async signal => {
    expect(await signalled([], signal)).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('end after a clean %s with %d where the program wants it so', async (signal, code) => {
    const { exitCode, stdout, stderr } = await signalled(['--code-of-signal'], signal);
    expect([exitCode, inOrder(stdout), stderr]).toEqual([code, [...started, ...stopped], '']);
  });

  it('stop those two that had started when the third cannot, and say once what it was, and where', async () => {
    const { exitCode, stdout, stderr } = await programs.run('three-services', '--start-fails');
    expect([exitCode, inOrder(stdout), disposals(stdout).length]).toEqual([1, [...started.slice(0, 3), ...stopOf('cache'), ...stopOf('db')], 3]);
    expect(lines(stderr)).toEqual(['Error: worker cannot start', '  In: Worker (start)', '  Caused by: no queue']);
  });

  it('do not wait for ever for a third that hangs in its start: those two that had started are stopped, and the culprit is named', async () => {
    const { exitCode, stdout, stderr } = await programs.run('three-services', '--start-hangs', '--start-limit');
    expect([exitCode, inOrder(stdout)]).toEqual([1, [...started.slice(0, 3), ...stopOf('cache'), ...stopOf('db')]]);
    expect(stderr).toMatch(/^Error: Worker did not end its start within \d+ ms, and was left behind\.\n {2}In: Worker \(start\)\n$/);
  });

  it('name a third that hangs in its start also without a limit, and are stopped by a signal', async () => {
    await using program = programs.start('three-services', '--start-hangs', '--with-log');
    await program.prints('Worker has been holding up the host in its start');
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    const calls = lines(stdout).filter(line => / (starts|stops|has stopped)$/.test(line));
    expect([exitCode, calls]).toEqual([1, [...started.slice(0, 3), ...stopOf('cache'), ...stopOf('db')]]);
    expect(stderr).toMatch(/^Error: Worker did not end its start within \d+ ms/);
  });

  it.each([
    ['one after the other', ''],
    ['at the same time', '--concurrently'],
  ])('are all stopped, %s, but the one whose stop hangs, which is named', async (_how, flag) => {
    const { exitCode, stdout, stderr } = await signalled(['--stop-hangs', '--stop-limit', flag], 'SIGTERM');
    const order = inOrder(stdout).slice(4);
    expect([exitCode, [...order].sort(), disposals(stdout).length]).toEqual([1, [...stopOf('worker'), 'cache stops', ...stopOf('db')].sort(), 3]);
    if (flag === '') expect(order).toEqual([...stopOf('worker'), 'cache stops', ...stopOf('db')]);
    expect(stderr).toMatch(/^Error: Cache did not end its stop within \d+ ms, and was left behind\.\n {2}In: Cache \(stop\)\n$/);
  });

  it('name the one whose stop hangs in the log as well, before it is left behind', async () => {
    const { stdout } = await signalled(['--stop-hangs', '--stop-limit', '--with-log'], 'SIGTERM');
    expect(stdout).toMatch(/Cache has been holding up the host in its stop[^]*Cache was left behind in its stop/);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('end at once at a second %s while one of them hangs, with %d, and say who is still at work', async (signal, code) => {
    await using program = programs.start('three-services', '--stop-hangs');
    await program.prints('ready');
    program.child.kill(signal);
    await program.prints('cache stops');
    // What comes sooner is taken for the same press of a key.
    await new Promise(resolve => setTimeout(resolve, 400));
    const sent = performance.now();
    program.child.kill(signal);
    const { exitCode, stdout, stderr } = await program.ended;
    // Without it the stop would take 30 s.
    expect(performance.now() - sent).toBeLessThan(10_000);
    expect([exitCode, stdout.includes('db stops')]).toEqual([code, false]);
    expect(stderr).toBe(`A second ${signal}: exiting at once. Still running: Db (running), Cache (stopping).\n`);
  });

  it('are all stopped although the stop of one throws, which is said once', async () => {
    const { exitCode, stdout, stderr } = await signalled(['--stop-throws'], 'SIGTERM');
    expect([exitCode, inOrder(stdout), disposals(stdout).length]).toEqual([1, [...started, ...stopOf('worker'), 'cache stops', ...stopOf('db')], 3]);
    expect(lines(stderr)).toEqual(['Error: cache cannot stop', '  In: Cache (stop)']);
  });

  it('fail also with a code of their own, and with that of a signal, when a stop throws', async () => {
    const [own, signal] = await Promise.all([
      programs.run('three-services', '--stop-throws', '--stops-itself'),
      signalled(['--stop-throws', '--code-of-signal'], 'SIGTERM'),
    ]);
    expect([own.exitCode, signal.exitCode]).toEqual([1, 1]);
  });

  it.each([
    ['', ''],
    [', and in the log', '--with-log'],
  ])('are all stopped when a loop in the background fails, whose error is on standard error once%s', async (_where, flag) => {
    const { exitCode, stdout, stderr } = await programs.run('three-services', '--loop-fails', flag);
    const calls = lines(stdout).filter(line => / (starts|stops|has stopped)$/.test(line));
    expect([exitCode, calls]).toEqual([1, [...started.slice(0, 3), ...stopped]]);
    expect(lines(stderr)).toEqual(['Error: the loop broke', '  In: Loop (work in the background)']);
    if (flag === '') expect(stdout).not.toContain('the loop broke');
  });

  it.each([
    ['when they end by themselves', [], 0],
    ['when they are ended by force', ['--stop-hangs', '--stop-limit'], 1],
  ] as const)('bring 3 MiB that they print at the end to a slow reader, all of it, %s', async (_how, flags, code) => {
    await using program = programs.start('three-services', '--prints-much', ...flags);
    await program.prints('ready');
    program.child.kill('SIGTERM');
    // 48 pieces of 64 KiB: 3 s, a second longer than the program waits for a reader that reads nothing.
    await readSlowly(program, 60);
    const { exitCode, stdout } = await program.ended;
    const [printed] = lines(stdout).filter(line => line.startsWith('x'));
    expect([exitCode, printed?.length, disposals(stdout).length]).toEqual([code, 3 * 1024 * 1024, 3]);
  });

  it('do not wait for ever for a reader that reads nothing when one of them hangs', async () => {
    await using program = programs.start('three-services', '--prints-much', '--stop-hangs', '--stop-limit');
    await program.prints('ready');
    program.child.stdout!.pause();
    program.child.kill('SIGTERM');
    expect(await new Promise(resolve => program.child.once('exit', resolve))).toBe(1);
    program.child.stdout!.resume();
  });

  it('end with the code that one of them names', async () => {
    const { exitCode, stdout, stderr } = await programs.run('three-services', '--stops-itself');
    expect([exitCode, inOrder(stdout), stderr]).toEqual([3, [...started, ...stopped], '']);
  });
});

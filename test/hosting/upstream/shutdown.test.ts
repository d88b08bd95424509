import { FixturePrograms } from '../../support/hosting-programs.js';
import { expectNoLeaks } from '../../support/leak-check.js';

jest.setTimeout(20_000);
expectNoLeaks();

let programs: FixturePrograms;

beforeAll(() => {
  programs = new FixturePrograms();
});

afterAll(() => {
  programs[Symbol.dispose]();
});

/** Starts a program that prints its callbacks, interrupts it, and expects them whole and in order. */
async function expectOrderlyShutdown(way: 'run' | 'wait'): Promise<void> {
  await using program = programs.start('shutdown-callbacks', way);
  await program.prints('started\n');
  program.child.kill('SIGINT');
  expect(await program.ended).toEqual({
    exitCode: 0,
    signal: null,
    stdout: 'started\nstopping begins\nstopping ends\nstopped begins\nstopped ends\n',
    stderr: '',
  });
}

describe('ShutdownTests', () => {
  it('ShutdownTestRun: SIGINT ends a process that runs its host, after each callback has come to its end', () => expectOrderlyShutdown('run'));

  it('ShutdownTestWaitForShutdown: SIGINT ends a process that waits for the shutdown of its host likewise', () => expectOrderlyShutdown('wait'));
});

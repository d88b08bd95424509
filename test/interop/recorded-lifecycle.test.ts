import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isProcessAlive } from '../../src/backchannel/naming/index.js';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import type { Outcome } from '../support/programs.js';
import { lifecycleRecordings } from './compared-recordings.js';
import { expectedOf } from './differences.js';
import { toPrinted } from './recorded-command.js';
import { RunningApplication } from './running-application.js';
import { describeWithCli, setUp } from './setting.js';
import { viewOf } from './views.js';

expectNoLeaks();

describeWithCli('the real aspire CLI, as our AppHost starts, stops and dies', () => {
  jest.setTimeout(60_000);
  const setting = setUp('my-app', 'empty', 'starting');

  const start = (name: string, env?: NodeJS.ProcessEnv) => RunningApplication.start(setting, name, [], env);

  async function ask(recording: string, program: string, env?: NodeJS.ProcessEnv): Promise<Outcome> {
    await using application = await start(program, env);
    return await application.runRecorded(recording);
  }

  async function stop(recording: string, program: string): Promise<Outcome> {
    await using application = await start(program);
    const outcome = await application.runRecorded(recording);
    await expectGone(application);
    return outcome;
  }

  const runs: Readonly<Record<string, (recording: string) => Promise<Outcome>>> = {
    'lifecycle/cli-launched-ps': async recording => {
      const launcher = spawn('sleep', ['1000'], { stdio: 'ignore' });
      try {
        return await ask(recording, 'empty', { ASPIRE_CLI_PID: String(launcher.pid), ASPIRE_CLI_LOG_FILE: '/home/user/.aspire/logs/cli_x.log' });
      } finally {
        launcher.kill('SIGKILL');
        await once(launcher, 'exit');
      }
    },
    'lifecycle/empty-model-describe': recording => ask(recording, 'empty'),
    'lifecycle/empty-model-logs': recording => ask(recording, 'empty'),
    'lifecycle/stop': recording => stop(recording, 'my-app'),
    'lifecycle/stop-killed-while-following': async recording => {
      await using application = await start('my-app');
      return await application.followRecorded(recording, undefined, async () => void application.program.child.kill('SIGKILL'));
    },
    'lifecycle/stop-while-starting': recording => stop(recording, 'starting'),
  };

  it.each(lifecycleRecordings)('%s: prints the same, except for the listed differences', async recording => {
    const outcome = await runs[recording]!(recording);
    expect(viewOf(recording, toPrinted(outcome))).toEqual(expectedOf(recording));
  });

  /** The command line waits for the end of the process: nothing is left when it answers. */
  async function expectGone({ program, home }: RunningApplication): Promise<void> {
    expect([isProcessAlive(program.pid), await home.sockets()]).toEqual([false, []]);
    await eventually('the exit', () => program.child.exitCode !== null);
    expect(program.child.exitCode).toBe(0);
  }
});

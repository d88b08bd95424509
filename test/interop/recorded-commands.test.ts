import { resolve } from 'node:path';
import { expectNoLeaks } from '../support/leak-check.js';
import type { Outcome } from '../support/programs.js';
import { steadyRecordings } from './compared-recordings.js';
import { expectedOf } from './differences.js';
import { inParallel } from './in-parallel.js';
import { toPrinted } from './recorded-command.js';
import { isSettled, RunningApplication } from './running-application.js';
import { describeWithCli, setUp } from './setting.js';
import { viewOf } from './views.js';

/** When a command that follows has printed what is compared. */
const enough: Readonly<Record<string, (stdout: string) => boolean>> = {
  'cli/describe-follow': stdout => new Set(stdout.match(/^\{"name":"[^"]+"/gm)).size === 18,
  'cli/logs-follow': stdout => stdout.includes('tick 6"'),
  'cli/logs-follow-all': stdout => stdout.includes('[ticker] tick 6\n'),
  // Not the one among the last lines, which come first.
  'cli/logs-follow-tail': stdout => /tick 1\n[^]*tick 6\n/.test(stdout),
  'cli/ps-follow': stdout => stdout.includes('\n'),
};

expectNoLeaks();

describeWithCli('the real aspire CLI, asked against our AppHost what it was asked against a .NET one', () => {
  jest.setTimeout(90_000);
  const setting = setUp('my-app');
  let application: RunningApplication;
  let outcomes: ReadonlyMap<string, Outcome | Error>;

  beforeAll(async () => {
    application = await RunningApplication.start(setting, 'my-app', isSettled);
    await application.hasTicked();
    outcomes = await inParallel(steadyRecordings, 3, name => {
      const isEnough = enough[name];
      const cwd = name === 'cli/describe-out-of-scope' ? resolve('.') : undefined;
      return isEnough ? application.followRecorded(name, isEnough) : application.runRecorded(name, cwd);
    });
  });

  afterAll(async () => {
    await application?.[Symbol.asyncDispose]();
  });

  it.each(steadyRecordings)('%s: prints the same, except for the listed differences', name => {
    const outcome = outcomes.get(name);
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error(`${name} was not run.`);
    expect(viewOf(name, toPrinted(outcome))).toEqual(expectedOf(name));
  });

  it('none of which disturbed the AppHost, or lost its connection', () => {
    const problems = application.program.stdout.split('\n').filter(line => /^(warn|fail|crit): /.test(line));
    expect(problems).toEqual(['fail: ResourceOrchestrator[0]']);
    expect(application.program.stdout).toContain('Resource badcmd failed to start');
  });
});

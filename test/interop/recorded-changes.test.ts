import { expectNoLeaks } from '../support/leak-check.js';
import type { Outcome } from '../support/programs.js';
import { changingRecordings } from './compared-recordings.js';
import { expectedOf } from './differences.js';
import { toPrinted } from './recorded-command.js';
import { isSettled, RunningApplication } from './running-application.js';
import { describeWithCli, setUp } from './setting.js';
import { viewOf } from './views.js';

expectNoLeaks();

describeWithCli('the real aspire CLI, changing our AppHost as it changed a .NET one', () => {
  jest.setTimeout(90_000);
  const setting = setUp('my-app');
  let application: RunningApplication;
  /** What ran while another command was watching it. */
  const ran = new Map<string, Outcome>();

  beforeAll(async () => {
    application = await RunningApplication.start(setting, 'my-app', isSettled);
  });

  afterAll(async () => {
    await application?.[Symbol.asyncDispose]();
  });

  const runMeanwhile = (name: string) => async () => void ran.set(name, await application.runRecorded(name));

  /** Those that watch, while what they watch happens; each of the others is just run. */
  const runs: Readonly<Record<string, () => Promise<Outcome>>> = {
    'cli/describe-follow-changes': () =>
      application.followRecorded('cli/describe-follow-changes', stdout => countOf(stdout, '"state":"Running"') === 2, runMeanwhile('cli/resource-restart')),
    'cli/wait-becomes-healthy': () => application.followRecorded('cli/wait-becomes-healthy', undefined, runMeanwhile('cli/resource-custom-healthy')),
  };

  it.each(changingRecordings)('%s: prints the same, except for the listed differences', async name => {
    const outcome = ran.get(name) ?? (await (runs[name]?.() ?? application.runRecorded(name)));
    expect(viewOf(name, toPrinted(outcome))).toEqual(expectedOf(name));
  });
});

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

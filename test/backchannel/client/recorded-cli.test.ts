import { comparable } from '../../support/recorded-cli/comparable.js';
import { replayCommand } from '../../support/recorded-cli/replay-command.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { readRecording } from '../../support/recorded-traffic.js';
import { recordingNames } from '../../support/recording-files.js';

expectNoLeaks();

const commands = recordingNames().filter(name => readRecording(name).command);

/** Where a command was started, when not above the AppHost. */
const workingDirectories: Readonly<Record<string, string>> = { 'cli/describe-out-of-scope': '/elsewhere' };

describe('the client, under the commands of the real command line, tells what they printed', () => {
  it.each(commands)('%s', async name => {
    const file = readRecording(name);
    const { appHost, ...outcome } = await replayCommand(file, workingDirectories[name]);
    const { stdout = '', stderr = '', exitCode = -1 } = file.command ?? {};
    const [ours, recorded] = comparable(outcome, { stdout, stderr, exitCode });
    expect(ours).toEqual(recorded);
    expect({ problems: appHost?.problems ?? [], unasked: appHost?.unasked ?? [] }).toEqual({ problems: [], unasked: [] });
    if (file.command?.interruptedAfterSeconds !== undefined) expect(appHost?.unaskedItems).toBe(0);
  });
});

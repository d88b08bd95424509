import { join } from 'node:path';
import { expectNoLeaks } from '../support/leak-check.js';
import { hostward, ScratchHome } from '../support/programs.js';
import { Recording, replay } from '../support/recording.js';

// The name of a recorded socket without its process, which runs no more.
const socketName = 'lV5FiesG3mA';

describe('hostward ps against recordings of real .NET AppHosts', () => {
  expectNoLeaks();

  it.each(['cli/ps', 'dashboard/ps', 'lifecycle/cli-launched-ps'])('prints the JSON that the real CLI printed: %s', async name => {
    await using home = await ScratchHome.create();
    const recording = Recording.read(name);
    await using _server = await replay(recording, join(home.socketDirectory, socketName));
    expect(await hostward(['ps', '--format', 'json'], { home: home.path })).toEqual({ exitCode: 0, signal: null, stdout: recording.stdout, stderr: '' });
  });

  it.each(['cli/ps-table', '13.6/ps'])('prints the table that the real CLI printed: %s', async name => {
    await using home = await ScratchHome.create();
    const recording = Recording.read(name);
    await using _server = await replay(recording, join(home.socketDirectory, socketName));
    const { stdout } = await hostward(['ps'], { home: home.path });
    expect(stdout).toBe(recording.stdout.replace('Scanning for running AppHosts...\n', ''));
  });

  it('prints the object that the real CLI followed: cli/ps-follow', async () => {
    await using home = await ScratchHome.create();
    const recording = Recording.read('cli/ps-follow');
    await using _server = await replay(recording, join(home.socketDirectory, socketName));
    const { stdout } = await hostward(['ps', '--format', 'json'], { home: home.path });
    expect(JSON.parse(stdout)).toEqual([JSON.parse(recording.stdout)]);
  });
});

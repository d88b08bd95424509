import { readFileSync } from 'node:fs';
import { hostwardVersion } from '../../src/version.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { hostward, ScratchHome } from '../support/programs.js';

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the hostward command line', () => {
  expectNoLeaks();

  it('has the version of the package', () => {
    expect(hostwardVersion).toBe(packageJson.version);
  });

  it.each([
    [['--version'], 0, `${packageJson.version}\n`, ''],
    [['ps'], 0, "No running AppHost found. Use 'aspire run' to start one first, or 'hostward demo' to see two.\n", ''],
    [['ps', '--format', 'JSON'], 0, '[]\n', ''],
    [['ps', '--format', 'xml'], 2, '', "error: option '--format <format>' argument 'xml' is invalid. Expected json or table, but found 'xml'.\n"],
    [['pz'], 2, '', "error: unknown command 'pz'\n(Did you mean ps?)\n"],
    [['ps', '--fromat'], 2, '', "error: unknown option '--fromat'\n(Did you mean --format?)\n"],
    [
      ['demo', '--for', 'ever'],
      2,
      '',
      "error: option '--for <seconds>' argument 'ever' is invalid. Expected a number of seconds up to 86400, but found 'ever'.\n",
    ],
    [['ps', 'extra'], 2, '', "error: too many arguments for 'ps'. Expected 0 arguments but got 1.\n"],
  ])('%j', async (args, exitCode, stdout, stderr) => {
    await using home = await ScratchHome.create();
    expect(await hostward(args, { home: home.path })).toEqual({ exitCode, signal: null, stdout, stderr });
  });

  it('shows its commands when it is asked for help, and when it is asked for nothing', async () => {
    await using home = await ScratchHome.create();
    const help = await hostward(['--help'], { home: home.path });
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/ps \[options\][^]*demo \[options\]/) as unknown });
    expect(await hostward([], { home: home.path })).toMatchObject({ exitCode: 2, stderr: help.stdout });
  });

  it('creates nothing when it only reads', async () => {
    await using home = await ScratchHome.create();
    await hostward(['ps'], { home: home.path });
    expect(await home.sockets()).toEqual([]);
  });
});

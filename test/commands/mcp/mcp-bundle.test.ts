import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expectNoLeaks } from '../../support/leak-check.js';
import { hostwardCli, run, ScratchHome } from '../../support/programs.js';

describe('the bundle of the command line', () => {
  expectNoLeaks();

  it('has the MCP SDK in files of its own, without which the other commands do', async () => {
    // Inside node_modules, so that the packages are found from there.
    const copy = resolve('node_modules/.cache/hostward-test', `cli-without-mcp-${process.pid}`);
    try {
      cpSync(dirname(hostwardCli), copy, { recursive: true });
      const ofMcp = readdirSync(copy, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.js'))
        .filter(name => readFileSync(join(copy, name), 'utf8').includes('notifications/initialized'));
      expect(ofMcp.length).toBeGreaterThan(0);
      for (const name of ofMcp) rmSync(join(copy, name));
      await using home = await ScratchHome.create();
      const cli = join(copy, basename(hostwardCli));
      expect(await run(process.execPath, [cli, 'ps', '--format', 'json'], { home: home.path })).toMatchObject({ exitCode: 0, stdout: '[]\n', stderr: '' });
      expect(await run(process.execPath, [cli, 'mcp', '--help'], { home: home.path })).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('start') as unknown,
      });
      expect((await run(process.execPath, [cli, 'mcp', 'start'], { home: home.path })).exitCode).toBe(1);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it('asks for a command of the group, and knows no other', async () => {
    await using home = await ScratchHome.create();
    const hostward = (...args: string[]) => run(process.execPath, [hostwardCli, ...args], { home: home.path });
    expect(await hostward('mcp')).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('start') as unknown });
    expect(await hostward('mcp', 'strat')).toMatchObject({ exitCode: 2, stdout: '', stderr: "error: unknown command 'strat'\n(Did you mean start?)\n" });
    expect(await hostward('mcp', 'start', 'x')).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

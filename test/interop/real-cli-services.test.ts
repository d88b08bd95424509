import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessAlive } from '../../src/backchannel/naming/index.js';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { type Outcome, type RunningProgram, ScratchHome } from '../support/programs.js';
import { describeWithCli, setUp } from './setting.js';

interface Resource {
  readonly name: string;
  readonly displayName: string;
  readonly state: string;
  readonly commands: Readonly<Record<string, unknown>>;
}

expectNoLeaks();

describeWithCli('the real aspire CLI and hosted services as resources', () => {
  jest.setTimeout(60_000);
  const setting = setUp('services');
  let home: ScratchHome;
  let program: RunningProgram;

  beforeAll(async () => {
    home = await ScratchHome.create();
    program = await setting.programs.start('services', home);
    await eventually('the resources', async () => (await describeAll()).map(({ state }) => state).join() === 'Running,Running,Running');
  });

  afterAll(async () => {
    await program?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  const run = (args: readonly string[]) => setting.aspire.run(home, [...args, '--apphost', setting.programs.pathOf('services')]);
  const command = (...args: readonly string[]): Promise<Outcome> => {
    const [resource = '', name = '', ...rest] = args;
    return setting.aspire.run(home, [
      'resource',
      resource,
      name,
      '--apphost',
      setting.programs.pathOf('services'),
      ...(rest.length > 0 ? ['--', ...rest] : []),
    ]);
  };

  async function describeAll(): Promise<readonly Resource[]> {
    const { stdout } = await run(['describe', '--format', 'json']);
    return stdout.startsWith('{') ? (JSON.parse(stdout) as { resources: Resource[] }).resources : [];
  }

  async function stateOf(name: string): Promise<string | undefined> {
    return (await describeAll()).find(resource => resource.displayName === name)?.state;
  }

  const logOf = async (name: string) => (await run(['logs', name])).stdout;

  it('describes them, with the names, addresses and commands that the program gave them', async () => {
    const resources = await describeAll();
    expect(resources).toMatchObject([
      { name: 'Api', displayName: 'api', resourceType: 'HostedService', urls: [{ name: 'default', url: 'http://localhost:8080/' }] },
      { name: 'Once', displayName: 'Once' },
      { name: 'Worker', displayName: 'Worker', healthReports: { self: { status: 'Healthy', description: 'at work' } } },
    ]);
    expect(resources.map(({ commands }) => Object.keys(commands))).toEqual([
      ['restart', 'stop'],
      ['restart', 'stop'],
      ['greet', 'restart', 'slow', 'stop'],
    ]);
  });

  it('stops, starts and restarts one of them while the process and the others go on', async () => {
    expect(await command('api', 'stop')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Resource 'api' stopped successfully.") });
    expect([await stateOf('api'), await stateOf('Worker')]).toEqual(['Exited', 'Running']);
    expect(await run(['wait', 'api', '--status', 'down'])).toMatchObject({ exitCode: 0 });
    expect(await command('api', 'start')).toMatchObject({ exitCode: 0 });
    expect(await command('Api', 'restart')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Resource 'Api' restarted successfully.") });
    expect(await stateOf('api')).toBe('Running');
    const lines = (await logOf('api')).split('\n').filter(line => /\[api\] (start|stop) /.test(line));
    expect(lines).toEqual(['start 1', 'stop 1', 'start 2', 'stop 2', 'start 3'].map(line => `[api] ${line}`));
    expect(isProcessAlive(program.pid)).toBe(true);
  });

  it('stops a background service, which begins anew when it is started', async () => {
    expect(await command('Worker', 'stop')).toMatchObject({ exitCode: 0 });
    expect(await run(['wait', 'Worker', '--timeout', '1'])).toMatchObject({ exitCode: 18 });
    expect(await command('Worker', 'start')).toMatchObject({ exitCode: 0 });
    expect(await run(['wait', 'Worker'])).toMatchObject({ exitCode: 0 });
    await eventually('the first job for the second time', async () => (await logOf('Worker')).split('] job 1 of odd').length === 3);
  });

  it('says why one of them cannot be started again, and leaves the others alone', async () => {
    expect(await command('Once', 'restart')).toMatchObject({ exitCode: 16, stderr: expect.stringContaining('it was used up') });
    expect([await stateOf('Once'), await stateOf('Worker')]).toEqual(['FailedToStart', 'Running']);
    expect(await run(['wait', 'Once', '--timeout', '1'])).toMatchObject({ exitCode: 18 });
  });

  it('runs a command with arguments, and shows what is wrong with them', async () => {
    expect(await command('Worker', 'greet', '--name', 'żółć 🚀', '--times', '2')).toMatchObject({ exitCode: 0, stdout: 'hello żółć 🚀\nhello żółć 🚀\n' });
    expect(await command('Worker', 'greet', '--name', 'Ann', '--times', '4')).toMatchObject({
      exitCode: 16,
      stderr: expect.stringContaining('--times: Three times are enough.'),
    });
    expect(await command('Worker', 'greet')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Required option '--name' was not provided.") });
    expect((await run(['resource', 'Worker', '--help'])).stdout).toMatch(/Available resource commands:[\s\S]*greet\s+Greets somebody/);
  });

  it('cancels a command when the command line is interrupted', async () => {
    await using cli = setting.aspire.start(home, ['resource', 'Worker', 'slow', '--apphost', setting.programs.pathOf('services')]);
    await eventually('the start of the command', async () => (await logOf('Worker')).includes('slow began'));
    cli.child.kill('SIGINT');
    expect(await cli.ended).toMatchObject({ exitCode: 16, stderr: expect.stringContaining("Command 'slow' on 'Worker' was canceled.") });
    await eventually('the cancellation', async () => (await logOf('Worker')).includes('slow was cancelled'));
    expect(await stateOf('Worker')).toBe('Running');
  });

  it('shows the end of a log, the lines with a word, and when they were written', async () => {
    await eventually('three jobs after all else', async () => /(\[Worker\] job .*\n){3}$/.test(await logOf('Worker')));
    const tail = await run(['logs', 'Worker', '--tail', '3']);
    const jobs = tail.stdout.split('\n').flatMap(line => /^\[Worker\] job (\d+) /.exec(line)?.[1] ?? []);
    expect(jobs).toEqual([0, 1, 2].map(offset => String(Number(jobs[0]) + offset)));
    const found = (await run(['logs', 'Worker', '--search', 'even', '--timestamps'])).stdout.split('\n').filter(line => line.includes('[Worker]'));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[Worker\] .*even/);
  });

  it('follows the log of a service through its restart', async () => {
    await using cli = setting.aspire.start(home, ['logs', 'api', '--follow', '--apphost', setting.programs.pathOf('services')]);
    await cli.prints('[api] start 3');
    await command('api', 'restart');
    await cli.prints('[api] start 4');
    cli.child.kill('SIGINT');
    expect((await cli.ended).exitCode).toBe(0);
  });

  it('waits for a service with each status, and for no longer than it is told', async () => {
    const wait = (...args: readonly string[]) => run(['wait', ...args]);
    const outcomes = await Promise.all([
      wait('api', '--status', 'healthy'),
      wait('api', '--status', 'up'),
      wait('api', '--status', 'down', '--timeout', '1'),
      wait('nobody', '--timeout', '1'),
    ]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 17, 18]);
    expect(outcomes[2]?.stderr).toContain("Timed out waiting for resource 'api' to be down after 1s.");
  });

  it('calls an MCP tool of the process through its resource', async () => {
    expect(await run(['mcp', 'tools'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Worker\s+│ count/) });
    expect(await run(['mcp', 'call', 'Worker', 'count', '--input', '{"word":"abc"}'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('3 characters'),
    });
  });

  it('exports what there is without a dashboard, and refuses what there is only with one', async () => {
    const file = join(home.path, 'export.zip');
    expect(await run(['export', '--output', file])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Dashboard is not available.') });
    expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
    expect(await run(['otel', 'logs'])).toMatchObject({ exitCode: 12, stderr: expect.stringContaining('The dashboard is not available.') });
  });

  it('stops the process at last, and with it what others are doing: exit code 0, and the socket is gone', async () => {
    const withAppHost = ['--apphost', setting.programs.pathOf('services')];
    const begun = (text: string) => text.split('slow began').length;
    const before = begun(await logOf('Worker'));
    await using reader = setting.aspire.start(home, ['logs', 'Worker', '--follow', ...withAppHost]);
    await using caller = setting.aspire.start(home, ['resource', 'Worker', 'slow', ...withAppHost]);
    await eventually('the start of the command', () => begun(reader.stdout) > before);
    expect(await run(['stop'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('stopped successfully.') });
    expect(isProcessAlive(program.pid)).toBe(false);
    expect((await program.ended).exitCode).toBe(0);
    expect(await home.sockets()).toEqual([]);
    expect([(await reader.ended).exitCode, (await caller.ended).exitCode]).toEqual([0, 16]);
  });
});

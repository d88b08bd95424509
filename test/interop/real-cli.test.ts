import { resolve } from 'node:path';
import { isProcessAlive } from '../../src/backchannel/naming/index.js';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { hostward, type RunningProgram, ScratchHome, start } from '../support/programs.js';
import { AspireCli, findAspireCli } from './aspire-cli.js';

interface Entry {
  readonly appHostPath: string;
  readonly appHostPid: number;
}

const shop = resolve('dist/cli/demo/shop.js');
const blog = resolve('dist/cli/demo/blog.js');
const installed = findAspireCli();
const describeWithCli = installed === undefined ? describe.skip : describe;

expectNoLeaks();

describeWithCli('the real aspire CLI', () => {
  jest.setTimeout(60_000);
  let home: ScratchHome;
  let aspire: AspireCli;
  let hosts: RunningProgram[];

  beforeAll(async () => {
    aspire = new AspireCli(installed ?? '');
    home = await ScratchHome.create();
    hosts = [shop, blog].map(script => start(process.execPath, [script], { home: home.path, stdin: 'pipe' }));
    await eventually('both sockets', async () => (await home.sockets()).length === 2);
  });

  afterAll(async () => {
    for (const host of hosts) await host[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
    aspire[Symbol.dispose]();
  });

  const byPath = (entries: readonly Entry[]) => [...entries].sort((a, b) => a.appHostPath.localeCompare(b.appHostPath));

  it('lists the AppHosts of this package, and hostward prints equal objects', async () => {
    const theirs = await aspire.json<Entry[]>(home, ['ps']);
    const ours = JSON.parse((await hostward(['ps', '--format', 'json'], { home: home.path })).stdout) as Entry[];
    expect(byPath(theirs)).toMatchObject([
      { appHostPath: blog, status: 'running', sdkVersion: '0.1.0', cliPid: null, dashboardUrl: null },
      { appHostPath: shop, status: 'running', sdkVersion: '0.1.0', cliPid: null, dashboardUrl: null },
    ]);
    expect(byPath(ours)).toEqual(byPath(theirs));
  });

  it('describes the hosted services as resources', async () => {
    await eventually('Pages', async () => JSON.stringify(await aspire.json(home, ['describe', 'Pages', '--apphost', blog])).includes('"Running"'));
    const { resources } = await aspire.json<{ resources: object[] }>(home, ['describe', '--apphost', blog]);
    expect(resources).toMatchObject([
      { name: 'FeedImport', displayName: 'FeedImport', resourceType: 'HostedService', commands: {}, relationships: [], urls: [], volumes: [], environment: {} },
      { name: 'Pages', state: 'Running', healthStatus: 'Healthy', healthReports: { self: { status: 'Healthy' } } },
      { name: 'SearchIndex' },
    ]);
  });

  it('reads their logs', async () => {
    await eventually('the first order', async () =>
      (await aspire.run(home, ['logs', 'Orders', '--apphost', shop])).stdout.includes('[Orders] Order 1 accepted'),
    );
  });

  it('runs their commands', async () => {
    const place = (count: string) => aspire.run(home, ['resource', 'Orders', 'place', '--apphost', shop, '--', '--count', count]);
    const [placed, refused] = await Promise.all([place('3'), place('0')]);
    expect([placed.exitCode, (JSON.parse(placed.stdout) as { placed: number[] }).placed]).toEqual([
      0,
      [expect.any(Number), expect.any(Number), expect.any(Number)],
    ]);
    expect([refused.exitCode, refused.stderr]).toEqual([16, expect.stringContaining('--count: A whole number from 1 to 100.')]);
  });

  it('waits for them', async () => {
    const { exitCode, stdout } = await aspire.run(home, ['wait', 'Pages', '--apphost', blog]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Resource 'Pages' is healthy.")]);
    expect(await aspire.run(home, ['wait', 'Nobody', '--apphost', blog])).toMatchObject({
      exitCode: 18,
      stderr: expect.stringContaining("Resource 'Nobody' was not found."),
    });
  });

  it('stops one of them: its process ends and its socket is gone', async () => {
    const { appHostPid } = (await aspire.json<Entry[]>(home, ['ps'])).find(({ appHostPath }) => appHostPath === shop)!;
    const { exitCode, stdout } = await aspire.run(home, ['stop', '--apphost', shop]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('stopped successfully.')]);
    expect([isProcessAlive(appHostPid), (await home.sockets()).filter(name => name.endsWith(`.${appHostPid}`))]).toEqual([false, []]);
    expect(await aspire.json<Entry[]>(home, ['ps'])).toMatchObject([{ appHostPath: blog }]);
  });
});

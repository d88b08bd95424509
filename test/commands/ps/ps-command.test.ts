import { linkSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { TimeProvider } from 'hostward';
import { type ISocketListener, SystemSocketFactory } from '../../../src/backchannel/platform/index.js';
import { type RpcMethod, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { Deferred } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { hostward, hostwardCli, run, ScratchHome, start } from '../../support/programs.js';

const answers = {
  GetAppHostInformationAsync: { appHostPath: '/srv/app/apphost.ts', processId: process.pid },
  GetCapabilitiesAsync: { capabilities: ['aux.v1', 'aux.v2'] },
  GetAppHostInfoAsync: { pid: String(process.pid), aspireHostVersion: '13.5.2', appHostPath: '/srv/app/apphost.ts' },
  GetDashboardUrlsAsync: { dashboardHealthy: true, baseUrlWithLoginToken: 'http://localhost:1/login' },
};

/** An AppHost that gives these answers, each after `before` it. */
async function listen(home: ScratchHome, before: (method: string) => Promise<void> | void = () => undefined): Promise<ISocketListener> {
  const methodOf = ([name, answer]: [string, object]): [string, RpcMethod] => {
    const invoke = async () => {
      await before(name);
      return answer;
    };
    return [name, { parameters: ['request'], required: 0, invoke }];
  };
  const methods = Object.fromEntries(Object.entries(answers).map(methodOf));
  mkdirSync(home.socketDirectory, { recursive: true, mode: 0o700 });
  const serve = (stream: Duplex) => void serveRpc(stream, methods, { timeProvider: TimeProvider.system });
  return new SystemSocketFactory().listen(join(home.socketDirectory, socketName(0)), serve);
}

function socketName(instance: number): string {
  return `X7PRTlj8i5M${String(instance).padStart(8, 'A')}.${process.pid}`;
}

describe('hostward ps', () => {
  expectNoLeaks();

  it('asks an AppHost all that it wants to know at once, and waits for no answer in between', async () => {
    const asked = new Set<string>();
    const all = new Deferred<void>();
    await using home = await ScratchHome.create();
    await using _listener = await listen(home, method => {
      if (asked.add(method).size === Object.keys(answers).length) all.resolve();
      return all.promise;
    });
    const { exitCode, stdout } = await hostward(['ps', '--format', 'json'], { home: home.path });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      [{ appHostPath: '/srv/app/apphost.ts', status: 'running', sdkVersion: '13.5.2', dashboardUrl: 'http://localhost:1/login' }],
    ]);
  });

  it('lists hundreds at once, and leaves the code that was compiled as it is for whoever comes next', async () => {
    const count = 300;
    await using home = await ScratchHome.create();
    await using listener = await listen(home);
    for (let instance = 1; instance < count; instance++) linkSync(listener.path, join(home.socketDirectory, socketName(instance)));
    const list = async () => {
      const { exitCode, stdout, stderr } = await hostward(['ps', '--format', 'json'], { home: home.path, env: { XDG_CACHE_HOME: '' } });
      expect([exitCode, stderr, (JSON.parse(stdout) as { status: string }[]).filter(({ status }) => status === 'running')]).toMatchObject([
        0,
        '',
        { length: count },
      ]);
    };
    const caches = join(home.path, '.cache');
    const changes = () => readdirSync(caches, { recursive: true, encoding: 'utf8' }).map(name => [name, statSync(join(caches, name)).mtimeMs]);
    await list();
    const before = changes();
    await list();
    expect(changes()).toEqual(before);
  });

  it('prints on standard error what a host would have logged as a warning, and the list all the same', async () => {
    await using home = await ScratchHome.create();
    await using _listener = await listen(home, method => {
      if (method === 'GetCapabilitiesAsync') throw new Error('not today');
    });
    const { exitCode, stdout, stderr } = await hostward(['ps', '--format', 'json'], { home: home.path });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, [{ status: 'running' }]]);
    expect(stderr).toMatch(
      /^warn: AuxiliaryBackchannelMonitor\[0\]\n {6}The AppHost did not say what it can do; it is taken for one that knows aux\.v1 alone\n/,
    );
    expect(stderr).toContain('not today');
  });

  it('ends with exit code 1 and says why when the sockets cannot be listed', async () => {
    await using home = await ScratchHome.create();
    mkdirSync(dirname(home.socketDirectory), { recursive: true });
    writeFileSync(home.socketDirectory, 'a file');
    const { exitCode, stdout, stderr } = await hostward(['ps'], { home: home.path });
    expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^Error: The socket directory '.*' cannot be read \(ENOTDIR\)\./)]);
  });

  it('ends at once by the signal of Ctrl+C while an AppHost keeps it waiting', async () => {
    const asked = new Deferred<void>();
    const never = new Deferred<void>();
    await using home = await ScratchHome.create();
    await using _listener = await listen(home, () => {
      asked.resolve();
      return never.promise;
    });
    await using program = start(process.execPath, [hostwardCli, 'ps'], { home: home.path });
    await asked.promise;
    program.child.kill('SIGINT');
    expect(await program.ended).toEqual({ exitCode: null, signal: 'SIGINT', stdout: '', stderr: '' });
    never.resolve();
  });

  it('prints all of it for a reader that takes its time', async () => {
    const count = 300;
    await using home = await ScratchHome.create();
    await using listener = await listen(home);
    for (let instance = 1; instance < count; instance++) linkSync(listener.path, join(home.socketDirectory, socketName(instance)));
    const { exitCode, stdout } = await run('sh', ['-c', `"${process.execPath}" "${hostwardCli}" ps --format json | { sleep 1; cat; }`], { home: home.path });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { length: count }]);
  });
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TimeProvider } from 'hostward';
import { SystemSocketFactory } from '../../../src/backchannel/platform/index.js';
import { type RpcMethod, serveRpc } from '../../../src/backchannel/rpc/index.js';
import { Deferred } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { hostward, ScratchHome } from '../../support/programs.js';

describe('hostward ps', () => {
  expectNoLeaks();

  it('asks an AppHost all that it wants to know at once, and waits for no answer in between', async () => {
    const answers = {
      GetAppHostInformationAsync: { appHostPath: '/srv/app/apphost.ts', processId: process.pid },
      GetCapabilitiesAsync: { capabilities: ['aux.v1', 'aux.v2'] },
      GetAppHostInfoAsync: { pid: String(process.pid), aspireHostVersion: '13.5.2', appHostPath: '/srv/app/apphost.ts' },
      GetDashboardUrlsAsync: { dashboardHealthy: true, baseUrlWithLoginToken: 'http://localhost:1/login' },
    };
    const asked = new Set<string>();
    const all = new Deferred<void>();
    const methodOf = ([name, answer]: [string, object]): [string, RpcMethod] => {
      const invoke = async () => {
        if (asked.add(name).size === Object.keys(answers).length) all.resolve();
        await all.promise;
        return answer;
      };
      return [name, { parameters: ['request'], required: 0, invoke }];
    };
    const methods = Object.fromEntries(Object.entries(answers).map(methodOf));
    await using home = await ScratchHome.create();
    mkdirSync(home.socketDirectory, { recursive: true, mode: 0o700 });
    const path = join(home.socketDirectory, `X7PRTlj8i5MAAAAAAAA.${process.pid}`);
    await using _listener = await new SystemSocketFactory().listen(path, stream => void serveRpc(stream, methods, { timeProvider: TimeProvider.system }));
    const { exitCode, stdout } = await hostward(['ps', '--format', 'json'], { home: home.path });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      [{ appHostPath: '/srv/app/apphost.ts', status: 'running', sdkVersion: '13.5.2', dashboardUrl: 'http://localhost:1/login' }],
    ]);
  });
});

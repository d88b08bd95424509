import type { SelectedCommand } from 'hostward/backchannel';
import { FakeLogger } from 'hostward/testing';
import type { RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { McpToolServer } from '../../../src/commands/mcp/mcp-server.js';
import { McpStartCommand } from '../../../src/commands/mcp/mcp-start-command.js';
import { knownTools } from '../../../src/commands/mcp/tools/known-tools.js';
import { DefectScene } from '../../backchannel/monitor/defect-scene.js';
import { expectNoLeaks } from '../../support/leak-check.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const second = 'Pd8lP5fXBFQAAAAAAAA.102';
const secret = 'hunter2-hunter2-Hunter2';

/** A machine, the monitor as `mcp start` has it, and its tools. */
class ToolScene extends DefectScene {
  readonly logger = new FakeLogger();
  readonly #server: McpToolServer;

  constructor(command: SelectedCommand = new McpStartCommand()) {
    super({ selection: Promise.resolve(command) });
    const { logger, monitor, time: timeProvider } = this;
    this.#server = new McpToolServer(knownTools, { monitor, workingDirectory: '/home/u/code', timeProvider, logger });
  }

  /** What a tool answers: the text of its result, or the message of its error. */
  async call(name: string, args: object = {}): Promise<string> {
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } } as const;
    try {
      const result = await this.#server.sdk.fallbackRequestHandler!(request, { signal: new AbortController().signal } as never);
      return (result as { content: { text: string }[] }).content.map(({ text }) => text).join('\n');
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  }

  /** Everything that was logged by anybody. */
  get logged(): string {
    const entries = this.host.logs.entries.map(({ message, error }) => `${message} ${error?.stack}`);
    return [...entries, ...this.logger.collector.getSnapshot().map(record => JSON.stringify(record))].join('\n');
  }
}

/** An AppHost with these resources, behind a dashboard into which a token lets everybody. */
function having(...resources: object[]): RpcMethods {
  const urls = { dashboardHealthy: true, baseUrlWithLoginToken: `http://localhost:1/login?t=${secret}`, codespacesUrlWithLoginToken: null };
  return {
    GetResourcesAsync: { parameters: ['request'], required: 0, invoke: () => ({ resources }) },
    GetDashboardUrlsAsync: { parameters: [], invoke: () => urls },
  };
}

describe('known defects of the original, by their number in backchannel.md: the tools of the MCP server', () => {
  expectNoLeaks();

  it('5: knows in the first call after the start an AppHost that is still being connected to', async () => {
    await using scene = new ToolScene();
    let answer: (() => void) | undefined;
    const slow = () => new Promise(resolve => (answer = () => resolve({ appHostPath: '/home/u/code/apphost.ts', processId: 101 })));
    scene.addAppHost(first, undefined, { ...having({ name: 'web' }), GetAppHostInformationAsync: { parameters: [], invoke: slow } });
    await scene.host.start();
    await scene.settle(() => answer !== undefined);
    const answers = Promise.all([scene.call('list_apphosts'), scene.call('list_resources')]);
    await scene.rest();
    answer?.();
    const [appHosts, resources] = await answers;
    expect(appHosts).toContain('/home/u/code/apphost.ts');
    expect(resources).toContain('"name": "web"');
  });

  it('6: learns of AppHosts by itself, and so tells of one that is new without having been asked for the list', async () => {
    await using scene = new ToolScene();
    await scene.watch();
    scene.addAppHost(first, '/home/u/code/first.ts');
    await scene.settle(() => scene.connected.length === 1);
    const path = scene.addAppHost(second, '/home/u/code/second.ts', having({ name: 'web' }));
    expect(await scene.call('select_apphost', { appHostPath: 'second.ts' })).toBe('Selected AppHost: /home/u/code/second.ts');
    expect(await scene.call('list_resources')).toContain('"name": "web"');
    scene.machine.delete(path);
    await scene.settle(() => scene.connected.length === 1);
  });

  it('20: works with no other AppHost when the selected one is away, and with it again when it is back', async () => {
    await using scene = new ToolScene();
    await scene.watch();
    const path = scene.addAppHost(first, '/home/u/code/a/apphost.ts', having({ name: 'chosen' }));
    scene.addAppHost(second, '/srv/elsewhere/apphost.ts', having({ name: 'stranger' }));
    await scene.settle(() => scene.connected.length === 2);
    await scene.call('select_apphost', { appHostPath: '/home/u/code/a/apphost.ts' });
    expect(await scene.call('list_resources')).toContain('"name": "chosen"');
    scene.machine.delete(path);
    await scene.settle(() => scene.connected.length === 1);
    expect(await scene.call('list_resources')).toMatch(/^refused: .*\/home\/u\/code\/a\/apphost\.ts/s);
    scene.addAppHost('X7PRTlj8i5MBBBBBBBB.104', '/home/u/code/a/apphost.ts', having({ name: 'chosen again' }));
    await scene.settle(() => scene.connected.length === 2);
    expect(await scene.call('list_resources')).toContain('"name": "chosen again"');
  });

  it('27: gives nobody the way into the dashboard', async () => {
    await using scene = new ToolScene();
    const urls = [{ name: 'https', url: `http://localhost:1/login?t=${secret}` }];
    const environmentVariables = [{ name: 'DASHBOARD__FRONTEND__BROWSERTOKEN', value: secret, isFromSpec: true }];
    scene.addAppHost(first, '/home/u/code/apphost.ts', having({ name: 'aspire-dashboard', isHidden: true, urls, environmentVariables }, { name: 'web' }));
    await scene.host.start();
    const answer = await scene.call('list_resources');
    expect(answer).toContain('"dashboard_url": "http://localhost:1/?resource=web"');
    expect([answer, await scene.call('list_apphosts'), scene.logged].join()).not.toContain(secret);
  });

  it('28: logs neither the arguments of a call nor what was answered', async () => {
    await using scene = new ToolScene();
    scene.addAppHost(first, '/home/u/code/apphost.ts', having({ name: 'web', properties: { note: secret } }));
    await scene.host.start();
    expect(await scene.call('list_resources')).toContain(secret);
    for (const args of [{ appHostPath: secret }, { appHostPath: [secret] }, { [secret]: secret }]) await scene.call('select_apphost', args);
    await scene.call(secret, {});
    expect(scene.logged).not.toContain(secret);
  });

  it('29: masks secrets that stand within a text', async () => {
    await using scene = new ToolScene();
    const properties = {
      connection: `Server=db;User ID=sa;Password=${secret};Encrypt=true`,
      broker: `amqp://guest:${secret}@rabbit:5672/v`,
      query: `http://localhost:1/?api_key=${secret}&x=1`,
      header: `Authorization: Bearer ${secret}`,
      json: `{"password":"${secret}"}`,
      'executable.args': ['--port', '1', '--password', secret],
    };
    scene.addAppHost(first, '/home/u/code/apphost.ts', having({ name: 'web', properties }));
    await scene.host.start();
    const answer = await scene.call('list_resources');
    expect(answer).toContain('Server=db;User ID=sa;Password=***;Encrypt=true');
    expect(answer).not.toContain(secret);
  });

  it.each([
    ['56: withholds what the dashboard is protected by', 'aspire-dashboard', 'OTEL_EXPORTER_OTLP_HEADERS', `x-otlp-api-key=${secret}`],
    ['57: withholds the environment, which may be that of the AppHost', 'job', 'GREETING', secret],
  ])('%s', async (_title, name, variable, value) => {
    await using scene = new ToolScene();
    const environmentVariables = [{ name: variable, value, isFromSpec: true }];
    scene.addAppHost(first, '/home/u/code/apphost.ts', having({ name, environmentVariables }));
    await scene.host.start();
    const answer = await scene.call('list_resources');
    expect(answer).toContain(`"${variable}"`);
    expect(answer).not.toContain(secret);
  });
});

import { ConnectionLostError } from 'hostward/backchannel';
import { delay } from '../../../../src/hosting/time/index.js';
import { DeadlineExceededError } from '../../../../src/hosting/primitives/index.js';
import { listResourcesTool } from '../../../../src/commands/mcp/tools/list-resources-tool.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { connection, silentSocket, telling } from '../fake-monitor.js';
import { snapshot } from '../resources/snapshots.js';
import { textOf, ToolScene } from './tool-scene.js';

const outside = 'These are the data of /srv/other/apphost.ts, which runs outside of the working directory /srv/app.';

/** A scene with AppHosts. */
function sceneWith(...connections: ReturnType<typeof connection>[]): ToolScene {
  const scene = new ToolScene();
  scene.monitor.connections = connections;
  return scene;
}

const list = async (scene: ToolScene): Promise<string> => textOf(await scene.call(listResourcesTool));

describe('list_resources', () => {
  expectNoLeaks();

  it('lists the resources of the only AppHost in the working directory, hidden ones included, and says nothing of others', async () => {
    const asked: unknown[] = [];
    const getResources = async (options: unknown) => {
      asked.push(options);
      return [snapshot('web')];
    };
    const scene = sceneWith(connection('/srv/app/apphost.ts', { getResources }), connection('/srv/other/apphost.ts', { processId: 102, isInScope: false }));
    const text = await list(scene);
    const [head = '', data = ''] = text.split('\n\n# RESOURCE DATA\n\n');
    expect(head).toMatch(/^name identifies a resource; .*\n.*withheld.*\n.*console log.*$/);
    expect(JSON.parse(data)).toMatchObject([{ name: 'web', display_name: 'web', resource_type: 'Executable', state: 'Running' }]);
    expect(asked).toMatchObject([{ includeHidden: true, timeout: 10_000 }]);
    expect(scene.monitor.questions).toMatchObject([{ allowOutOfScope: true }]);
  });

  it('has the address of the dashboard without its token', async () => {
    const getDashboardUrls = async () => ({ dashboardHealthy: true, baseUrlWithLoginToken: 'http://h:1/login?t=abcdef', codespacesUrlWithLoginToken: null });
    const text = await list(sceneWith(connection('/srv/app/apphost.ts', { ...telling(snapshot('web')), getDashboardUrls })));
    expect(text).toContain('"dashboard_url": "http://h:1/?resource=web"');
    expect(text).not.toContain('abcdef');
  });

  it('says of which AppHost it speaks when that is the only one, elsewhere', async () => {
    const elsewhere = { isInScope: false };
    expect(await list(sceneWith(connection('/srv/other/apphost.ts', { ...elsewhere, ...telling(snapshot('web')) })))).toMatch(
      new RegExp(`^${outside}\n\nname identifies`),
    );
    expect(await list(sceneWith(connection('/srv/other/apphost.ts', elsewhere)))).toBe(`${outside}\n\nNo resources found.`);
  });

  it('says that there are none', async () => {
    expect(await list(sceneWith(connection('/srv/app/apphost.ts')))).toBe('No resources found.');
  });

  it.each([
    [
      'nothing runs',
      [],
      [],
      /^No Aspire AppHost is currently running\. To use Aspire MCP tools, you must first start .* connect to the dashboard and execute commands\.$/,
    ],
    [
      'several run in the working directory',
      [connection('/srv/app/b.ts'), connection('/srv/app/a.ts', { processId: 102 })],
      [],
      /^Multiple Aspire AppHosts are running in the scope of the MCP server's working directory\. Use the 'select_apphost' tool to specify which AppHost to use\.\n\nRunning AppHosts:\n {2}- \/srv\/app\/a\.ts\n {2}- \/srv\/app\/b\.ts$/,
    ],
    [
      'several run elsewhere',
      [connection('/srv/x/b.ts', { isInScope: false }), connection('/srv/x/a.ts', { processId: 102, isInScope: false })],
      [],
      /^No Aspire AppHost runs in the scope .* \(\/srv\/app\), but elsewhere some do\. Use the 'select_apphost' tool .*\n\nRunning AppHosts:\n {2}- \/srv\/x\/a\.ts\n {2}- \/srv\/x\/b\.ts$/,
    ],
    ['none that runs answers', [], [silentSocket()], /does not answer|answers/],
  ])('is an error of the protocol when %s', async (_case, connections, sockets, message) => {
    const scene = sceneWith(...connections);
    scene.monitor.sockets = [...sockets];
    await expect(scene.call(listResourcesTool)).rejects.toMatchObject({
      name: 'McpRefusal',
      code: -32603,
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('does not go on with another AppHost when the selected one is away', async () => {
    const scene = sceneWith(connection('/srv/app/other.ts', telling(snapshot('web'))));
    scene.monitor.selectedAppHostPath = '/srv/app/gone.ts';
    await expect(scene.call(listResourcesTool)).rejects.toMatchObject({
      code: -32603,
      message: expect.stringContaining("'/srv/app/gone.ts' is not running") as unknown,
    });
    expect(scene.monitor.selectedAppHostPath).toBe('/srv/app/gone.ts');
  });

  it.each([
    ['fails', new Error('Nothing works: password=abc.'), 'Nothing works: password=***'],
    ['goes away', new ConnectionLostError('RemotePartyTerminated'), expect.stringMatching(/connection/i)],
    ['does not answer', new DeadlineExceededError("The call 'GetResourcesAsync'", 10_000), "The call 'GetResourcesAsync' did not finish within 10000 ms."],
  ])('is an error that says so when the AppHost %s, and never an empty list', async (_case, error, reason) => {
    const getResources = () => Promise.reject(error);
    const scene = sceneWith(connection('/srv/app/apphost.ts', { getResources }));
    const text = await list(scene);
    const begin = 'ERROR: The resources of /srv/app/apphost.ts cannot be listed. ';
    expect([text.slice(0, begin.length), text.slice(begin.length)]).toEqual([begin, reason]);
    expect(scene.logger.collector.getSnapshot().map(({ level }) => level)).toEqual(['warning']);
  });

  it('does without the dashboard when the AppHost does not tell it in time, and says so', async () => {
    const getDashboardUrls = async () => {
      throw new DeadlineExceededError('The call', 2_000);
    };
    const text = await list(sceneWith(connection('/srv/app/apphost.ts', { ...telling(snapshot('web')), getDashboardUrls })));
    expect(text).toMatch(/^The addresses of the dashboard are left out: the AppHost did not tell them in time\.\n\nname identifies/);
    expect(text).not.toContain('dashboard_url');
  });

  it('asks for the dashboard no more when the resources cannot be had', async () => {
    let signal: AbortSignal | undefined;
    const scene = sceneWith(
      connection('/srv/app/apphost.ts', {
        getResources: () => Promise.reject(new Error('no')),
        getDashboardUrls: async options => {
          signal = options?.signal;
          await delay(60_000, { timeProvider: scene.time, signal });
          return undefined;
        },
      }),
    );
    expect(await list(scene)).toMatch(/^ERROR/);
    expect([signal?.aborted, scene.time.pendingTimers]).toEqual([true, []]);
  });

  it('waits no longer than its deadline for AppHosts to say that they are there', async () => {
    const scene = new ToolScene();
    scene.monitor.onScan = () => new Promise(() => undefined);
    let error: unknown;
    scene.call(listResourcesTool).catch((reason: unknown) => (error = reason));
    await scene.time.advanceAsync(9_999);
    expect(error).toBeUndefined();
    await scene.time.advanceAsync(1);
    expect(error).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', message: 'The search for AppHosts did not finish within 10000 ms.' });
    expect(scene.time.pendingTimers).toEqual([]);
  });

  it('ends when the client cancels it', async () => {
    const scene = sceneWith(connection('/srv/app/apphost.ts', { getResources: options => delay(-1, { signal: options?.signal }).then(() => []) }));
    const call = scene.call(listResourcesTool);
    await new Promise(resolve => setImmediate(resolve));
    scene.cancellation.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});

import { FakeLogger } from 'hostward/testing';
// A connection loads it with the first request of an AppHost, and that would take time.
import '../../../src/backchannel/rpc/library-connection.js';
import type { WireLogEntry } from '../../../src/backchannel/rpc/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answering, collect, connectTo, failureOf, levels, report, silent, streaming } from '../../support/scripted-app-host.js';

/** Everything that a connection says of itself while a test talks to it. */
function listening() {
  const logger = new FakeLogger();
  const wire: string[] = [];
  const wireLog = ({ text }: WireLogEntry) => void wire.push(text);
  return {
    options: { logger, wireLog },
    logged: () =>
      logger.collector
        .getSnapshot()
        .map(record => JSON.stringify(record))
        .join('\n'),
    wire: () => wire.join('\n'),
  };
}

describe('known defects of the original, by their number in backchannel.md: what goes over a connection', () => {
  expectNoLeaks();

  it.each(['q7x', 'Zm9v-login-token-TAIL'])('21: logs no part of a token, however short it is: %s', async token => {
    const { options, logged, wire } = listening();
    const urls = { dashboardHealthy: true, baseUrlWithLoginToken: `http://localhost:1/login?t=${token}`, codespacesUrlWithLoginToken: null };
    const resource = { name: 'dash', urls: [{ name: 'http', url: `http://localhost:1/login?t=${token}&x=1` }] };
    const scripts = { GetDashboardUrlsAsync: answering(urls), GetResourcesAsync: answering({ resources: [resource] }) };
    await using scene = await connectTo(scripts, levels.v3, options);
    expect(await scene.play(scene.connection.getDashboardUrls())).toMatchObject({ baseUrlWithLoginToken: `http://localhost:1/login?t=${token}` });
    await scene.play(scene.connection.getResources());
    for (const text of [logged(), wire()]) expect(text).not.toMatch(new RegExp(token.slice(-4)));
    expect(wire()).toContain('/login?t=***');
  });

  it('28: logs neither the arguments nor the results of commands and tools', async () => {
    const { options, logged, wire } = listening();
    const command = answering({ success: true, message: 'done', value: { value: '{"password":"hunter2"}', format: 'json' } });
    const tool = answering({ content: [{ type: 'text', text: 'apiKey: hunter2' }] });
    await using scene = await connectTo({ ExecuteResourceCommandAsync: command, CallResourceMcpToolAsync: tool }, levels.v3, options);
    const { connection } = scene;
    await scene.play(
      connection.executeResourceCommand({ resourceName: 'web', commandName: 'seed', arguments: { Password: 'hunter2', connection: 'Pwd=hunter2;' } }),
    );
    await scene.play(connection.callResourceMcpTool('web', 'login', { token: 'hunter2', url: 'https://me:hunter2@host/' }));
    expect(logged()).not.toMatch(/hunter2|seed|login/);
    expect(wire()).toContain('ExecuteResourceCommandAsync');
    expect(wire()).not.toContain('hunter2');
  });

  it.each([
    'Server=db;User ID=sa;Password=hunter2;Encrypt=true',
    'Host=db;Pwd=hunter2 and hunter2 again;Port=1',
    'Endpoint=sb://x/;SharedAccessKeyName=root;SharedAccessKey="hunter2;hunter2"',
    'amqp://guest:hunter2@rabbit:5672/v',
    'https://hunter2@github.com/a/b.git',
    'http://localhost:1/?api_key=hunter2&x=1',
    '{"a":1,"password":"hunter2 \\" hunter2","b":2}',
    '{\\"clientSecret\\":\\"hunter2\\"}',
    '{"secrets":["hunter2","hunter2"]}',
    'authorization: Bearer hunter2',
  ])('29: masks secrets within a text: %s', async text => {
    const { options, wire } = listening();
    const resource = {
      name: 'web',
      properties: { source: text, 'executable.args': ['--port', '1', '--password', 'hunter2'] },
      environmentVariables: [{ name: 'X', value: text }],
    };
    await using scene = await connectTo({ GetResourcesAsync: answering({ resources: [resource] }) }, levels.v3, options);
    const [received] = await scene.play(scene.connection.getResources());
    expect(received?.properties['source']).toBe(text);
    expect(wire()).not.toContain('hunter2');
    expect(wire()).toContain('***');
  });

  it.each([
    ['lists that are missing', { name: 'web', type: 'Project', resourceType: 'Project' }],
    [
      'lists that are null',
      { name: 'web', resourceType: 'Project', urls: null, commands: null, environmentVariables: null, properties: null, healthReports: null },
    ],
    ['a type of the new name alone', { name: 'web', resourceType: 'Project' }],
    ['a type of the old name alone', { name: 'web', type: 'Project' }],
  ])('39: reads a snapshot with %s', async (_what, snapshot) => {
    const lists = { urls: [], relationships: [], healthReports: [], volumes: [], environmentVariables: [], commands: [], properties: {} };
    const { report: resources } = await report(levels.v2, { GetResourcesAsync: answering({ resources: [snapshot] }) }, connection => connection.getResources());
    expect(resources).toMatchObject([{ name: 'web', type: 'Project', resourceType: 'Project', ...lists }]);
  });

  it('40: asks for no more of a log than its reader takes', async () => {
    const batch = { lines: [{ resourceName: 'web', lineNumber: 0, content: 'x', isError: false }] };
    await using scene = await connectTo({ GetConsoleLogBatchesAsync: streaming(Array.from({ length: 1_000 }, () => batch)) });
    const lines = scene.connection.getConsoleLogs({ follow: true });
    for (let taken = 0; taken < 3; taken++) await scene.play(lines.next());
    await scene.time.advanceAsync(3_600_000);
    expect(scene.appHost.heard.filter(call => call.startsWith('$/enumerator/next'))).toHaveLength(3);
    await scene.play(lines.return!());
  });

  it.each([
    ['before the first', []],
    ['after one', [{ name: 'web' }]],
  ])('54: never asks twice at a time for the items of a stream, %s, whoever asks for them, and not after giving up either', async (_when, given) => {
    await using scene = await connectTo({ WatchResourcesAsync: streaming(given, 'silence') });
    const pulls = () => scene.appHost.heard.filter(call => call.startsWith('$/enumerator/next')).length;
    const stop = new AbortController();
    const items = scene.connection.watchResources({ signal: stop.signal });
    for (const item of given) expect(await scene.play(items.next())).toMatchObject({ value: item });
    const all = Promise.allSettled([items.next(), items.next(), items.next(), items.next()]);
    for (let turn = 0; turn < 20; turn++) await scene.time.advanceAsync(0);
    // Each item was the answer to one pull, and one waits.
    expect(pulls()).toBe(given.length + 1);
    stop.abort();
    await scene.play(all);
    await scene.play(items.next());
    expect(pulls()).toBe(given.length + 1);
  });

  it('57: hands on what an AppHost publishes to who asks for it, and writes none of it anywhere by itself', async () => {
    const { options, logged, wire } = listening();
    const environmentVariables = [
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'hunter2', isFromSpec: true },
      { name: 'DATABASE_URL', value: 'postgres://u:hunter2@db/x', isFromSpec: true },
    ];
    await using scene = await connectTo({ WatchResourcesAsync: streaming([{ name: 'job', environmentVariables }]) }, levels.v3, options);
    const { items } = await scene.play(collect(scene.connection.watchResources()));
    expect(items).toMatchObject([{ environmentVariables }]);
    expect([logged(), wire()].join()).not.toContain('hunter2');
  });

  it.each([
    ['a malformed frame', 'Content-Length: x\r\n\r\n'],
    ['a body that is no JSON', 'Content-Length: 3\r\n\r\n{a}'],
    ['a batch', `Content-Length: 38\r\n\r\n${'[{"jsonrpc":"2.0","id":3,"result":1}]'.padEnd(38)}`],
  ])('55: answers all calls at once, and says why, when %s comes', async (_what, bytes) => {
    await using scene = await connectTo({ GetResourcesAsync: silent, StopAppHostAsync: () => void scene.appHost.far.write(bytes) });
    const calls = [scene.connection.getResources(), scene.connection.stopAppHost()];
    const { error, elapsed } = await failureOf(scene, Promise.all(calls));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect({ code: error.code, cause: error.cause?.code, elapsed }).toEqual({ code: 'ERR_RPC_CONNECTION_LOST', cause: 'ERR_RPC_FRAME', elapsed: 0 });
  });

  it.each(['{"jsonrpc":"2.0","method":"x","params":null}', '{"jsonrpc":"2.0","id":1.5,"result":1}', '{"jsonrpc":"2.0","id":1.5,"method":"x","params":null}'])(
    '55: loses no call when %s comes',
    async body => {
      const frame = `Content-Length: ${body.length}\r\n\r\n${body}`;
      await using scene = await connectTo({ GetResourcesAsync: reply => (scene.appHost.far.write(frame), reply.result({ resources: [] })) });
      expect(await scene.play(scene.connection.getResources())).toEqual([]);
      expect(await scene.play(scene.connection.getResources())).toEqual([]);
    },
  );
});

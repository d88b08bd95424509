import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { readRecording } from '../support/recorded-traffic.js';
import { mcpRecording } from './compared-recordings.js';
import { expectedMcpOf, toMcpPrinted } from './mcp-differences.js';
import type { McpMessage, McpSession } from './mcp-session.js';
import { recordedHome } from './recorded-command.js';
import { isSettled, RunningApplication } from './running-application.js';
import { describeWithCli, setUp } from './setting.js';

const { mcp } = readRecording(mcpRecording);
const requests: readonly { readonly id: number; readonly method: string; readonly params: object }[] = mcp
  .filter(({ mcp: side, message }) => side === 'client' && message?.id !== undefined)
  .map(({ message }) => message);

expectNoLeaks();

describeWithCli('the MCP server of the real aspire CLI against our AppHost', () => {
  jest.setTimeout(60_000);
  const setting = setUp('my-app');
  let application: RunningApplication;
  let session: McpSession;

  beforeAll(async () => {
    // The recorded log of `job` is that of its second run.
    const secondRun = [
      ['resource', 'job', 'start'],
      ['wait', 'job', '--status', 'down'],
    ];
    application = await RunningApplication.start(setting, 'my-app', [...isSettled, ...secondRun]);
    session = setting.aspire.startMcp(application.home);
  });

  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
    await application?.[Symbol.asyncDispose]();
  });

  const here = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(recordedHome, application.home.path)) as T;
  const asRecorded = (message: McpMessage): McpMessage => JSON.parse(JSON.stringify(message).replaceAll(application.home.path, recordedHome)) as McpMessage;
  const nameOf = ({ method, params }: { method: string; params: object }) => `${method} ${'name' in params ? String(params.name) : ''}`;

  it.each(requests.map(request => [request.id, nameOf(request), request] as const))(
    '%i: answers %s as it was recorded, except for the listed differences',
    async (id, _name, request) => {
      const answer = id === 1 ? await session.initialize() : await session.request(request.method, here(request.params));
      expect(toMcpPrinted(asRecorded(answer))).toEqual(expectedMcpOf(id));
    },
  );

  it('says which arguments of a command are wrong', async () => {
    const args = { resourceName: 'custom', commandName: 'args', arguments: { name: 'bad', count: 'many', color: 'blue' } };
    const { result } = await session.callTool('execute_resource_command', args);
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/--count: .*number/) }] });
  });

  it('cancels a command of a resource when the client cancels its call', async () => {
    const id = session.begin('tools/call', { name: 'execute_resource_command', arguments: { resourceName: 'custom', commandName: 'slow' } });
    const log = async () => String((await session.callTool('list_console_logs', { resourceName: 'custom' })).result?.content?.[0]?.text);
    await eventually('the start of the command', async () => (await log()).includes("Executing command 'slow'."));
    session.cancel(id);
    await eventually('its cancellation', async () => (await log()).includes("Command 'slow' was canceled."));
  });

  it('stops and starts a resource', async () => {
    const execute = async (commandName: string) => (await session.callTool('execute_resource_command', { resourceName: 'ansi', commandName })).result;
    const describeAnsi = async () => (await application.run(['describe', 'ansi'])).stdout;
    expect(await execute('stop')).toMatchObject({ content: [{ text: "Command 'stop' executed successfully on resource 'ansi'." }] });
    expect(await describeAnsi()).toMatch(/ansi .*Finished/);
    expect(await execute('start')).toMatchObject({ content: [{ text: "Command 'start' executed successfully on resource 'ansi'." }] });
    expect(await describeAnsi()).toMatch(/ansi .*Running/);
  });

  it('serves the same with the older command, which watches for AppHosts', async () => {
    await using older = setting.aspire.startMcp(application.home, ['mcp', 'start']);
    await older.initialize();
    // Its first calls may come before it has connected to anybody.
    const list = async () => String((await older.callTool('list_apphosts')).result?.content?.[0]?.text);
    await eventually('the AppHost', async () => (await list()).includes('MyApp.AppHost.csproj'));
    const { result } = await older.callTool('execute_resource_command', { resourceName: 'custom', commandName: 'ok-text' });
    expect(result).toMatchObject({ content: [{ type: 'text' }, { text: 'plain result' }] });
  });

  it('ends when its input ends', async () => {
    expect((await session.close()).exitCode).toBe(0);
  });
});

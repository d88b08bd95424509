import { inspect } from 'node:util';
import { type AppHostConnection, ConnectionLostError, ContractError, RpcError } from 'hostward/backchannel';
import { ArgumentOutOfRangeError, DeadlineExceededError, OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answering, appHostPath, collect, connectTo, failing, hangingUp, levels, failureOf, silent, streaming } from '../../support/scripted-app-host.js';

expectNoLeaks();

const command = { resourceName: 'web', commandName: 'start' };
const web = (timeoutSeconds: number) => ({ resourceName: 'web', status: 'up', timeoutSeconds });
const line = { resourceName: 'web', lineNumber: 0, content: 'x', isError: false };

describe('a call that is not answered', () => {
  const calls: readonly (readonly [string, string, (connection: AppHostConnection, options: object) => Promise<unknown>, number])[] = [
    ['GetAppHostInfoAsync', 'getAppHostInfo', (c, o) => c.getAppHostInfo(o), 10_000],
    ['GetDashboardUrlsAsync', 'getDashboardUrls', (c, o) => c.getDashboardUrls(o), 10_000],
    ['GetDashboardInfoAsync', 'getDashboardInfo', (c, o) => c.getDashboardInfo(o), 10_000],
    ['GetResourcesAsync', 'getResources', (c, o) => c.getResources(o), 10_000],
    ['StopAppHostAsync', 'stopAppHost', (c, o) => c.stopAppHost(o), 10_000],
    ['GetTerminalInfoAsync', 'getTerminalInfo', (c, o) => c.getTerminalInfo('web', o), 10_000],
    ['ListTerminalsAsync', 'listTerminals', (c, o) => c.listTerminals(o), 10_000],
    ['ExecuteResourceCommandAsync', 'executeResourceCommand', (c, o) => c.executeResourceCommand(command, o), 600_000],
    ['CallResourceMcpToolAsync', 'callResourceMcpTool', (c, o) => c.callResourceMcpTool('web', 'echo', null, o), 600_000],
    ['WaitForResourceAsync', 'waitForResource', (c, o) => c.waitForResource(web(5), o), 15_000],
    ['WaitForAppHostReadyAsync', 'waitForAppHostReady', (c, o) => c.waitForAppHostReady(o), 130_000],
  ];

  it.each(calls)('%s of %s ends at its default deadline, and names what was asked of whom', async (method, _name, call, limit) => {
    await using scene = await connectTo({ [method]: silent });
    const { error, elapsed } = await failureOf(scene, call(scene.connection, {}));
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect({ what: error.what, elapsed }).toEqual({ what: `The call '${method}' to the AppHost '${appHostPath}'`, elapsed: limit });
    expect(scene.appHost.heard.at(-1)).toMatch('$/cancelRequest');
  });

  it.each(calls)('%s of %s ends at the deadline that its caller sets, and by its signal', async (method, _name, call) => {
    await using scene = await connectTo({ [method]: silent });
    expect(await failureOf(scene, call(scene.connection, { timeout: 70 }))).toMatchObject({ error: { milliseconds: 70 }, elapsed: 70 });
    const giveUp = new AbortController();
    const failure = failureOf(scene, call(scene.connection, { signal: giveUp.signal }));
    giveUp.abort('enough');
    const { error, elapsed } = await failure;
    expect(error).toBeInstanceOf(OperationCanceledError);
    expect({ cause: error.cause, elapsed }).toEqual({ cause: 'enough', elapsed: 0 });
  });

  it('ends with the connection', async () => {
    await using scene = await connectTo({ GetResourcesAsync: hangingUp });
    const { error } = await failureOf(scene, scene.connection.getResources());
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect({ message: error.message, code: error.code, reason: error.reason }).toEqual({
      message: `'GetResourcesAsync' of the AppHost '${appHostPath}': The connection is lost: the peer closed it.`,
      code: 'ERR_RPC_CONNECTION_LOST',
      reason: 'RemotePartyTerminated',
    });
  });

  it('waits for a wait as long as the wait may take, also when that is more than a timer takes', async () => {
    await using scene = await connectTo({ WaitForResourceAsync: silent });
    const waiting = failureOf(scene, scene.connection.waitForResource(web(2_147_483_647), { signal: AbortSignal.abort() }));
    expect((await waiting).error).toBeInstanceOf(OperationCanceledError);
    const pending = scene.connection.waitForResource(web(2_147_483_647));
    await scene.time.advanceAsync(4_294_967_294);
    await scene.play(scene.connection[Symbol.asyncDispose]());
    await expect(pending).rejects.toBeInstanceOf(ConnectionLostError);
  });
});

describe('the message of an error', () => {
  it('says which AppHost refused, once, and prints with its stack', async () => {
    await using scene = await connectTo({ CallResourceMcpToolAsync: failing(-32000, 'boom') });
    const { error } = await failureOf(scene, scene.connection.callResourceMcpTool('web', 'echo'));
    const message = `The AppHost '${appHostPath}': 'CallResourceMcpToolAsync' failed with code -32000: boom`;
    expect(error).toBeInstanceOf(RpcError);
    expect({ message: error.message, remoteMessage: error.remoteMessage, rpcCode: error.rpcCode }).toEqual({ message, remoteMessage: 'boom', rpcCode: -32000 });
    expect(inspect(error)).toMatch(`RpcError: ${message}\n`);
  });

  it('is safe to print when the AppHost says something odd of itself', async () => {
    const odd = `/srv/\u001b[2J\u202e${'x'.repeat(1000)}`;
    await using scene = await connectTo({ GetAppHostInformationAsync: answering({ appHostPath: odd, processId: 1 }), StopAppHostAsync: failing(-32000) });
    const { error } = await failureOf(scene, scene.connection.stopAppHost());
    expect(error.message).toMatch(/^The AppHost '\/srv\/\ufffd\[2J\ufffdx+…': 'StopAppHostAsync' failed/);
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('an answer that cannot be read', () => {
  const good = { name: 'web' };

  it('names the resource in a list, which is refused whole', async () => {
    await using scene = await connectTo({ GetResourcesAsync: answering({ resources: [good, { name: 'api', urls: [{ name: 'http' }] }, good] }) });
    const { error } = await failureOf(scene, scene.connection.getResources());
    expect(error).toBeInstanceOf(ContractError);
    expect(error.message).toMatch(
      `'GetResourcesAsync' of the AppHost '${appHostPath}': 'Resources.resources[1].urls[0].url' is not as the contract has it: expected a text, found nothing.`,
    );
    expect(error.member).toBe('Resources.resources[1].urls[0].url');
  });

  const entry = { eventId: null, logLevel: 2, message: 'm', timestamp: '2026-08-01T10:00:00Z', categoryName: 'c' };
  const streams: readonly (readonly [string, readonly string[], unknown, unknown, string, (connection: AppHostConnection) => AsyncIterable<unknown>])[] = [
    ['WatchResourcesAsync', levels.v2, good, { name: 5 }, 'ResourceSnapshot[2].name', c => c.watchResources()],
    ['GetResourceLogsAsync', levels.v1, line, { ...line, content: null }, 'ResourceLogLine[2].content', c => c.getResourceLogs('web')],
    ['GetConsoleLogsAsync', levels.v2, line, 'text', 'ResourceLogLine[2]', c => c.getConsoleLogs({ resourceName: 'web' })],
    ['GetConsoleLogBatchesAsync', levels.v3, { lines: [line] }, { lines: [line, {}] }, 'ResourceLogBatch[2].lines[1].resourceName', c => c.getConsoleLogs()],
    ['GetAppHostLogEntriesAsync', levels.v1, entry, { ...entry, timestamp: 'now' }, 'AppHostLogEntry[2].timestamp', c => c.getAppHostLogEntries()],
  ];

  it.each(streams)(
    'of %s keeps what came before it, ends the stream here and at the AppHost, and is named',
    async (method, offered, item, bad, member, open) => {
      await using scene = await connectTo({ [method]: streaming([item, item, bad, item]) }, offered);
      const { items, error } = await scene.play(collect(open(scene.connection)));
      expect({ count: items.length, error }).toMatchObject({ count: 2, error: { code: 'ERR_CONTRACT', member } });
      expect((error as Error).message).toMatch(`'${method}' of the AppHost '${appHostPath}': '${member}'`);
      await scene.play(scene.connection.stopAppHost());
      expect(scene.appHost.heard).toContain('$/enumerator/abort [1]');
    },
  );
});

describe('an argument that the AppHost could not read', () => {
  it.each([-1, 2.5, Number.NaN, 2_147_483_648])('is refused before it is sent: a wait of %d seconds', async seconds => {
    await using scene = await connectTo({ WaitForResourceAsync: silent });
    await expect(scene.connection.waitForResource(web(seconds))).rejects.toBeInstanceOf(ArgumentOutOfRangeError);
    expect(scene.appHost.calls).toEqual([]);
  });

  it.each([2.5, Number.NaN, 2 ** 31])('is refused before it is sent: a tail of %d lines', async tail => {
    await using scene = await connectTo({});
    expect(() => scene.connection.getConsoleLogs({ tail })).toThrow(ArgumentOutOfRangeError);
  });
});

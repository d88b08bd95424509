import { type AppHostConnection, MethodNotFoundError, RpcError } from 'hostward/backchannel';
import { noTerminal, noTerminals, waitNotSupported } from '../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answering, appHostPath, failing, levels, report, reportItems, streaming } from '../../support/scripted-app-host.js';

expectNoLeaks();

const snapshots = [{ name: 'web' }, { name: 'Api' }, { name: 'secret', isHidden: true }, { name: 'old', state: 'hidden' }];
const clientCapabilities = ['aux.v1', 'aux.v2', 'aux.v3'];

const names = (resources: readonly { readonly name: string }[]) => resources.map(({ name }) => name);

describe('AppHost info', () => {
  const get = (connection: AppHostConnection) => connection.getAppHostInfo();
  const answer = { pid: '4711', aspireHostVersion: '13.5.2', appHostPath };
  const fromHandshake = { pid: '4711', aspireHostVersion: 'unknown', appHostPath, cliProcessId: null, startedAt: null, cliLogFilePath: null };

  it('with aux.v2: GetAppHostInfoAsync', async () => {
    const { report: info, calls } = await report(levels.v2, { GetAppHostInfoAsync: answering(answer) }, get);
    expect({ info, calls }).toEqual({ info: { ...fromHandshake, aspireHostVersion: '13.5.2' }, calls: ['GetAppHostInfoAsync [{}]'] });
  });

  it('without: built from the information of aux.v1, version "unknown"', async () => {
    expect(await report(levels.v1, {}, get)).toEqual({ report: fromHandshake, calls: [] });
  });

  it.each([
    ['lacks the method', failing(-32601)],
    ['answers null', answering(null)],
  ])('the same when an AppHost of aux.v2 %s', async (_what, script) => {
    expect((await report(levels.v2, { GetAppHostInfoAsync: script }, get)).report).toEqual(fromHandshake);
  });

  it('undefined when the AppHost said nothing of itself either', async () => {
    expect((await report(levels.v1, { GetAppHostInformationAsync: answering(null) }, get)).report).toBeUndefined();
  });
});

describe('dashboard info', () => {
  const get = (connection: AppHostConnection) => connection.getDashboardInfo();
  const urls = { dashboardHealthy: true, baseUrlWithLoginToken: 'http://localhost:1/login?t=x', codespacesUrlWithLoginToken: null };
  const fromUrls = { apiBaseUrl: null, apiToken: null, dashboardUrls: [urls.baseUrlWithLoginToken], isHealthy: true };

  it('with aux.v2: GetDashboardInfoAsync', async () => {
    const answer = { apiBaseUrl: 'http://localhost:1', apiToken: 'k', dashboardUrls: ['u'], isHealthy: true };
    expect(await report(levels.v2, { GetDashboardInfoAsync: answering(answer) }, get)).toEqual({ report: answer, calls: ['GetDashboardInfoAsync [{}]'] });
  });

  it('without: from GetDashboardUrlsAsync, without an API', async () => {
    expect(await report(levels.v1, { GetDashboardUrlsAsync: answering(urls) }, get)).toEqual({ report: fromUrls, calls: ['GetDashboardUrlsAsync []'] });
  });

  it('the same when an AppHost of aux.v2 lacks the method', async () => {
    expect((await report(levels.v2, { GetDashboardUrlsAsync: answering(urls) }, get)).report).toEqual(fromUrls);
  });

  it('undefined when there are no addresses either', async () => {
    expect((await report(levels.v1, {}, get)).report).toBeUndefined();
  });
});

describe('dashboard URLs', () => {
  const get = (connection: AppHostConnection) => connection.getDashboardUrls();

  it('GetDashboardUrlsAsync, whatever is offered', async () => {
    const urls = { dashboardHealthy: false, baseUrlWithLoginToken: null, codespacesUrlWithLoginToken: null };
    expect(await report(levels.v1, { GetDashboardUrlsAsync: answering(urls) }, get)).toEqual({ report: urls, calls: ['GetDashboardUrlsAsync []'] });
  });

  it('undefined when the method is missing, or the answer is null', async () => {
    expect((await report(levels.v3, {}, get)).report).toBeUndefined();
    expect((await report(levels.v3, { GetDashboardUrlsAsync: answering(null) }, get)).report).toBeUndefined();
  });
});

describe('resources', () => {
  const get = (connection: AppHostConnection) => connection.getResources();

  it('with aux.v2: GetResourcesAsync with clientCapabilities; by name ignoring case, without the hidden ones', async () => {
    const { report: resources, calls } = await report(levels.v2, { GetResourcesAsync: answering({ resources: snapshots }) }, get);
    expect({ names: names(resources), calls }).toEqual({ names: ['Api', 'web'], calls: [`GetResourcesAsync ${JSON.stringify([{ clientCapabilities }])}`] });
  });

  it('with the hidden ones when they are asked for', async () => {
    const { report: resources } = await report(levels.v2, { GetResourcesAsync: answering({ resources: snapshots }) }, c =>
      c.getResources({ includeHidden: true }),
    );
    expect(names(resources)).toEqual(['Api', 'old', 'secret', 'web']);
  });

  it('with aux.v2: a null answer is empty', async () => {
    const { report: resources, calls } = await report(levels.v2, { GetResourcesAsync: answering(null) }, get);
    expect({ resources, count: calls.length }).toEqual({ resources: [], count: 1 });
  });

  it('without: GetResourceSnapshotsAsync', async () => {
    const { report: resources, calls } = await report(levels.v1, { GetResourceSnapshotsAsync: answering(snapshots) }, get);
    expect({ names: names(resources), calls }).toEqual({ names: ['Api', 'web'], calls: ['GetResourceSnapshotsAsync []'] });
  });

  it('without: none when that is missing, or answers null', async () => {
    expect((await report(levels.v1, {}, get)).report).toEqual([]);
    expect((await report(levels.v1, { GetResourceSnapshotsAsync: answering(null) }, get)).report).toEqual([]);
  });

  it('the older method when an AppHost of aux.v2 lacks the newer one', async () => {
    const { report: resources, calls } = await report(levels.v2, { GetResourceSnapshotsAsync: answering(snapshots) }, get);
    expect({ names: names(resources), count: calls.length }).toEqual({ names: ['Api', 'web'], count: 2 });
  });

  it('filtered by name at an AppHost that does not filter as at one that does', async () => {
    const filter = 'AP';
    const { report: here } = await report(levels.v1, { GetResourceSnapshotsAsync: answering(snapshots) }, c => c.getResources({ filter }));
    const { calls } = await report(levels.v2, { GetResourcesAsync: answering({ resources: [] }) }, c => c.getResources({ filter }));
    expect({ names: names(here), calls }).toEqual({ names: ['Api'], calls: [`GetResourcesAsync ${JSON.stringify([{ filter, clientCapabilities }])}`] });
  });
});

describe('watch', () => {
  const watch = (connection: AppHostConnection) => connection.watchResources();

  it('with aux.v2: WatchResourcesAsync; every snapshot in the order of the AppHost, hidden ones included', async () => {
    const { items, calls } = await reportItems(levels.v2, { WatchResourcesAsync: streaming(snapshots) }, watch);
    expect({ names: names(items), calls }).toEqual({
      names: ['web', 'Api', 'secret', 'old'],
      calls: [`WatchResourcesAsync ${JSON.stringify([{ clientCapabilities }])}`],
    });
  });

  it('without: WatchResourceSnapshotsAsync', async () => {
    const { items, calls } = await reportItems(levels.v1, { WatchResourceSnapshotsAsync: streaming(snapshots) }, watch);
    expect({ count: items.length, calls }).toEqual({ count: 4, calls: ['WatchResourceSnapshotsAsync []'] });
  });

  it('without: ends at once when that is missing', async () => {
    expect(await reportItems(levels.v1, {}, watch)).toEqual({ items: [], calls: ['WatchResourceSnapshotsAsync []'] });
  });

  it('the older method when an AppHost of aux.v2 lacks the newer one', async () => {
    expect((await reportItems(levels.v2, { WatchResourceSnapshotsAsync: streaming(snapshots) }, watch)).items).toHaveLength(4);
  });

  it('filtered by name at an AppHost that does not filter', async () => {
    const { items } = await reportItems(levels.v1, { WatchResourceSnapshotsAsync: streaming(snapshots) }, c => c.watchResources({ filter: 'E' }));
    expect(names(items)).toEqual(['web', 'secret']);
  });
});

describe('execute command', () => {
  const run = (connection: AppHostConnection) => connection.executeResourceCommand({ resourceName: 'web', commandName: 'start' });

  it('is called regardless of capability, with its defaults', async () => {
    const { report: response, calls } = await report(levels.v1, { ExecuteResourceCommandAsync: answering({ success: true }) }, run);
    expect(response).toMatchObject({ success: true, canceled: false, validationErrors: [] });
    const request = { resourceName: 'web', commandName: 'start', validateOnly: false, nonInteractive: true, returnArgumentInputs: false };
    expect(calls).toEqual([`ExecuteResourceCommandAsync ${JSON.stringify([request])}`]);
  });

  it('is an error to the user when the method is missing', async () => {
    await expect(report(levels.v1, {}, run)).rejects.toBeInstanceOf(MethodNotFoundError);
  });
});

describe('wait', () => {
  const wait = (connection: AppHostConnection) => connection.waitForResource({ resourceName: 'web', status: 'up' });

  it('with aux.v2: WaitForResourceAsync, 120 seconds unless it is said', async () => {
    const { report: response, calls } = await report(levels.v2, { WaitForResourceAsync: answering({ success: true, state: 'Running' }) }, wait);
    expect(response).toMatchObject({ success: true, state: 'Running', timedOut: false });
    expect(calls).toEqual([`WaitForResourceAsync ${JSON.stringify([{ resourceName: 'web', status: 'up', timeoutSeconds: 120 }])}`]);
  });

  it('without: a failure that says so, without a call', async () => {
    expect(await report(levels.v1, {}, wait)).toEqual({ report: waitNotSupported, calls: [] });
  });
});

describe('MCP tool', () => {
  const call = (connection: AppHostConnection) => connection.callResourceMcpTool('web', 'echo', { text: 'hi' });

  it('always CallResourceMcpToolAsync, null for no arguments', async () => {
    const answer = { content: [{ type: 'text', text: 'hi' }] };
    const { report: result, calls } = await report(levels.v3, { CallResourceMcpToolAsync: answering(answer) }, call);
    expect(result).toEqual({ ...answer, isError: false, structuredContent: null, _meta: null });
    expect(calls).toEqual(['CallResourceMcpToolAsync ["web","echo",{"text":"hi"}]']);
    const bare = await report(levels.v3, { CallResourceMcpToolAsync: answering(answer) }, connection => connection.callResourceMcpTool('web', 'echo'));
    expect(bare.calls).toEqual(['CallResourceMcpToolAsync ["web","echo",null]']);
  });

  it('an error when the method is missing', async () => {
    await expect(report(levels.v1, {}, call)).rejects.toBeInstanceOf(MethodNotFoundError);
  });
});

describe('stop RPC', () => {
  const stop = (connection: AppHostConnection) => connection.stopAppHost();

  it('StopAppHostAsync, whatever is offered', async () => {
    expect(await report(levels.v3, { StopAppHostAsync: answering(null) }, stop)).toEqual({ report: true, calls: ['StopAppHostAsync []'] });
  });

  it('"not available" when the method is missing', async () => {
    expect(await report(levels.v3, {}, stop)).toEqual({ report: false, calls: ['StopAppHostAsync []'] });
  });

  it('an error when the AppHost fails', async () => {
    await expect(report(levels.v3, { StopAppHostAsync: failing(-32000) }, stop)).rejects.toBeInstanceOf(RpcError);
  });
});

describe('wait for AppHost ready', () => {
  const wait = (connection: AppHostConnection) => connection.waitForAppHostReady();

  it('with aux.v3: WaitForAppHostReadyAsync', async () => {
    const ready = await report(levels.v3, { WaitForAppHostReadyAsync: answering({ isReady: true }) }, wait);
    expect(ready).toEqual({ report: true, calls: ['WaitForAppHostReadyAsync [{}]'] });
  });

  it('with aux.v3: undefined when the method is missing', async () => {
    expect((await report(levels.v3, {}, wait)).report).toBeUndefined();
  });

  it('without: undefined, without a call', async () => {
    expect(await report(levels.v2, {}, wait)).toEqual({ report: undefined, calls: [] });
  });
});

describe('terminals', () => {
  const info = (connection: AppHostConnection) => connection.getTerminalInfo('web');
  const list = (connection: AppHostConnection) => connection.listTerminals();

  it('with terminals.v1: GetTerminalInfoAsync and ListTerminalsAsync', async () => {
    const answer = { isAvailable: true, replicas: [], socketPath: null, columns: 80, rows: 25 };
    expect(await report(levels.v3, { GetTerminalInfoAsync: answering(answer) }, info)).toEqual({
      report: answer,
      calls: ['GetTerminalInfoAsync [{"resourceName":"web"}]'],
    });
    const summary = { resourceName: 'w', displayName: 'web', configuredColumns: 1, configuredRows: 2, isHostReachable: true, replicas: null };
    expect(await report(levels.v3, { ListTerminalsAsync: answering({ terminals: [summary] }) }, list)).toEqual({
      report: { terminals: [summary] },
      calls: ['ListTerminalsAsync [{}]'],
    });
  });

  it('without: isAvailable false and an empty list, without any call', async () => {
    const offered = ['aux.v1', 'aux.v2', 'aux.v3'];
    expect(await report(offered, {}, info)).toEqual({ report: noTerminal, calls: [] });
    expect(await report(offered, {}, list)).toEqual({ report: noTerminals, calls: [] });
  });

  it('the same when an AppHost of terminals.v1 lacks the methods', async () => {
    expect((await report(levels.v3, {}, info)).report).toEqual(noTerminal);
    expect((await report(levels.v3, {}, list)).report).toEqual(noTerminals);
  });
});

describe('the log of the AppHost', () => {
  const open = (connection: AppHostConnection) => connection.getAppHostLogEntries();

  it('GetAppHostLogEntriesAsync, whatever is offered', async () => {
    const entry = { eventId: { id: 1, name: 'x' }, logLevel: 2, message: 'm', timestamp: '2026-08-01T10:00:00.1234567+00:00', categoryName: 'c' };
    const { items, calls } = await reportItems(levels.v1, { GetAppHostLogEntriesAsync: streaming([entry]) }, open);
    expect({ items, calls }).toEqual({ items: [entry], calls: ['GetAppHostLogEntriesAsync []'] });
  });

  it('ends at once when the method is missing', async () => {
    expect((await reportItems(levels.v1, {}, open)).items).toEqual([]);
  });
});

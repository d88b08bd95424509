import {
  appHostInfoOf,
  clientCapabilities,
  consoleLogCalls,
  dashboardInfoOf,
  noTerminal,
  noTerminals,
  readAppHostInfo,
  readAppHostInformation,
  readDashboardInfo,
  readDashboardUrls,
  readTerminalInfo,
  readTerminalList,
  readWaitForResourceResponse,
  type ResourceLogLine,
  resourcesCall,
  toLogBatches,
  waitNotSupported,
  watchResourcesCall,
} from '../../../src/backchannel/contract/index.js';
import { allRecordedAnswers, recordedResults } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const [v1, v2, v3] = [['aux.v1'], ['aux.v1', 'aux.v2'], ['aux.v1', 'aux.v2', 'aux.v3', 'terminals.v1']];

describe('in place of an AppHost that is too old', () => {
  it('its handshake tells what GetAppHostInfo would, but for the version', () => {
    const [information] = recordedResults('lifecycle/cli-launched-ps', 'GetAppHostInformationAsync');
    const [info] = recordedResults('lifecycle/cli-launched-ps', 'GetAppHostInfoAsync');
    expect(appHostInfoOf(readAppHostInformation(information))).toEqual({ ...readAppHostInfo(info), aspireHostVersion: 'unknown' });
  });

  it('its dashboard addresses tell what GetDashboardInfo would, but for the API', () => {
    const [urls] = recordedResults('dashboard/info', 'GetDashboardUrlsAsync');
    const [info] = recordedResults('dashboard/info', 'GetDashboardInfoAsync');
    expect(info.dashboardUrls.length).toBeGreaterThan(0);
    expect(dashboardInfoOf(readDashboardUrls(urls))).toEqual({ ...readDashboardInfo(info), apiBaseUrl: null, apiToken: null });
  });

  it.each([
    [{ dashboardHealthy: false }, [], false],
    [{ baseUrlWithLoginToken: 'a', codespacesUrlWithLoginToken: 'b' }, ['a', 'b'], true],
    [{ codespacesUrlWithLoginToken: 'b' }, ['b'], true],
  ])('the addresses %j are a list without gaps', (urls, dashboardUrls, isHealthy) => {
    expect(dashboardInfoOf(readDashboardUrls(urls))).toEqual({ apiBaseUrl: null, apiToken: null, dashboardUrls, isHealthy });
  });

  it('a wait fails with the words of the real CLI', () => {
    expect(waitNotSupported).toEqual(
      readWaitForResourceResponse({
        success: false,
        errorMessage: 'Wait command is not supported by the AppHost version. Update the AppHost to use this command.',
      }),
    );
  });

  it('there are no terminals, in the words of an AppHost that has none', () => {
    for (const recorded of allRecordedAnswers('GetTerminalInfoAsync')) expect(noTerminal).toEqual(readTerminalInfo(recorded));
    for (const recorded of allRecordedAnswers('ListTerminalsAsync')) expect(noTerminals).toEqual(readTerminalList(recorded));
  });
});

describe('the choice of a method', () => {
  it.each([[[]], [v1]])('is the older one for resources of %j', offered => {
    expect(resourcesCall(offered)).toEqual({ method: 'GetResourceSnapshotsAsync', args: [] });
    expect(watchResourcesCall(offered, 'web')).toEqual({ method: 'WatchResourceSnapshotsAsync', args: [] });
  });

  it.each([[v2], [v3]])('is the newer one for resources of %j, with what the client understands', offered => {
    expect(resourcesCall(offered)).toEqual({ method: 'GetResourcesAsync', args: [{ clientCapabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }] });
    expect(watchResourcesCall(offered, 'web')).toEqual({ method: 'WatchResourcesAsync', args: [{ filter: 'web', clientCapabilities }] });
  });

  it('asks for resources as the real CLI did', () => {
    expect(watchResourcesCall(v3).args).toEqual([{ clientCapabilities: ['aux.v1', 'aux.v2', 'aux.v3'] }]);
  });

  it.each([
    ['one resource', v3, 'web', ['GetConsoleLogBatchesAsync', 'GetConsoleLogsAsync', 'GetResourceLogsAsync']],
    ['one resource', v2, 'web', ['GetConsoleLogsAsync', 'GetResourceLogsAsync']],
    ['one resource', v1, 'web', ['GetConsoleLogsAsync', 'GetResourceLogsAsync']],
    ['all resources', v3, null, ['GetConsoleLogBatchesAsync', 'GetResourceLogsAsync']],
    ['all resources', v2, null, ['GetResourceLogsAsync']],
    ['all resources', v1, undefined, ['GetResourceLogsAsync']],
  ])('for the logs of %s of %j with name %j has an order', (_what, offered, resourceName, methods) => {
    const request = { ...(resourceName === undefined ? {} : { resourceName }), follow: true, tail: 5 };
    const calls = consoleLogCalls(offered, request);
    expect(calls.map(({ method }) => method)).toEqual(methods);
    expect(calls.at(-1)).toEqual({ method: 'GetResourceLogsAsync', args: [resourceName ?? null, true], items: 'lines', mayFail: true });
    for (const call of calls.slice(0, -1)) expect(call).toMatchObject({ args: [request], mayFail: false });
    expect(calls.map(({ items }) => items)).toEqual(methods.map(method => (method === 'GetConsoleLogBatchesAsync' ? 'batches' : 'lines')));
  });
});

describe('toLogBatches', () => {
  async function* lines(count: number): AsyncGenerator<ResourceLogLine> {
    for (let lineNumber = 0; lineNumber < count; lineNumber++) yield { resourceName: 'web', lineNumber, content: 'x', isError: false };
  }

  async function sizes(count: number, follow: boolean): Promise<number[]> {
    const result: number[] = [];
    let expected = 0;
    for await (const batch of toLogBatches(lines(count), follow)) {
      for (const { lineNumber } of batch.lines) expect(lineNumber).toBe(expected++);
      result.push(batch.lines.length);
    }
    return result;
  }

  it('puts 256 lines into a batch, and the rest into the last', async () => {
    expect(await sizes(600, false)).toEqual([256, 256, 88]);
    expect(await sizes(512, false)).toEqual([256, 256]);
    expect(await sizes(0, false)).toEqual([]);
  });

  it('ends a batch before 256 lines when they are long, so that it fits into a message', async () => {
    async function* source(): AsyncGenerator<ResourceLogLine> {
      const line = { resourceName: 'web', content: '\u0001'.repeat(65_536), isError: false };
      for (let lineNumber = 0; lineNumber < 40; lineNumber++) yield { ...line, lineNumber };
    }
    const lengths: number[] = [];
    for await (const batch of toLogBatches(source(), false)) lengths.push(batch.lines.length);
    expect(lengths).toEqual([16, 16, 8]);
  });

  it('holds no line back when following', async () => {
    expect(await sizes(3, true)).toEqual([1, 1, 1]);
  });

  it('ends the lines when nobody reads on', async () => {
    let isReleased = false;
    async function* source() {
      try {
        yield* lines(1000);
      } finally {
        isReleased = true;
      }
    }
    for await (const _batch of toLogBatches(source(), true)) break;
    expect(isReleased).toBe(true);
  });
});

import { ConnectionLostError, RpcError } from 'hostward/backchannel';
import { FakeLogger } from 'hostward/testing';
import { expectNoLeaks } from '../../support/leak-check.js';
import { answering, collect, connectTo, failing, hangingUp, levels, reportItems, streaming } from '../../support/scripted-app-host.js';

expectNoLeaks();

const line = (lineNumber: number) => ({ resourceName: 'web', lineNumber, content: `line ${lineNumber}`, isError: false });
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));

describe('console log batches', () => {
  const request = { resourceName: 'web', follow: false };
  const written = JSON.stringify([{ resourceName: 'web', follow: false, includeHidden: false }]);

  it('with aux.v3: GetConsoleLogBatchesAsync, batches as they come', async () => {
    const batches = [{ lines: lines(2) }, { lines: lines(3) }];
    const { items, calls } = await reportItems(levels.v3, { GetConsoleLogBatchesAsync: streaming(batches) }, c => c.getConsoleLogBatches(request));
    expect({ items, calls }).toEqual({ items: batches, calls: [`GetConsoleLogBatchesAsync ${written}`] });
  });

  it('without, of a named resource: GetConsoleLogsAsync, in batches of 256 made here', async () => {
    const { items, calls } = await reportItems(levels.v2, { GetConsoleLogsAsync: streaming(lines(300)) }, c => c.getConsoleLogBatches(request));
    expect({ sizes: items.map(batch => batch.lines.length), calls }).toEqual({ sizes: [256, 44], calls: [`GetConsoleLogsAsync ${written}`] });
  });

  it('without, when following: batches of one line', async () => {
    const { items } = await reportItems(levels.v2, { GetConsoleLogsAsync: streaming(lines(3)) }, c => c.getConsoleLogBatches({ ...request, follow: true }));
    expect(items.map(batch => batch.lines.length)).toEqual([1, 1, 1]);
  });

  it('without, of a named resource: GetResourceLogsAsync when that is missing', async () => {
    const { items, calls } = await reportItems(levels.v2, { GetResourceLogsAsync: streaming(lines(2)) }, c => c.getConsoleLogs(request));
    expect({ items, calls }).toEqual({ items: lines(2), calls: [`GetConsoleLogsAsync ${written}`, 'GetResourceLogsAsync ["web",false]'] });
  });

  it.each([levels.v1, levels.v2])('without, of all resources: always GetResourceLogsAsync with null (%j)', async (...offered) => {
    const { items, calls } = await reportItems(offered, { GetResourceLogsAsync: streaming(lines(2)) }, c => c.getConsoleLogs({ follow: true }));
    expect({ items, calls }).toEqual({ items: lines(2), calls: ['GetResourceLogsAsync [null,true]'] });
  });

  it('the same ways when an AppHost of aux.v3 lacks the method', async () => {
    const { items, calls } = await reportItems(levels.v3, { GetConsoleLogsAsync: streaming(lines(2)) }, c => c.getConsoleLogs(request));
    expect({ items, methods: calls.map(call => call.split(' ')[0]) }).toEqual({
      items: lines(2),
      methods: ['GetConsoleLogBatchesAsync', 'GetConsoleLogsAsync'],
    });
    const all = await reportItems(levels.v3, { GetResourceLogsAsync: streaming(lines(2)) }, c => c.getConsoleLogs());
    expect(all.calls.map(call => call.split(' ')[0])).toEqual(['GetConsoleLogBatchesAsync', 'GetResourceLogsAsync']);
  });

  it('the same ways, in batches', async () => {
    const { items } = await reportItems(levels.v3, { GetResourceLogsAsync: streaming(lines(257)) }, c => c.getConsoleLogBatches());
    expect(items.map(batch => batch.lines.length)).toEqual([256, 1]);
  });

  it('an error that is not the lack of the method reaches the caller', async () => {
    const { error, calls } = await reportItems(levels.v3, { GetConsoleLogBatchesAsync: failing(-32000, 'boom') }, c => c.getConsoleLogs(request));
    expect({ remoteMessage: (error as RpcError).remoteMessage, count: calls.length }).toEqual({ remoteMessage: 'boom', count: 1 });
  });
});

describe('v1 logs', () => {
  it.each([
    ['is missing', failing(-32601), 'The AppHost has no GetResourceLogsAsync'],
    ['fails when it is called', failing(-32000, 'boom'), 'The AppHost refused GetResourceLogsAsync'],
    ['answers with something else', answering(5), 'The AppHost refused GetResourceLogsAsync'],
  ])('are empty, with a word at debug level, when GetResourceLogsAsync %s', async (_what, script, message) => {
    const logger = new FakeLogger();
    await using scene = await connectTo({ GetResourceLogsAsync: script }, levels.v1, { logger });
    expect(await scene.play(collect(scene.connection.getConsoleLogs()))).toEqual({ items: [] });
    expect(logger.latestRecord).toMatchObject({ level: 'debug', message });
  });

  it('are not empty when the connection is lost', async () => {
    const { error } = await reportItems(levels.v1, { GetResourceLogsAsync: hangingUp }, c => c.getConsoleLogs());
    expect(error).toBeInstanceOf(ConnectionLostError);
  });

  it('fail when the AppHost fails after their first line', async () => {
    const { items, error } = await reportItems(levels.v1, { GetResourceLogsAsync: streaming(lines(3), -32000) }, c => c.getConsoleLogs());
    expect({ items, error }).toEqual({ items: lines(3), error: expect.any(RpcError) });
  });

  it('are not lost with a batch that was not full when the AppHost failed', async () => {
    const { items, error } = await reportItems(levels.v1, { GetResourceLogsAsync: streaming(lines(3), -32000) }, c => c.getConsoleLogBatches());
    expect({ items, error }).toEqual({ items: [{ lines: lines(3) }], error: expect.any(RpcError) });
  });
});

describe('MCP list_console_logs', () => {
  it('GetResourceLogsAsync [name, false], even with aux.v3', async () => {
    const { items, calls } = await reportItems(levels.v3, { GetResourceLogsAsync: streaming(lines(2)) }, c => c.getResourceLogs('web'));
    expect({ items, calls }).toEqual({ items: lines(2), calls: ['GetResourceLogsAsync ["web",false]'] });
  });
});

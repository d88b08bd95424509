import {
  readAppHostLogEntry,
  readCallMcpToolRequest,
  readCallMcpToolResponse,
  readExecuteResourceCommandRequest,
  readExecuteResourceCommandResponse,
  readGetConsoleLogsRequest,
  readMcpCallToolResult,
  readResourceLogBatch,
  readResourceLogLine,
  readStopAppHostRequest,
  readStopAppHostResponse,
  readWaitForAppHostReadyResponse,
  readWaitForResourceRequest,
  readWaitForResourceResponse,
} from '../../../src/backchannel/contract/index.js';
import { recordedItems, recordedResults, toPascalCase } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('the answers of commands, waits, logs and tools', () => {
  it('of every recorded command are read without loss', () => {
    const recorded = recordedResults('raw/execute', 'ExecuteResourceCommandAsync');
    expect(recorded.length).toBeGreaterThan(20);
    for (const answer of recorded) expect(readExecuteResourceCommandResponse(answer)).toEqual({ ...answer, message: answer.message ?? answer.errorMessage });
  });

  it('of a command of an older AppHost have the message under its older name', () => {
    expect(readExecuteResourceCommandResponse({ success: false, errorMessage: 'no' })).toEqual({
      success: false,
      canceled: false,
      errorMessage: 'no',
      message: 'no',
      value: null,
      validationErrors: [],
    });
  });

  it('of every recorded wait are read without loss', () => {
    for (const answer of recordedResults('raw/wait', 'WaitForResourceAsync')) expect(readWaitForResourceResponse(answer)).toEqual(answer);
    for (const answer of recordedResults('raw/params', 'WaitForAppHostReadyAsync')) expect(readWaitForAppHostReadyResponse(answer)).toEqual(answer);
  });

  it('of every recorded log are read without loss', () => {
    const items = recordedItems('raw/logs');
    const [batches, lines] = [items.filter(item => 'lines' in item), items.filter(item => !('lines' in item))];
    expect(Math.min(batches.length, lines.length)).toBeGreaterThan(0);
    for (const batch of batches) expect(readResourceLogBatch(batch)).toEqual(batch);
    for (const line of lines) expect(readResourceLogLine(line)).toEqual(line);
    for (const entry of recordedItems('raw/apphost-logs')) expect(readAppHostLogEntry(entry)).toEqual(entry);
  });

  it('of every recorded tool have their content, of both methods', () => {
    const recorded = recordedResults('raw/mcp', 'CallResourceMcpToolAsync');
    expect(recorded.length).toBeGreaterThan(0);
    for (const { task: _unknown, ...known } of recorded) expect(readMcpCallToolResult(known)).toEqual({ ...known, isError: known.isError ?? false });
    const recordedOfV2 = recordedResults('raw/mcp', 'CallMcpToolAsync');
    expect(recordedOfV2.length).toBeGreaterThan(0);
    for (const answer of recordedOfV2) {
      expect(readCallMcpToolResponse(answer)).toEqual(answer);
      expect(readCallMcpToolResponse(toPascalCase(answer))).toEqual(answer);
    }
  });

  it('of a tool keep content of every kind, and members that MCP may yet define', () => {
    const content = [
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'u', later: { x: [1] } },
    ];
    expect(readMcpCallToolResult({ content, _meta: { a: 1 } })).toEqual({ content, isError: false, structuredContent: null, _meta: { a: 1 } });
    expect(readMcpCallToolResult({ content: null, structuredContent: 5 })).toEqual({ content: [], isError: false, structuredContent: 5, _meta: null });
    expect(readCallMcpToolResponse({ content: [{ type: 'image' }] })).toEqual({ content: [{ type: 'image', text: null }], isError: false });
  });

  it('of a stop say nothing', () => {
    for (const answer of [null, undefined, {}, { later: 1 }]) expect(readStopAppHostResponse(answer)).toEqual({});
    expect(() => readStopAppHostResponse(true)).toThrow(expect.objectContaining({ member: 'StopAppHostResponse', expected: 'an object', found: 'a boolean' }));
  });
});

describe('the requests', () => {
  it('are read with their defaults', () => {
    expect(readGetConsoleLogsRequest(undefined)).toEqual({ resourceName: null, follow: false, search: null, tail: null, includeHidden: false });
    expect(readWaitForResourceRequest({ resourceName: 'a', status: 'up' })).toEqual({ resourceName: 'a', status: 'up', timeoutSeconds: 120 });
    expect(readExecuteResourceCommandRequest({ resourceName: 'a', commandName: 'b', arguments: [1] })).toEqual({
      resourceName: 'a',
      commandName: 'b',
      arguments: [1],
      validateOnly: false,
      nonInteractive: true,
      returnArgumentInputs: false,
    });
    expect(readCallMcpToolRequest({ ResourceName: 'a', toolName: 'b' })).toEqual({ resourceName: 'a', toolName: 'b', arguments: null });
    expect(readCallMcpToolRequest({ resourceName: 'a', toolName: 'b', arguments: { x: [1] } }).arguments).toEqual({ x: [1] });
    for (const request of [null, undefined, {}]) expect(readStopAppHostRequest(request)).toEqual({ exitCode: null });
    expect(readStopAppHostRequest({ exitCode: 3, traceContext: {} })).toEqual({ exitCode: 3 });
  });

  // raw/wait.jsonl: a .NET AppHost refuses each of these with -32602.
  it.each([
    [{ resourceName: 'job' }, 'WaitForResourceRequest.status'],
    [{ status: 'up' }, 'WaitForResourceRequest.resourceName'],
    [{ resourceName: 'web', status: 'healthy', timeoutSeconds: '5' }, 'WaitForResourceRequest.timeoutSeconds'],
    [{ resourceName: 'web', status: 'healthy', timeoutSeconds: 2.5 }, 'WaitForResourceRequest.timeoutSeconds'],
    [{ resourceName: 'web', status: 'healthy', timeoutSeconds: 1e300 }, 'WaitForResourceRequest.timeoutSeconds'],
  ])('are refused where a .NET AppHost refuses them: %j', (request, member) => {
    expect(() => readWaitForResourceRequest(request)).toThrow(expect.objectContaining({ member }));
  });
});

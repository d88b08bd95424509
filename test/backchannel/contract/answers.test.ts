import {
  readAppHostLogEntry,
  readExecuteResourceCommandRequest,
  readExecuteResourceCommandResponse,
  readGetConsoleLogsRequest,
  readMcpCallToolResult,
  readResourceLogBatch,
  readResourceLogLine,
  readWaitForAppHostReadyResponse,
  readWaitForResourceRequest,
  readWaitForResourceResponse,
} from '../../../src/backchannel/contract/index.js';
import { recordedItems, recordedResults } from './recordings.js';

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

  it('of every recorded tool have their content', () => {
    const recorded = recordedResults('raw/mcp', 'CallResourceMcpToolAsync');
    expect(recorded.length).toBeGreaterThan(0);
    for (const { content, isError, structuredContent } of recorded)
      expect(readMcpCallToolResult({ content, isError, structuredContent })).toEqual({
        content,
        isError: isError ?? false,
        structuredContent: structuredContent ?? null,
      });
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
  });

  // raw/wait.jsonl: a .NET AppHost refuses each of these with -32602.
  it.each([
    [{ resourceName: 'job' }, 'WaitForResourceRequest.status'],
    [{ status: 'up' }, 'WaitForResourceRequest.resourceName'],
    [{ resourceName: 'web', status: 'healthy', timeoutSeconds: '5' }, 'WaitForResourceRequest.timeoutSeconds'],
    [{ resourceName: 'web', status: 'healthy', timeoutSeconds: 2.5 }, 'WaitForResourceRequest.timeoutSeconds'],
  ])('are refused where a .NET AppHost refuses them: %j', (request, member) => {
    expect(() => readWaitForResourceRequest(request)).toThrow(expect.objectContaining({ member }));
  });
});

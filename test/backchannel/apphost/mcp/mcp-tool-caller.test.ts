import { ServiceProvider } from 'hostward';
import { FakeLogger, FakeTimeProvider } from 'hostward/testing';
import { assertMcpTools } from '../../../../src/backchannel/apphost/mcp/assert-mcp-tools.js';
import { describeMcpServer } from '../../../../src/backchannel/apphost/mcp/describe-mcp-server.js';
import { McpToolCaller, type McpToolCallerParts } from '../../../../src/backchannel/apphost/mcp/mcp-tool-caller.js';
import type { McpTool } from '../../../../src/backchannel/apphost/mcp/mcp-tool.js';
import { flattenAnswer, type McpToolAnswer } from '../../../../src/backchannel/apphost/mcp/tool-answer.js';
import { readMcpCallToolResult } from '../../../../src/backchannel/contract/index.js';
import { OperationCanceledError } from '../../../../src/hosting/primitives/index.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { recordedRows } from '../../../support/recording-files.js';
import { settle } from '../../../support/settle.js';
import { FakeResource } from '../fake-resource.js';

expectNoLeaks();

/** The tools of the resource `web` of the recorded application. */
const recordedTools: readonly McpTool[] = [
  {
    name: 'echo',
    title: 'Echo',
    description: 'Echoes text',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    annotations: { title: null, destructiveHint: null, idempotentHint: null, openWorldHint: null, readOnlyHint: true },
    call: ({ text }) => ({ content: [{ type: 'text', text: `echo: ${String(text)}` }], structuredContent: { text } }),
  },
  {
    name: 'fail',
    description: 'Fails',
    call() {
      throw new Error('tool failed');
    },
  },
];

class McpScene implements Disposable {
  readonly time = new FakeTimeProvider();
  readonly logger = new FakeLogger();
  readonly stopping = new AbortController();
  readonly caller: McpToolCaller;

  constructor(parts: Partial<McpToolCallerParts> = {}) {
    this.caller = new McpToolCaller({
      services: new ServiceProvider([]),
      timeProvider: this.time,
      logger: this.logger,
      stopping: this.stopping.signal,
      ...parts,
    });
  }

  /** Calls the only tool of a resource. */
  call(tool: Partial<McpTool>, args: unknown = {}, signal: AbortSignal = new AbortController().signal): Promise<McpToolAnswer> {
    const resource = new FakeResource('web', {}, { mcpTools: [{ name: 'go', call: () => 'done', ...tool }] });
    return this.caller.call(resource, { resourceName: 'web', toolName: tool.name ?? 'go', arguments: args as Record<string, unknown> }, signal);
  }

  [Symbol.dispose](): void {
    this.logger[Symbol.dispose]();
    expect(this.time.pendingTimers).toEqual([]);
  }
}

const done: McpToolAnswer = { content: [{ type: 'text', text: 'done' }], structuredContent: null, isError: null, task: null, _meta: null };

function errorAnswer(text: string): McpToolAnswer {
  return { ...done, content: [{ type: 'text', text }], isError: true };
}

describe('the recorded calls of MCP tools', () => {
  const files = ['raw/mcp', ...['', '-fail', '-no-mcp', '-unknown-resource', '-unknown-tool'].map(name => `cli/mcp-call${name}`)];
  // With two parameters: the method's own affair, not that of the tool.
  const skipped = ['raw/mcp 10'];

  it.each(files)('are answered as in %s', async file => {
    using scene = new McpScene();
    const resources = [new FakeResource('web', {}, { mcpTools: recordedTools }), new FakeResource('sleeper')];
    let count = 0;
    for (const { request, answer } of exchangesIn(file)) {
      if (skipped.includes(`${file} ${request.id}`)) continue;
      const { resourceName, toolName, arguments: args } = request;
      const resource = resources.find(({ name }) => name === resourceName.toLowerCase());
      const ours = await scene.caller.call(resource, { resourceName, toolName, arguments: args }, new AbortController().signal).then(
        result => ({ result: request.isFlat ? flattenAnswer(result) : result }),
        ({ message }: Error) => ({ error: { code: -32_000, message } }),
      );
      const { code, message } = answer.error ?? {};
      expect(ours).toEqual(answer.error ? { error: { code, message } } : { result: answer.result });
      count++;
    }
    expect(count).toBe(file === 'raw/mcp' ? 11 : 1);
  });

  it('are of tools that are described as they were recorded, but for the address', () => {
    const recorded = recordedRows('cli/describe-json').find(line => line.for === 'GetResourcesAsync').message.result.resources;
    const { mcpServer } = recorded.find((resource: any) => resource.displayName === 'web');
    assertMcpTools('web', recordedTools);
    expect(describeMcpServer(new FakeResource('web', {}, { mcpTools: recordedTools }))).toEqual({ ...mcpServer, endpointUrl: 'urn:hostward:mcp:web' });
  });
});

describe('the MCP server of a resource', () => {
  it('is none without tools', () => {
    expect(describeMcpServer(new FakeResource('web'))).toBeNull();
  });

  it('has an address that is always the same, and that nothing can connect to', () => {
    const addressOf = (displayName: string) => describeMcpServer({ displayName, mcpTools: recordedTools })!.endpointUrl;
    expect([addressOf('web'), addressOf('Büro 1/2'), addressOf('\ud800')]).toEqual([
      'urn:hostward:mcp:web',
      'urn:hostward:mcp:B%C3%BCro%201%2F2',
      'urn:hostward:mcp:%EF%BF%BD',
    ]);
  });
});

describe('a call of an MCP tool', () => {
  it('turns a text into one item, and passes on the rest of a result', async () => {
    using scene = new McpScene();
    expect(await scene.call({})).toEqual(done);
    const content = [
      { type: 'image', data: 'AA==', mimeType: 'image/png' },
      { type: 'text', text: '' },
    ];
    const answer = await scene.call({ call: async () => ({ content, structuredContent: [1], isError: false, more: 1 }) });
    expect(answer).toEqual({ content, structuredContent: [1], isError: false, task: null, _meta: null });
    expect(readMcpCallToolResult(answer)).toEqual({ content, structuredContent: [1], isError: false, _meta: null });
    expect(flattenAnswer(answer)).toEqual({
      isError: false,
      content: [
        { type: 'image', text: null },
        { type: 'text', text: '' },
      ],
    });
  });

  it('gives the tool its arguments, and an empty object where there are none', async () => {
    using scene = new McpScene();
    const call = jest.fn(() => 'done');
    for (const args of [{ a: [1, { b: null }] }, null, undefined]) await scene.call({ call }, args);
    expect(call.mock.calls).toEqual(
      [{ a: [1, { b: null }] }, {}, {}].map(args => [args, { services: expect.any(ServiceProvider), signal: expect.any(AbortSignal) }]),
    );
  });

  it.each([
    ['a list', [1], 'The arguments of an MCP tool must be a JSON object, but are an array.'],
    ['a text', 'S3CRET', 'The arguments of an MCP tool must be a JSON object, but are a string.'],
    ['too long', { x: 'x'.repeat(8_388_608) }, 'The arguments of an MCP tool may have at most 8388608 characters, but have 8388616.'],
  ])('is refused when the arguments are %s', async (_, args, message) => {
    using scene = new McpScene();
    await expect(scene.call({}, args)).rejects.toMatchObject({ code: 'ERR_INVALID_OPERATION', message });
  });

  it.each([
    ['resourceName', { resourceName: ' \t', toolName: '' }],
    ['toolName', { resourceName: 'web', toolName: '\n' }],
  ])('is refused when %s is blank', async (paramName, request) => {
    using scene = new McpScene();
    const message = `The value cannot be an empty string or composed entirely of whitespace. (Parameter '${paramName}')`;
    await expect(scene.caller.call(undefined, request, new AbortController().signal)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', message });
  });

  it('is refused with names as they may be shown', async () => {
    using scene = new McpScene();
    const call = (resourceName: string, toolName: string) =>
      scene.caller.call(
        resourceName === 'web' ? new FakeResource('web', {}, { mcpTools: recordedTools }) : undefined,
        { resourceName, toolName },
        scene.stopping.signal,
      );
    await expect(call('x\u001b[2J', 'go')).rejects.toThrow("Resource 'x\ufffd[2J' not found.");
    await expect(call('web', 'x'.repeat(1_000))).rejects.toThrow(`Request failed (remote): Unknown tool: ${'x'.repeat(100)}…`);
    await expect(call('web', 'Echo')).rejects.toThrow('Request failed (remote): Unknown tool: Echo');
  });

  it('answers with what the tool throws, or rejects with', async () => {
    using scene = new McpScene();
    expect(await scene.call({ call: () => Promise.reject(new Error('no disk')) })).toEqual(errorAnswer('no disk'));
    expect(
      await scene.call({
        call: () => fail('no disk'),
      }),
    ).toEqual(errorAnswer('A value that is no Error was thrown: no disk'));
    expect(await scene.call({ call: () => Promise.reject(new OperationCanceledError()) })).toEqual(errorAnswer('The operation was canceled.'));
    expect((await scene.call({ call: () => Promise.reject(new Error('x'.repeat(70_000))) })).content[0]!['text']).toHaveLength(
      65_536 + '… (70000 characters)'.length,
    );
    expect(scene.logger.collector.messages({ level: 'debug' })[0]).toBe('MCP tool go failed');
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'expected a text or an object, found nothing'],
    ['a list', [], 'expected a text or an object, found an array'],
    ['no content', {}, "expected 'content' to be a list, found nothing"],
    ['content without a type', { content: [{ text: 'x' }] }, "expected items of 'content' that have a 'type', found another"],
    ['text without a text', { content: [{ type: 'text' }] }, "expected items of 'content' that have a 'type', found another"],
    ['a flag that is none', { content: [], isError: 'no' }, "expected 'isError' to be true or false, found a string"],
    ['what is no JSON', { content: [], structuredContent: 5n }, 'expected what JSON can express, found something else'],
    ['too much', 'x'.repeat(8_388_608), 'expected at most 8388608 bytes of JSON, found 8388672'],
    ['too much in bytes', { content: [{ type: 'text', text: 'ü'.repeat(5_000_000) }] }, 'expected at most 8388608 bytes of JSON, found 10000064'],
    ['what is nested too deeply', { content: [], structuredContent: nested(60) }, 'expected at most 48 levels of nesting, found more'],
  ])('answers with an error when the tool returns %s', async (_, output, problem) => {
    using scene = new McpScene();
    expect(await scene.call({ call: () => output as never })).toEqual(errorAnswer(`The result of tool 'go' cannot be sent: ${problem}.`));
  });

  it('sends what can be sent of a result: dates as text, functions not at all', async () => {
    using scene = new McpScene();
    const answer = await scene.call({ call: () => ({ content: [], structuredContent: { at: new Date(0), f: () => 1, own: nested(40) } }) });
    expect(answer.structuredContent).toEqual({ at: '1970-01-01T00:00:00.000Z', own: nested(40) });
    expect((await scene.call({ call: () => ({ content: [], structuredContent: () => 1 }) })).structuredContent).toBeNull();
  });
});

describe('an MCP tool under way', () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new OperationCanceledError(signal))));

  it('is cancelled with its client, and with the application', async () => {
    using scene = new McpScene();
    const client = new AbortController();
    const calls = [
      scene.call({ call: (_, { signal }) => untilAborted(signal) }, {}, client.signal),
      scene.call({ call: (_, { signal }) => untilAborted(signal) }),
    ];
    const ends = Promise.allSettled(calls);
    await scene.time.advanceAsync(1);
    client.abort();
    scene.stopping.abort();
    expect((await ends).map(end => end.status === 'rejected' && (end.reason as Error).name)).toEqual(['AbortError', 'AbortError']);
  });

  it('has 300,000 ms unless it says otherwise, and then answers with an error', async () => {
    using scene = new McpScene();
    const call: McpTool['call'] = (_, { signal }) => untilAborted(signal);
    const [usual, short] = [scene.call({ call }), scene.call({ call, timeout: 1_000 })];
    await scene.time.advanceAsync(1_000);
    expect(await short).toEqual(errorAnswer("Tool 'go' did not finish within 1000 ms."));
    await scene.time.advanceAsync(299_000);
    expect(await usual).toEqual(errorAnswer("Tool 'go' did not finish within 300000 ms."));
  });

  it('may have no limit of time', async () => {
    using scene = new McpScene();
    let end = (_: string) => undefined as void;
    const answer = scene.call({ call: () => new Promise<string>(resolve => (end = resolve)), timeout: -1 });
    await scene.time.advanceAsync(10_000_000);
    end('done');
    expect(await answer).toEqual(done);
  });

  it('that does not heed its signal is given up after 5,000 ms, and its end is logged', async () => {
    using scene = new McpScene();
    const client = new AbortController();
    let fail = (_: Error) => undefined as void;
    const answer = scene.call({ call: () => new Promise<string>((_, reject) => (fail = reject)) }, {}, client.signal);
    const rejected = expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await scene.time.advanceAsync(1);
    client.abort();
    await scene.time.advanceAsync(5_000);
    await rejected;
    fail(new Error('too late'));
    await scene.time.advanceAsync(1);
    expect(scene.logger.latestRecord).toMatchObject({ level: 'warning', message: 'MCP tool go failed 5000 ms after it was given up' });
    const timed = scene.call({ call: () => new Promise<string>(() => undefined), timeout: 1 });
    await scene.time.advanceAsync(5_001);
    expect(await timed).toEqual(errorAnswer("Tool 'go' did not finish within 1 ms. It is still at work."));
  });

  it('is one of a limited number, which counts those that were given up', async () => {
    using scene = new McpScene({ maxRunning: 1 });
    let end = (_: string) => undefined as void;
    const client = new AbortController();
    const answer = scene.call({ call: () => new Promise<string>(resolve => (end = resolve)) }, {}, client.signal);
    const rejected = expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await scene.time.advanceAsync(1);
    client.abort();
    await scene.time.advanceAsync(5_000);
    await rejected;
    expect(await scene.call({})).toEqual(errorAnswer("Tool 'go' was not called: 1 calls are running already. Try again later."));
    end('late');
    await settle(scene.time, () => scene.logger.collector.count === 1);
    expect(await scene.call({})).toEqual(done);
  });
});

interface Exchange {
  readonly request: { readonly id: number; readonly isFlat: boolean; readonly resourceName: string; readonly toolName: string; readonly arguments: any };
  readonly answer: any;
}

function exchangesIn(file: string): Exchange[] {
  const lines = recordedRows(file);
  return lines.flatMap(({ kind, message }) => {
    if (kind !== 'request' || !/^Call(Resource)?McpTool/.test(message.method)) return [];
    const { id, method, params } = message;
    const isFlat = method === 'CallMcpToolAsync';
    const [resourceName, toolName, args] = isFlat ? [params[0].resourceName, params[0].toolName, params[0].arguments] : params;
    const answer = lines.find(line => line.for === method && line.message.id === id).message;
    return [{ request: { id, isFlat, resourceName, toolName, arguments: args }, answer }];
  });
}

function fail(thrown: unknown): never {
  throw thrown;
}

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

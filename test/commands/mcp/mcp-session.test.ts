import { FakeTimeProvider } from 'hostward/testing';
import { McpToolServer } from '../../../src/commands/mcp/mcp-server.js';
import { runSession } from '../../../src/commands/mcp/mcp-session.js';
import { McpRefusal } from '../../../src/commands/mcp/protocol/mcp-refusal.js';
import { knownTools } from '../../../src/commands/mcp/tools/known-tools.js';
import { type McpTool, textResult, type ToolCall } from '../../../src/commands/mcp/tools/mcp-tool.js';
import { Deferred } from '../../../src/hosting/primitives/index.js';
import { delay } from '../../../src/hosting/time/index.js';
import { hostwardVersion } from '../../../src/version.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { FakeMonitor } from './fake-monitor.js';
import { MemoryClient, rest } from './streams.js';

const clientInfo = { name: 'test', version: '1' };
const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };

function toolOf(name: string, call: McpTool['call']): McpTool {
  return { description: { name, inputSchema: { type: 'object', properties: {} } }, call };
}

/** A session over streams in memory. */
class TestSession {
  readonly client: MemoryClient;
  readonly time = new FakeTimeProvider();
  readonly stopping = new AbortController();
  readonly server: McpToolServer;
  readonly ended: Promise<boolean>;
  hasEnded = false;

  constructor(tools: readonly McpTool[] = knownTools, options: ConstructorParameters<typeof MemoryClient>[0] = {}) {
    this.client = new MemoryClient(options);
    const { transport, logger } = this.client;
    this.server = new McpToolServer(tools, { monitor: new FakeMonitor('/srv/app'), workingDirectory: '/srv/app', timeProvider: this.time, logger });
    this.ended = runSession({ server: this.server, transport, timeProvider: this.time, logger }, this.stopping.signal).finally(() => (this.hasEnded = true));
  }

  callTool(id: number, name: string, args: object = {}): void {
    this.client.request(id, 'tools/call', { name, arguments: args });
  }

  get logged(): string[] {
    return this.client.logger.collector.getSnapshot().map(({ level, message }) => `${level}: ${message}`);
  }

  /** The input ends, and the time for the last answers passes. */
  async end(): Promise<void> {
    this.client.input.end();
    await rest();
    await this.time.advanceAsync(1_000);
    await this.ended;
  }
}

/** A tool that waits until it is cancelled; `calls` are those that have begun. */
function waitingTool(): { readonly tool: McpTool; readonly calls: ToolCall[]; readonly cancelled: number[] } {
  const calls: ToolCall[] = [];
  const cancelled: number[] = [];
  const tool = toolOf('wait', async call => {
    const index = calls.push(call) - 1;
    await delay(-1, { signal: call.signal }).finally(() => cancelled.push(index));
    return textResult('done');
  });
  return { tool, calls, cancelled };
}

describe('the MCP server', () => {
  expectNoLeaks();

  it('says who it is, and only what it can do', async () => {
    const session = new TestSession();
    session.client.request(1, 'initialize', initialize);
    await rest();
    expect(session.client.answerTo(1)?.result).toEqual({
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'hostward', version: hostwardVersion },
    });
    await session.end();
  });

  it('lists its tools in the order of the real CLI, each with title, description, schema and hints', async () => {
    const session = new TestSession();
    session.client.request(1, 'tools/list');
    await rest();
    const { tools } = session.client.answerTo(1)?.result as { tools: Record<string, unknown>[] };
    expect(tools.map(({ name }) => name)).toEqual(['list_resources', 'select_apphost', 'list_apphosts']);
    for (const { title, description, inputSchema, annotations } of tools) {
      expect([title, description]).toEqual([expect.stringMatching(/^\w.+/), expect.stringMatching(/\.$/)]);
      expect(inputSchema).toMatchObject({ type: 'object' });
      expect(annotations).toMatchObject({ readOnlyHint: expect.any(Boolean) as unknown, destructiveHint: false, idempotentHint: true, openWorldHint: false });
    }
    await session.end();
  });

  it('answers requests before initialize, as the real CLI does', async () => {
    const session = new TestSession();
    session.client.request(1, 'ping');
    session.callTool(2, 'list_apphosts');
    await rest();
    expect([session.client.answerTo(1)?.result, session.client.answerTo(2)?.result?.content.length]).toEqual([{}, 1]);
    await session.end();
  });

  it.each([
    ['resources/list', {}, -32601, "Method 'resources/list' is not available."],
    ['logging/setLevel', { level: 'info' }, -32601, "Method 'logging/setLevel' is not available."],
    ['tools/call', { name: 'nope' }, -32601, "Unknown tool: 'nope'"],
    ['tools/call', { name: 'x'.repeat(5_000) }, -32601, `Unknown tool: '${'x'.repeat(1_000)}...[TRUNCATED]'`],
    ['tools/call', { name: 'constructor' }, -32601, "Unknown tool: 'constructor'"],
    ['tools/call', {}, -32602, "Invalid params: expected 'name' to be the name of a tool."],
    ['tools/call', { name: 'select_apphost', arguments: [] }, -32602, "Invalid params: expected 'arguments' to be an object."],
    ['tools/call', { name: 'select_apphost', arguments: null }, -32602, "Invalid params: expected 'arguments' to be an object."],
  ])('answers %s %j with an error', async (method, params, code, message) => {
    const session = new TestSession();
    session.client.request(1, method, params);
    await rest();
    expect(session.client.answerTo(1)?.error).toEqual({ code, message });
    await session.end();
  });

  it('makes what a tool throws a result that says so, unless it is meant as an error of the protocol', async () => {
    const session = new TestSession([
      toolOf('fails', () => Promise.reject(new Error('No way: token=abc'))),
      toolOf('throws', () => {
        throw new TypeError('at once');
      }),
      toolOf('refuses', () => Promise.reject(new McpRefusal(-32603, 'not now'))),
    ]);
    for (const [index, name] of ['fails', 'throws', 'refuses'].entries()) session.callTool(index, name);
    await rest();
    expect([0, 1, 2].map(id => session.client.answerTo(id)?.result ?? session.client.answerTo(id)?.error)).toEqual([
      { isError: true, content: [{ type: 'text', text: "An error occurred invoking 'fails'. No way: token=***" }] },
      { isError: true, content: [{ type: 'text', text: "An error occurred invoking 'throws'. at once" }] },
      { code: -32603, message: 'not now' },
    ]);
    expect(session.logged.filter(entry => entry.startsWith('warning')).sort()).toEqual(['warning: The tool fails failed', 'warning: The tool throws failed']);
    await session.end();
  });

  it('works on many calls at the same time, and answers each when it is done', async () => {
    const turns: Deferred<void>[] = [];
    const session = new TestSession([
      toolOf('turn', async ({ args }) => {
        const turn = (turns[Number(args['index'])] = new Deferred<void>());
        await turn.promise;
        return textResult(String(args['index']));
      }),
    ]);
    for (let index = 0; index < 200; index++) session.callTool(index, 'turn', { index });
    await rest();
    expect(turns.length).toBe(200);
    for (const turn of [...turns].reverse()) turn.resolve();
    await rest();
    expect(session.client.output.messages.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => 199 - index));
    await session.end();
  });

  it('refuses a call when too many are under way, and takes one again when one has ended', async () => {
    const { tool, calls } = waitingTool();
    const session = new TestSession([tool]);
    for (let id = 1; id <= 257; id++) session.callTool(id, 'wait');
    await rest();
    expect(session.client.output.messages).toMatchObject([
      { id: 257, error: { code: -32603, message: expect.stringContaining('256 calls are under way') as unknown } },
    ]);
    session.client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    await rest();
    session.callTool(258, 'wait');
    await rest();
    expect(calls.length).toBe(257);
    await session.end();
  });

  it('cancels the call that the client cancels, and no other, and does not answer it', async () => {
    const { tool, cancelled } = waitingTool();
    const session = new TestSession([tool]);
    session.callTool(1, 'wait');
    session.callTool(2, 'wait');
    await rest();
    session.client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2, reason: 'enough' } });
    await rest();
    expect([cancelled, session.server.calls.count, session.client.output.text]).toEqual([[1], 1, '']);
    await session.end();
  });
});

describe('a session', () => {
  expectNoLeaks();

  it('answers what was asked before its input ended, and ends as soon as all is answered', async () => {
    const turn = new Deferred<void>();
    const session = new TestSession([toolOf('turn', () => turn.promise.then(() => textResult('done')))]);
    session.callTool(1, 'turn');
    session.client.input.end();
    await rest();
    await session.time.advanceAsync(999);
    expect(session.hasEnded).toBe(false);
    turn.resolve();
    await session.ended;
    expect(session.client.answerTo(1)?.result?.content).toEqual([{ type: 'text', text: 'done' }]);
    expect(session.time.pendingTimers).toEqual([]);
  });

  it('waits for no answer when it is told to stop after its input has ended', async () => {
    const { tool, cancelled } = waitingTool();
    const session = new TestSession([tool]);
    session.callTool(1, 'wait');
    session.client.input.end();
    await rest();
    session.stopping.abort();
    await session.ended;
    expect([cancelled, session.time.pendingTimers]).toEqual([[0], []]);
  });

  it('cancels at its end also those calls whose ids the client has used twice', async () => {
    const { tool, cancelled } = waitingTool();
    const session = new TestSession([tool]);
    session.callTool(1, 'wait');
    session.callTool(1, 'wait');
    session.client.request(1, 'ping');
    await rest();
    session.stopping.abort();
    await rest();
    expect([cancelled, session.hasEnded]).toEqual([[0, 1], true]);
  });

  it('answers at the end of its input what is ready within a second, cancels what waits, and says how many that were', async () => {
    const { tool, cancelled } = waitingTool();
    const session = new TestSession([tool]);
    session.client.request(1, 'initialize', initialize);
    session.callTool(2, 'wait');
    session.client.request(3, 'tools/list');
    session.client.input.write(JSON.stringify({ jsonrpc: '2.0', id: 4, method: 'ping' }));
    await session.end();
    expect(session.client.output.messages.map(({ id }) => id).sort()).toEqual([1, 3, 4]);
    expect(cancelled).toEqual([0]);
    expect(session.logged.at(-1)).toBe('information: The input has ended: 1 calls that are under way are cancelled');
  });

  it('ends when it is told to, with the input still open', async () => {
    const { tool, cancelled } = waitingTool();
    const session = new TestSession([tool]);
    session.callTool(1, 'wait');
    await rest();
    session.stopping.abort();
    await session.ended;
    expect([cancelled, session.client.input.destroyed, session.logged.at(-1)]).toEqual([
      [0],
      true,
      'information: The server is told to stop: 1 calls that are under way are cancelled',
    ]);
  });

  it('ends when the client does not read any more, and that is no failure', async () => {
    const session = new TestSession();
    await rest();
    session.client.output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await session.ended;
    expect(session.logged.at(-1)).toBe('information: The client does not read any more');
  });

  it('fails when its input cannot be read', async () => {
    const session = new TestSession();
    await rest();
    session.client.input.destroy(new Error('read EISDIR'));
    await expect(session.ended).rejects.toThrow('read EISDIR');
  });

  it('leaves a call behind that does not end although it is cancelled, and says so', async () => {
    const session = new TestSession([toolOf('deaf', () => new Promise(() => undefined))]);
    session.callTool(1, 'deaf');
    await rest();
    session.stopping.abort();
    await rest();
    await session.time.advanceAsync(999);
    expect(session.hasEnded).toBe(false);
    await session.time.advanceAsync(1);
    await session.ended;
    expect(session.logged.at(-1)).toBe('warning: 1 calls do not end although they are cancelled; they are left behind');
    expect(session.time.pendingTimers).toEqual([]);
  });

  it('waits for a slow client before it has ended', async () => {
    const session = new TestSession(knownTools, { isReading: false });
    session.client.request(1, 'tools/list');
    session.client.request(2, 'ping');
    session.client.input.end();
    await rest();
    await rest();
    expect(session.hasEnded).toBe(false);
    session.client.output.read();
    expect(await session.ended).toBe(true);
    expect(session.client.output.messages.map(({ id }) => id).sort()).toEqual([1, 2]);
  });
});

import { PassThrough } from 'node:stream';
import { FakeLogger } from 'hostward/testing';
import { StdioTransport } from '../../../../src/commands/mcp/protocol/stdio-transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { HesitantOutput, MemoryClient, outputTo, rest } from '../streams.js';

/** A started transport, with what it received. */
async function start(options: ConstructorParameters<typeof MemoryClient>[0] = {}): Promise<MemoryClient & { readonly received: JSONRPCMessage[] }> {
  const client = Object.assign(new MemoryClient(options), { received: [] as JSONRPCMessage[] });
  client.transport.onmessage = message => void client.received.push(message);
  await client.transport.start();
  return client;
}

const ping = (id: number) => ({ jsonrpc: '2.0' as const, id, method: 'ping' });

describe('the transport over standard streams', () => {
  expectNoLeaks();

  it('passes messages on, and writes answers, a line each', async () => {
    const client = await start();
    await using transport = client.transport;
    client.send(ping(1));
    client.send(ping(2));
    await rest();
    await transport.send({ jsonrpc: '2.0', id: 1, result: { text: 'a\nb' } });
    expect([client.received, client.output.text]).toEqual([[ping(1), ping(2)], '{"jsonrpc":"2.0","id":1,"result":{"text":"a\\nb"}}\n']);
  });

  it('answers what is no message, and goes on', async () => {
    const client = await start();
    await using _transport = client.transport;
    client.send('nonsense');
    client.send(ping(2));
    await rest();
    expect(client.output.messages).toEqual([{ jsonrpc: '2.0', id: null, error: { code: -32700, message: expect.stringContaining('Parse error') as unknown } }]);
    expect(client.received).toEqual([ping(2)]);
  });

  it('refuses a line that is too long as soon as it is, says so in the log, and goes on', async () => {
    const client = await start({ maxLineLength: 100 });
    await using _transport = client.transport;
    client.input.write('x'.repeat(102));
    await rest();
    const message = 'Invalid request: a message may have 100 bytes, and this line has more. It is skipped.';
    expect(client.output.messages).toEqual([{ jsonrpc: '2.0', id: null, error: { code: -32600, message } }]);
    expect(client.logger.collector.getSnapshot().map(({ level }) => level)).toEqual(['warning']);
    client.input.write(`${'x'.repeat(1_000)}\n`);
    client.send(ping(2));
    await rest();
    expect([client.received, client.output.messages.length]).toEqual([[ping(2)], 1]);
  });

  it('reads nothing more while the client takes no answers, and goes on when it does', async () => {
    const client = await start({ isReading: false });
    await using transport = client.transport;
    transport.onmessage = message => {
      client.received.push(message);
      void transport.send({ jsonrpc: '2.0', id: (message as { id: number }).id, result: { text: 'x'.repeat(600) } });
    };
    for (let id = 1; id <= 200; id++) {
      client.send(ping(id));
      await rest();
    }
    expect(client.received.length).toBeLessThan(10);
    client.output.read();
    await rest();
    expect([client.received.length, client.output.messages.length]).toEqual([200, 200]);
  });

  it('takes a last line without an end, and says that the input has ended', async () => {
    const client = await start();
    await using transport = client.transport;
    client.input.end(JSON.stringify(ping(1)));
    expect(await transport.ended).toEqual({ reason: 'inputEnded' });
    expect(client.received).toEqual([ping(1)]);
    await transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect(client.answerTo(1)).toBeDefined();
  });

  it('says so when the input had ended before it was started', async () => {
    const client = new MemoryClient();
    await using transport = client.transport;
    client.input.resume().end();
    await rest();
    await transport.start();
    expect(await transport.ended).toEqual({ reason: 'inputEnded' });
  });

  it('says so of an input that ends and is not closed', async () => {
    const input = new PassThrough({ autoDestroy: false });
    await using transport = new StdioTransport({ input, output: outputTo(new HesitantOutput()), logger: new FakeLogger() });
    await transport.start();
    input.end();
    expect(await transport.ended).toEqual({ reason: 'inputEnded' });
  });

  it('takes a client that was killed for one that has ended', async () => {
    const client = await start();
    await using transport = client.transport;
    client.input.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    expect(await transport.ended).toEqual({ reason: 'inputEnded' });
  });

  it('says why the input cannot be read', async () => {
    const client = await start();
    await using transport = client.transport;
    const error = Object.assign(new Error('read EISDIR'), { code: 'EISDIR' });
    client.input.destroy(error);
    expect(await transport.ended).toEqual({ reason: 'inputFailed', error });
  });

  it('says that the client does not read any more, and writes nothing from then on', async () => {
    const client = await start();
    await using transport = client.transport;
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    client.output.emit('error', error);
    expect(await transport.ended).toEqual({ reason: 'outputBroken', error });
    await transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    await transport.flush();
    expect(client.output.text).toBe('');
  });

  it('waits at its end until the client has taken what was answered', async () => {
    const client = await start({ isReading: false });
    void client.transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    void client.transport.send({ jsonrpc: '2.0', id: 2, result: {} });
    let hasEnded = false;
    const ending = client.transport[Symbol.asyncDispose]().then(() => (hasEnded = true));
    await rest();
    expect(hasEnded).toBe(false);
    client.output.read();
    await ending;
    expect(client.output.messages.length).toBe(2);
  });

  it('reads and answers nothing after its end, and ends once', async () => {
    const client = await start();
    const { transport } = client;
    const closed = jest.fn();
    transport.onclose = closed;
    await transport.close();
    await transport.close();
    await transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect([closed.mock.calls.length, client.output.text, client.input.destroyed, await transport.ended]).toEqual([1, '', true, { reason: 'closed' }]);
    await transport[Symbol.asyncDispose]();
    expect(['drain', 'close'].map(event => client.output.listenerCount(event))).toEqual([0, 0]);
  });
});

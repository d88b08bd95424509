import type { RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { frame, settle } from './raw-peer.js';
import { serve } from './serve.js';

const methods: RpcMethods = { Echo: { parameters: ['value'], required: 0, invoke: ([value]) => value ?? 'nothing' } };

describe('serveRpc goes on after', () => {
  it.each([
    ['a body that is no JSON', Buffer.from('{"a":1,,}'), -32700],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), -32700],
    ['a batch', Buffer.from('[{"jsonrpc":"2.0","id":1,"method":"Echo"}]'), -32600],
    ['an object that is no message', Buffer.from('{"a":1}'), -32600],
    ['a number', Buffer.from('5'), -32600],
    ['null', Buffer.from('null'), -32600],
    ['a method that is no text', Buffer.from('{"jsonrpc":"2.0","id":1,"method":5}'), -32600],
  ])('%s, with an error answer', async (_what, body, code) => {
    await using served = serve(methods);
    served.peer.sendBytes(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
    expect(await served.peer.next()).toMatchObject({ error: { code } });
    expect((await served.peer.call('Echo')).result).toBe('nothing');
  });

  it.each([
    ['an answer to nothing', '{"jsonrpc":"2.0","id":1,"result":1}'],
    ['an error for nothing', '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}'],
  ])('%s, silently', async (_what, body) => {
    await using served = serve(methods);
    served.peer.sendText(body);
    expect((await served.peer.call('Echo')).result).toBe('nothing');
    expect(served.peer.unread).toEqual([]);
  });

  it('a call without the jsonrpc member', async () => {
    await using served = serve(methods);
    served.peer.sendText('{"id":5,"method":"Echo"}');
    expect(await served.peer.next()).toEqual({ jsonrpc: '2.0', id: 5, result: 'nothing' });
  });

  it('a value that is nested a hundred thousand levels deep', async () => {
    await using served = serve(methods);
    const depth = 100_000;
    served.peer.sendText(`{"jsonrpc":"2.0","id":1,"method":"Echo","params":[${'['.repeat(depth)}${']'.repeat(depth)}]}`);
    const { id, error } = await served.peer.next();
    expect({ id, error }).toMatchObject({ id: null, error: { code: -32700, message: expect.stringContaining('at most 1000 levels of nesting') } });
    expect((await served.peer.call('Echo')).result).toBe('nothing');
  });

  it('members that look like a prototype', async () => {
    await using served = serve(methods);
    served.peer.sendText('{"jsonrpc":"2.0","id":1,"method":"Echo","params":{"__proto__":{"value":1}},"__proto__":{"x":1}}');
    expect((await served.peer.next()).result).toBe('nothing');
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

describe('serveRpc answers and hangs up after', () => {
  it.each([
    ['another protocol', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a length of 2 GB', 'Content-Length: 2000000000\r\n\r\n'],
    ['a negative length', 'Content-Length: -1\r\n\r\n'],
    ['a header without end', 'X'.repeat(20_000)],
    ['bare line feeds', 'Content-Length: 2\n\n{}'],
  ])('%s', async (_what, bytes) => {
    await using served = serve(methods);
    served.peer.sendBytes(bytes);
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32700 } });
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_FRAME' });
    expect(served.peer.hasEnded).toBe(true);
  });

  it('half a frame and the end of the stream', async () => {
    await using served = serve(methods);
    served.peer.stream.end(frame('{"jsonrpc":"2.0"}').subarray(0, 30));
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_FRAME', expected: 'the rest of a frame' });
  });
});

describe('serveRpc ends quietly', () => {
  it('when the client closes at once', async () => {
    await using served = serve(methods);
    served.peer.stream.end();
    await expect(served.session.closed).resolves.toBeUndefined();
  });

  it('and drops what the client still sends', async () => {
    await using served = serve(methods);
    await served.session[Symbol.asyncDispose]();
    served.peer.sendBytes('garbage');
    await settle();
    expect(served.peer.unread).toEqual([]);
  });
});

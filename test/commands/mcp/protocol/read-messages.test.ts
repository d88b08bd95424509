import { readMessages } from '../../../../src/commands/mcp/protocol/read-messages.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

const request = { jsonrpc: '2.0', id: 7, method: 'ping' };
const clientInfo = { name: 'a', version: '1' };

describe('a line of the client', () => {
  expectNoLeaks();

  it.each([
    [request, request],
    [
      { ...request, id: 'x', params: { a: 1 } },
      { ...request, id: 'x', params: { a: 1 } },
    ],
    [
      { ...request, id: 0 },
      { ...request, id: 0 },
    ],
    [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ],
    // The SDK would answer nothing at all.
    [{ ...request, extra: true }, request],
    [
      { ...request, method: 'initialize', params: { protocolVersion: '1', capabilities: {}, clientInfo } },
      { ...request, method: 'initialize', params: { protocolVersion: '1', capabilities: {}, clientInfo } },
    ],
  ])('is a message: %j', (sent, message) => {
    expect(readMessages(JSON.stringify(sent))).toEqual({ message, answers: [] });
  });

  it.each(['', '  ', '{"jsonrpc":"2.0","id":1,"result":{}}', '{"jsonrpc":"2.0","id":1,"error":{}}', '{"jsonrpc":"2.0","method":"x","params":[]}'])(
    'wants no answer: %s',
    line => {
      expect(readMessages(line)).toEqual({ answers: [] });
    },
  );

  it.each([
    ['nonsense', null, -32700, /^Parse error: expected one JSON-RPC message a line\. /],
    ['{"jsonrpc":"2.0","id":7,', null, -32700, /^Parse error/],
    ['5', null, -32600, 'Invalid request: expected an object.'],
    ['null', null, -32600, 'Invalid request: expected an object.'],
    ['{"id":7,"method":"ping"}', 7, -32600, 'Invalid request: expected the member jsonrpc to be "2.0".'],
    ['{"jsonrpc":"2.0","id":7}', 7, -32600, 'Invalid request: expected the member method to be a string.'],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600, 'Invalid request: expected the member id to be a string or a whole number.'],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', null, -32600, 'Invalid request: expected the member id to be a string or a whole number.'],
    ['{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}', 7, -32602, /^Invalid params: params: /],
    ['{"jsonrpc":"2.0","id":7,"method":"initialize","params":{}}', 7, -32602, /^Invalid params: params\.protocolVersion: /],
    ['[]', null, -32600, /^Invalid request: a batch/],
  ])('is refused with what was expected: %s', (line, id, code, message) => {
    const { answers } = readMessages(line);
    expect(answers).toEqual([
      { jsonrpc: '2.0', id, error: { code, message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown) } },
    ]);
  });

  it('is refused for each of its requests when it is a batch, so that nobody waits for an answer', () => {
    const { answers } = readMessages(JSON.stringify([request, { ...request, id: 'x' }, { jsonrpc: '2.0', method: 'notifications/initialized' }, 5]));
    expect(answers.map(({ id, error }) => [id, error.code])).toEqual([
      [7, -32600],
      ['x', -32600],
    ]);
  });

  it('is refused once when it is a batch of more than a hundred, and the answer never repeats much of it', () => {
    const batch = Array.from({ length: 101 }, (_, id) => ({ ...request, id }));
    expect(readMessages(JSON.stringify(batch)).answers.map(({ id }) => id)).toEqual([null]);
    for (const line of [
      'x'.repeat(100_000),
      `{"jsonrpc":"2.0","id":1,"method":"initialize","params":${JSON.stringify({ protocolVersion: ['x'.repeat(100_000)] })}}`,
    ])
      expect(JSON.stringify(readMessages(line).answers).length).toBeLessThan(500);
  });

  it('may be nested deeply without harm', () => {
    const depth = 200_000;
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(readMessages(deep).answers).toHaveLength(1);
    expect(readMessages(`{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":${deep}}}`).message).toMatchObject({ id: 7 });
  });
});

import { expectNoLeaks } from '../../support/leak-check.js';
import { serve } from './serve.js';

describe('a message that is no request', () => {
  expectNoLeaks();

  it.each([
    ['{"a":1,,}', -32700, /JSON/],
    ['[{"jsonrpc":"2.0","id":1,"method":"M"}]', -32600, /an array/],
    ['{"a":1}', -32600, /a method name/],
  ])('is told of, and the session goes on: %s', async (body, code, reason) => {
    const told: string[] = [];
    await using served = serve({ M: { parameters: [], invoke: () => 'done' } }, { onMalformed: text => told.push(text) });
    served.peer.sendText(body);
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code } });
    expect(told).toEqual([expect.stringMatching(reason)]);
    expect(await served.peer.call('M')).toMatchObject({ result: 'done' });
  });

  it('is no other refusal', async () => {
    const told: string[] = [];
    await using served = serve({ M: { parameters: [], invoke: () => 'done' } }, { onMalformed: text => told.push(text) });
    expect(await served.peer.call('N')).toMatchObject({ error: { code: -32601 } });
    expect(await served.peer.call('M', [1, 2])).toMatchObject({ error: { code: -32602 } });
    expect(told).toEqual([]);
  });
});

import { InvalidParamsError, type RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { RequestFailure } from '../../../src/backchannel/rpc/request-failure.js';
import { OperationCanceledError } from '../../../src/hosting/primitives/index.js';
import { settle } from './raw-peer.js';
import { serve } from './serve.js';

const echo: RpcMethods = {
  NoneAsync: { parameters: [], invoke: args => args },
  OptionalAsync: { parameters: ['request'], required: 0, invoke: args => args },
  TwoAsync: { parameters: ['name', 'follow'], required: 1, invoke: args => args },
};

/** Waits for its signal and says so. */
function waiting() {
  const seen = { started: 0, aborted: 0 };
  const methods: RpcMethods = {
    Wait: {
      parameters: [],
      invoke: (_args, { signal }) => {
        seen.started++;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            seen.aborted++;
            reject(new OperationCanceledError(signal));
          });
        });
      },
    },
    Now: { parameters: [], invoke: () => 'now' },
  };
  return { seen, methods };
}

describe('the parameters of a call', () => {
  it.each([
    ['NoneAsync', undefined, []],
    ['NoneAsync', [], []],
    ['NoneAsync', {}, []],
    ['NoneAsync', null, []],
    ['OptionalAsync', undefined, [null]],
    ['OptionalAsync', [], []],
    ['OptionalAsync', [null], [null]],
    ['OptionalAsync', [{}], [{}]],
    ['OptionalAsync', {}, [null]],
    ['OptionalAsync', { request: { filter: 'x' } }, [{ filter: 'x' }]],
    ['OptionalAsync', { filter: 'x' }, [null]],
    ['TwoAsync', ['a'], ['a']],
    ['TwoAsync', ['a', true], ['a', true]],
    ['TwoAsync', { follow: true, name: 'a' }, ['a', true]],
    ['TwoAsync', { name: null }, [null, null]],
  ])('of %s sent as %j arrive as %j', async (method, params, expected) => {
    await using served = serve(echo);
    expect(await served.peer.call(method, params)).toEqual({ jsonrpc: '2.0', id: 2, result: expected });
  });

  it.each([
    ['NoneAsync', [null], 'Expected 0 parameters, found 1.'],
    ['NoneAsync', [{}], 'Expected 0 parameters, found 1.'],
    ['OptionalAsync', [{}, 1], 'Expected 0 to 1 parameters, found 2.'],
    ['TwoAsync', [], 'Expected 1 to 2 parameters, found 0.'],
    ['TwoAsync', { Name: 'a' }, "Expected 1 to 2 parameters, but 'name' is missing."],
    ['TwoAsync', 'a', 'Expected parameters in a list or an object, found a string.'],
  ])('of %s sent as %j are refused with -32602', async (method, params, message) => {
    await using served = serve(echo);
    expect(await served.peer.call(method, params)).toEqual({ jsonrpc: '2.0', id: 2, error: { code: -32602, message } });
  });

  it('do not reach into the prototype', async () => {
    await using served = serve({ M: { parameters: ['toString'], required: 0, invoke: args => args } });
    expect((await served.peer.call('M', {})).result).toEqual([null]);
  });
});

describe('the name of a method', () => {
  it.each(['NoneAsync', 'None'])('may be sent as %s', async name => {
    await using served = serve(echo);
    expect((await served.peer.call(name)).result).toEqual([]);
  });

  it('may gain the suffix too, unless that is another method', async () => {
    await using served = serve({
      Plain: { parameters: [], invoke: () => 'plain' },
      Both: { parameters: [], invoke: () => 'both' },
      BothAsync: { parameters: [], invoke: () => 'async' },
    });
    const results = [];
    for (const name of ['Plain', 'PlainAsync', 'Both', 'BothAsync']) results.push((await served.peer.call(name)).result);
    expect(results).toEqual(['plain', 'plain', 'both', 'async']);
  });

  it.each(['noneAsync', 'NoneAsync ', '', '$/unknown', 'toString', '__proto__', 'constructor'])(
    'is unknown as %j: -32601, and the connection stays',
    async name => {
      await using served = serve(echo);
      expect(await served.peer.call(name, [])).toMatchObject({ error: { code: -32601, message: `There is no method '${name}'.` } });
      expect((await served.peer.call('None')).result).toEqual([]);
    },
  );
});

describe('the id of a request', () => {
  it.each([['abc'], ['7'], [''], [0], [-1], [2147483648], [1.5], [null], ['9007199254740993']])('comes back as it was: %j', async id => {
    await using served = serve(echo);
    expect(await served.peer.call('None', [], id)).toEqual({ jsonrpc: '2.0', id, result: [] });
  });

  it('5 and "5" are two requests at the same time', async () => {
    await using served = serve(echo);
    served.peer.send({ jsonrpc: '2.0', id: 5, method: 'None' }, { jsonrpc: '2.0', id: '5', method: 'None' });
    expect([(await served.peer.next()).id, (await served.peer.next()).id]).toEqual([5, '5']);
  });

  it.each([[true], [{}], [[]]])('%j is refused with -32600', async id => {
    await using served = serve(echo);
    expect(await served.peer.call('None', [], id)).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it('is refused when it is too large to be given back exactly', async () => {
    await using served = serve(echo);
    served.peer.sendText('{"jsonrpc":"2.0","id":9007199254740993,"method":"None"}');
    expect(await served.peer.next()).toMatchObject({ id: null, error: { code: -32600 } });
  });

  it('in use is refused, and the first request goes on', async () => {
    const { methods } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 77, method: 'Wait' }, { jsonrpc: '2.0', id: 77, method: 'Now' });
    expect(await served.peer.next()).toMatchObject({ id: 77, error: { code: -32000 } });
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 77 } });
    expect(await served.peer.next()).toMatchObject({ id: 77, error: { code: -32800 } });
    expect((await served.peer.call('Now', [], 77)).result).toBe('now');
  });

  it('missing makes a notification, which runs no method', async () => {
    const { methods, seen } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', method: 'Wait' }, { jsonrpc: '2.0', method: 'Nope' }, { jsonrpc: '2.0', method: '$/x', params: 5 });
    expect((await served.peer.call('Now')).result).toBe('now');
    expect(seen.started).toBe(0);
  });
});

describe('the answer', () => {
  it('has a result also for a method that returns nothing', async () => {
    await using served = serve({ M: { parameters: [], invoke: () => undefined } });
    expect(await served.peer.call('M')).toEqual({ jsonrpc: '2.0', id: 2, result: null });
  });

  it('of a method that throws has the name and message of the error and no stack', async () => {
    class DiskError extends Error {
      override readonly name = 'DiskError';
    }
    await using served = serve({
      Throws: {
        parameters: [],
        invoke: () => {
          throw new DiskError('no disk');
        },
      },
      Rejects: { parameters: [], invoke: async () => Promise.reject(new DiskError('no disk')) },
      ThrowsText: {
        parameters: [],
        invoke: () => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error
          throw 'text';
        },
      },
    });
    const error = { code: -32000, message: 'no disk', data: { type: 'DiskError', message: 'no disk' } };
    expect(await served.peer.call('Throws')).toEqual({ jsonrpc: '2.0', id: 2, error });
    expect(await served.peer.call('Rejects')).toEqual({ jsonrpc: '2.0', id: 2, error });
    expect(await served.peer.call('ThrowsText')).toMatchObject({ error: { code: -32000 } });
    expect(served.peer.received).not.toContain('rpc-server.test');
  });

  it('of a method that refuses its arguments is -32602', async () => {
    await using served = serve({ M: { parameters: ['a'], invoke: () => Promise.reject(new InvalidParamsError('Expected a number.')) } });
    expect(await served.peer.call('M', ['x'])).toEqual({ jsonrpc: '2.0', id: 2, error: { code: -32602, message: 'Expected a number.' } });
  });

  it('comes when the call is done, not in the order of the calls', async () => {
    const { methods } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'Wait' }, { jsonrpc: '2.0', id: 2, method: 'Now' });
    expect((await served.peer.next()).id).toBe(2);
  });

  it.each<[what: string, invoke: () => unknown]>([
    ['the result cannot be written as JSON', () => ({ big: 1n })],
    ['the result refers to itself', circular],
    ['the result is nested deeper than .NET reads', () => JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`)],
    ['the details of the error cannot be written', () => Promise.reject(new RequestFailure(1, 'failed', circular()))],
  ])('is an error when %s', async (_what, invoke) => {
    await using served = serve({ M: { parameters: [], invoke } });
    const { id, error } = await served.peer.call('M');
    expect({ id, error }).toMatchObject({ id: 2, error: { code: -32003, message: expect.stringMatching(/^The answer cannot be written as JSON: /) } });
    expect((await served.peer.call('Missing')).error.code).toBe(-32601);
  });

  it('is an error when too many calls wait for theirs', async () => {
    const { methods } = waiting();
    await using served = serve(methods, { maxPendingCalls: 2 });
    served.peer.send(...[1, 2, 3].map(id => ({ jsonrpc: '2.0', id, method: 'Wait' })));
    expect(await served.peer.next()).toMatchObject({ id: 3, error: { code: -32000, message: 'More than 2 requests are waiting for their answers.' } });
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
    await served.peer.next();
    expect((await served.peer.call('Now', [], 4)).result).toBe('now');
  });
});

describe('cancellation', () => {
  it.each([
    ['named', { id: 4 }],
    ['positional', [4]],
  ])('with %s parameters fires the signal and is answered -32800', async (_what, params) => {
    const { methods, seen } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 4, method: 'Wait' });
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params });
    expect(await served.peer.next()).toEqual({ jsonrpc: '2.0', id: 4, error: { code: -32800, message: 'The call was canceled.' } });
    expect(seen).toEqual({ started: 1, aborted: 1 });
  });

  it('reaches a call that came in the same chunk', async () => {
    const { methods } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 4, method: 'Wait' }, { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 4 } });
    served.peer.send({ jsonrpc: '2.0', id: 5, method: 'Wait' }, { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 5 } });
    expect([await served.peer.next(), await served.peer.next()]).toMatchObject([
      { id: 4, error: { code: -32800 } },
      { id: 5, error: { code: -32800 } },
    ]);
  });

  it('sent as a request is answered null', async () => {
    const { methods } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 4, method: 'Wait' }, { jsonrpc: '2.0', id: 5, method: '$/cancelRequest', params: { id: 4 } });
    const answers = [await served.peer.next(), await served.peer.next()];
    expect(answers.sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 4, error: { code: -32800 } },
      { id: 5, result: null },
    ]);
  });

  it.each([[{ id: 99 }], [[]], [null], ['x'], [undefined]])('of nothing known, %j, is ignored', async params => {
    const { methods } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params });
    expect((await served.peer.call('Now')).result).toBe('now');
  });

  it('leaves the result standing when the method finishes all the same', async () => {
    await using served = serve({
      M: { parameters: [], invoke: (_args, { signal }) => new Promise(resolve => signal.addEventListener('abort', () => resolve({ canceled: true }))) },
    });
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'M' });
    await settle();
    served.peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
    expect(await served.peer.next()).toEqual({ jsonrpc: '2.0', id: 1, result: { canceled: true } });
  });
});

describe('the end of a session', () => {
  it('fires the signals of running calls when the client goes', async () => {
    const { methods, seen } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'Wait' }, { jsonrpc: '2.0', id: 2, method: 'Wait' });
    await settle();
    served.peer.stream.end();
    await expect(served.session.closed).resolves.toBeUndefined();
    expect({ ...seen, isClosed: served.session.isClosed }).toEqual({ started: 2, aborted: 2, isClosed: true });
  });

  it('fires them when it is disposed, and the client sees the end', async () => {
    const { methods, seen } = waiting();
    await using served = serve(methods);
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'Wait' });
    await settle();
    await served.session[Symbol.asyncDispose]();
    expect(seen.aborted).toBe(1);
    expect(served.peer.hasEnded).toBe(true);
    await expect(served.session.closed).resolves.toBeUndefined();
  });

  it('fires the signal of a call whose method itself ends the session before it waits', async () => {
    let signal: AbortSignal | undefined;
    await using served = serve({
      End: {
        parameters: [],
        invoke: async (_args, context) => {
          ({ signal } = context);
          await served.session[Symbol.asyncDispose]();
        },
      },
    });
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'End' });
    await settle();
    expect(signal?.aborted).toBe(true);
  });

  it('runs no call that was sent right before the client went', async () => {
    const { methods, seen } = waiting();
    await using served = serve(methods);
    await served.session[Symbol.asyncDispose]();
    served.peer.send({ jsonrpc: '2.0', id: 1, method: 'Wait' });
    await settle();
    expect(seen.started).toBe(0);
  });

  it('comes with the failure when a client does not read its answers', async () => {
    await using served = serve({ Big: { parameters: [], invoke: () => 'x'.repeat(100_000) } }, { maxUnsentBytes: 1_000_000 });
    served.peer.stream.pause();
    for (let id = 1; id <= 50; id++) served.peer.send({ jsonrpc: '2.0', id, method: 'Big' });
    await settle();
    expect(served.session.isClosed).toBe(true);
    await served.timeProvider.advanceAsync(1000);
    await expect(served.session.closed).resolves.toMatchObject({ code: 'ERR_RPC_UNSENT' });
  });
});

function circular(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

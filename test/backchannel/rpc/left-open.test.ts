import { duplexPair } from 'node:stream';
import { RpcClient } from '../../../src/backchannel/rpc/index.js';
import { TimeProvider } from '../../../src/hosting/time/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { socketPair } from './socket-pair.js';

expectNoLeaks();

/** The sockets for which this process would wait. */
const held = () => process.getActiveResourcesInfo().filter(kind => kind === 'PipeWrap').length;
const options = { timeProvider: TimeProvider.system, leavesOpen: true };

describe('A client that leaves its connection to the end of the process', () => {
  it('lets a socket be when it is disposed, and the process does not wait for it', async () => {
    await using pair = await socketPair();
    const before = held();
    const client = RpcClient.over(pair.near, options);
    await client[Symbol.asyncDispose]();
    expect({ isClosed: client.isClosed, isDestroyed: pair.near.destroyed, held: before - held() }).toEqual({ isClosed: false, isDestroyed: false, held: 1 });
  });

  it('closes the socket all the same when it is told to close', async () => {
    await using pair = await socketPair();
    const client = RpcClient.over(pair.near, options);
    client[Symbol.dispose]();
    expect(await client.closed).toBeUndefined();
    expect(pair.near.destroyed).toBe(true);
  });

  it('closes a stream that is no socket, which nobody else would close', async () => {
    const [near] = duplexPair();
    await RpcClient.over(near, options)[Symbol.asyncDispose]();
    expect(near.closed).toBe(true);
  });
});

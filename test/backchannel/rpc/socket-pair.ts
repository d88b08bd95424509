import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Both ends of a real Unix socket, which are closed when it is disposed. */
export async function socketPair(): Promise<{ near: Socket; far: Socket } & AsyncDisposable> {
  const directory = mkdtempSync(join(tmpdir(), 'hostward-rpc-'));
  const server = createServer({ allowHalfOpen: true }).listen(join(directory, 'test.sock'));
  const far = connect({ path: join(directory, 'test.sock'), allowHalfOpen: true });
  const [near] = (await once(server, 'connection')) as [Socket];
  far.on('error', () => undefined);
  return {
    near,
    far,
    async [Symbol.asyncDispose]() {
      for (const socket of [near, far]) if (!socket.destroy().closed) await once(socket, 'close');
      server.close();
      await once(server, 'close');
      rmSync(directory, { recursive: true });
    },
  };
}

// expect: found: /srv/shop/apphost.ts
// expect: gone
// Replaces sockets, files and notifications: an AppHost and the monitor that finds it, in one process and without touching the disk.
import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import type { HostApplicationBuilder } from 'hostward';
import { addAppHost } from 'hostward/apphost';
import { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor, IDirectoryWatcher, IFileSystem, ISocketFactory } from 'hostward/backchannel';
import { createTestHost } from 'hostward/testing';

/** A machine without a disk. Nobody tells the monitor of changes here: `scan` looks, as the poll would. */
class MemoryMachine implements ISocketFactory, IFileSystem, IDirectoryWatcher {
  readonly #listeners = new Map<string, (stream: Duplex) => void>();

  async connect(path: string): Promise<Duplex> {
    const accept = this.#listeners.get(path);
    if (!accept) throw Object.assign(new Error(`Nobody listens on ${path}.`), { code: 'ECONNREFUSED' });
    const [there, back] = [new PassThrough(), new PassThrough()];
    accept(Duplex.from({ readable: there, writable: back }));
    return Duplex.from({ readable: back, writable: there });
  }

  async listen(path: string, onConnection: (stream: Duplex) => void) {
    this.#listeners.set(path, onConnection);
    return { path, [Symbol.asyncDispose]: async () => void this.#listeners.delete(path) };
  }

  async list(directory: string) {
    return [...this.#listeners.keys()].filter(path => dirname(path) === directory).map(path => basename(path));
  }

  async inspect(path: string) {
    return this.#listeners.has(path) ? { isSocket: true, isOurs: true, createdAt: 0 } : undefined;
  }

  watch = () => ({ [Symbol.dispose]: () => undefined });
  remove = async () => undefined;
  ensurePrivateDirectory = async () => undefined;
}

const machine = new MemoryMachine();
const onMachine = (builder: HostApplicationBuilder) =>
  builder.services.addSingleton(ISocketFactory, machine).addSingleton(IFileSystem, machine).addSingleton(IDirectoryWatcher, machine);

await using appHost = createTestHost(builder => addAppHost(onMachine(builder), { appHostPath: '/srv/shop/apphost.ts' }));
await using watching = await createTestHost(builder => addAuxiliaryBackchannelMonitor(onMachine(builder))).start();
const monitor = watching.services.getRequiredService(IAuxiliaryBackchannelMonitor);

await appHost.start();
await monitor.scan();
console.log(`found: ${monitor.connections.map(({ appHostInfo }) => appHostInfo?.appHostPath).join()}`);
await appHost.stop();
await monitor.scan();
assert.deepEqual(monitor.connections, []);
console.log('gone');

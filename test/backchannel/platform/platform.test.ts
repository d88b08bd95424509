import { chmod, chown, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { SystemFileSystem, SystemSocketFactory } from '../../../src/backchannel/platform/index.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ScratchHome } from '../../support/programs.js';

const never = new AbortController().signal;

describe('SystemSocketFactory', () => {
  expectNoLeaks();

  it('connects to what it listens on, and takes the file away at the end', async () => {
    await using home = await ScratchHome.create();
    const factory = new SystemSocketFactory();
    const path = join(home.path, 'a');
    const received: string[] = [];
    const listener = await factory.listen(path, stream => stream.setEncoding('utf8').on('data', text => received.push(String(text))));
    const stream = await factory.connect(path, never);
    stream.write('hello');
    await eventually('the text', () => received.join('') === 'hello');
    await listener[Symbol.asyncDispose]();
    await eventually('the end of the connection', () => stream.destroyed || stream.readableEnded || stream.resume().readableEnded);
    stream.destroy();
    expect(await new SystemFileSystem().inspect(path)).toBeUndefined();
  });

  it('rejects with the code of the system', async () => {
    await using home = await ScratchHome.create();
    await expect(new SystemSocketFactory().connect(join(home.path, 'nothing'), never)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(join(home.path, 'file'), '');
    await expect(new SystemSocketFactory().connect(join(home.path, 'file'), never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(new SystemSocketFactory().listen(join(home.path, 'file'), () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('lets go of the attempt when the signal fires', async () => {
    await using home = await ScratchHome.create();
    const path = join(home.path, 'a');
    const server = createServer().listen(path);
    await eventually('the socket', () => server.listening);
    const caller = new AbortController();
    const attempt = new SystemSocketFactory().connect(path, caller.signal);
    caller.abort();
    await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise(resolve => server.close(resolve));
  });

  it('says on Windows what is missing and what to do', async () => {
    await expect(new SystemSocketFactory('win32').connect('C:\\a', never)).rejects.toMatchObject({
      code: 'ERR_UNIX_SOCKETS_UNAVAILABLE',
      message: 'The Aspire backchannel needs Unix-domain sockets, which Node does not offer on win32. Use Linux or macOS, or WSL together with the AppHost.',
    });
  });

  it('refuses a path that no socket address holds before it asks the system', async () => {
    await expect(new SystemSocketFactory('linux').listen(`/${'x'.repeat(107)}`, () => undefined)).rejects.toMatchObject({
      code: 'ERR_SOCKET_PATH_TOO_LONG',
      bytes: 109,
      limit: 108,
    });
  });
});

describe('SystemFileSystem', () => {
  it('tells a socket from a file and what is not there', async () => {
    await using home = await ScratchHome.create();
    await using _listener = await new SystemSocketFactory().listen(join(home.path, 's'), () => undefined);
    await writeFile(join(home.path, 'f'), '');
    const files = new SystemFileSystem();
    expect([await files.inspect(join(home.path, 's')), await files.inspect(join(home.path, 'f')), await files.inspect(join(home.path, 'x'))]).toEqual([
      { isSocket: true, isOurs: true, createdAt: expect.any(Number) as unknown, identity: expect.any(String) as unknown },
      { isSocket: false, isOurs: true, createdAt: expect.any(Number) as unknown, identity: expect.any(String) as unknown },
      undefined,
    ]);
    expect([[...(await files.list(home.path))].sort(), await files.list(join(home.path, 'x'))]).toEqual([['f', 's'], []]);
  });

  it('vouches for the sockets of a directory to which nobody else can write, and for nothing else', async () => {
    await using home = await ScratchHome.create();
    await using _listener = await new SystemSocketFactory().listen(join(home.path, 's'), () => undefined);
    await writeFile(join(home.path, 'f'), '');
    await symlink('s', join(home.path, 'l'));
    const files = new SystemFileSystem();
    const vouchedFor = [];
    for (const mode of [0o700, 0o755, 0o770, 0o702]) {
      await chmod(home.path, mode);
      vouchedFor.push(await files.listOwnSockets(home.path));
    }
    expect(vouchedFor).toEqual([['s'], ['s'], [], []]);
    expect(await files.listOwnSockets(join(home.path, 'x'))).toEqual([]);
  });

  it('vouches for nothing in a directory of another user', async () => {
    await using home = await ScratchHome.create();
    await using _listener = await new SystemSocketFactory().listen(join(home.path, 's'), () => undefined);
    // Only root can give a directory away, and only root owns the one at the top.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(home.path, 65_534, 65_534);
    expect(await new SystemFileSystem().listOwnSockets(isRoot ? home.path : '/')).toEqual([]);
  });

  it('fails where it fails to list', async () => {
    await using home = await ScratchHome.create();
    await writeFile(join(home.path, 'f'), '');
    await expect(new SystemFileSystem().listOwnSockets(join(home.path, 'f'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('removes a file once and does not mind a second time', async () => {
    await using home = await ScratchHome.create();
    await writeFile(join(home.path, 'f'), '');
    const files = new SystemFileSystem();
    await files.remove(join(home.path, 'f'));
    await files.remove(join(home.path, 'f'));
    expect(await files.list(home.path)).toEqual([]);
  });
});

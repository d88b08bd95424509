import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { eventually } from '../support/eventually.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { disposeAll } from '../../src/hosting/primitives/index.js';
import { hostward, run, ScratchHome, start } from '../support/programs.js';

interface Entry {
  readonly appHostPath: string | null;
  readonly status: string;
  readonly socketPath?: string;
  readonly reason?: string;
}

/** Socket names whose process is this one, so that they pass for alive. */
const nameOf = (index: number): string => `AAAAAAAAAAA0000000${index}.${process.pid}`;
const shop = resolve('dist/cli/demo/shop.js');

/** What an AppHost does with a client, and what `ps` then says of it. */
const hostile: readonly [string, (socket: Socket) => void, RegExp][] = [
  ['accepts and never answers', () => undefined, /^It accepted the connection, but the handshake on .* did not finish within 5000 ms\.$/],
  ['sends garbage', socket => socket.write('\u0000\u0001 this is no JSON-RPC\r\n\r\n'), /expected a header line/],
  ['sends a header of 2 GB', socket => socket.write('Content-Length: 2147483648\r\n\r\n{'), /2147483648/],
  ['sends a header without end', socket => void socket.write('X'.repeat(100_000)), /header/i],
  ['sends half a frame and goes', socket => socket.end('Content-Length: 100\r\n\r\n{"jsonrpc"'), /middle|half|end|incomplete/i],
  ['closes at once', socket => socket.destroy(), /^'GetAppHostInformationAsync' of the AppHost: The connection is lost: /],
  [
    'answers with nonsense',
    socket => socket.once('data', () => socket.write(frame('{"jsonrpc":"2.0","id":0,"result":{"appHostPath":42}}'))),
    /'AppHostInformation.appHostPath' .* found a number\.$/,
  ],
];

function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function listen(path: string, peer: (socket: Socket) => void): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket.on('error', () => undefined).once('close', () => open.delete(socket)));
    peer(socket);
  });
  await new Promise<void>(done => server.listen(path, done));
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise(done => server.close(done));
    },
  };
}

function disposableList(list: readonly AsyncDisposable[]): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => disposeAll(list) };
}

describe('hostward ps among hostile AppHosts', () => {
  expectNoLeaks();
  jest.setTimeout(60_000);

  it('shows each as not responding with the reason, delays nobody beyond the one deadline, and deletes nothing', async () => {
    await using home = await ScratchHome.create();
    const servers: AsyncDisposable[] = [];
    await using _servers = disposableList(servers);
    await mkdir(home.socketDirectory, { recursive: true });
    for (const [index, [, peer]] of hostile.entries()) servers.push(await listen(join(home.socketDirectory, nameOf(index)), peer));
    await writeFile(join(home.socketDirectory, nameOf(8)), 'no socket');
    // A socket that nobody serves any more: its process was killed, and its number is that of another one now.
    const dead = nameOf(9);
    await run(
      process.execPath,
      ['-e', `require('net').createServer().listen(${JSON.stringify(join(home.socketDirectory, dead))}, () => process.kill(process.pid, 'SIGKILL'))`],
      {
        home: home.path,
      },
    );
    await using _healthy = start(process.execPath, [shop], { home: home.path, stdin: 'pipe' });
    await eventually('the healthy AppHost', async () => (await home.sockets()).length === hostile.length + 3);

    const before = performance.now();
    const { exitCode, stdout, stderr } = await hostward(['ps', '--format', 'json'], { home: home.path });
    const seconds = (performance.now() - before) / 1000;
    const entries = JSON.parse(stdout) as Entry[];
    const reasonOf = (index: number) => entries.find(({ socketPath }) => socketPath?.endsWith(nameOf(index)));

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(entries[0]).toMatchObject({ appHostPath: shop, status: 'running' });
    expect(hostile.map(([what], index) => [what, reasonOf(index)])).toEqual(
      hostile.map(([what, , reason]) => [
        what,
        expect.objectContaining({ appHostPath: null, status: 'not responding', reason: expect.stringMatching(reason) as unknown }),
      ]),
    );
    expect([reasonOf(8)?.reason, reasonOf(9)?.reason]).toEqual(['The file is no socket.', 'It refuses connections: nobody listens on the socket any more.']);
    // One deadline of five seconds for all of them, not one after the other.
    expect(seconds).toBeLessThan(9);
    expect((await home.sockets()).length).toBe(hostile.length + 3);
  });

  it('says in the table, too, why one does not respond', async () => {
    await using home = await ScratchHome.create();
    await mkdir(home.socketDirectory, { recursive: true });
    await writeFile(join(home.socketDirectory, nameOf(1)), '');
    const { stdout } = await hostward(['ps'], { home: home.path });
    expect(stdout).toContain(`│ not responding │`);
    expect(stdout.split('\n').at(-2)).toBe(`${nameOf(1)}: The file is no socket.`);
  });

  it('takes a socket whose process is gone for orphaned and leaves it where it is', async () => {
    await using home = await ScratchHome.create();
    await using program = start(process.execPath, [shop], { home: home.path, stdin: 'pipe' });
    await eventually('the socket', async () => (await home.sockets()).length === 1);
    program.child.kill('SIGKILL');
    await program.ended;
    const { stdout } = await hostward(['ps', '--format', 'json'], { home: home.path });
    expect(JSON.parse(stdout)).toMatchObject([{ status: 'not responding', reason: `The process ${program.pid} that made the socket is gone.` }]);
    expect((await readdir(home.socketDirectory)).length).toBe(1);
    // The next instance of the same application takes it away.
    await using _next = start(process.execPath, [shop], { home: home.path, stdin: 'pipe' });
    await eventually('the new socket alone', async () => (await home.sockets()).length === 1 && !(await home.sockets())[0]?.endsWith(`.${program.pid}`));
  });
});

describe('an AppHost that cannot have its socket', () => {
  expectNoLeaks();

  it('says that the path is too long, how long it may be, and what to do', async () => {
    await using home = await ScratchHome.create();
    const deep = join(home.path, 'd'.repeat(60));
    await mkdir(deep);
    const { exitCode, stderr } = await run(process.execPath, [shop], { home: deep });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^Error: The socket path '.*' needs \d+ bytes, but a socket address holds at most 10[48]\. Use a home directory with a shorter path\.\n {2}In: AppHostBackchannel \(start\)\n$/,
      ),
    });
  });

  it('says what stands in the way of the directory', async () => {
    await using home = await ScratchHome.create();
    await mkdir(join(home.path, '.aspire/cli'), { recursive: true });
    await writeFile(join(home.path, '.aspire/cli/bch'), '');
    const { exitCode, stderr } = await run(process.execPath, [shop], { home: home.path });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^Error: The socket directory '.*' is no directory, or .*Move what is there out of the way\./),
    });
  });

  // Only root can give a directory away.
  (process.getuid?.() === 0 ? it : it.skip)('says to whom the directory belongs', async () => {
    await using home = await ScratchHome.create();
    await mkdir(home.socketDirectory, { recursive: true });
    await chown(home.socketDirectory, 12_345, 12_345);
    const { exitCode, stderr } = await run(process.execPath, [shop], { home: home.path });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `Error: The socket directory '${home.socketDirectory}' belongs to user 12345, but this process runs as user 0. Give it back, or set HOME to a directory of your own.\n  In: AppHostBackchannel (start)\n`,
    });
  });

  it('makes the directory and the socket its own, and narrows a directory that was open to others', async () => {
    await using home = await ScratchHome.create();
    await mkdir(home.socketDirectory, { recursive: true });
    await chmod(home.socketDirectory, 0o755);
    await using _program = start(process.execPath, [shop], { home: home.path, stdin: 'pipe' });
    await eventually('the socket', async () => (await home.sockets()).length === 1);
    const { stdout } = await run('stat', ['-c', '%a', home.socketDirectory, join(home.socketDirectory, (await home.sockets())[0] ?? '')], { home: home.path });
    expect(stdout).toBe('700\n600\n');
  });
});

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { AppHostProgram } from '../../support/app-host-program.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type Outcome, type RunningProgram, ScratchHome, start } from '../../support/programs.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';
import { ProgramTransport } from './program-transport.js';

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});

/** What a dependency can do: from the moment on in which the output is claimed, it prints to it what nobody wants to see, up to the last. */
const noise = `
let begun = false;
const print = () => { console.log('noise'); process.stdout.write('more noise\\n'); };
setInterval(() => (begun ||= Object.hasOwn(process.stdout, 'write')) && print(), 5).unref();
process.on('exit', print);
`;

/** What a server says while one of two AppHosts hangs. */
interface BesideHung {
  readonly goodPid: number;
  readonly hungPid: number;
  readonly list: string;
  readonly resources: string;
  readonly selected: string;
  /** After the one that hangs has failed once. */
  readonly resourcesAgain: string;
  readonly exitCode: number | null;
}

function accepts(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits until a number of bytes has not changed for a second: nobody takes them. */
async function hasStalled(bytesLeft: () => number): Promise<void> {
  let last = -1;
  let unchanged = 0;
  await eventually('the end of the reading', async () => {
    await new Promise(resolve => setTimeout(resolve, 100));
    unchanged = bytesLeft() === last ? unchanged + 1 : 0;
    last = bytesLeft();
    return unchanged === 10;
  });
}

// After the hooks below: the last programs end in them.
expectNoLeaks();

describe('hostward mcp start', () => {
  let appHosts: AppHostProgram;
  let folder: TemporaryFolder;
  let hungFile: string;
  let besideHung: Promise<BesideHung>;
  let besideDeaf: Promise<Outcome>;

  beforeAll(() => {
    appHosts = new AppHostProgram();
    hungFile = join(dirname(appHosts.path), 'hung.mjs');
    copyFileSync(appHosts.path, hungFile);
    folder = new TemporaryFolder({ 'noise.mjs': noise });
    // The other tests run during the seconds for which these wait: five of a handshake, two for a reader.
    besideHung = askBesideHung();
    besideDeaf = stopBesideDeaf();
    for (const outcome of [besideHung, besideDeaf]) outcome.catch(() => undefined);
  });

  afterAll(async () => {
    await Promise.allSettled([besideHung, besideDeaf]);
    appHosts?.[Symbol.dispose]();
    folder?.[Symbol.dispose]();
  });

  const startAppHost = (home: ScratchHome, file = appHosts.path): RunningProgram => start(process.execPath, [file], { home: home.path });
  /** Waits until an AppHost accepts: a socket exists before that. */
  const isUp = (home: ScratchHome, { pid }: RunningProgram): Promise<void> =>
    eventually('the socket of the AppHost', async () => {
      const name = (await home.sockets()).find(socket => socket.endsWith(`.${pid}`));
      return name !== undefined && (await accepts(join(home.socketDirectory, name)));
    });
  const connect = async (transport: ProgramTransport): Promise<Client> => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    return client;
  };
  const call = async (client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const { content, isError } = (await client.callTool({ name, arguments: args })) as CallToolResult;
    const [item] = content;
    return `${isError ? 'ERROR: ' : ''}${item?.type === 'text' ? item.text : ''}`;
  };
  const inScope = () => dirname(appHosts.path);

  it('is right from the first call on, follows the selected AppHost over a restart, and lets nothing but messages through', async () => {
    await using home = await ScratchHome.create();
    await using first = startAppHost(home);
    await isUp(home, first);
    await using transport = new ProgramTransport({ home: home.path, cwd: inScope(), env: { NODE_OPTIONS: `--import ${folder.at('noise.mjs')}` } });
    const client = await connect(transport);
    expect(client.getServerVersion()?.name).toBe('hostward');
    expect(await call(client, 'list_resources')).toContain('# RESOURCE DATA\n\n[\n  {\n    "name": ');
    expect(await call(client, 'select_apphost', { appHostPath: basename(appHosts.path) })).toBe(`Selected AppHost: ${appHosts.path}`);

    first.child.kill('SIGTERM');
    await first.ended;
    await expect(call(client, 'list_resources')).rejects.toThrow(`'${appHosts.path}' is not running`);
    await using second = startAppHost(home);
    await isUp(home, second);
    expect(await call(client, 'list_resources')).toContain('# RESOURCE DATA');
    expect(await call(client, 'list_apphosts')).toContain(`"appHostPath": "${appHosts.path}",\n    "appHostPid": ${second.pid},`);

    transport.write('nonsense');
    await client.ping();
    const { exitCode, stderr, signal } = await transport.end();
    expect({ exitCode, signal, strays: transport.strays }).toEqual({ exitCode: 0, signal: null, strays: [] });
    expect(stderr).toMatch(/^noise\nmore noise$/m);
    expect(stderr).toContain('info: hostward.mcp[0]\n      The input has ended\n');
  });

  it('has what a connection takes in a script that it has loaded before there is any AppHost: later there may be no descriptor left to load it', () => {
    const scripts = readdirSync('dist/cli').filter(name => name.endsWith('.js'));
    const having = scripts.filter(name => readFileSync(join('dist/cli', name), 'utf8').includes('AppHostConnection=class'));
    expect(having).toEqual([expect.stringMatching(/^main-/)]);
  });

  it('ends at once with its input, with what is ready', async () => {
    await using home = await ScratchHome.create();
    await using transport = new ProgramTransport({ home: home.path });
    transport.write(initialize);
    transport.write(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' }));
    const { exitCode, signal, stdout } = await transport.end();
    const ids = stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { id: number }).id);
    expect({ exitCode, signal, ids: ids.sort() }).toEqual({ exitCode: 0, signal: null, ids: [1, 2] });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with exit code 0 at %s, with its input open', async signal => {
    await using home = await ScratchHome.create();
    await using transport = new ProgramTransport({ home: home.path });
    transport.write(initialize);
    await transport.program.prints('protocolVersion');
    transport.program.child.kill(signal);
    const outcome = await transport.program.ended;
    expect([outcome.exitCode, outcome.signal, outcome.stdout.split('\n').length]).toEqual([0, null, 2]);
  });

  it('ends with exit code 0 and without a stack when nobody reads what it writes', async () => {
    await using home = await ScratchHome.create();
    await using transport = new ProgramTransport({ home: home.path });
    transport.write(initialize);
    await transport.program.prints('protocolVersion');
    transport.program.child.stdout?.destroy();
    // The first write may still find the pipe open.
    const writing = setInterval(() => transport.write(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })), 10);
    try {
      const { exitCode, signal, stderr } = await transport.program.ended;
      expect({ exitCode, signal }).toEqual({ exitCode: 0, signal: null });
      expect(stderr).toContain('The client does not read any more');
      expect(stderr).not.toMatch(/EPIPE|^ +at /m);
    } finally {
      clearInterval(writing);
    }
  });

  /** Asks a server about an AppHost that answers, and one that is stopped. */
  async function askBesideHung(): Promise<BesideHung> {
    await using home = await ScratchHome.create();
    await using good = startAppHost(home);
    await using hung = startAppHost(home, hungFile);
    await Promise.all([isUp(home, good), isUp(home, hung)]);
    process.kill(hung.pid, 'SIGSTOP');
    await using transport = new ProgramTransport({ home: home.path, cwd: inScope() });
    const client = await connect(transport);
    const first = ['list_apphosts', 'list_resources', 'select_apphost'].map(name =>
      call(client, name, name === 'select_apphost' ? { appHostPath: hungFile } : {}),
    );
    const [list = '', resources = '', selected = ''] = await Promise.all(first);
    const resourcesAgain = await call(client, 'list_resources');
    const { exitCode } = await transport.end();
    return { goodPid: good.pid, hungPid: hung.pid, list, resources, selected, resourcesAgain, exitCode };
  }

  it('is not held up by an AppHost that hangs, and says that it does', async () => {
    const { goodPid, hungPid, list, resources, selected, resourcesAgain, exitCode } = await besideHung;
    const [running = '', silent = ''] = list.split('Sockets on which no app host answers:');
    expect(running).toContain(`"appHostPid": ${goodPid},`);
    expect(silent).toMatch(new RegExp(`"appHostPid": ${hungPid},[^]*"reason": ".*did not finish within`));
    expect(resources).toContain('# RESOURCE DATA');
    expect(selected).toMatch(new RegExp(`^ERROR: The AppHost at path '${hungFile}' does not answer\\. .*did not finish within`));
    expect([resourcesAgain.includes('# RESOURCE DATA'), exitCode]).toEqual([true, 0]);
  });

  /** Stops a server whose client has asked for much, takes nothing, and does not go away. */
  async function stopBesideDeaf(): Promise<Outcome> {
    await using home = await ScratchHome.create();
    await using transport = new ProgramTransport({ home: home.path });
    const { child } = transport.program;
    transport.write(initialize);
    await transport.program.prints('protocolVersion');
    child.stdout?.pause();
    for (let id = 2; id < 20_000; id++) transport.write(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' }));
    await hasStalled(() => child.stdin?.writableLength ?? 0);
    child.kill('SIGTERM');
    const exit = await new Promise<number | null>(resolve => child.once('exit', resolve));
    child.stdout?.resume();
    return { ...(await transport.program.ended), exitCode: exit };
  }

  it('ends although its client neither takes the answers nor goes away', async () => {
    const { exitCode, signal, stderr } = await besideDeaf;
    expect({ exitCode, signal }).toEqual({ exitCode: 0, signal: null });
    expect(stderr).toContain('The client did not take all of the answers; the rest is lost');
  });
});

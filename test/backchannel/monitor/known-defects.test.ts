import { expectNoLeaks } from '../../support/leak-check.js';
import { DefectScene } from './defect-scene.js';

const first = 'X7PRTlj8i5MK8KKHUZa.101';
const second = 'Pd8lP5fXBFQAAAAAAAA.102';
const third = 'rXAFZXXlWxwAAAAAAAA.103';

describe('known defects of the original, by their number in backchannel.md: connections', () => {
  expectNoLeaks();

  it('1: ends a scan at the deadlines although one AppHost accepts and never answers and another never accepts, and shows the rest at once', async () => {
    await using scene = new DefectScene();
    const { machine, monitor } = scene;
    machine.add(first, { peer: () => undefined });
    const deaf = machine.add(second);
    scene.addAppHost(third);
    const connect = machine.connect.bind(machine);
    machine.connect = (path, signal) => (path === deaf ? new Promise(() => undefined) : connect(path, signal));
    const scan = monitor.scan();
    await scene.settle(() => monitor.connections.length === 1);
    expect(scene.connected).toEqual([third]);
    expect(await scene.elapsed(scan)).toBe(5_000);
    expect(scene.states).toEqual([
      [second, 'backingOff', expect.stringMatching(/^It did not accept the connection: .* within 3000 ms\.$/)],
      [first, 'backingOff', expect.stringMatching(/^It accepted the connection, but .* within 5000 ms\.$/)],
      [third, 'connected', undefined],
    ]);
  });

  it('2: closes the socket after every handshake that fails', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    const failing = () => Promise.reject(new Error('not now'));
    scene.addAppHost(first, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: failing } });
    scene.addAppHost(second, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: () => ({ appHostPath: 5 }) } });
    machine.add(third, { peer: () => undefined });
    machine.add('xZiKquMq-6cAAAAAAAA.104', { peer: stream => void stream.write('HTTP/1.1 400 Bad Request\r\n\r\n') });
    await scene.elapsed(monitor.scan());
    expect(scene.states.map(([, state]) => state)).toEqual(['backingOff', 'backingOff', 'backingOff', 'backingOff']);
    expect({ connects: machine.connects.length, streams: machine.openStreams.size, timers: time.pendingTimers }).toEqual({
      connects: 4,
      streams: 0,
      timers: [],
    });
  });

  it('3: tries again after every error of a connect, and takes its own end for no error', async () => {
    await using scene = new DefectScene();
    const { host, machine, monitor, time } = scene;
    const errors = ['EACCES', 'ENOTSOCK', 'EPROTOTYPE', 'EAGAIN', 'ENOENT'];
    const paths = errors.map((connectError, index) => {
      const path = scene.addAppHost(`X7PRTlj8i5MK8KKHUZ${index}.20${index}`);
      machine.change(path, { connectError });
      return path;
    });
    await scene.watch();
    await time.advanceAsync(60_000);
    expect(scene.connected).toEqual([]);
    for (const path of paths) machine.change(path, { connectError: undefined });
    await time.advanceAsync(10_000);
    await scene.settle(() => monitor.connections.length === errors.length);
    machine.add(first, { peer: () => undefined });
    await scene.settle(() => monitor.sockets.some(({ state }) => state === 'handshaking'));
    await host.stop();
    await host[Symbol.asyncDispose]();
    expect(host.logs.entries.filter(({ level }) => level === 'error' || level === 'warning').map(({ message }) => message)).toEqual([]);
  });

  it.each([true, false])('5: waits in a scan for what somebody else has begun to connect, a watch (%j) or another scan', async isWatch => {
    await using scene = new DefectScene();
    const { monitor } = scene;
    let answer: (() => void) | undefined;
    const slow = () => new Promise(resolve => (answer = () => resolve({ appHostPath: '/home/u/code/apphost.ts', processId: 101 })));
    scene.addAppHost(first, undefined, { GetAppHostInformationAsync: { parameters: [], invoke: slow } });
    const earlier = isWatch ? scene.host.start() : monitor.scan();
    await scene.settle(() => answer !== undefined);
    const scan = monitor.scan().then(() => scene.connected);
    await scene.rest();
    answer?.();
    expect(await scan).toEqual([first]);
    await earlier;
  });

  it('6: watches for every command that wants it, whatever its name, so that an AppHost is known without anybody asking', async () => {
    await using scene = new DefectScene({ selection: Promise.resolve({ name: 'agent mcp', watchesAppHosts: true }) });
    await scene.watch();
    scene.addAppHost(first);
    await scene.settle(() => scene.connected.length === 1);
    expect(scene.monitor.selectedConnection?.socketPath).toMatch(first);
  });

  it('9: reaches an AppHost that begins to listen four seconds after it has made its file', async () => {
    await using scene = new DefectScene();
    const { machine, time } = scene;
    const path = machine.add(first);
    await scene.watch();
    await time.advanceAsync(4_000);
    expect(scene.connected).toEqual([]);
    scene.listen(path);
    await time.advanceAsync(3_200);
    await scene.settle(() => scene.connected.length === 1);
  });

  it('10: keeps the new connection of a name when the old one is disposed of, and never makes two of one file', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    scene.addAppHost(first, '/home/u/code/old.ts');
    const scan = monitor.scan();
    await scene.watch();
    await Promise.all([scan, monitor.scan(), monitor.scan()]);
    expect(machine.connects).toHaveLength(1);
    const [old] = monitor.connections;
    scene.addAppHost(first, '/home/u/code/new.ts');
    await scene.settle(() => monitor.connections[0]?.appHostInfo?.appHostPath === '/home/u/code/new.ts');
    const [connection] = monitor.connections;
    await time.advanceAsync(60_000);
    expect([old?.client.isClosed, monitor.connections]).toEqual([true, [connection]]);
    expect([connection?.client.isClosed, machine.openClients.size]).toEqual([false, 1]);
  });

  it('11: lists no AppHost that has hung up between its last answer and its entry in the list', async () => {
    let endStream: (() => void) | undefined;
    // Ends the stream while the last answer of the handshake is read, which is before anybody has learnt of it.
    const wireLog = ({ direction, text }: { direction: string; text: string }) => {
      if (direction === 'received' && text.includes('aux.v1')) endStream?.();
    };
    await using scene = new DefectScene({ wireLog });
    const { machine, monitor, time } = scene;
    const connect = machine.connect.bind(machine);
    machine.connect = async (path, signal) => {
      const stream = await connect(path, signal);
      endStream = () => void stream.destroy();
      return stream;
    };
    scene.addAppHost(first);
    await monitor.scan();
    expect(scene.states).toEqual([[first, 'backingOff', 'The AppHost closed the connection right after the handshake.']]);
    expect(monitor.connections).toEqual([]);
    machine.connect = connect;
    endStream = undefined;
    await scene.watch();
    await time.advanceAsync(100);
    await scene.settle(() => scene.connected.length === 1);
  });

  it('12: connects again when a connection is lost and the file is still there', async () => {
    await using scene = new DefectScene();
    const { machine, monitor, time } = scene;
    scene.addAppHost(first);
    await scene.watch();
    await scene.settle(() => monitor.connections.length === 1);
    const [lost] = monitor.connections;
    machine.notifies = false;
    for (const stream of machine.openStreams) stream.destroy();
    await scene.settle(() => monitor.connections.length === 0);
    await time.advanceAsync(100);
    await scene.settle(() => monitor.connections.length === 1);
    expect(monitor.connections[0]).not.toBe(lost);
  });

  it('19: keeps sockets apart whose names differ only in letter case', async () => {
    await using scene = new DefectScene();
    const { machine } = scene;
    const lower = 'x7prtlj8i5mk8kkhuzA.101';
    const path = scene.addAppHost(first);
    await scene.watch();
    scene.addAppHost(lower);
    await scene.settle(() => scene.connected.length === 2);
    expect(scene.connected).toEqual([first, lower]);
    machine.delete(path);
    await scene.settle(() => scene.connected.length === 1);
    expect(scene.connected).toEqual([lower]);
  });

  it.each(['q7x', 'Zm9v-login-token-TAIL'])('21: connects to an AppHost whose token is %s, and logs no part of it at any level', async token => {
    const wire: string[] = [];
    await using scene = new DefectScene({ wireLog: ({ text }) => void wire.push(text) });
    const dashboard = { dashboardHealthy: true, baseUrlWithLoginToken: `http://localhost:1/login?t=${token}`, codespacesUrlWithLoginToken: null };
    const invoke = () => dashboard;
    scene.addAppHost(first, undefined, {
      GetDashboardUrlsAsync: { parameters: [], invoke },
      GetDashboardMcpConnectionInfoAsync: { parameters: [], invoke: () => ({ endpointUrl: 'http://localhost:1/mcp', apiToken: token }) },
    });
    await scene.watch();
    await scene.monitor.scan();
    expect(scene.connected).toEqual([first]);
    await scene.monitor.connections[0]?.client.getDashboardUrls();
    const logged = scene.host.logs.entries.map(({ message, values, error }) => JSON.stringify([message, values, error?.stack]));
    expect(logged.join()).toContain(first);
    expect([...logged, ...wire].join()).not.toContain(token.slice(-4));
  });
});

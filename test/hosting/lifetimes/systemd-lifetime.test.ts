import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  addSystemd,
  Host,
  type HostApplicationBuilder,
  IConsole,
  IHostApplicationLifetime,
  type IHostedService,
  IHostLifetime,
  ILoggerFactory,
  IProcessControl,
  ISystemdNotifier,
  isSystemdService,
  type ProcessOrigin,
  ServiceCollection,
  ServiceProvider,
  SystemdLifetime,
  SystemdNotifier,
} from 'hostward';
import { FakeConsole, FakeProcessControl } from '../../support/hosting-fakes.js';
import { benchOf } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const origin = (changes: Partial<ProcessOrigin> = {}): ProcessOrigin => ({ platform: 'linux', pid: 42, ppid: 7, env: {}, nameOf: () => 'bash', ...changes });
const unreadable = (): never => {
  throw new Error('ENOENT');
};

describe('a process', () => {
  it.each<[string, Partial<ProcessOrigin>, boolean]>([
    ['that systemd has executed', { env: { SYSTEMD_EXEC_PID: '42' } }, true],
    ['whose parent systemd has executed', { env: { SYSTEMD_EXEC_PID: '7' } }, false],
    ['without a word about who has executed it', {}, false],
    ['with nonsense about who has executed it', { env: { SYSTEMD_EXEC_PID: 'x' } }, false],
    ['whose parent is systemd', { nameOf: pid => (pid === 7 ? 'systemd' : 'node') }, true],
    ['whose parent has a name like it', { nameOf: () => 'systemd-run' }, false],
    ['whose parent cannot be read', { nameOf: unreadable }, false],
    ['that is the first of a container and is to notify', { pid: 1, env: { NOTIFY_SOCKET: '/run/notify' }, nameOf: unreadable }, true],
    ['that is the first of a container and was given sockets', { pid: 1, env: { LISTEN_PID: '1' }, nameOf: unreadable }, true],
    ['that is the first of a container', { pid: 1, env: { NOTIFY_SOCKET: '' }, nameOf: () => 'systemd' }, false],
    ['on Windows', { platform: 'win32', env: { SYSTEMD_EXEC_PID: '42' } }, false],
  ])('%s: whether it is a service of systemd', (_what, changes, expected) => {
    expect(isSystemdService(origin(changes))).toBe(expected);
  });

  it('of a test is none', () => {
    expect(isSystemdService()).toBe(false);
  });
});

describe('addSystemd', () => {
  const lifetimeWith = (changes: Partial<ProcessOrigin>) => new ServiceProvider(addSystemd(new ServiceCollection(), origin(changes))).isService(IHostLifetime);

  it('changes nothing outside of systemd, and takes over where it is, or wants to be told', () => {
    expect([lifetimeWith({}), lifetimeWith({ env: { SYSTEMD_EXEC_PID: '42' } }), lifetimeWith({ env: { NOTIFY_SOCKET: '/run/notify' } })]).toEqual([
      false,
      true,
      true,
    ]);
    expect([...addSystemd(new ServiceCollection())]).toEqual([]);
  });
});

describe('the lifetime of a systemd service', () => {
  function open(
    notify: (state: string) => Promise<void>,
    services: Readonly<Record<string, () => IHostedService>> = {},
    configure?: (builder: HostApplicationBuilder) => unknown,
  ) {
    const control = new FakeProcessControl();
    const bench = benchOf(services, {
      configure: builder => {
        builder.services.addSingleton(IProcessControl, control).addSingleton(ISystemdNotifier, { isEnabled: true, notify });
        addSystemd(builder.services, origin({ env: { SYSTEMD_EXEC_PID: '42' } }));
        configure?.(builder);
      },
    });
    return { bench, control, messages: () => bench.logs.messages('Microsoft.Hosting.Lifetime') };
  }

  it('tells systemd when the application has started and when it stops, and says so', async () => {
    const states: string[] = [];
    const { bench, messages } = open(async state => void states.push(state));
    await using _bench = bench;
    expect(bench.host.services.getService(IHostLifetime)).toBeInstanceOf(SystemdLifetime);
    await bench.host.start();
    expect(messages()).toEqual([`Application started. Hosting environment: Development; Content root path: ${process.cwd()}`]);
    await bench.host.stop();
    expect([states, messages().at(-1)]).toEqual([['READY=1', 'STOPPING=1'], 'Application is shutting down...']);
  });

  it.each<[string, Partial<ProcessOrigin>, string]>([
    ['of a service', { env: { SYSTEMD_EXEC_PID: '42' } }, '<6>App[0] hello\n'],
    ['where only somebody is to be notified', { env: { NOTIFY_SOCKET: '/run/notify' } }, 'info: App[0]\n      hello\n'],
    ['of any other process', {}, 'info: App[0]\n      hello\n'],
  ])('has the console %s log in the format that fits', async (_what, changes, expected) => {
    const console = new FakeConsole();
    const builder = Host.createEmptyApplicationBuilder();
    builder.logging.addConsole();
    addSystemd(builder.services, origin(changes)).addSingleton(IConsole, console);
    const host = builder.build();
    host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello');
    await host[Symbol.asyncDispose]();
    expect(console.out.text).toBe(expected);
  });

  it('stops the application on SIGTERM, and leaves the other signals alone', async () => {
    const { bench, control } = open(async () => undefined);
    const ended = bench.host.run();
    await bench.time.advanceAsync(0);
    expect([control.handled, control.send('SIGINT'), control.send('SIGTERM')]).toEqual([['SIGTERM'], false, true]);
    await ended;
    expect(control.handled).toEqual([]);
  });

  it('ends the process at a second SIGTERM, and names the code of the first, where the options say so', async () => {
    const console = new FakeConsole();
    const hanging = { start: async () => undefined, stop: () => new Promise<void>(resolve => void (release = resolve)) };
    let release!: () => void;
    const { bench, control } = open(
      async () => undefined,
      { slow: () => hanging },
      builder => {
        builder.services.addSingleton(IConsole, console);
        builder.configureConsoleLifetime(options => Object.assign(options, { exitOnSecondSignal: true, exitCodeFromSignal: true }));
      },
    );
    const lifetime = bench.host.services.getRequiredService(IHostApplicationLifetime);
    await using _bench = bench;
    await bench.host.start();
    const ended = bench.host.waitForShutdown();
    control.send('SIGTERM');
    await bench.time.advanceAsync(251);
    expect([control.exitCodes, lifetime.exitCode]).toEqual([[], 143]);
    control.send('SIGTERM');
    expect([control.exitCodes, console.error.text]).toEqual([[143], 'A second SIGTERM: exiting at once. Still running: Object (stopping).\n']);
    release();
    await ended;
  });

  it('waits at the stop until systemd has been told, but not longer than the stop may take', async () => {
    let told!: () => void;
    const { bench } = open(state => (state === 'STOPPING=1' ? new Promise(resolve => void (told = resolve)) : Promise.resolve()));
    await using _bench = bench;
    await bench.host.start();
    const ended = jest.fn();
    const stopped = bench.host.stop().finally(ended);
    await bench.time.advanceAsync(29_999);
    expect(ended).not.toHaveBeenCalled();
    await bench.time.advanceAsync(1);
    await stopped;
    told();
  });

  it('goes on when systemd cannot be told, and logs why', async () => {
    const { bench } = open(async state => {
      throw new Error(`not ${state}`);
    });
    await using _bench = bench;
    await bench.host.start();
    await bench.host.stop();
    expect(bench.logs.entries.filter(({ level }) => level === 'critical').map(({ error }) => error?.message)).toEqual(['not READY=1', 'not STOPPING=1']);
  });
});

describe('the notifier', () => {
  const { PATH } = process.env;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostward-systemd-'));
    process.env.PATH = `${folder}${delimiter}${PATH}`;
    process.env.NOTIFY_SOCKET = join(folder, 'notify');
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    delete process.env.NOTIFY_SOCKET;
    await rm(folder, { recursive: true });
  });

  const installTool = async (script: string) => {
    const tool = join(folder, 'systemd-notify');
    await writeFile(tool, `#!/bin/sh\n${script}\n`);
    await chmod(tool, 0o755);
  };

  it("passes a state on to systemd's tool", async () => {
    await installTool('echo "$NOTIFY_SOCKET $@" > "$NOTIFY_SOCKET.told"');
    const notifier = new SystemdNotifier();
    await notifier.notify('STATUS=three of four');
    expect([notifier.isEnabled, await readFile(join(folder, 'notify.told'), 'utf8')]).toEqual([true, `${join(folder, 'notify')} STATUS=three of four\n`]);
  });

  it('does nothing where systemd does not want to be told', async () => {
    await installTool('exit 1');
    process.env.NOTIFY_SOCKET = '';
    const notifier = new SystemdNotifier();
    await notifier.notify('READY=1');
    expect(notifier.isEnabled).toBe(false);
  });

  it('fails with what the tool says', async () => {
    await installTool('echo "no such socket" >&2; exit 1');
    await expect(new SystemdNotifier().notify('READY=1')).rejects.toMatchObject({
      code: 'ERR_SYSTEMD_NOTIFY',
      message: 'systemd could not be told READY=1: no such socket',
    });
  });

  it('fails where there is no such tool', async () => {
    process.env.PATH = folder;
    await expect(new SystemdNotifier().notify('READY=1')).rejects.toMatchObject({ code: 'ERR_SYSTEMD_NOTIFY', cause: { code: 'ENOENT' } });
  });
});

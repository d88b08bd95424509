import { IConsole, IHostedService, type IConsoleStream, type IServiceProvider, type ServiceProvider, TimeProvider } from 'hostward';
import { AuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor, ICommandSelection, ISocketFactory, type IAppHostConnection } from 'hostward/backchannel';
import { FakeTimeProvider } from 'hostward/testing';
import type { CliCommand } from '../../src/commands/cli-command.js';
import { CliExecutionContext } from '../../src/commands/cli-execution-context.js';
import { PsCommand } from '../../src/commands/ps/ps-command.js';
import { runCommand } from '../../src/commands/run-command.js';
import { defaultMonitorOptions, MonitorOptions } from '../../src/backchannel/monitor/index.js';
import { appHostIdentity, FakeMachine } from '../support/fake-machine.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { settle } from '../support/settle.js';

/** A console that keeps what is printed. */
class CapturedConsole implements IConsole {
  readonly out = new CapturedStream();
  readonly error = new CapturedStream();
}

class CapturedStream implements IConsoleStream {
  readonly isTerminal = false;
  readonly columns = undefined;
  readonly rows = undefined;
  text = '';

  write(text: string): void {
    this.text += text;
  }

  onResize(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }
}

const monitorOptions = defaultMonitorOptions(FakeMachine.home, '/home/u/code');

/** A command for tests that does as it is told. */
function commandOf(watchesAppHosts: boolean, run: (services: IServiceProvider, signal: AbortSignal) => Promise<number>): CliCommand {
  return { name: 'test', watchesAppHosts, run };
}

describe('a program made of replaceable parts', () => {
  expectNoLeaks();

  it('runs a whole discovery on a fake clock and a fake socket factory, without a real timer or socket', async () => {
    const time = new FakeTimeProvider();
    const machine = new FakeMachine(time);
    machine.addAppHost('X7PRTlj8i5MK8KKHUZa.101', appHostIdentity('/home/u/code/apphost.ts', 101));
    machine.add('Pd8lP5fXBFQAAAAAAAA.102', { peer: () => undefined });
    const console = new CapturedConsole();
    const resources = new Set(process.getActiveResourcesInfo());
    let exitCode: number | undefined;
    void runCommand(new PsCommand('json'), builder => {
      machine.register(builder.services);
      builder.services.replaceSingleton(TimeProvider, time).replaceSingleton(IConsole, console).replaceSingleton(MonitorOptions, monitorOptions);
    }).then(code => (exitCode = code));
    await time.advanceAsync(4_999);
    expect([exitCode, console.out.text]).toEqual([undefined, '']);
    // What the process waits for are turns of the event loop and the keep-alive of the running host, no socket and no clock of ours.
    expect(process.getActiveResourcesInfo().filter(name => !resources.has(name) && name !== 'Immediate' && name !== 'Timeout')).toEqual([]);
    await time.advanceAsync(1);
    await settle(time, () => exitCode !== undefined);
    expect([exitCode, console.error.text, time.pendingTimers]).toEqual([0, '', []]);
    expect(JSON.parse(console.out.text)).toMatchObject([
      { appHostPath: '/home/u/code/apphost.ts', appHostPid: 101, status: 'running' },
      { appHostPid: 102, status: 'not responding', reason: expect.stringContaining('did not finish within 5000 ms') as unknown },
    ]);
  });

  it('is extended by rebinding in the inversify container', async () => {
    const asked: string[] = [];
    class NoSockets implements ISocketFactory {
      async connect(path: string): Promise<never> {
        asked.push(path);
        throw new Error('sockets are switched off');
      }

      async listen(): Promise<never> {
        throw new Error('sockets are switched off');
      }
    }
    const time = new FakeTimeProvider();
    const machine = new FakeMachine(time);
    const path = machine.addAppHost('X7PRTlj8i5MK8KKHUZa.101', appHostIdentity('/a', 101));
    let problem: string | undefined;
    const exitCode = await runCommand(
      commandOf(false, async services => {
        const monitor = services.getRequiredService(IAuxiliaryBackchannelMonitor);
        await monitor.scan();
        problem = monitor.sockets[0]?.problem?.message;
        return 0;
      }),
      builder => {
        machine.register(builder.services);
        builder.services.replaceSingleton(TimeProvider, time).replaceSingleton(MonitorOptions, monitorOptions);
        builder.configureContainer(container => container.rebind(ISocketFactory).to(NoSockets));
      },
    );
    expect([exitCode, asked, problem]).toEqual([0, [path], 'sockets are switched off']);
  });

  it('has one monitor: as hosted service, under its interface and in the container', async () => {
    const found: unknown[] = [];
    await runCommand(
      commandOf(false, async services => {
        const provider = services as IServiceProvider & Partial<ServiceProvider>;
        found.push(
          provider.getRequiredService(IAuxiliaryBackchannelMonitor),
          provider.getRequiredService(AuxiliaryBackchannelMonitor),
          provider.getServices(IHostedService).find(service => service instanceof AuxiliaryBackchannelMonitor),
        );
        return 0;
      }),
    );
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toBeInstanceOf(AuxiliaryBackchannelMonitor);
  });

  it('tells the monitor through commandSelected whether it is wanted', async () => {
    for (const watchesAppHosts of [true, false]) {
      const time = new FakeTimeProvider();
      const machine = new FakeMachine(time);
      let lists: readonly IAppHostConnection[] | undefined;
      let exitCode: number | undefined;
      let watched: number | undefined;
      void runCommand(
        commandOf(watchesAppHosts, async services => {
          const context = services.getRequiredService(CliExecutionContext);
          expect(services.getRequiredService(ICommandSelection)).toBe(context);
          expect(await context.commandSelected).toMatchObject({ name: 'test', watchesAppHosts });
          for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
          watched = machine.watchCount;
          lists = services.getRequiredService(IAuxiliaryBackchannelMonitor).connections;
          return 3;
        }),
        builder => {
          machine.register(builder.services);
          builder.services.replaceSingleton(TimeProvider, time);
        },
      ).then(code => (exitCode = code));
      await settle(time, () => exitCode !== undefined);
      // The directories of both generations, or none.
      expect([exitCode, lists, watched]).toEqual([3, [], watchesAppHosts ? 2 : 0]);
    }
  });

  it('ends with exit code 1 and says why when the command fails', async () => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const exitCode = await runCommand(
        commandOf(false, async () => {
          throw new Error('no such luck');
        }),
        builder => builder.logging.clearProviders(),
      );
      expect([exitCode, write.mock.calls]).toEqual([1, [['Error: no such luck\n']]]);
    } finally {
      write.mockRestore();
    }
  });
});

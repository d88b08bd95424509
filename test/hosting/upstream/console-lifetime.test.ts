import { ConsoleLifetime, ConsoleLifetimeOptions, type HostApplicationBuilder, IHostLifetime, IProcessControl } from 'hostward';
import { FakeProcessControl } from '../../support/hosting-fakes.js';
import { FixturePrograms } from '../../support/hosting-programs.js';
import { benchOf } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

jest.setTimeout(20_000);
expectNoLeaks();

/** What the console lifetime of a host says from its start to its stop. */
async function messagesOf(configure?: (builder: HostApplicationBuilder) => unknown): Promise<string[]> {
  await using bench = benchOf(
    {},
    {
      configure: builder => {
        builder.services.addSingleton(IHostLifetime, ConsoleLifetime).addSingleton(IProcessControl, new FakeProcessControl());
        configure?.(builder);
      },
    },
  );
  await bench.host.start();
  await bench.host.stop();
  return bench.logs.messages('Microsoft.Hosting.Lifetime');
}

describe('ConsoleLifetimeTests', () => {
  it('LogsBasicStartupMessages: the log says that the application has started, in which environment and where', async () => {
    let contentRoot: string | undefined;
    expect(await messagesOf(({ environment }) => (contentRoot = environment.contentRootPath))).toEqual([
      'Application started. Press Ctrl+C to shut down.',
      'Hosting environment: Development',
      `Content root path: ${contentRoot}`,
      'Application is shutting down...',
    ]);
  });

  it('DoesNotLogStartupMessages_WhenSuppressed: nothing is said when the messages are suppressed', async () => {
    expect(await messagesOf(builder => builder.configureConsoleLifetime(options => (options.suppressStatusMessages = true)))).toEqual([]);
  });
});

describe('ConsoleLifetimeExitTests', () => {
  let programs: FixturePrograms;

  beforeAll(() => {
    programs = new FixturePrograms();
  });

  afterAll(() => {
    programs[Symbol.dispose]();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)(
    'EnsureSignalContinuesMainMethod: after %s the main function goes on, and its exit code is that of the process',
    async signal => {
      await using program = programs.start('main-goes-on');
      await program.prints('ready\n');
      program.child.kill(signal);
      expect(await program.ended).toEqual({ exitCode: 123, signal: null, stdout: 'ready\nmain goes on\n', stderr: '' });
    },
  );

  it('EnsureEnvironmentExitCode: a service can end the process with an exit code of its own', async () => {
    expect(await programs.run('exits-by-itself')).toEqual({ exitCode: 124, signal: null, stdout: 'a starts\n', stderr: '' });
  });

  it('EnsureEnvironmentExitDoesntHang: it can do so from within its work, and nobody waits for anybody', async () => {
    expect(await programs.run('exits-by-itself', 'execute')).toMatchObject({ exitCode: 125, signal: null, stderr: '' });
  });
});

describe('ConsoleLifetimeOptionsTests', () => {
  it('SuppressStatusMessages_CanBeToggled: messages are not suppressed unless somebody says so, and the last word counts', async () => {
    const suppressing =
      (...values: readonly boolean[]) =>
      async () => {
        await using bench = benchOf(
          {},
          { configure: builder => values.forEach(value => builder.configureConsoleLifetime(options => (options.suppressStatusMessages = value))) },
        );
        return bench.host.services.getRequiredService(ConsoleLifetimeOptions.value).suppressStatusMessages;
      };
    expect([await suppressing()(), await suppressing(true)(), await suppressing(true, false)()]).toEqual([false, true, false]);
  });
});

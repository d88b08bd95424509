import {
  ConsoleLifetime,
  Deferred,
  type HostApplicationBuilder,
  IConsole,
  IHealthReporter,
  IHostApplicationLifetime,
  IHostLifetime,
  inject,
  IProcessControl,
} from 'hostward';
import { FakeConsole, FakeProcessControl } from '../../support/hosting-fakes.js';
import { benchOf, type Hooks, probe, turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const category = 'Microsoft.Hosting.Lifetime';

/** A host with the console lifetime, whose process and terminal the test plays. */
function attached(services: Readonly<Record<string, Hooks>> = {}, configure?: (builder: HostApplicationBuilder) => unknown) {
  const control = new FakeProcessControl();
  const console = new FakeConsole();
  const bench = benchOf(services, {
    configure: builder => {
      builder.services.addSingleton(IHostLifetime, ConsoleLifetime).addSingleton(IProcessControl, control).addSingleton(IConsole, console);
      configure?.(builder);
    },
  });
  return {
    ...bench,
    control,
    console,
    lifetime: bench.host.services.getRequiredService(IHostApplicationLifetime),
    messages: () => bench.logs.messages(category),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const exiting = (builder: HostApplicationBuilder) => builder.configureConsoleLifetime(options => (options.exitOnSecondSignal = true));

describe('the messages of the console lifetime', () => {
  it('say that the application has started, where it runs, and that it shuts down', async () => {
    await using app = attached();
    await app.host.start();
    const started = ['Application started. Press Ctrl+C to shut down.', 'Hosting environment: Development', `Content root path: ${process.cwd()}`];
    expect(app.messages()).toEqual(started);
    await app.host.stop();
    expect(app.messages()).toEqual([...started, 'Application is shutting down...']);
    expect(app.logs.entries.filter(entry => entry.category === category).map(({ level, eventId }) => [level, eventId.id])).toEqual(
      Array(4).fill(['information', 0]),
    );
  });

  it('come before callbacks that were registered before the start, and after those that were registered later', async () => {
    await using app = attached();
    const note = (text: string) => () => void app.trace.push(`${text} after ${app.messages().length} messages`);
    app.lifetime.onStarted(note('early started'));
    app.lifetime.onStopping(note('early stopping'));
    await app.host.start();
    app.lifetime.onStopping(note('late stopping'));
    await app.host.stop();
    expect(app.trace).toEqual(['early started after 3 messages', 'late stopping after 3 messages', 'early stopping after 4 messages']);
  });

  it('are left out when they are suppressed; signals are not', async () => {
    await using app = attached({}, builder => builder.configureConsoleLifetime(options => (options.suppressStatusMessages = true)));
    await app.host.start();
    await app.host.stop();
    expect([app.messages(), app.control.handled.length]).toEqual([[], 3]);
  });

  it('do not claim that an application has started whose start failed', async () => {
    await using app = attached({ a: { start: () => Promise.reject(new Error('no')) } });
    await expect(app.host.start()).rejects.toThrow();
    expect(app.messages()).toEqual([]);
  });

  it('come again at once at a second start, and twice at the end', async () => {
    await using app = attached({ a: { start: () => void app.trace.push(`${app.messages().length} messages`) } });
    await app.host.start();
    await app.host.start();
    expect(app.trace).toEqual(['a.start', '0 messages', 'a.start', '6 messages']);
    await app.host.stop();
    expect(app.messages().slice(6)).toEqual(['Application is shutting down...', 'Application is shutting down...']);
  });

  it('do not claim that an application has started whose host was disposed meanwhile', async () => {
    const slow = new Deferred<void>();
    const app = attached({ a: { start: () => slow.promise } });
    const started = app.host.start();
    await turn();
    await app.host[Symbol.asyncDispose]();
    slow.resolve();
    await started;
    expect(app.messages()).toEqual([]);
  });

  it('come no more once the host is disposed', async () => {
    const app = attached();
    await app.host.start();
    await app.host[Symbol.asyncDispose]();
    app.lifetime.stopApplication();
    expect(app.messages().length).toBe(3);
  });
});

describe('the signals of the process', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('%s stops the application gracefully instead of ending the process', async signal => {
    await using app = attached({ a: {} });
    const ended = app.host.run();
    await turn();
    expect(app.control.send(signal)).toBe(true);
    expect(app.lifetime.applicationStopping.aborted).toBe(true);
    await ended;
    expect([app.trace, app.control.exitCodes]).toEqual([['a.start', 'a.stop', 'a.dispose'], []]);
  });

  it('are waited for from the start until the disposal', async () => {
    const app = attached();
    expect(app.control.handled).toEqual([]);
    await app.host.start();
    await app.host.stop();
    expect(app.control.handled).toEqual(['SIGINT', 'SIGQUIT', 'SIGTERM']);
    await app.host[Symbol.asyncDispose]();
    expect(app.control.handled).toEqual([]);
  });

  it('are all given back by the disposal, also after a second start', async () => {
    const app = attached();
    await app.host.start();
    await app.host.start();
    expect(app.control.handled.length).toBe(3);
    await app.host[Symbol.asyncDispose]();
    expect(app.control.handled).toEqual([]);
  });

  it('that come a second time do nothing more', async () => {
    const slow = new Deferred<void>();
    await using app = attached({ a: { stop: () => slow.promise } });
    const ended = app.host.run();
    await turn();
    app.control.send('SIGINT');
    app.time.advance(10_000);
    app.control.send('SIGINT');
    app.control.send('SIGTERM');
    expect([app.control.exitCodes, app.console.error.text]).toEqual([[], '']);
    slow.resolve();
    await ended;
  });
});

describe('a second signal, when it is to end the process', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('%s exits with %d and names what still runs', async (signal, exitCode) => {
    const slow = new Deferred<void>();
    await using app = attached({ a: {}, b: { stop: () => slow.promise }, c: {} }, exiting);
    const ended = app.host.run();
    await turn();
    app.control.send('SIGINT');
    await turn();
    app.time.advance(251);
    app.control.send(signal);
    expect(app.control.exitCodes).toEqual([exitCode]);
    expect(app.console.error.text).toBe(`A second ${signal}: exiting at once. Still running: Object (running), Object-2 (stopping).\n`);
    slow.resolve();
    await ended;
  });

  it('names a service that is degraded: it is at work', async () => {
    class Slow {
      constructor(@inject(IHealthReporter) health: IHealthReporter) {
        health.report('unhealthy');
      }
      async start(): Promise<void> {}
      async stop(): Promise<void> {}
    }
    const slow = new Deferred<void>();
    await using app = attached({}, builder =>
      exiting(builder)
        .services.addHostedService(Slow)
        .addHostedService(() => probe([], 'b', { stop: () => slow.promise })),
    );
    const ended = app.host.run();
    await turn();
    app.control.send('SIGINT');
    app.time.advance(1000);
    app.control.send('SIGINT');
    expect(app.console.error.text).toContain('Slow (degraded)');
    slow.resolve();
    await ended;
  });

  it('names services that are still starting', async () => {
    const slow = new Deferred<void>();
    await using app = attached({ a: {}, b: { start: () => slow.promise }, c: {} }, exiting);
    const started = app.host.start();
    await turn();
    app.control.send('SIGINT');
    app.time.advance(1000);
    app.control.send('SIGINT');
    expect(app.console.error.text).toBe('A second SIGINT: exiting at once. Still running: Object (running), Object-2 (starting).\n');
    slow.resolve();
    await started;
  });

  it('names nothing when nothing runs', async () => {
    const slow = new Deferred<void>();
    await using app = attached({ a: { stopped: () => slow.promise } }, exiting);
    const ended = app.host.run();
    await turn();
    app.control.send('SIGTERM');
    await turn();
    app.time.advance(1000);
    app.control.send('SIGTERM');
    expect(app.console.error.text).toBe('A second SIGTERM: exiting at once.\n');
    slow.resolve();
    await ended;
  });

  it('is the same key press when it comes within 250 ms, whichever signal it is', async () => {
    const slow = new Deferred<void>();
    await using app = attached({ a: { stop: () => slow.promise } }, exiting);
    const ended = app.host.run();
    await turn();
    app.control.send('SIGINT');
    app.control.send('SIGINT');
    await turn();
    app.time.advance(250);
    app.control.send('SIGTERM');
    expect([app.control.exitCodes, app.console.error.text]).toEqual([[], '']);
    app.time.advance(1);
    app.control.send('SIGINT');
    expect([app.control.exitCodes, app.console.error.text]).toEqual([[130], 'A second SIGINT: exiting at once. Still running: Object (stopping).\n']);
    slow.resolve();
    await ended;
  });
});

describe('the exit code after a signal', () => {
  it.each([
    [false, undefined],
    [true, 143],
  ])('is that of a clean end, or that of the signal where the program wants it: %p', async (exitCodeFromSignal, expected) => {
    await using app = attached({}, builder => builder.configureConsoleLifetime(options => (options.exitCodeFromSignal = exitCodeFromSignal)));
    const ended = app.host.run();
    await turn();
    app.control.send('SIGTERM');
    app.control.send('SIGINT');
    await ended;
    expect(app.lifetime.exitCode).toBe(expected);
  });

  it('is that which the application has named before', async () => {
    await using app = attached({}, builder => builder.configureConsoleLifetime(options => (options.exitCodeFromSignal = true)));
    const ended = app.host.run();
    await turn();
    app.lifetime.stopApplication({ exitCode: 3 });
    app.control.send('SIGTERM');
    await ended;
    expect(app.lifetime.exitCode).toBe(3);
  });
});

describe('the console lifetime', () => {
  it('has nothing to wait for and nothing to stop', async () => {
    await using app = attached();
    const lifetime = app.host.services.getRequiredService(IHostLifetime);
    await lifetime.waitForStart(AbortSignal.abort());
    await lifetime.stop(AbortSignal.abort());
  });
});

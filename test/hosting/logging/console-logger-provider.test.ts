import { readFileSync } from 'node:fs';
import { ConsoleLoggerProvider, HostApplicationBuilder, IConsole, ILoggerFactory, type LogEntry, type LogLevel } from 'hostward';
import { FakeConsole } from '../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const entry = (facts: Partial<LogEntry> = {}): LogEntry => ({
  level: 'information',
  category: 'App',
  eventId: { id: 0 },
  message: 'hello',
  template: 'hello',
  values: [],
  scopes: [],
  error: undefined,
  timestamp: 0,
  ...facts,
});

function written(facts: Partial<LogEntry>): string {
  const console = new FakeConsole();
  new ConsoleLoggerProvider(console).write(entry(facts));
  expect(console.error.text).toBe('');
  return console.out.text;
}

/** An error with a stack that a test can foresee. */
function errorOf(text: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(text, options), { stack: `Error: ${text}\n    at somewhere` });
}

describe('the console log', () => {
  it.each<[LogLevel, string]>([
    ['trace', 'trce'],
    ['debug', 'dbug'],
    ['information', 'info'],
    ['warning', 'warn'],
    ['error', 'fail'],
    ['critical', 'crit'],
  ])('writes %s as %s with category and event id, and the message below', (level, label) => {
    expect(written({ level, category: 'App.Orders', eventId: { id: 7 } })).toBe(`${label}: App.Orders[7]\n      hello\n`);
  });

  it('indents every line of a message', () => {
    expect(written({ message: 'one\ntwo' })).toBe('info: App[0]\n      one\n      two\n');
  });

  it('writes an error with its stack', () => {
    expect(written({ error: errorOf('no') })).toBe('info: App[0]\n      hello\n      Error: no\n          at somewhere\n');
  });

  it('writes the causes of an error and the parts of an aggregate, each once', () => {
    const root = errorOf('root');
    const aggregate = Object.assign(new AggregateError([errorOf('a', { cause: root }), errorOf('b', { cause: root })], 'both'), {
      stack: 'AggregateError: both',
    });
    root.cause = aggregate;
    expect(written({ error: aggregate }).match(/\w+: \w+$/gm)).toEqual(['AggregateError: both', 'Error: a', 'Error: root', 'Error: b']);
  });

  it('writes an error without a stack by its name and message', () => {
    expect(written({ error: Object.assign(new Error('no'), { stack: undefined }) })).toContain('      Error: no\n');
  });

  it("writes Node's own errors, too", () => {
    let error: Error | undefined;
    try {
      readFileSync('/does/not/exist');
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(written({ error })).toContain('ENOENT: no such file or directory');
  });

  it('goes to stdout, and to stderr from a level on when that is asked for', () => {
    const console = new FakeConsole();
    const provider = new ConsoleLoggerProvider(console, { logToStandardErrorThreshold: 'error' });
    for (const level of ['warning', 'error', 'critical'] as const) provider.write(entry({ level, message: level }));
    expect([console.out.text, console.error.text]).toEqual(['warn: App[0]\n      warning\n', 'fail: App[0]\n      error\ncrit: App[0]\n      critical\n']);
  });

  it('is added by addConsole with its options', async () => {
    const console = new FakeConsole();
    const builder = new HostApplicationBuilder({ disableDefaults: true });
    builder.services.addSingleton(IConsole, console);
    builder.logging.addConsole({ logToStandardErrorThreshold: 'trace' });
    await using host = builder.build();
    host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello');
    expect([console.out.text, console.error.text]).toEqual(['', 'info: App[0]\n      hello\n']);
  });
});

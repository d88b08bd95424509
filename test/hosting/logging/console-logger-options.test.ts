import {
  type ConsoleLoggerOptions,
  ConsoleLoggerOptions as ConsoleLoggerOptionsToken,
  ConsoleLoggerProvider,
  HostApplicationBuilder,
  IConsole,
  type IConsoleFormatter,
  ILoggerFactory,
  ILoggerProvider,
  type LogEntry,
} from 'hostward';
import { ConfigurationBuilder } from '../../../src/hosting/configuration/index.js';
import { FakeConsole, FakeStream } from '../../support/hosting-fakes.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { logEntry } from '../../support/log-entries.js';

expectNoLeaks();

const configurationOf = (values: Record<string, string>) => new ConfigurationBuilder().addInMemoryCollection(values).build();

/** What a console writes for an entry. */
function written(options: ConsoleLoggerOptions | readonly ConsoleLoggerOptions[], entry: Partial<LogEntry> = {}, environment: NodeJS.ProcessEnv = {}): string {
  const console = new FakeConsole();
  const provider = new ConsoleLoggerProvider(console, options, { environment });
  provider.write(logEntry(entry));
  provider[Symbol.dispose]();
  return console.out.text + console.error.text.replace(/^/gm, 'E ').replace(/E $/, '');
}

/** What the logger of a host writes to its console. */
async function logged(configure: (builder: HostApplicationBuilder) => unknown): Promise<string> {
  const console = new FakeConsole();
  const builder = new HostApplicationBuilder({ disableDefaults: true });
  builder.services.addSingleton(IConsole, console);
  configure(builder);
  await using host = builder.build();
  host.services.getRequiredService(ILoggerFactory).createLogger('App').information('hello {Name}', 'you');
  return console.out.text + console.error.text;
}

describe('the options of the console log', () => {
  it('come from the configuration', () => {
    const configuration = configurationOf({
      FormatterName: 'SIMPLE',
      LogToStandardErrorThreshold: ' Warning ',
      'FormatterOptions:SingleLine': 'True',
      'FormatterOptions:IncludeScopes': 'true',
      'FormatterOptions:TimestampFormat': "HH:mm 'Uhr' ",
      'FormatterOptions:UseUtcTimestamp': 'true',
      'FormatterOptions:ColorBehavior': 'Enabled',
    });
    const scopes = [{ text: 's', values: undefined }];
    expect(written({ configuration }, { level: 'warning', scopes })).toBe(
      'E 00:00 Uhr \u001b[40m\u001b[1m\u001b[33mwarn\u001b[39m\u001b[22m\u001b[49m: App[0] => s hello\n',
    );
    expect(written({ configuration: configurationOf({ FormatterName: 'json', 'FormatterOptions:JsonWriterOptions:Indented': 'true' }) })).toContain(
      '{\n  "EventId": 0,\n',
    );
  });

  it('given in code win over the configuration, later ones over earlier ones, member by member', () => {
    const configuration = configurationOf({ FormatterName: 'json', 'FormatterOptions:SingleLine': 'true', 'FormatterOptions:TimestampFormat': "'c' " });
    expect(written([{ configuration }, { formatterName: 'json' }, { formatterName: 'simple', formatterOptions: { timestampFormat: "'o' " } }])).toBe(
      'o info: App[0] hello\n',
    );
  });

  it('change with the configuration; new ones that make no sense leave the old ones in force, which is said', () => {
    const configuration = configurationOf({ FormatterName: 'systemd' });
    const console = new FakeConsole();
    using provider = new ConsoleLoggerProvider(console, { configuration });
    const set = (key: string, value: string) => {
      configuration.set(key, value);
      configuration.reload();
    };
    provider.write(logEntry());
    set('FormatterOptions:TimestampFormat', "'T' ");
    provider.write(logEntry());
    set('MaxQueueLength', 'many');
    provider.write(logEntry());
    set('MaxQueueLength', '17');
    set('FormatterOptions:TimestampFormat', "'U' ");
    provider.write(logEntry());
    expect(console.out.text.split('\n')).toEqual([
      '<6>App[0] hello',
      '<6>T App[0] hello',
      "<4>T hostward.logging.console[0] The console keeps its settings, because the new ones cannot be used: Configuration value 'many' is not supported at 'MaxQueueLength': expected a whole number.",
      '<6>T App[0] hello',
      '<6>U App[0] hello',
      '',
    ]);
  });

  it('are not read any more after the disposal', () => {
    const configuration = configurationOf({ FormatterName: 'systemd' });
    const console = new FakeConsole();
    const provider = new ConsoleLoggerProvider(console, { configuration });
    provider[Symbol.dispose]();
    configuration.set('FormatterName', 'json');
    configuration.reload();
    provider.write(logEntry());
    expect(console.out.text).toBe('<6>App[0] hello\n');
  });

  it.each<[ConsoleLoggerOptions, string]>([
    [{ logToStandardErrorThreshold: 'loud' as 'none' }, "Expected one of trace, debug, information, warning, error, critical, none, but found 'loud'."],
    [{ queueFullMode: 'block' as 'wait' }, "Expected one of wait, dropWrite, but found 'block'."],
    [{ formatterOptions: { colorBehavior: 'red' as 'default' } }, "Expected one of default, enabled, disabled, but found 'red'."],
    [{ maxQueueLength: 0 }, "'maxQueueLength' must be a number of at least 1, but was 0."],
    [{ formatterOptions: { timestampFormat: "HH'" } }, "but found 'HH'': the literal that begins with ' has no end."],
    [
      { configuration: configurationOf({ LogToStandardErrorThreshold: '9' }) },
      "Configuration value '9' is not supported at 'LogToStandardErrorThreshold': expected one of trace,",
    ],
    [
      { configuration: configurationOf({ 'A:FormatterOptions:SingleLine': 'maybe' }).getSection('A') },
      "Configuration value 'maybe' is not supported at 'A:FormatterOptions:SingleLine': expected one of true, false.",
    ],
  ])('that make no sense are an error that says so: %#', (options, message) => {
    expect(() => new ConsoleLoggerProvider(new FakeConsole(), options)).toThrow(message);
  });
});

describe('the format of the console log', () => {
  const shout: IConsoleFormatter = { name: 'Shout', format: ({ message }) => `${message.toUpperCase()}!\n` };

  it('may be one of the program, by its name in any case', async () => {
    expect(await logged(({ logging }) => logging.addConsoleFormatter(shout).addConsole({ formatterName: 'sHOUT' }))).toBe('HELLO YOU!\n');
  });

  it('may be one of the program in the place of a built-in one', async () => {
    expect(await logged(({ logging }) => logging.addConsoleFormatter({ ...shout, name: 'json' }).addJsonConsole())).toBe('HELLO YOU!\n');
  });

  it('is the simple one when there is none of the name, which is said with the names that there are', async () => {
    expect(await logged(({ logging }) => logging.addConsoleFormatter(shout).addConsole({ formatterName: 'jsn' }))).toBe(
      "info: App[0]\n      hello you\nThere is no console formatter 'jsn', there are simple, json, systemd, Shout: 'simple' is used.\n",
    );
  });

  it('that fails does not cost the entry', () => {
    const console = new FakeConsole();
    const broken: IConsoleFormatter = {
      name: 'broken',
      format: () => {
        throw new Error('no\u001b');
      },
    };
    new ConsoleLoggerProvider(console, { formatterName: 'broken' }, { formatters: [broken] }).write(logEntry());
    expect(console.out.text).toBe('information: App: hello (the formatter broken failed: no\\u001B)\n');
  });

  it('has colours on a terminal only, unless the environment or the options say otherwise', () => {
    class TerminalConsole extends FakeConsole {
      override readonly out = Object.assign(new FakeStream(), { isTerminal: true });
    }
    const isColored = (console: FakeConsole, environment: NodeJS.ProcessEnv, colorBehavior?: 'enabled' | 'disabled' | 'default') => {
      new ConsoleLoggerProvider(console, { formatterOptions: colorBehavior ? { colorBehavior } : {} }, { environment }).write(logEntry());
      return console.out.text.includes('\u001b');
    };
    expect([
      isColored(new TerminalConsole(), {}),
      isColored(new TerminalConsole(), {}, 'default'),
      isColored(new FakeConsole(), {}),
      isColored(new TerminalConsole(), { NO_COLOR: '1' }),
      isColored(new TerminalConsole(), { NO_COLOR: '' }),
      isColored(new TerminalConsole(), { TERM: 'dumb' }),
      isColored(new FakeConsole(), { FORCE_COLOR: '1' }),
      isColored(new TerminalConsole(), { FORCE_COLOR: '0' }),
      isColored(new FakeConsole(), { FORCE_COLOR: '1', NO_COLOR: '1' }),
      isColored(new FakeConsole(), { NO_COLOR: '1' }, 'enabled'),
      isColored(new TerminalConsole(), { FORCE_COLOR: '1' }, 'disabled'),
    ]).toEqual([true, true, false, false, true, false, true, false, false, true, false]);
  });
});

describe('LoggingBuilder', () => {
  it('has one console, however often it is added, with the last options', async () => {
    expect(
      await logged(({ logging }) => logging.addConsole().addSimpleConsole({ singleLine: true }).addSystemdConsole().addJsonConsole({ timestampFormat: "'T'" })),
    ).toBe(
      '{"Timestamp":"T","EventId":0,"LogLevel":"Information","Category":"App","Message":"hello you","State":{"Name":"you","{OriginalFormat}":"hello {Name}"}}\n',
    );
  });

  it('gives the console its section of the configuration of logging', async () => {
    const configuration = configurationOf({ 'Logging:Console:FormatterName': 'systemd' });
    expect(await logged(({ logging }) => logging.addConsole().addConfiguration(configuration.getSection('Logging')))).toBe('<6>App[0] hello you\n');
  });

  it('takes options that are registered as services for the last word', async () => {
    expect(
      await logged(({ logging, services }) => {
        logging.addSimpleConsole();
        services.addSingleton(ConsoleLoggerOptionsToken, { formatterName: 'systemd' });
      }),
    ).toBe('<6>App[0] hello you\n');
  });

  it('filters the console by its alias and by the name that it has in .NET', async () => {
    for (const name of ['Console', 'Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider']) {
      const configuration = configurationOf({ [`${name}:LogLevel:Default`]: 'Error' });
      expect(await logged(({ logging }) => logging.addConsole().addConfiguration(configuration))).toBe('');
    }
  });

  it('adds no second console after clearProviders', async () => {
    const builder = new HostApplicationBuilder({ disableDefaults: true });
    builder.logging.addConsole().clearProviders().addConsole();
    await using host = builder.build();
    expect(host.services.getServices(ILoggerProvider)).toEqual([expect.any(ConsoleLoggerProvider)]);
  });
});

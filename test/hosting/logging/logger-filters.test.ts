import { type ILoggerProvider, LoggerFactory, LoggerFilterOptions, LoggingBuilder, type LogLevel, ServiceCollection } from 'hostward';
import { FakeLogCollector } from 'hostward/testing';
import { ConfigurationBuilder } from '../../../src/hosting/configuration/index.js';
import { parseLogLevel } from '../../../src/hosting/logging/log-level.js';
import type { LoggerFilterRule } from '../../../src/hosting/logging/logger-filter-options.js';
import { LoggerFilterSteps } from '../../../src/hosting/logging/logger-filter-source.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];

class Alpha implements ILoggerProvider {
  static readonly alias: string = 'A';
  readonly messages: string[] = [];
  write({ message }: { readonly message: string }): void {
    this.messages.push(message);
  }
}
class Beta extends Alpha {
  static override readonly alias: string = 'B';
}

/** How many levels pass for a category, at the destination `Alpha`. */
function passing(category: string, ...rules: LoggerFilterRule[]): number {
  const options = new LoggerFilterOptions();
  options.rules.push(...rules);
  const logger = new LoggerFactory([new Alpha()], { filters: { read: () => options, onChange: () => ({ [Symbol.dispose]: () => undefined }) } }).createLogger(
    category,
  );
  return levels.filter(level => logger.isEnabled(level)).length;
}

describe('a level in a configuration', () => {
  it.each<[string, ReturnType<typeof parseLogLevel>]>([
    ['Warning', 'warning'],
    [' debug ', 'debug'],
    ['3', 'warning'],
    ['+3', 'warning'],
    ['-1', -1],
    ['9', 9],
    ['Information,Debug', 'warning'],
    ['Error , None', 'none'],
    ['\u0085Debug\u0085', 'debug'],
    ['\u00a03 ', 'warning'],
    ['3 \0\0', 'warning'],
    ['\ufeffDebug', undefined],
    ['\ufeff3', undefined],
    ['3\u00a0', undefined],
    ['3\0 ', undefined],
    ['Debug\0', undefined],
    ['', undefined],
    ['Off', undefined],
    ['Debug,', undefined],
    ['1,2', undefined],
    ['4294967296', undefined],
    ['1.0', undefined],
    ['constructor', undefined],
  ])('%p is %p', (text, level) => {
    expect(parseLogLevel(text)).toBe(level);
  });
});

describe('the rule that counts', () => {
  it('is one for the destination, by class or alias, before a longer one for all', () => {
    expect(passing('App.Orders', { providerName: 'Alpha', logLevel: 'error' }, { categoryName: 'App.Orders', logLevel: 'trace' })).toBe(2);
    expect(passing('App', { providerName: 'A', logLevel: 'error' })).toBe(2);
    expect(passing('App', { providerName: 'a', logLevel: 'error' })).toBe(4);
  });

  it('takes no letter for another one, however many letters its upper case has', () => {
    expect(passing('SS', { categoryName: 'ß', logLevel: 'error' })).toBe(4);
    expect(passing('i', { categoryName: 'ı', logLevel: 'error' })).toBe(4);
    expect(passing('s', { categoryName: '*ſ', logLevel: 'error' })).toBe(4);
    expect(passing('Äpfel', { categoryName: 'ä*EL', logLevel: 'error' })).toBe(2);
  });

  it('compares beginning and end where it has a wildcard, and its length is that of its text', () => {
    expect(passing('App.Orders.Mail', { categoryName: 'app.*.mail', logLevel: 'trace' }, { categoryName: 'App.Orders', logLevel: 'error' })).toBe(2);
    expect(passing('App.Orders.Mail', { categoryName: '*Mail', logLevel: 'trace' })).toBe(6);
    expect(passing('A', { categoryName: 'A*A', logLevel: 'trace' })).toBe(6);
    expect(() => passing('A', { categoryName: 'A*A*', logLevel: 'trace' })).toThrow('Only one wildcard character is allowed in category name.');
  });

  it('lets every level pass without a level, and asks its function', () => {
    expect(passing('App', {})).toBe(6);
    expect(passing('App', { filter: (provider, category, level) => provider === 'Alpha' && category === 'App' && level !== 'debug' })).toBe(5);
    expect(passing('App', { logLevel: 'warning', filter: (_provider, _category, level) => level !== 'error' })).toBe(2);
  });

  it('may have a level outside of all levels', () => {
    expect(passing('App', { logLevel: 9 })).toBe(0);
    expect(passing('App', { logLevel: -1 })).toBe(6);
  });
});

describe('filters from configuration', () => {
  function create(data: Record<string, string>) {
    const configuration = new ConfigurationBuilder().addInMemoryCollection(data).build();
    const filters = new LoggerFilterSteps();
    filters.addConfiguration(configuration.getSection('Logging'));
    const [alpha, beta, logs] = [new Alpha(), new Beta(), new FakeLogCollector()];
    const factory = new LoggerFactory([alpha, beta, logs], { filters });
    const passingAt = (index: number) => {
      const logger = factory.createLogger('App');
      const seen: LogLevel[] = [];
      for (const level of levels) {
        const before = [alpha.messages.length, beta.messages.length, logs.count][index]!;
        logger.log(level, { id: 0 }, undefined, level);
        if ([alpha.messages.length, beta.messages.length, logs.count][index]! > before) seen.push(level);
      }
      return seen.length;
    };
    return { configuration, factory, passingAt, logs };
  }

  it('apply to all destinations, or to one by its alias', () => {
    const { passingAt } = create({ 'Logging:LogLevel:Default': 'Warning', 'Logging:B:LogLevel:App': 'Critical' });
    expect([passingAt(0), passingAt(1), passingAt(2)]).toEqual([3, 1, 3]);
  });

  it('are renewed in every logger that there is when the configuration is loaded again', () => {
    const { configuration, factory, passingAt } = create({ 'Logging:LogLevel:Default': 'Warning' });
    const logger = factory.createLogger('App');
    expect([logger.isEnabled('debug'), passingAt(0)]).toEqual([false, 3]);
    configuration.set('Logging:LogLevel:App', 'Debug');
    expect(logger.isEnabled('debug')).toBe(false);
    configuration.reload();
    expect([logger.isEnabled('debug'), passingAt(0)]).toEqual([true, 5]);
  });

  it('that are wrong after a reload leave the last good ones in force, with one warning until they are right again', () => {
    const source: Record<string, string> = { 'Logging:LogLevel:Default': 'Error' };
    const { configuration, factory, logs, change } = reloadable(source);
    const logger = factory.createLogger('App');
    expect(logger.isEnabled('warning')).toBe(false);
    change({ 'Logging:LogLevel:Default': 'Trace' });
    expect(logger.isEnabled('trace')).toBe(true);
    for (const wrong of ['bogus', 'wrong again']) change({ 'Logging:LogLevel:Default': wrong });
    expect(logger.isEnabled('trace')).toBe(true);
    change({ 'Logging:LogLevel:A*B*C': 'Trace', 'Logging:LogLevel:Default': 'Warning' });
    expect(logs.getSnapshot().map(({ message, level, error }) => [level, message, error?.message])).toEqual([
      ['warning', 'The log filters cannot be read and stay as they were.', "Configuration value 'bogus' is not supported."],
    ]);
    change({ 'Logging:LogLevel:Default': 'Warning' });
    expect([logger.isEnabled('information'), logger.isEnabled('warning')]).toEqual([false, true]);
    change({ 'Logging:LogLevel:Default': 'bogus' });
    expect(logs.count).toBe(2);
    factory[Symbol.dispose]();
    change({ 'Logging:LogLevel:Default': 'Trace' });
    expect([logger.isEnabled('trace'), logs.count]).toEqual([false, 2]);
    configuration[Symbol.dispose]();
  });

  it('switch the scopes off and on', () => {
    const { factory, logs, change } = reloadable({ 'Logging:CaptureScopes': 'false' });
    const logger = factory.createLogger('App');
    const log = () => {
      using _scope = logger.beginScope('scope');
      logger.information('x');
      return logs.latestRecord.scopes.length;
    };
    expect(log()).toBe(0);
    change({ 'Logging:CaptureScopes': 'TRUE' });
    expect(log()).toBe(1);
    change({ 'Logging:CaptureScopes': '\u0085false \0' });
    expect(log()).toBe(0);
    change({ 'Logging:CaptureScopes': '' });
    expect(log()).toBe(1);
    change({ 'Logging:CaptureScopes': 'perhaps' });
    expect(logs.latestRecord.error?.message).toBe("Failed to convert configuration value 'perhaps' at 'Logging:CaptureScopes' to type 'boolean'.");
  });

  /** A factory whose configuration a test rewrites. */
  function reloadable(initial: Record<string, string>) {
    let data = initial;
    const builder = new ConfigurationBuilder();
    builder.add({
      build: () => {
        const inner = () => new ConfigurationBuilder().addInMemoryCollection(data).build().providers[0]!;
        let current = inner();
        return {
          toString: () => 'a test',
          tryGet: key => current.tryGet(key),
          set: () => undefined,
          load: () => void (current = inner()),
          getChildKeys: (earlier, path) => current.getChildKeys(earlier, path),
          getReloadToken: () => current.getReloadToken(),
        };
      },
    });
    const configuration = builder.build();
    const logs = new FakeLogCollector();
    const filters = new LoggerFilterSteps();
    filters.addConfiguration(configuration.getSection('Logging'));
    const factory = new LoggerFactory([logs], { filters });
    const change = (next: Record<string, string>) => {
      data = next;
      configuration.reload();
    };
    return { configuration, factory, logs, change };
  }
});

describe('LoggingBuilder', () => {
  const create = () => new LoggingBuilder(new ServiceCollection());

  it('applies what it is told in order, rules from configuration included', () => {
    const configuration = new ConfigurationBuilder().addInMemoryCollection({ 'Logging:LogLevel:App': 'Error' }).build();
    const builder = create()
      .setMinimumLevel('debug')
      .addFilter('First', 'none')
      .addConfiguration(configuration.getSection('Logging'))
      .addFilter(Alpha, 'App', 'trace')
      .addFilter(Beta, null, 'critical')
      .addFilter(Beta, 'none')
      .setMinimumLevel('error');
    const { minLevel, rules } = builder.readFilters();
    expect(minLevel).toBe('error');
    expect(rules.map(({ providerName, categoryName, logLevel }) => [providerName, categoryName, logLevel])).toEqual([
      [undefined, 'First', 'none'],
      [undefined, 'App', 'error'],
      ['Alpha', 'App', 'trace'],
      ['Beta', undefined, 'critical'],
      ['Beta', undefined, 'none'],
    ]);
  });

  it('takes functions: of everything, of a category, of a destination', () => {
    const [all, category, destination] = [jest.fn(() => true), jest.fn(() => true), jest.fn(() => true)];
    const { rules } = create().addFilter(all).addFilter('App', category).addFilter(Alpha, destination).readFilters();
    for (const { filter } of rules) filter!('Alpha', 'App.Orders', 'debug');
    expect([all.mock.calls, category.mock.calls, destination.mock.calls]).toEqual([[['Alpha', 'App.Orders', 'debug']], [['debug']], [['App.Orders', 'debug']]]);
    expect(rules.map(({ providerName, categoryName }) => [providerName, categoryName])).toEqual([
      [undefined, undefined],
      [undefined, 'App'],
      ['Alpha', undefined],
    ]);
  });

  it('refuses a level that is none, and a rule that cannot be compared', () => {
    expect(() => create().setMinimumLevel('Warning' as LogLevel)).toThrow(
      "Expected one of trace, debug, information, warning, error, critical, none, but found Warning. (Parameter 'level')",
    );
    expect(() => create().addFilter('App', 'verbose' as LogLevel)).toThrow('but found verbose');
    expect(() => create().addFilter(Alpha, 'App', undefined as unknown as LogLevel)).toThrow('but found undefined');
    expect(() => create().addFilter('*.*', 'debug').readFilters()).toThrow('Only one wildcard character is allowed in category name.');
  });
});

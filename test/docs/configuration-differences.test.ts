import {
  bind,
  type ConfigurationBindingError,
  ConfigurationBuilder,
  ConfigurationManager,
  configurationTypes as t,
  getAs,
  getValue,
  type IConfigurationRoot,
  maximumKeyDepth,
  onChange,
} from 'hostward';
import { RecordingSource } from '../hosting/configuration/recording-source.js';
import { expectNoLeaks } from '../support/leak-check.js';
import { read } from './pages.js';

expectNoLeaks();

const page = read('docs/configuration.md');

const from = (data: Readonly<Record<string, string | null>>): IConfigurationRoot => new ConfigurationBuilder().addInMemoryCollection(data).build();
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

function failureOf(work: () => unknown): ConfigurationBindingError {
  try {
    work();
  } catch (error) {
    return error as ConfigurationBindingError;
  }
  throw new Error('Nothing was thrown.');
}

/** What each line of the table says that hostward does, tried out. */
const checks: Readonly<Record<string, () => unknown>> = {
  'No value': () => {
    expect([from({}).get('a'), from({ a: null }).get('a'), from({ a: null }).getSection('a').value]).toEqual([undefined, undefined, undefined]);
  },
  'Depth of keys': () => {
    const key = 'a:'.repeat(maximumKeyDepth);
    expect(maximumKeyDepth).toBe(256);
    expect(() => from({ [key]: '1' })).toThrow(code('ERR_CONFIGURATION_FORMAT'));
    expect(() => new ConfigurationBuilder().addCommandLine([`--${key}=1`]).build()).toThrow(code('ERR_CONFIGURATION_FORMAT'));
    expect(from({ [key.slice(2)]: '1' }).get(key.slice(2))).toBe('1');
  },
  Types: () => {
    expect(bind(from({ port: '1' }), { port: 0 })).toEqual({ port: 1 });
    expect(getAs(from({ port: '1' }), t.object({ port: t.integer }))).toEqual({ port: 1 });
  },
  'Reload with a broken source': () => {
    const sources = [new RecordingSource('broken'), new RecordingSource('other')];
    const configuration = new ConfigurationBuilder().add(sources[0]!).add(sources[1]!).build();
    const changes = jest.fn();
    using _listening = onChange(() => configuration.getReloadToken(), changes);
    sources[0]!.loadFailure = 'broken';
    expect(() => configuration.reload()).toThrow('broken');
    expect([sources[1]!.trace.length, changes.mock.calls.length]).toEqual([2, 1]);
  },
  'Reload of a chained configuration': () => {
    const chained = from({});
    const token = chained.getReloadToken();
    new ConfigurationBuilder().addConfiguration(chained).build().reload();
    expect(token.hasChanged).toBe(true);
  },
  'A source that cannot be added': () => {
    const manager = new ConfigurationManager();
    const source = new RecordingSource('broken');
    source.loadFailure = 'broken';
    expect(() => manager.add(source)).toThrow('broken');
    expect([manager.sources.length, source.trace]).toEqual([1, ['loaded', 'disposed']]);
  },
  'A build that fails': () => {
    const [good, broken] = [new RecordingSource('good'), new RecordingSource('broken')];
    broken.loadFailure = 'broken';
    expect(() => new ConfigurationBuilder().add(good).add(broken).build()).toThrow('broken');
    expect(good.trace).toEqual(['loaded', 'disposed']);
  },
  'JSON without a file': async () => {
    async function* stream() {
      yield await Promise.resolve('{"a":1}');
    }
    const builder = await new ConfigurationBuilder().addJsonStream(stream());
    const configuration = builder.build();
    configuration.reload();
    expect([configuration.get('a'), builder.build().get('a')]).toEqual(['1', '1']);
  },
  'Wrong words in JSON': () => {
    const { message } = failureOf(() => new ConfigurationBuilder().addJsonText('{"a": nolsecret}').build());
    expect(message).toContain("'nols' is an invalid JSON literal. Expected the literal 'null'.");
  },
  'Secrets in the debug view': () => {
    expect(from({ 'Mail:Password': 'secret' }).getDebugView()).toBe('Mail:\n  Password=*** (MemoryConfigurationProvider)\n');
  },
  'Chained values': () => {
    const configuration = new ConfigurationBuilder().addConfiguration(from({ a: '1' })).build();
    expect(configuration.getDebugView()).toBe('a=1 (MemoryConfigurationProvider)\n');
  },
  'Errors of the binder': () => {
    const error = failureOf(() => getValue(from({ 'Api:Token': 'x' }), 'Api:Token', 1));
    expect(error).toMatchObject({ path: 'Api:Token', source: 'MemoryConfigurationProvider', expected: 'a number', found: '***' });
    expect(error.message).toBe(
      "Failed to convert configuration value '***' at 'Api:Token' to type 'number'. Expected a number. The value comes from MemoryConfigurationProvider.",
    );
  },
  'The path in these errors': () => {
    expect(failureOf(() => bind(from({ 'MAIL:Port': 'x' }).getSection('mail'), { port: 1 })).path).toBe('mail:Port');
  },
  'Null in a list of numbers': () => {
    expect(getAs(from({ '0': null, '1': '1' }), t.array(t.int32))).toEqual([0, 1]);
  },
  'Keys of an enumeration': () => {
    const keys = getAs(from({ 'Red,8': 'x' }), t.map(t.string, t.enumeration({ Red: 1 })));
    expect([...keys!]).toEqual([[9, 'x']]);
  },
  Durations: () => {
    expect(getValue(from({ a: '30' }), 'a', t.timeSpan)).toBe(30 * 86_400_000);
    expect(getValue(from({ a: '30s' }), 'a', t.duration)).toBe(30_000);
    expect(() => getValue(from({ a: '30' }), 'a', t.duration)).toThrow(code('ERR_CONFIGURATION_BINDING'));
  },
  'Whole numbers': () => {
    const configuration = from({ a: '9007199254740991', b: '9007199254740992' });
    expect(getValue(configuration, 'a', t.integer)).toBe(9007199254740991);
    expect(getValue(configuration, 'b', t.bigint)).toBe(9007199254740992n);
    expect(() => getValue(configuration, 'b', t.integer)).toThrow(code('ERR_CONFIGURATION_BINDING'));
    expect(() => getValue(configuration, 'a', t.int32)).toThrow(code('ERR_CONFIGURATION_BINDING'));
  },
};

describe('docs/configuration.md', () => {
  const differences = page.slice(page.indexOf('## Deliberate differences from .NET'));
  const lines = [...differences.matchAll(/^\| (.+?) +\| .+\|$/gm)].map(match => match[1]!).filter(what => what !== 'What' && !what.startsWith('---'));

  it('says nothing of .NET that is not tried out here, and nothing is tried out that it does not say', () => {
    expect(lines).toEqual(Object.keys(checks));
  });

  it.each(Object.keys(checks))('is right about: %s', async what => {
    await checks[what]!();
  });

  it('has every way to add a source, and every type', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(ConfigurationBuilder.prototype)).filter(name => name.startsWith('add'));
    for (const name of [...methods, ...Object.keys(t)]) expect(page).toMatch(new RegExp(`[\`.]${name}\\b|t\\.${name}\\b`));
  });

  it('shows the debug view that there is', () => {
    const configuration = new ConfigurationBuilder()
      .addInMemoryCollection({ 'Mail:Server': 'localhost', 'Mail:Password': 'correct horse' })
      .addCommandLine(['--Mail:Server=smtp.example.org'])
      .build();
    expect(page).toContain(`\`\`\`text\n${configuration.getDebugView()}\`\`\``);
  });
});

import {
  ConfigurationBuilder,
  ConfigurationProvider,
  type ConfigurationSection,
  HostwardError,
  type IConfiguration,
  type IConfigurationRoot,
  maximumKeyDepth,
  onChange,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { RecordingSource } from './recording-source.js';

expectNoLeaks();

const memory = (...sources: Readonly<Record<string, string | null>>[]): IConfigurationRoot =>
  sources.reduce<ConfigurationBuilder>((builder, source) => builder.addInMemoryCollection(source), new ConfigurationBuilder()).build();

const keysOf = (configuration: IConfiguration): string[] => configuration.getChildren().map(({ key }) => key);

const prototypeKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'];

describe('a configuration', () => {
  it('gives the value of the last source that has the key, whatever the case of its letters', () => {
    const configuration = memory({ 'Mail:Server': 'first', 'Mail:Port': '25' }, { 'mail:SERVER': 'second' });
    expect(configuration.get('MAIL:server')).toBe('second');
    expect(configuration.get('mail:port')).toBe('25');
    expect(configuration.get('mail')).toBeUndefined();
  });

  it('has no value where the last source says null, even though an earlier one has one', () => {
    const configuration = memory({ name: 'value' }, { name: null });
    expect(configuration.get('name')).toBeUndefined();
    expect(configuration.getSection('name').exists).toBe(false);
    expect(keysOf(configuration)).toEqual(['name']);
  });

  it('tells an empty text from no value', () => {
    const configuration = memory({ name: 'value' }, { name: '' });
    expect(configuration.get('name')).toBe('');
    expect(configuration.getSection('name').exists).toBe(true);
  });

  it('sets a value in every source, and tells nobody', () => {
    const configuration = memory({ a: '1' }, {});
    const changes = jest.fn();
    using _listening = onChange(() => configuration.getReloadToken(), changes);
    configuration.set('b:c', '2');
    expect(configuration.providers.map(provider => provider.tryGet('B:C'))).toEqual(['2', '2']);
    expect(changes).not.toHaveBeenCalled();
  });

  it('cannot set a value when there is no source to keep it', () => {
    expect(() => memory().set('a', '1')).toThrow('A configuration source is not registered. Please register one before setting a value.');
  });

  it('takes keys for text only: those of every object are plain data', () => {
    const data = Object.fromEntries(prototypeKeys.map(key => [key, `value of ${key}`]));
    const configuration = memory(data);
    expect(configuration.get('isPrototypeOf')).toBeUndefined();
    expect(prototypeKeys.map(key => configuration.get(key))).toEqual(Object.values(data));
    expect(new Set(keysOf(configuration))).toEqual(new Set(prototypeKeys));
    expect(memory({}).get('__proto__')).toBeUndefined();
    expect(memory({}).get('constructor')).toBeUndefined();
  });

  it.each([
    ['ß and SS', 'straße', 'STRASSE', false],
    ['the dotless i and I', 'ı', 'I', false],
    ['the long s and S', 'ſ', 'S', false],
    ['ä and Ä', 'ä', 'Ä', true],
    ['letters with an iota below', 'ᾳ', 'ᾼ', true],
    ['letters beyond the first plane', '𐐨', '𐐀', true],
    ['the end of a final sigma', 'ς', 'Σ', true],
  ])('compares %s as .NET does, letter by letter', (_what, written, asked, areEqual) => {
    expect(memory({ [written]: 'value' }).get(asked)).toBe(areEqual ? 'value' : undefined);
  });

  it('asks a provider in the way that the provider has made its own', () => {
    class Echo extends ConfigurationProvider {
      override tryGet(key: string): string | undefined {
        return key.startsWith('echo:') ? key : undefined;
      }
    }
    const configuration = new ConfigurationBuilder()
      .addInMemoryCollection({ 'echo:a': 'earlier', b: 'plain' })
      .add({ build: () => new Echo() })
      .build();
    expect([configuration.get('echo:a'), configuration.get('b')]).toEqual(['echo:a', 'plain']);
  });

  it('refuses a key with more parts than anybody can mean', () => {
    const key = Array.from({ length: maximumKeyDepth }, () => 'a').join(':');
    const configuration = memory({ [key]: 'deep' });
    expect(configuration.get(key)).toBe('deep');
    expect(Array.from(configuration.asEnumerable())).toHaveLength(maximumKeyDepth);
    expect(() => configuration.set(`${key}:b`, '1')).toThrow(expect.objectContaining({ code: 'ERR_CONFIGURATION_FORMAT' }) as Error);
  });

  it('keeps a value of any size', () => {
    const value = 'x'.repeat(5_000_000);
    expect(memory({ value }).get('value')).toHaveLength(5_000_000);
  });
});

describe('a section', () => {
  it('answers as things are when it is asked', () => {
    const configuration = memory({ 'a:b': '1' });
    const section = configuration.getSection('A');
    expect({ key: section.key, path: section.path, value: section.value, exists: section.exists }).toEqual({
      key: 'A',
      path: 'A',
      value: undefined,
      exists: true,
    });
    section.set('B', '2');
    section.value = 'own';
    section.getSection('b').value = undefined;
    section.getSection('c').value = '3';
    expect([section.get('b'), configuration.get('a'), section.getSection('b').path, section.get('C')]).toEqual([undefined, 'own', 'A:b', '3']);
  });

  it('is there, and empty, when there is nothing', () => {
    const section = memory({}).getSection('nothing');
    expect([section.exists, section.value, section.getChildren(), Array.from(section.asEnumerable(true))]).toEqual([false, undefined, [], []]);
  });

  it('that is required is an error when it is missing', () => {
    expect(() => memory({ a: '1' }).getRequiredSection('b')).toThrow("Section 'b' not found in configuration.");
    expect(memory({ 'b:c': '1' }).getRequiredSection('b').path).toBe('b');
  });

  it('has the provider that its value comes from', () => {
    const section = memory({ a: '1' }).getSection('a') as ConfigurationSection;
    expect(String(section.provider)).toBe('MemoryConfigurationProvider');
  });

  it('of connection strings is asked by their names', () => {
    expect(memory({ 'ConnectionStrings:main': 'server=here' }).getConnectionString('Main')).toBe('server=here');
  });
});

describe('the children of a section', () => {
  it('come with numbers first and by value, then by their upper-case text', () => {
    const configuration = memory({ b: '', '10': '', _: '', '9': '', A: '', '-1': '', '2147483648': '', Z: '' });
    expect(keysOf(configuration)).toEqual(['-1', '9', '10', '2147483648', 'A', 'b', 'Z', '_']);
  });

  it('come once each, spelled as in the last source that has them, and there as they were first', () => {
    const configuration = memory({ 'Key:a': '1', 'KEY:b': '2' }, { 'kEy:c': '3' });
    configuration.set('KEY:C', null);
    expect(keysOf(configuration)).toEqual(['kEy']);
    expect(keysOf(configuration.getSection('key'))).toEqual(['a', 'b', 'c']);
  });

  it('are spelled within one source as the sort of .NET leaves them', () => {
    expect(keysOf(memory({ 'b:1': '', 'B:2': '', 'a:3': '' }))).toEqual(['a', 'B']);
    const many = Array.from({ length: 40 }, (_, index) => [`${index % 3 === 0 ? 'KEY' : 'key'}:${index}`, ''] as const);
    expect(keysOf(memory(Object.fromEntries([...many, ['a', '']])))).toEqual(['a', 'key']);
  });

  it('are walked depth first, siblings from the last to the first', () => {
    const configuration = memory({ 'a:x': '1', 'a:y': '2', b: '3' });
    expect(Array.from(configuration.asEnumerable())).toEqual([
      ['b', '3'],
      ['a', undefined],
      ['a:y', '2'],
      ['a:x', '1'],
    ]);
    expect(Array.from(configuration.getSection('a').asEnumerable(true))).toEqual([
      ['y', '2'],
      ['x', '1'],
    ]);
    expect(Array.from(configuration.getSection('a').asEnumerable())[0]).toEqual(['a', undefined]);
  });
});

describe('a reload', () => {
  it('loads every source and tells once', () => {
    const sources = [new RecordingSource('one'), new RecordingSource('two')];
    const configuration = new ConfigurationBuilder().add(sources[0]!).add(sources[1]!).build();
    const changes = jest.fn();
    using _listening = onChange(() => configuration.getReloadToken(), changes);
    configuration.reload();
    expect([changes.mock.calls.length, ...sources.map(({ trace }) => trace)]).toEqual([1, ['loaded', 'loaded'], ['loaded', 'loaded']]);
  });

  it('goes on past a source that fails, tells of the change, and reports the failure then', () => {
    const sources = [new RecordingSource('one'), new RecordingSource('two')];
    const configuration = new ConfigurationBuilder().add(sources[0]!).add(sources[1]!).build();
    const changes = jest.fn();
    using _listening = onChange(() => configuration.getReloadToken(), changes);
    sources[0]!.loadFailure = 'broken';
    expect(() => configuration.reload()).toThrow('broken');
    expect(sources[1]!.trace).toEqual(['loaded', 'loaded']);
    expect(changes).toHaveBeenCalledTimes(1);
    sources[1]!.loadFailure = 'broken too';
    expect(() => configuration.reload()).toThrow(AggregateError);
  });

  it('reaches the sources of a chained configuration, though not those of one of which only a section is chained', () => {
    const [whole, part] = [new RecordingSource('whole'), new RecordingSource('part')];
    const [chained, other] = [whole, part].map(source => new ConfigurationBuilder().add(source).build());
    const configuration = new ConfigurationBuilder().addConfiguration(chained!).addConfiguration(other!.getSection('a')).build();
    const changes = jest.fn();
    using _outer = onChange(
      () => configuration.getReloadToken(),
      () => changes('outer'),
    );
    using _inner = onChange(
      () => chained!.getReloadToken(),
      () => changes('chained'),
    );
    expect([whole.trace, part.trace]).toEqual([['loaded'], ['loaded']]);
    configuration.reload();
    expect([whole.trace, part.trace]).toEqual([['loaded', 'loaded'], ['loaded']]);
    expect(changes.mock.calls).toEqual([['chained'], ['outer']]);
  });

  it('that a source does by itself is told by whatever it is a part of', () => {
    const source = new RecordingSource('changing', { data: { a: '1' } });
    const inner = new ConfigurationBuilder().add(source).build();
    const outer = new ConfigurationBuilder().addConfiguration(inner).build();
    const changes = jest.fn();
    using _listening = onChange(
      () => outer.getReloadToken(),
      () => changes(outer.get('a')),
    );
    source.change({ a: '2' });
    source.change({ a: '3' });
    expect(changes.mock.calls).toEqual([['2'], ['3']]);
  });
});

describe('the owner of a configuration', () => {
  it('disposes its providers with it, once', async () => {
    const sources = [new RecordingSource('sync'), new RecordingSource('async', { disposal: 'async' }), new RecordingSource('none', { disposal: 'none' })];
    const configuration = sources.reduce((builder, source) => builder.add(source), new ConfigurationBuilder()).build();
    await configuration[Symbol.asyncDispose]();
    await configuration[Symbol.asyncDispose]();
    configuration[Symbol.dispose]();
    expect(sources.map(({ trace }) => trace)).toEqual([['loaded', 'disposed'], ['loaded', 'disposed in time'], ['loaded']]);
  });

  it('is told of no change any more, and can read what was loaded', () => {
    const source = new RecordingSource('one', { data: { a: '1' } });
    const configuration = new ConfigurationBuilder().add(source).build();
    const token = configuration.getReloadToken();
    configuration[Symbol.dispose]();
    source.change({ a: '2' });
    expect([token.hasChanged, configuration.get('a')]).toEqual([false, '2']);
  });

  it('has every provider disposed although one fails, and is told of the failure', () => {
    const sources = [new RecordingSource('one', { disposalFailure: 'stuck' }), new RecordingSource('two')];
    const configuration = new ConfigurationBuilder().add(sources[0]!).add(sources[1]!).build();
    expect(() => configuration[Symbol.dispose]()).toThrow('stuck');
    expect(sources[1]!.trace).toEqual(['loaded', 'disposed']);
  });

  it.each(['build', 'load'] as const)('holds nothing when one of its sources fails to %s', async step => {
    const first = new RecordingSource('first');
    const slow = new RecordingSource('slow', { disposal: 'async', disposalFailure: 'and this too' });
    const broken = new RecordingSource('broken');
    broken[`${step}Failure`] = 'no such thing';
    const builder = new ConfigurationBuilder().add(first).add(slow).add(broken);
    expect(() => builder.build()).toThrow('no such thing');
    await new Promise(resolve => setImmediate(resolve));
    expect(first.trace.at(-1)).toBe('disposed');
    expect(slow.trace.at(-1)).toBe('disposed in time');
  });

  it('keeps a chained configuration unless it was given away', () => {
    const [kept, given] = [new RecordingSource('kept'), new RecordingSource('given')];
    const configurations = [kept, given].map(source => new ConfigurationBuilder().add(source).build());
    const both = new ConfigurationBuilder()
      .addConfiguration(configurations[0]!)
      .addConfiguration(configurations[1]!, { shouldDisposeConfiguration: true })
      .build();
    both[Symbol.dispose]();
    expect([kept.trace, given.trace]).toEqual([['loaded'], ['loaded', 'disposed']]);
    configurations[0]![Symbol.dispose]();
  });
});

describe('a chained configuration', () => {
  it('says nothing where it has null, so that earlier sources show through', () => {
    const chained = memory({ a: null, b: '' });
    const configuration = new ConfigurationBuilder().addInMemoryCollection({ a: 'earlier', b: 'earlier' }).addConfiguration(chained).build();
    expect([configuration.get('a'), configuration.get('b')]).toEqual(['earlier', '']);
  });

  it('is set with the rest', () => {
    const chained = memory({});
    const configuration = new ConfigurationBuilder().addConfiguration(chained.getSection('Part')).build();
    configuration.set('a', '1');
    expect(chained.get('Part:a')).toBe('1');
  });
});

describe('the sources of a builder', () => {
  it('can be put anywhere, and taken away', () => {
    const builder = new ConfigurationBuilder().addInMemoryCollection({ a: '1' }).addInMemoryCollection({ a: '2' });
    const [first, last] = builder.sources;
    builder.removeAt(0).insert(1, first!);
    expect([builder.sources, builder.build().get('a')]).toEqual([[last, first], '1']);
    expect(builder.clear().sources).toEqual([]);
  });

  it.each([-1, 2, 0.5, NaN])('have no place %d', index => {
    const builder = new ConfigurationBuilder().addInMemoryCollection({});
    expect(() => builder.insert(index, builder.sources[0]!)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }) as Error);
    expect(() => builder.removeAt(index)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }) as Error);
  });

  it('hold no key twice in memory', () => {
    expect(() => memory({ a: '1', A: '2' })).toThrow('An item with the same key has already been added. Key: A');
  });
});

describe('a JSON stream', () => {
  async function* chunks(...texts: (string | Uint8Array)[]) {
    for (const text of texts) yield await Promise.resolve(text);
  }

  it('is read to its end, wherever its bytes are divided', async () => {
    const bytes = new TextEncoder().encode('\ufeff{"a":"ä😀"}');
    const builder = await new ConfigurationBuilder().addJsonStream(chunks(...Array.from(bytes, byte => Uint8Array.of(byte))));
    expect(builder.build().get('a')).toBe('ä😀');
  });

  it('that is too long is given up, and closed', async () => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield await Promise.resolve(' '.repeat(1024 * 1024));
      } finally {
        isClosed = true;
      }
    }
    await expect(new ConfigurationBuilder().addJsonStream(endless())).rejects.toThrow(HostwardError);
    expect(isClosed).toBe(true);
  });

  it('that does not end can be left', async () => {
    const stop = new AbortController();
    const silent: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
    const reading = new ConfigurationBuilder().addJsonStream(silent, { signal: stop.signal });
    stop.abort();
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'ABORT_ERR' }) as Error);
  });
});

import { type IConsoleFormatter, JsonConsoleFormatter, type LogLevel, SimpleConsoleFormatter, SystemdConsoleFormatter } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { jsonText, jsonValue } from '../../../../src/hosting/logging/formatters/json-text.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { errorOf, logEntry } from '../../../support/log-entries.js';

expectNoLeaks();

const plain = { useColors: false };
const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];
const scopes = [
  { text: 'outer', values: undefined },
  { text: 'order 7', values: [['Id', 7]], template: 'order {Id}' },
  { text: '{"user":"me"}', values: [['user', 'me']] },
] as const;

describe('the simple format', () => {
  it('has the colours of .NET where they are welcome, and only around the level', () => {
    const format = (level: LogLevel) => new SimpleConsoleFormatter().format(logEntry({ level }), { useColors: true });
    expect(levels.map(format).map(text => JSON.stringify(text.split(':')[0]))).toEqual([
      '"\\u001b[40m\\u001b[37mtrce\\u001b[39m\\u001b[22m\\u001b[49m"',
      '"\\u001b[40m\\u001b[37mdbug\\u001b[39m\\u001b[22m\\u001b[49m"',
      '"\\u001b[40m\\u001b[32minfo\\u001b[39m\\u001b[22m\\u001b[49m"',
      '"\\u001b[40m\\u001b[1m\\u001b[33mwarn\\u001b[39m\\u001b[22m\\u001b[49m"',
      '"\\u001b[41m\\u001b[30mfail\\u001b[39m\\u001b[22m\\u001b[49m"',
      '"\\u001b[41m\\u001b[1m\\u001b[37mcrit\\u001b[39m\\u001b[22m\\u001b[49m"',
    ]);
  });

  it('has the scopes on a line of their own, or before the message', () => {
    const entry = logEntry({ scopes });
    expect(new SimpleConsoleFormatter({ includeScopes: true }).format(entry, plain)).toBe(
      'info: App[0]\n      => outer => order 7 => {"user":"me"}\n      hello\n',
    );
    expect(new SimpleConsoleFormatter({ includeScopes: true, singleLine: true }).format(entry, plain)).toBe(
      'info: App[0] => outer => order 7 => {"user":"me"} hello\n',
    );
  });

  it('begins with the time in the format that is asked for', () => {
    const formatter = new SimpleConsoleFormatter({ timestampFormat: 'yyyy-MM-dd HH:mm:ss.fff ', useUtcTimestamp: true });
    expect(formatter.format(logEntry({ timestamp: 1_700_000_000_123 }), plain)).toBe('2023-11-14 22:13:20.123 info: App[0]\n      hello\n');
  });
});

describe('the time of an entry', () => {
  it('is that of the zone of the clock that is given', () => {
    const formatter = new SimpleConsoleFormatter({ timestampFormat: 'o ', singleLine: true }, new FakeTimeProvider());
    expect(formatter.format(logEntry({ timestamp: 951_782_400_050 }), plain)).toBe('o info: App[0] hello\n');
    const roundTrip = new SimpleConsoleFormatter({ timestampFormat: "yyyy-MM-dd'T'HH:mm:ss.fffK ", singleLine: true }, new FakeTimeProvider());
    expect(roundTrip.format(logEntry({ timestamp: 951_782_400_050 }), plain)).toBe('2000-02-29T00:00:00.050+00:00 info: App[0] hello\n');
  });
});

describe('every text format', () => {
  const formatters: readonly IConsoleFormatter[] = [
    new SimpleConsoleFormatter({ includeScopes: true }),
    new SimpleConsoleFormatter({ includeScopes: true, singleLine: true }),
    new SystemdConsoleFormatter({ includeScopes: true }),
  ];

  it.each(formatters)('writes control characters as escapes, wherever they come from: $name', formatter => {
    const evil = '\u001b[2J\u0000\u009b\u007f';
    const error = Object.assign(new Error(evil), { stack: `Error: ${evil}` });
    const text = formatter.format(logEntry({ category: evil, message: evil, error, scopes: [{ text: evil, values: undefined }] }), plain);
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(text.split('\\u001B[2J\\u0000\\u009B\\u007F')).toHaveLength(5);
  });

  it.each(formatters)('leaves tab, carriage return and all letters as they are: $name', formatter => {
    expect(formatter.format(logEntry({ message: 'a\tb\rcäß😀\u00a0\u2028' }), plain)).toContain('a\tb\rcäß😀\u00a0\u2028');
  });
});

describe('the JSON format', () => {
  const parse = (formatter: IConsoleFormatter, ...facts: Parameters<typeof logEntry>) => JSON.parse(formatter.format(logEntry(...facts), plain));

  it('has values, template and scopes as they are, with the text beside them', () => {
    const entry = { message: 'order 7', template: 'order {Id}', values: [['Id', 7]] as const, scopes };
    expect(parse(new JsonConsoleFormatter({ includeScopes: true }), entry)).toEqual({
      EventId: 0,
      LogLevel: 'Information',
      Category: 'App',
      Message: 'order 7',
      State: { Id: 7, '{OriginalFormat}': 'order {Id}' },
      Scopes: ['outer', { Message: 'order 7', Id: 7, '{OriginalFormat}': 'order {Id}' }, { Message: '{"user":"me"}', user: 'me' }],
    });
  });

  it('is the same JSON when it is indented', () => {
    const entry = { message: 'm', template: '{A}', values: [['A', [1, { b: 2 }]]] as const, scopes, error: errorOf('no') };
    const indented: IConsoleFormatter = new JsonConsoleFormatter({ includeScopes: true, jsonWriterOptions: { indented: true }, timestampFormat: 'o' });
    const compact: IConsoleFormatter = new JsonConsoleFormatter({ includeScopes: true, timestampFormat: 'o' });
    expect(parse(indented, entry)).toEqual(parse(compact, entry));
    expect(compact.format(logEntry(entry), plain).match(/\n/g)).toHaveLength(1);
    const lines = indented.format(logEntry(entry), plain).split('\n');
    expect(lines.every(line => /^(\{|\}| {2,6}\S.*|)$/.test(line))).toBe(true);
  });

  it('writes what JSON does not know as text, and lists and plain objects as they are', () => {
    class Money {
      toString(): string {
        return '3 EUR';
      }
    }
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const hostile = {
      get a(): never {
        throw new Error('no');
      },
    };
    expect(
      [Number.NaN, -Infinity, 12n, undefined, null, true, new Date(0), Symbol('s'), new Money(), [1, 'a', [null]], { a: { b: 1n } }, new Map([['k', 1]])].map(
        jsonValue,
      ),
    ).toEqual([
      '"NaN"',
      '"-Infinity"',
      '12',
      'null',
      'null',
      'true',
      '"1970-01-01T00:00:00.000Z"',
      '"Symbol(s)"',
      '"3 EUR"',
      '[1,"a",[null]]',
      '{"a":{"b":12}}'.replace('12', '1'),
      '"[k, 1]"',
    ]);
    for (const value of [
      cyclic,
      hostile,
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('no');
          },
        },
      ),
      () => 1,
    ])
      expect(() => JSON.parse(jsonValue(value))).not.toThrow();
  });

  it('escapes every character that is not printable ASCII, and those that mean something in HTML or JSON', () => {
    const asTheyAre = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).filter(character => jsonText(character) === `"${character}"`);
    expect(asTheyAre.join('')).toBe(' !#$%()*,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~');
    expect(['"', '<', '\u007f', '\n', '\\', 'é'].map(jsonText)).toEqual(['"\\u0022"', '"\\u003C"', '"\\u007F"', '"\\n"', '"\\\\"', '"\\u00E9"']);
  });

  it('reads back as the text that it was, but for halves of surrogate pairs', () => {
    const text = Array.from({ length: 0x500 }, (_, code) => String.fromCharCode(code)).join('') + '😀\u2028\ufffe';
    expect(JSON.parse(jsonText(text))).toBe(text);
    expect(jsonText(text)).toMatch(/^"[ -~]*"$/);
    expect(JSON.parse(jsonText('a\ud800b\udc00'))).toBe('a\ufffdb\ufffd');
  });

  it('keeps no more escaped texts than it needs', () => {
    const formatter = new JsonConsoleFormatter();
    for (let index = 0; index < 5_000; index++) expect(parse(formatter, { category: `C${index}` }).Category).toBe(`C${index}`);
  });
});

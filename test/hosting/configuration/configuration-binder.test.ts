import {
  bind,
  ConfigurationBindingError,
  ConfigurationBuilder,
  type ConfigurationTypeOf,
  configurationTypes as t,
  getAs,
  getValue,
  type IConfigurationRoot,
  type ScalarType,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const from = (data: Readonly<Record<string, string | null>>): IConfigurationRoot => new ConfigurationBuilder().addInMemoryCollection(data).build();

function failureOf(work: () => unknown): ConfigurationBindingError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationBindingError);
    return error as ConfigurationBindingError;
  }
  throw new Error('Nothing was thrown.');
}

describe('getValue', () => {
  it('converts as the default value says', () => {
    const configuration = from({ port: '25', ratio: '0.5', on: 'True', name: 'x', none: null });
    expect(getValue(configuration, 'port', 80)).toBe(25);
    expect(getValue(configuration, 'ratio', 1)).toBe(0.5);
    expect(getValue(configuration, 'on', false)).toBe(true);
    expect(getValue(configuration, 'name', 'y')).toBe('x');
    expect(getValue(configuration, 'missing', 7)).toBe(7);
    expect(getValue(configuration, 'none', 7)).toBe(7);
  });

  it('converts to a type, with a default value or without', () => {
    const configuration = from({ port: '0x19' });
    expect(getValue(configuration, 'port', t.integer)).toBe(25);
    expect(getValue(configuration, 'missing', t.integer)).toBeUndefined();
    expect(getValue(configuration, 'missing', t.integer, 80)).toBe(80);
  });

  it('has the facts in its error: where, of whom, what was expected and what was found', () => {
    const configuration = new ConfigurationBuilder().addConfiguration(new ConfigurationBuilder().addCommandLine(['--Mail:Port=x']).build()).build();
    const error = failureOf(() => getValue(configuration.getSection('Mail'), 'Port', 25));
    expect({ ...error }).toMatchObject({
      code: 'ERR_CONFIGURATION_BINDING',
      path: 'Mail:Port',
      source: 'CommandLineConfigurationProvider',
      expected: 'a number',
      found: 'x',
    });
    expect(error.message).toBe(
      "Failed to convert configuration value 'x' at 'Mail:Port' to type 'number'. Expected a number. The value comes from CommandLineConfigurationProvider.",
    );
  });

  it('keeps a secret out of its error', () => {
    const error = failureOf(() => getValue(from({ 'Api:Token': 'geheim' }), 'Api:Token', 1));
    expect([error.found, error.message.includes('geheim')]).toEqual(['***', false]);
  });

  it.each(['integer', 'bigint', 'number', 'timeSpan', 'duration', 'boolean', 'date'] as const)('is done at once with an endless text: %s', name => {
    const digits = '1'.repeat(2_000_000);
    for (const text of [`${digits}x`, `${digits}.${digits}x`, `0:${digits}`, `${' '.repeat(2_000_000)}x`]) {
      const { message } = failureOf(() => getValue(from({ a: text }), 'a', t[name] as unknown as ScalarType<unknown>));
      expect(message.length).toBeLessThan(500);
    }
  });

  it('is for a single value', () => {
    expect(() => getValue(from({}), 'a', [] as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error);
  });
});

describe('a text', () => {
  const conversions = [
    ['boolean', t.boolean, ' TRUE ', true],
    ['boolean', t.boolean, '1', undefined],
    ['integer', t.integer, ' +9007199254740991 ', 9007199254740991],
    ['integer', t.integer, '9007199254740992', undefined],
    ['integer', t.integer, '1.0', undefined],
    ['int32', t.int32, '#ffffffff', -1],
    ['int32', t.int32, '2147483648', undefined],
    ['bigint', t.bigint, '123456789012345678901', 123456789012345678901n],
    ['bigint', t.bigint, '1'.repeat(10_001), undefined],
    ['number', t.number, '-.5e3', -500],
    ['number', t.number, 'infinity', Infinity],
    ['number', t.number, '1,000', undefined],
    ['number', t.number, '', undefined],
    ['timeSpan', t.timeSpan, '1.02:03:04.5', 93_784_500],
    ['timeSpan', t.timeSpan, '2', 172_800_000],
    ['timeSpan', t.timeSpan, '24:00:00', 24 * 86_400_000],
    ['timeSpan', t.timeSpan, '00:60', undefined],
    ['timeSpan', t.timeSpan, '10675200', undefined],
    ['duration', t.duration, '1.5s', 1_500],
    ['duration', t.duration, '00:00:30', 30_000],
    ['duration', t.duration, '250 ms', 250],
    ['duration', t.duration, '30', undefined],
    ['date', t.date, '2026-11-23T12:00:00Z', new Date(Date.UTC(2026, 10, 23, 12))],
    ['date', t.date, '2026-13-01', undefined],
    ['date', t.date, 'yesterday', undefined],
    ['words', t.enumeration(['Red', 'dark red']), 'DARK RED', 'dark red'],
    ['words', t.enumeration(['Red']), '0', undefined],
    ['enumeration', t.enumeration({ Red: 1, Blue: 6, 1: 'Red' }), 'red, blue', 7],
    ['enumeration', t.enumeration({ Red: 1 }), '99', 99],
    ['enumeration', t.enumeration({ Red: 1 }), 'constructor', undefined],
    ['nullable', t.nullable(t.integer), '', undefined],
    ['own', t.scalar('even', 'an even number', text => (Number(text) % 2 === 0 ? Number(text) : undefined)), '4', 4],
  ] as const;

  it.each(conversions.map(([name, type, text, expected]) => ({ name, type, text, expected })))(
    'of the type $name: $text is $expected',
    ({ type, text, expected }) => {
      const read = () => getValue(from({ a: text }), 'a', type as ScalarType<unknown>);
      if (expected === undefined && !type.isNullable) failureOf(read);
      else expect(read()).toEqual(expected);
    },
  );
});

describe('bind', () => {
  class Mail {
    server = 'localhost';
    port = 25;
    secure = false;
    since = new Date(0);
    tags: string[] = [];
    limits = new Map([['day', 10]]);
    headers: Record<string, string> = {};
    retry = { times: 3, waits: [1] };
    comment: string | undefined = undefined;
    #sent = 0;

    get sent(): number {
      return this.#sent;
    }
  }

  it('converts as the values of the target say', () => {
    const mail = bind(
      from({
        'Mail:SERVER': 'here',
        'Mail:port': '587',
        'Mail:Secure': 'true',
        'Mail:Since': '2026-11-23',
        'Mail:Tags:0': 'a',
        'Mail:Tags:1': 'b',
        'Mail:Limits:Week': '50',
        'Mail:Headers:X-A': '1',
        'Mail:Retry:Times': '5',
        'Mail:Retry:Waits:0': '2',
        'Mail:Comment': 'ok',
        'Mail:Unknown': 'x',
      }).getSection('Mail'),
      new Mail(),
    );
    expect(mail).toEqual({
      server: 'here',
      port: 587,
      secure: true,
      since: new Date(Date.UTC(2026, 10, 23)),
      tags: ['a', 'b'],
      limits: new Map([
        ['day', 10],
        ['Week', 50],
      ]),
      headers: { 'X-A': '1' },
      retry: { times: 5, waits: [1, 2] },
      comment: 'ok',
    });
  });

  it('leaves alone what the configuration does not have', () => {
    expect(bind(from({}), new Mail())).toEqual(new Mail());
    expect(bind(from({ port: '1' }).getSection('nothing'), new Mail())).toEqual(new Mail());
  });

  it('names what it was bound to when something is unknown', () => {
    const error = failureOf(() => bind(from({ 'a:Port': '1', 'a:Prot': '2' }).getSection('a'), new Mail(), { errorOnUnknownConfiguration: true }));
    expect(error.message).toContain("the following properties were not found on the instance of Mail: 'Prot'");
    expect(error).toMatchObject({ path: 'a', found: "'Prot'" });
  });

  it('passes over items that cannot be converted, unless everything has to fit', () => {
    const configuration = from({ 'tags:0': 'x', 'waits:0': '1', 'waits:1': 'x', 'limits:a': 'x' });
    const target = () => ({ tags: [] as string[], waits: [0], limits: new Map([['b', 1]]) });
    expect(bind(configuration, target())).toEqual({ tags: ['x'], waits: [0, 1], limits: new Map([['b', 1]]) });
    const error = failureOf(() => bind(configuration, target(), { errorOnUnknownConfiguration: true }));
    expect(error).toMatchObject({ path: 'waits:1', found: 'x', cause: expect.any(ConfigurationBindingError) as unknown });
  });

  it('sets nothing that every object has', () => {
    const target = bind(from({ '__proto__:polluted': '1', constructor: 'x', 'headers:__proto__': 'y', 'headers:toString': 'z' }), {
      headers: {},
      constructor: 'own',
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.entries(target.headers).sort()).toEqual([
      ['__proto__', 'y'],
      ['toString', 'z'],
    ]);
    expect(target.constructor).toBe('x');
  });

  it('adds to a list that it is given', () => {
    expect(bind(from({ '0': '2', '1': '3' }), [1])).toEqual([1, 2, 3]);
  });

  it('refuses default values that hold themselves', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => bind(from({ a: '1' }), circle)).toThrow(RangeError);
  });
});

describe('getAs', () => {
  const Server = t.object({
    host: t.string,
    port: t.withDefault(t.integer, 80),
    timeout: t.withDefault(t.duration, 30_000),
    level: t.enumeration(['debug', 'info']),
    tags: t.array(t.string),
    weights: t.record(t.number),
  });

  it('makes what the type describes, with its default values', () => {
    const server: ConfigurationTypeOf<typeof Server> | undefined = getAs(from({ host: 'here', timeout: '5s', 'tags:0': 'a', 'weights:a': '0.5' }), Server);
    expect(server).toEqual({ host: 'here', port: 80, timeout: 5_000, level: undefined, tags: ['a'], weights: { a: 0.5 } });
    expect(server!.port.toFixed(0)).toBe('80');
  });

  it('is undefined when there is nothing', () => {
    expect(getAs(from({}).getSection('Server'), Server)).toBeUndefined();
    expect(getAs(from({ Server: null }).getSection('Server'), Server)).toBeUndefined();
  });

  it('gives lists and maps of objects', () => {
    const configuration = from({ 's:1:host': 'b', 's:0:host': 'a', 's:10:host': 'c' });
    expect(getAs(configuration.getSection('s'), t.array(t.object({ host: t.string })))).toEqual([{ host: 'a' }, { host: 'b' }, { host: 'c' }]);
    const byKey = getAs(configuration.getSection('s'), t.map(t.object({ host: t.string }), t.int32));
    expect([...byKey!.keys()]).toEqual([0, 1, 10]);
  });

  it('makes no two objects share a default value', () => {
    const limits = t.withDefault(t.map(t.number), new Map([['day', 1]]));
    const type = t.object({ name: t.string, list: t.withDefault(t.array(t.string), () => ['first']), limits });
    const [a, b] = [getAs(from({ name: 'a', 'limits:week': '2' }), type)!, getAs(from({ name: 'b' }), type)!];
    a.list!.push('second');
    expect([b.list, b.limits]).toEqual([['first'], new Map([['day', 1]])]);
  });

  it('says where the error is as the configuration spells it', () => {
    expect(failureOf(() => getAs(from({ 'A:PORT': 'x' }).getSection('a'), Server)).path).toBe('a:PORT');
  });
});

import * as v from 'valibot';
import { z } from 'zod';
import {
  ConfigurationBuilder,
  IConfiguration,
  type IConfigurationRoot,
  type OptionsDeclaration,
  optionsOf,
  ServiceCollection,
  ServiceProvider,
  type StandardSchema,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { configurationOf, failuresOf, valueOf } from './support.js';

expectNoLeaks();

describe('a schema of zod', () => {
  const bound = <S extends StandardSchema<unknown, object>>(schema: S, config: Record<string, string | null>) => valueOf(optionsOf('Mail', schema), config);

  it('gets numbers, booleans, integers of any size and dates from text', () => {
    const schema = z.object({ retries: z.number(), ratio: z.number(), isOn: z.boolean(), size: z.bigint(), since: z.date(), literal: z.literal(3) });
    const config = {
      'Mail:retries': ' 5 ',
      'Mail:ratio': '-2.5e3',
      'Mail:isOn': 'True',
      'Mail:size': '12345678901234567890',
      'Mail:since': '2026-11-23',
      'Mail:literal': '3',
    };
    expect(bound(schema, config)).toEqual({
      retries: 5,
      ratio: -2500,
      isOn: true,
      size: 12345678901234567890n,
      since: new Date('2026-11-23'),
      literal: 3,
    });
  });

  it('leaves text alone where text is valid, also beside other types', () => {
    const schema = z.object({
      zip: z.string(),
      port: z.union([z.string(), z.number()]),
      any: z.any(),
      coerced: z.coerce.number(),
      level: z.enum(['low', 'high']),
    });
    const config = { 'Mail:zip': '01234', 'Mail:port': '80', 'Mail:any': '7', 'Mail:coerced': '9', 'Mail:level': 'high' };
    expect(bound(schema, config)).toEqual({ zip: '01234', port: '80', any: '7', coerced: 9, level: 'high' });
  });

  it('finds keys in whatever case they are written', () => {
    const schema = z.object({ maxRetries: z.number().default(1), smtp: z.object({ hostName: z.string() }) });
    expect(bound(schema, { 'MAIL:MAXRETRIES': '4', 'mail:SMTP:HOSTNAME': 'h' })).toEqual({ maxRetries: 4, smtp: { hostName: 'h' } });
  });

  it('fills in defaults, and leaves out what is optional', () => {
    const schema = z.object({
      server: z.string(),
      retries: z.number().int().default(3),
      proxy: z.string().optional(),
      tags: z.array(z.string()).default(['a']),
    });
    expect(bound(schema, { 'Mail:server': 's' })).toEqual({ server: 's', retries: 3, tags: ['a'] });
  });

  it('makes lists of numbered keys, records of others, and objects in both', () => {
    const schema = z.object({
      ports: z.array(z.number()),
      limits: z.record(z.string(), z.number()),
      byNumber: z.record(z.string(), z.boolean()),
      servers: z.array(z.object({ host: z.string(), port: z.number().default(25) })),
      pair: z.tuple([z.string(), z.number()]),
      named: z.array(z.string()),
    });
    const config = {
      'Mail:ports:0': '1',
      'Mail:ports:2': '2',
      'Mail:ports:10': '3',
      'Mail:limits:day': '5',
      'Mail:byNumber:1': 'true',
      'Mail:servers:0:Host': 'a',
      'Mail:servers:1:HOST': 'b',
      'Mail:servers:1:port': '26',
      'Mail:pair:0': '7',
      'Mail:pair:1': '8',
      'Mail:named:first': 'x',
      'Mail:named:second': 'y',
    };
    expect(bound(schema, config)).toEqual({
      ports: [1, 2, 3],
      limits: { day: 5 },
      byNumber: { 1: true },
      servers: [
        { host: 'a', port: 25 },
        { host: 'b', port: 26 },
      ],
      pair: ['7', 8],
      named: ['x', 'y'],
    });
  });

  it('converts inside of unions, those of objects too', () => {
    const schema = z.object({
      flag: z.union([z.number(), z.boolean()]),
      target: z.union([z.object({ port: z.number() }), z.object({ path: z.string() })]),
      kind: z.discriminatedUnion('v', [z.object({ v: z.literal(1), n: z.number() }), z.object({ v: z.literal(2), s: z.string() })]),
    });
    const config = { 'Mail:flag': 'true', 'Mail:target:port': '80', 'Mail:kind:V': '2', 'Mail:kind:s': '5' };
    expect(bound(schema, config)).toEqual({ flag: true, target: { port: 80 }, kind: { v: 2, s: '5' } });
  });

  it('goes back to the text that an alternative of a union wants as text', () => {
    const schema = z.object({ x: z.union([z.object({ a: z.number(), b: z.string() }), z.object({ a: z.string(), c: z.number() })]) });
    expect(bound(schema, { 'Mail:x:a': '5', 'Mail:x:c': '7' })).toEqual({ x: { a: '5', c: 7 } });
  });

  it('reads an empty text and no value as what the schema has room for', () => {
    const schema = z.object({
      text: z.string(),
      limit: z.number().optional(),
      retries: z.number().default(2),
      list: z.array(z.string()),
      nothing: z.string().nullable(),
      object: z.object({ a: z.number().default(1) }),
    });
    const config = { 'Mail:text': '', 'Mail:limit': '', 'Mail:retries': null, 'Mail:list': '', 'Mail:nothing': null, 'Mail:object': null };
    expect(bound(schema, config)).toEqual({ text: '', retries: 2, list: [], nothing: null, object: { a: 1 } });
  });

  it('does not convert what is no clean number or would not be the same number', () => {
    const schema = z.object({ n: z.number() });
    for (const text of ['5x', '0x10', '1,000', 'NaN', 'Infinity', '9007199254740993', '1e999', '--1', '. '])
      expect(failuresOf(optionsOf('Mail', schema), { 'Mail:n': text })).toEqual([`Mail:n: expected number, but found '${text}' (MemoryConfigurationProvider)`]);
  });

  it('passes on plain objects where the schema takes anything', () => {
    const value = bound(z.object({ rest: z.any(), all: z.looseObject({}) }), { 'Mail:rest:Deep:1': 'x', 'Mail:all:Key': 'y' });
    expect(value).toEqual({ rest: { Deep: ['x'] }, all: { Key: 'y' } });
    expect(structuredClone(value)).toEqual(value);
  });

  it('takes names of prototypes for plain names', () => {
    const value = bound(z.object({ rest: z.record(z.string(), z.string()) }), {
      'Mail:rest:__proto__': 'p',
      'Mail:rest:constructor': 'c',
      'Mail:rest:x': 'x',
    }) as {
      rest: object;
    };
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.getPrototypeOf(value.rest)).toBe(Object.prototype);
    expect((value.rest as Record<string, unknown>).x).toBe('x');
    expect(bound(z.object({ rest: z.record(z.string(), z.string()) }), { 'Mail:rest:CONSTRUCTOR': 'c' })).toEqual({ rest: { CONSTRUCTOR: 'c' } });
  });

  it('may copy what it is given, and fails as itself', () => {
    const copying = z.object({ rest: z.any().transform(rest => structuredClone(rest) as unknown) });
    expect(bound(copying, { 'Mail:rest:Deep': 'x' })).toEqual({ rest: { Deep: 'x' } });
    const broken = v.pipe(
      v.object({}),
      v.transform((): object => {
        throw new RangeError('broken schema');
      }),
    );
    expect(() => bound(broken, {})).toThrow(RangeError);
  });

  it('reads a thousand keys, in whatever case, in one run', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `option${index}`);
    let runs = 0;
    const schema = z.object(Object.fromEntries(names.map(name => [name, z.string()]))).refine(() => ++runs > 0);
    expect(Object.keys(bound(schema, Object.fromEntries(names.map(name => [`Mail:${name.toUpperCase()}`, 'x']))))).toEqual(names);
    expect(runs).toBe(1);
  });

  it('runs once where everything is valid as it is', () => {
    let runs = 0;
    const schema = z.object({ server: z.string() }).refine(() => ++runs > 0);
    expect(bound(schema, { 'Mail:server': 's' })).toEqual({ server: 's' });
    expect(runs).toBe(1);
  });

  it('transforms once', () => {
    const schema = z.object({ hosts: z.string().transform(text => text.split(',')), port: z.number().transform(port => port + 1) });
    expect(bound(schema, { 'Mail:hosts': 'a,b', 'Mail:port': '1' })).toEqual({ hosts: ['a', 'b'], port: 2 });
  });

  it('is an error when it makes no object', () => {
    expect(() => bound(z.any().transform(() => 5) as never, {})).toThrow('The schema of options makes an object, but this one made number.');
  });
});

describe('a schema of valibot', () => {
  it('is read in the same way', () => {
    const schema = v.object({
      server: v.string(),
      retries: v.optional(v.number(), 3),
      isOn: v.boolean(),
      ports: v.array(v.number()),
      limits: v.record(v.string(), v.number()),
      target: v.union([v.object({ port: v.number() }), v.object({ path: v.string() })]),
      kind: v.variant('k', [v.object({ k: v.literal(1), n: v.number() }), v.object({ k: v.literal(2), s: v.string() })]),
      when: v.date(),
    });
    const config = {
      'Mail:SERVER': 's',
      'Mail:isOn': 'false',
      'Mail:ports:0': '1',
      'Mail:ports:1': '2',
      'Mail:limits:Day': '5',
      'Mail:target:PORT': '80',
      'Mail:kind:K': '1',
      'Mail:kind:N': '9',
      'Mail:when': '2026-11-23T10:00:00Z',
    };
    expect(valueOf(optionsOf('Mail', schema), config)).toEqual({
      server: 's',
      retries: 3,
      isOn: false,
      ports: [1, 2],
      limits: { Day: 5 },
      target: { port: 80 },
      kind: { k: 1, n: 9 },
      when: new Date('2026-11-23T10:00:00Z'),
    });
  });

  it('says what it expected', () => {
    const schema = v.object({ server: v.string(), retries: v.pipe(v.number(), v.minValue(1)), level: v.picklist(['low', 'high']) });
    expect(failuresOf(optionsOf('Mail', schema), { 'Mail:retries': '0', 'Mail:level': 'mid' })).toEqual([
      'Mail:server: expected a value, but nothing was found',
      "Mail:retries: Invalid value: Expected >=1 but received 0; found '0' (MemoryConfigurationProvider)",
      `Mail:level: expected ("low" | "high"), but found 'mid' (MemoryConfigurationProvider)`,
    ]);
  });
});

describe('a schema of a library that says nothing of types', () => {
  /** Says only what is wrong and where. */
  const positive: StandardSchema<{ n: number }, { n: number }> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: value => {
        const { n } = value as { n: unknown };
        return typeof n === 'number' && n > 0
          ? { value: { n } }
          : { issues: [{ message: `n must be a positive number, not a ${typeof n}`, path: [{ key: 'n' }] }] };
      },
    },
  };

  it('is believed when it says that something is wrong, but not what', () => {
    const silent: StandardSchema<object, object> = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) } };
    expect(failuresOf(optionsOf('Mail', silent), {})).toEqual(['A validation error has occurred.']);
  });

  it('is offered all that a text can be read as, and judges the text when nothing is right', () => {
    const Options = optionsOf('Mail', positive);
    expect(valueOf(Options, { 'Mail:N': '5' })).toEqual({ n: 5 });
    expect(failuresOf(Options, { 'Mail:N': '-5' })).toEqual(["Mail:N: n must be a positive number, not a string; found '-5' (MemoryConfigurationProvider)"]);
  });
});

describe('configurations and functions', () => {
  const schema = z.object({ server: z.string(), retries: z.number().default(3), tags: z.array(z.string()).default([]) });
  const Options = optionsOf('Mail', schema);
  type Configure = (services: ServiceCollection, configuration: IConfigurationRoot) => void;

  function made(options: OptionsDeclaration<object, never>, config: Record<string, string>, configure: Configure): unknown {
    using configuration = configurationOf(config);
    const services = new ServiceCollection();
    configure(services, configuration);
    using provider = new ServiceProvider(services);
    return provider.getRequiredService(options.value);
  }

  it('count in their order, the last one wins', () => {
    const config = { 'Mail:server': 'file', 'Mail:retries': '5' };
    const codeFirst = made(Options, config, (services, configuration) =>
      services.configure(Options, options => void Object.assign(options, { server: 'code', tags: ['t'] })).bind(configuration.getSection('Mail')),
    );
    expect(codeFirst).toEqual({ server: 'file', retries: 5, tags: ['t'] });
    const codeLast = made(Options, config, (services, configuration) =>
      services.configure(Options, configuration.getSection('Mail')).configure(options => {
        expect(options).toEqual({ server: 'file', retries: 5 });
        options.server = 'code';
      }),
    );
    expect(codeLast).toEqual({ server: 'code', retries: 5, tags: [] });
  });

  it('let a function supply what the schema requires', () => {
    expect(made(Options, {}, services => services.configure(Options, options => void (options.server = 's')))).toEqual({
      server: 's',
      retries: 3,
      tags: [],
    });
  });

  it('lay one section over the other, lists by position', () => {
    const config = { 'A:server': 'a', 'A:tags:0': 'a0', 'A:tags:1': 'a1', 'B:TAGS:1': 'b1', 'B:tags:2': 'b2' };
    const value = made(Options, config, (services, configuration) =>
      services.configure(Options, configuration.getSection('A')).bind(configuration.getSection('B')),
    );
    expect(value).toEqual({ server: 'a', retries: 3, tags: ['a0', 'b1', 'b2'] });
  });

  it('leave to postConfigure what the schema made', () => {
    const value = made(Options, { 'Mail:server': 's' }, (services, configuration) =>
      services.configure(Options, configuration.getSection('Mail')).postConfigure(options => void (options.retries *= 2)),
    );
    expect(value).toEqual({ server: 's', retries: 6, tags: [] });
  });

  it('let a function make that right which was not before', () => {
    const Union = optionsOf(
      'Mail',
      z.object({ x: z.union([z.object({ kind: z.literal('n'), v: z.string() }), z.object({ kind: z.literal('b'), v: z.boolean() })]) }),
    );
    const value = made(Union, { 'Mail:x:v': 'true' }, (services, configuration) =>
      services.configure(Union, configuration.getSection('Mail')).configure(options => void (options.x.kind = 'b')),
    );
    expect(value).toEqual({ x: { kind: 'b', v: true } });
  });

  it('name code as what set a wrong value', () => {
    expect(() => made(Options, {}, services => services.configure(Options, options => void (options.server = 5 as never)))).toThrow(
      'Mail:server: expected string, but found 5 (set by the program)',
    );
  });

  it('bind the declared section of the program when nothing else is said', () => {
    using configuration = new ConfigurationBuilder().addInMemoryCollection({ 'Mail:server': 's' }).build();
    expect(made(Options, {}, services => services.addSingleton(IConfiguration, configuration).configure(Options))).toEqual({
      server: 's',
      retries: 3,
      tags: [],
    });
  });
});

import * as v from 'valibot';
import { z } from 'zod';
import {
  ConfigurationBindingError,
  ConfigurationBuilder,
  configurationTypes,
  type OptionsDeclaration,
  optionsOf,
  OptionsValidationError,
  ServiceCollection,
  ServiceProvider,
  ValidateOptionsResult,
} from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { failuresOf, validationErrorOf, valueOf } from './support.js';

expectNoLeaks();

const MailOptions = optionsOf(
  'Mail',
  z.object({ server: z.string(), retries: z.number().int().min(1).default(3), smtp: z.object({ port: z.number() }).optional() }),
);

describe('an invalid value of a schema', () => {
  it('is told with its key, what was expected, what was found, and what it comes from', () => {
    using configuration = new ConfigurationBuilder()
      .addInMemoryCollection({ 'Mail:retries': '1' })
      .addEnvironmentVariables('APP_', { environment: { APP_MAIL__RETRIES: 'many' } })
      .build();
    const services = new ServiceCollection();
    services.configure(MailOptions, configuration.getSection('Mail'));
    using provider = new ServiceProvider(services);
    const error = validationErrorOf(() => provider.getRequiredService(MailOptions.value));
    expect(error).toMatchObject({
      code: 'ERR_OPTIONS_VALIDATION',
      optionsName: '',
      optionsType: 'Mail',
      details: [
        { key: 'Mail:server', expected: 'string', message: 'Mail:server: expected string, but nothing was found' },
        { key: 'Mail:RETRIES', expected: 'number', found: "'many'", source: 'environment variable APP_MAIL__RETRIES' },
      ],
    });
    expect(error.message).toBe(error.failures.join('; '));
  });

  it('is told in the words of the schema where it is of the right type', () => {
    expect(failuresOf(MailOptions, { 'Mail:server': 's', 'Mail:retries': '0' })).toEqual([
      "Mail:retries: Too small: expected number to be >=1; found '0' (MemoryConfigurationProvider)",
    ]);
  });

  it('says so where there are keys in the place of a value, and a value in the place of keys', () => {
    expect(failuresOf(MailOptions, { 'Mail:server:x': 's', 'Mail:smtp': '25' })).toEqual([
      'Mail:server: expected string, but found keys below it',
      "Mail:smtp: expected object, but found '25' (MemoryConfigurationProvider)",
    ]);
  });

  it('lists what an enumeration has', () => {
    const Levels = optionsOf('Log', z.object({ level: z.enum(['low', 'high']) }));
    expect(failuresOf(Levels, { 'Log:level': 'mid' })).toEqual([`Log:level: expected one of "low", "high", but found 'mid' (MemoryConfigurationProvider)`]);
  });

  it('says of a rule over all options only what is wrong', () => {
    const Range = optionsOf(
      'Range',
      z.object({ from: z.number(), to: z.number() }).refine(({ from, to }) => from <= to, 'from lies behind to'),
    );
    expect(failuresOf(Range, { 'Range:from': '2', 'Range:to': '1' })).toEqual(['Range: from lies behind to']);
  });
});

describe('a secret', () => {
  const found = (options: OptionsDeclaration<object>, data: Record<string, string>) => {
    const { message, details, stack } = validationErrorOf(() => valueOf(options, data));
    return { text: JSON.stringify({ message, details, stack }), message };
  };

  it('is masked where its name says that it is one', () => {
    const Options = optionsOf('Mail', z.object({ password: z.number(), apiKey: z.string().min(99, 'too short') }));
    const { text, message } = found(Options, { 'Mail:password': 'hunter2', 'Mail:apiKey': 'abcdef' });
    expect(text).not.toMatch(/hunter2|abcdef/);
    expect(message).toBe(
      'Mail:password: expected number, but found *** (MemoryConfigurationProvider); Mail:apiKey: is not valid; found *** (MemoryConfigurationProvider)',
    );
  });

  it('is masked where it was declared, with all below it, in whatever position', () => {
    const Options = optionsOf('Mail', z.object({ pin: z.number(), users: z.array(z.object({ mark: z.number() })), vault: z.object({ x: z.number() }) }), {
      secrets: ['PIN', 'users:mark', 'vault'],
    });
    const { text } = found(Options, { 'Mail:pin': 'p-secret', 'Mail:users:0:mark': 'm-secret', 'Mail:vault:x': 'v-secret' });
    expect(text).not.toMatch(/secret/);
  });

  it('is masked in the words of a schema that repeats what it was given', () => {
    const Options = optionsOf(
      'Mail',
      v.object({
        password: v.pipe(v.string(), v.maxLength(3)),
        text: v.pipe(
          v.string(),
          v.check(
            () => false,
            ({ input }) => `no: ${input}`,
          ),
        ),
      }),
    );
    const { text } = found(Options, { 'Mail:password': 'hunter2', 'Mail:text': 'copy of hunter2' });
    expect(text).toContain('no: copy of ***');
  });

  it('is masked where default values are bound', () => {
    const Options = optionsOf('Mail', () => ({ pin: 0, token: 0 }), { secrets: ['pin'] });
    for (const [key, text] of [
      ['Mail:pin', 'p-hidden'],
      ['Mail:token', 't-hidden'],
    ] as const) {
      const error = thrownBy(() => valueOf(Options, { [key]: text }));
      expect(error).toBeInstanceOf(ConfigurationBindingError);
      expect(JSON.stringify({ ...(error as object), message: (error as Error).message, cause: String((error as Error).cause) })).not.toContain('hidden');
      expect((error as ConfigurationBindingError).path).toBe(key);
    }
  });
});

describe('a key that no option has', () => {
  const strict = { errorOnUnknownConfiguration: true } as const;

  it('is passed over unless it is to be an error', () => {
    expect(valueOf(MailOptions, { 'Mail:server': 's', 'Mail:retires': '5' })).toEqual({ server: 's', retries: 3 });
    expect(valueOf(optionsOf('Mail', { retries: 3 }), { 'Mail:retires': '5' })).toEqual({ retries: 3 });
  });

  it('is an error that names it, what it comes from, and what may have been meant', () => {
    const Schema = optionsOf(
      'Mail',
      z.object({ server: z.string().default(''), retries: z.number().default(3), smtp: z.object({ port: z.number() }).optional() }),
      strict,
    );
    const Defaults = optionsOf('Mail', { server: '', retries: 3, smtp: { port: 25 } }, strict);
    for (const Options of [Schema, Defaults]) {
      expect(
        failuresOf(Options as OptionsDeclaration<object>, { 'Mail:retires': '5', 'Mail:SMTP:prt': '1', 'Mail:smtp:PORT': '26', 'Mail:quite:different': 'x' }),
      ).toEqual(
        expect.arrayContaining([
          'Mail:retires: there is no such option (MemoryConfigurationProvider); did you mean retries?',
          expect.stringMatching(/^Mail:(SMTP|smtp):prt: there is no such option \(MemoryConfigurationProvider\); did you mean port\?$/),
          expect.stringMatching(/^Mail:quite: there is no such option; known are server, retries, smtp\.$/),
        ]),
      );
    }
  });

  it('goes with items of lists that cannot be converted, which are passed over otherwise', () => {
    const config = { 'Mail:ports:0': 'x', 'Mail:ports:1': '2' };
    expect(valueOf(optionsOf('Mail', { ports: [1] }), config)).toEqual({ ports: [1, 2] });
    expect(() => valueOf(optionsOf('Mail', { ports: [1] }, strict), config)).toThrow(ConfigurationBindingError);
  });

  it('is told beside what is wrong with those that there are', () => {
    const Options = optionsOf('Mail', z.object({ server: z.string() }), strict);
    expect(failuresOf(Options, { 'Mail:sever': 's' })).toEqual([
      'Mail:server: expected string, but nothing was found',
      'Mail:sever: there is no such option (MemoryConfigurationProvider); did you mean server?',
    ]);
  });

  it('does not exist where the schema takes any key or anything', () => {
    const schema = z.object({
      any: z.any(),
      record: z.record(z.string(), z.number()),
      loose: z.looseObject({ a: z.number() }),
      list: z.array(z.object({ a: z.number() })),
    });
    const config = { 'Mail:any:x:y': '1', 'Mail:record:x': '1', 'Mail:loose:a': '1', 'Mail:loose:b': '2', 'Mail:list:0:a': '1' };
    expect(valueOf(optionsOf('Mail', schema, strict), config)).toEqual({ any: { x: { y: '1' } }, record: { x: 1 }, loose: { a: 1, b: '2' }, list: [{ a: 1 }] });
    const defaults = { record: {}, list: [{ a: 1 }] };
    expect(valueOf(optionsOf('Mail', defaults, strict), { 'Mail:record:x': '1', 'Mail:list:0:a': '2' })).toEqual({
      record: { x: '1' },
      list: [{ a: 1 }, { a: 2 }],
    });
  });
});

describe('default values', () => {
  it('say how text is converted, and stay where there is none', () => {
    const defaults = { server: 'x', retries: 3, isOn: true, tags: ['a'], smtp: { port: 25, host: 'h' }, since: new Date(0) };
    const Options = optionsOf('Mail', defaults);
    const config = { 'Mail:RETRIES': '5', 'Mail:isOn': 'false', 'Mail:tags:0': 'b', 'Mail:smtp:port': '26', 'Mail:since': '2026-11-23' };
    expect(valueOf(Options, config)).toEqual({
      server: 'x',
      retries: 5,
      isOn: false,
      tags: ['a', 'b'],
      smtp: { port: 26, host: 'h' },
      since: new Date('2026-11-23'),
    });
  });

  it('are never changed themselves', () => {
    const defaults = { retries: 3, tags: ['a'], smtp: { port: 25 }, map: new Map([['a', 1]]) };
    const Options = optionsOf('Mail', defaults);
    const options = valueOf(Options, { 'Mail:retries': '5', 'Mail:tags:0': 'b', 'Mail:smtp:port': '26', 'Mail:map:b': '2' });
    expect(options).toEqual({ retries: 5, tags: ['a', 'b'], smtp: { port: 26 }, map: new Map(Object.entries({ a: 1, b: 2 })) });
    expect(defaults).toEqual({ retries: 3, tags: ['a'], smtp: { port: 25 }, map: new Map([['a', 1]]) });
  });

  it('come from a function, with a class of their own where they have one', () => {
    class Retry {
      count = 1;
      get double(): number {
        return this.count * 2;
      }
    }
    const options = valueOf(
      optionsOf('Retry', () => new Retry()),
      { 'Retry:Count': '4' },
    );
    expect(options).toBeInstanceOf(Retry);
    expect(options.double).toBe(8);
  });

  it('are converted as a description of types says where there is one', () => {
    const type = configurationTypes.object({ wait: configurationTypes.duration, names: configurationTypes.array(configurationTypes.string) });
    const Options = optionsOf('Mail', () => ({ wait: 0, names: [] as string[] }), { type: type as never });
    expect(valueOf(Options, { 'Mail:wait': '30s', 'Mail:names:0': 'n' })).toEqual({ wait: 30_000, names: ['n'] });
  });

  it('that cannot be had from the text are an error at once', () => {
    expect(() => valueOf(optionsOf('Mail', { retries: 3 }), { 'Mail:retries': 'many' })).toThrow(
      "Failed to convert configuration value 'many' at 'Mail:retries'",
    );
  });
});

describe('a validation error', () => {
  it('has what a validator knows of its failures', () => {
    const failure = { message: 'port is taken', key: 'Mail:port', found: '25' };
    const Options = optionsOf('Mail', { port: 25 });
    const services = new ServiceCollection();
    services.addOptions(Options, 'n').validateWith(
      class {
        validate(): ValidateOptionsResult {
          return ValidateOptionsResult.fail([failure, 'and more']);
        }
      },
    );
    using provider = new ServiceProvider(services);
    const error = validationErrorOf(() => provider.getRequiredService(Options.monitor).get('n'));
    expect(error).toBeInstanceOf(OptionsValidationError);
    expect(error).toMatchObject({
      optionsName: 'n',
      failures: ['port is taken', 'and more'],
      details: [failure, { message: 'and more' }],
      message: 'port is taken; and more',
    });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

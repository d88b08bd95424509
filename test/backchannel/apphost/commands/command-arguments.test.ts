import { expectNoLeaks } from '../../../support/leak-check.js';
import type { ArgumentDefinition, ArgumentDefinitions } from '../../../../src/backchannel/apphost/commands/argument-definition.js';
import type { ExecuteResourceCommandRequest } from '../../../../src/backchannel/contract/index.js';
import { CommandScene, failure, invalid, success } from './command-scene.js';

expectNoLeaks();

/** Runs a command with these arguments; what it gets is the value of the answer. */
async function run(declared: ArgumentDefinitions, submitted: unknown, request: Partial<ExecuteResourceCommandRequest> = {}): Promise<any> {
  using scene = new CommandScene();
  let seen: unknown = 'nothing';
  const answer = await scene.run({ arguments: declared, execute: context => void (seen = context.arguments) }, { arguments: submitted, ...request });
  return answer.success && !request.validateOnly ? seen : answer;
}

/** What a command gets for one argument, or what is wrong with it. */
async function valueOf(definition: ArgumentDefinition, submitted: unknown): Promise<unknown> {
  const result = await run({ x: definition }, submitted === undefined ? {} : { x: submitted });
  return 'validationErrors' in result ? { problem: result.validationErrors[0]?.errorMessage ?? result.message } : result.x;
}

describe('the arguments of a request', () => {
  const two: ArgumentDefinitions = { first: { type: 'text' }, second: { type: 'number' } };

  it.each([
    ['none at all', undefined, { first: undefined, second: undefined }],
    ['null', null, { first: undefined, second: undefined }],
    ['an empty object', {}, { first: undefined, second: undefined }],
    ['names in any case', { FIRST: 'a', seconD: 5 }, { first: 'a', second: 5 }],
    ['fewer by position than there are', ['a'], { first: 'a', second: undefined }],
    ['all by position', ['a', 5], { first: 'a', second: 5 }],
    ['a name in two cases, of which the last counts', { first: 'a', First: 'b' }, { first: 'b', second: undefined }],
    ['true and false', { first: false }, { first: 'false', second: undefined }],
    ['a number for a text', { first: 5.5 }, { first: '5.5', second: undefined }],
  ])('may be %s', async (_, submitted, values) => {
    expect(await run(two, submitted)).toEqual(values);
  });

  it.each([
    ['a text', 'bob', 'Resource command arguments must be a JSON object or array.'],
    ['a number', 5, 'Resource command arguments must be a JSON object or array.'],
    ['true', true, 'Resource command arguments must be a JSON object or array.'],
    ['an object in an object', { first: {} }, "Resource command argument 'first' must be a string, number, boolean, or null."],
    ['a list in a list', [[]], "Resource command argument '[0]' must be a string, number, boolean, or null."],
    ['a nested one that is unknown', { '\u001b[2J': [] }, "Resource command argument '\ufffd[2J' must be a string, number, boolean, or null."],
  ])('may not be %s, whether there is such a resource or not', async (_, submitted, message) => {
    using scene = new CommandScene();
    await expect(run(two, submitted)).rejects.toMatchObject({ code: 'ERR_INVALID_OPERATION', message });
    await expect(scene.execute(undefined, 'go', { arguments: submitted })).rejects.toMatchObject({ message });
  });

  it.each([
    ['more by position than there are', ['a', 1, 2], "Command 'go' accepts 2 argument(s), but 3 were provided."],
    ['one that is unknown', { third: 1 }, "Unknown argument 'third' for command 'go'."],
    ['several that are unknown', { third: 1, __proto__x: 2, constructor: 3 }, "Unknown arguments for command 'go': 'third', '__proto__x', 'constructor'."],
  ])('are refused when there are %s', async (_, submitted, message) => {
    expect(await run(two, submitted)).toEqual(failure(message));
  });

  it('named like a prototype are arguments like any other', async () => {
    expect(await run(two, JSON.parse('{"__proto__":"x"}'))).toEqual(failure("Unknown argument '__proto__' for command 'go'."));
    expect(await run({ constructor: { type: 'text' } } as ArgumentDefinitions, { constructor: 'a' })).toEqual({ constructor: 'a' });
  });

  it('that are unknown are listed up to the twentieth', async () => {
    const { message } = await run(two, Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`n${index}`, 1])));
    expect(message).toMatch(/^Unknown arguments for command 'go': 'n0', .*, 'n19', and 10 more\.$/);
  });

  it('are refused when they are for disabled ones, before anything else is looked at', async () => {
    const declared: ArgumentDefinitions = { a: { type: 'text', disabled: true }, b: { type: 'text', disabled: true }, c: { type: 'text' } };
    expect(await run(declared, { A: 'x', zzz: 1 })).toEqual(failure("Argument 'a' for command 'go' is disabled."));
    expect(await run(declared, { b: null, a: 'x' })).toEqual(failure("Arguments for command 'go' are disabled: 'a', 'b'."));
    expect(await run(declared, ['x'])).toEqual(failure("Argument 'a' for command 'go' is disabled."));
    expect(await run(declared, { c: 'x' })).toEqual({ a: undefined, b: undefined, c: 'x' });
  });

  it('may be 1,000 with a million characters, and no more', async () => {
    using scene = new CommandScene();
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, null]));
    expect((await scene.run({}, { arguments: many(1_000) })).message).toMatch(/^Unknown arguments/);
    await expect(scene.run({}, { arguments: many(1_001) })).rejects.toThrow('A request may have at most 1000 resource command arguments, but has 1001.');
    await expect(scene.run({}, { arguments: Array.from({ length: 1_001 }, () => null) })).rejects.toThrow('at most 1000');
    expect((await scene.run({}, { arguments: { x: 'x'.repeat(1_048_575) } })).message).toBe("Unknown argument 'x' for command 'go'.");
    await expect(scene.run({}, { arguments: { x: 'x'.repeat(1_048_576) } })).rejects.toThrow(
      'The resource command arguments of a request may have at most 1048576 characters, but have 1048577.',
    );
  });
});

describe('an argument', () => {
  const tooLong = { problem: 'Value length exceeds 3 characters.' };
  const required = { problem: 'Value is required.' };
  const notOffered = { problem: 'Value must be one of the provided options.' };

  it.each<[string, ArgumentDefinition, unknown, unknown]>([
    ['text is trimmed', { type: 'text' }, ' \t\u00a0\u0085bob\n', 'bob'],
    ['text keeps a byte order mark, which is no blank', { type: 'text' }, '\ufeffbob', '\ufeffbob'],
    ['a secret is not trimmed', { type: 'secret' }, '  t ', '  t '],
    ['text may be empty', { type: 'text' }, '  ', ''],
    ['text that is empty is not its default', { type: 'text', default: 'x' }, '', ''],
    ['null is not given', { type: 'text', default: 'x' }, null, 'x'],
    ['null is not given, also when it is required', { type: 'text', default: 'x', required: true }, null, 'x'],
    ['a default is taken', { type: 'number', default: 3 }, undefined, 3],
    ['a default of false is one', { type: 'boolean', default: false }, undefined, false],
    ['a default of zero is one', { type: 'number', default: 0 }, undefined, 0],
    ['an empty number is its default', { type: 'number', default: 3 }, ' ', 3],
    ['an empty number without a default is none', { type: 'number' }, '', undefined],
    ['required and missing', { type: 'text', required: true }, undefined, required],
    ['required and null', { type: 'text', required: true }, null, required],
    ['required and empty', { type: 'text', required: true, default: 'x' }, '', required],
    ['required and blank', { type: 'number', required: true }, '  ', required],
    ['a required secret may be blank', { type: 'secret', required: true }, ' ', ' '],
    ['text up to its length', { type: 'text', maxLength: 3 }, 'abc', 'abc'],
    ['text beyond its length', { type: 'text', maxLength: 3 }, 'abcd', tooLong],
    ['a secret beyond its length', { type: 'secret', maxLength: 3 }, ' ab ', tooLong],
    ['length counts after trimming', { type: 'text', maxLength: 3 }, ' abc ', 'abc'],
    ['text beyond the default length', { type: 'text' }, 'x'.repeat(8_001), { problem: 'Value length exceeds 8000 characters.' }],
    ['a choice from a list', { type: 'choice', options: ['r', 'g'] }, 'g', 'g'],
    ['a choice by its value', { type: 'choice', options: { r: 'Red' } }, 'r', 'r'],
    ['a choice by its label', { type: 'choice', options: { r: 'Red' } }, 'Red', notOffered],
    ['a choice in another case', { type: 'choice', options: ['r'] }, 'R', notOffered],
    ['a choice named like a prototype', { type: 'choice', options: ['r'] }, 'constructor', notOffered],
    ['a choice of one’s own', { type: 'choice', options: ['r'], allowCustomChoice: true }, 'x', 'x'],
    ['a number from JSON', { type: 'number' }, 5, 5],
    ['a boolean from JSON', { type: 'boolean' }, true, true],
  ])('%s', async (_, definition, submitted, value) => {
    expect(await valueOf(definition, submitted)).toEqual(value);
  });

  // What double.TryParse (NumberStyles.Float, invariant) says of the trimmed text.
  it.each([
    ...[
      '5',
      '1e3',
      '1E+3',
      '+5',
      '-5',
      '1.',
      ' 5 ',
      '\t5\n',
      '\u00a05',
      '\u00855',
      '\u2003 5',
      '5\0',
      '5\0\0',
      '5\0 ',
      '5 \0',
      '.5',
      '-.5',
      '00012',
      '1e-400',
      '-0',
    ],
    '1e0000000000000000000000000000005',
  ])('number: %j is one, as in .NET', async text => {
    expect(await valueOf({ type: 'number' }, text)).toEqual(expect.any(Number));
  });

  it.each([
    '1e',
    '1e+',
    '--5',
    '- 5',
    '5-',
    '.',
    '\ufeff5',
    '\x005',
    '1,000',
    '0x10',
    '1_0',
    '∞',
    '１',
    '٣',
    '1.5.2',
    '1e3.5',
    '(5)',
    '$5',
    '5f',
    'e5',
    '5e5e5',
  ])('number: %j is none, as in .NET', async text => {
    expect(await valueOf({ type: 'number' }, text)).toEqual({ problem: 'Value must be a valid number.' });
  });

  it.each(['NaN', 'nan', '-NaN', 'Infinity', '-infinity', '1e999'])('number: %j is none, unlike in .NET, where a command gets the text', async text => {
    expect(await valueOf({ type: 'number' }, text)).toEqual({ problem: 'Value must be a valid number.' });
  });

  it.each(['true', 'TRUE', 'True', ' true ', '\0true\0', 'true\0 ', '\u0085true', '\u00a0true', 'truE '])('boolean: %j is true, as in .NET', async text => {
    expect(await valueOf({ type: 'boolean' }, text)).toBe(true);
  });

  it.each(['1', 'yes', 'on', 't', '\ufefftrue', ' tr ue', 'ｔrue'])('boolean: %j is none, as in .NET', async text => {
    expect(await valueOf({ type: 'boolean' }, text)).toEqual({ problem: 'Value must be a valid boolean.' });
  });

  it('is reported with all others that are wrong, in the order of the declaration', async () => {
    const declared: ArgumentDefinitions = { b: { type: 'number' }, a: { type: 'text', required: true }, c: { type: 'boolean' } };
    expect(await run(declared, { c: 'x', b: 'x' })).toEqual(
      invalid({ b: 'Value must be a valid number.', a: 'Value is required.', c: 'Value must be a valid boolean.' }),
    );
  });
});

describe('the validator of a command', () => {
  const declared: ArgumentDefinitions = { n: { type: 'number', required: true } };

  it('sees the values as the command would, and only when all are right', async () => {
    using scene = new CommandScene();
    const validate = jest.fn(() => ({ n: 'too large', other: 'too small', fine: undefined, empty: '' }));
    const execute = jest.fn();
    expect(await scene.run({ arguments: declared, validate, execute }, { arguments: { n: 'x' } })).toEqual(invalid({ n: 'Value must be a valid number.' }));
    expect(validate).not.toHaveBeenCalled();
    expect(await scene.run({ arguments: declared, validate, execute }, { arguments: { n: '1e3' } })).toEqual(invalid({ n: 'too large', other: 'too small' }));
    expect(validate).toHaveBeenCalledWith({ n: 1_000 }, expect.any(AbortSignal));
    expect(execute).not.toHaveBeenCalled();
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
  ])('agrees by returning %s, also later', async (_, found) => {
    using scene = new CommandScene();
    expect(await scene.run({ arguments: declared, validate: async () => found as undefined }, { arguments: [5] })).toEqual(success);
  });

  it.each([
    ['a text', 'wrong', 'a string'],
    ['a list', ['wrong'], 'a list'],
  ])('fails the request clearly when it returns %s', async (_, found, kind) => {
    using scene = new CommandScene();
    const answer = await scene.run({ arguments: declared, validate: () => found as never }, { arguments: [5] });
    expect(answer.message).toBe(`The validator of command 'go' returned ${kind}; expected nothing or an object of texts.`);
  });

  it('fails the request with what it throws, and does not hold it up for longer than 30,000 ms', async () => {
    using scene = new CommandScene();
    const validate = () => {
      throw new Error('no rules');
    };
    expect(await scene.run({ arguments: declared, validate }, { arguments: [5] })).toEqual(failure('no rules'));
    const answer = scene.run({ arguments: declared, validate: () => new Promise(() => undefined) }, { arguments: [5] });
    await scene.time.advanceAsync(35_000);
    expect(await answer).toEqual(failure("Checking the arguments of command 'go' did not finish within 30000 ms. It is still at work."));
  });
});

describe('an argument that is loaded', () => {
  const file: ArgumentDefinition = { type: 'choice', load: () => ({ options: ['a.txt', 'b.txt'] }) };

  it('offers what has been loaded', async () => {
    expect(await valueOf(file, 'b.txt')).toBe('b.txt');
    expect(await valueOf(file, 'c.txt')).toEqual({ problem: 'Value must be one of the provided options.' });
  });

  it('is loaded in the order of the declaration, each with the values so far, trimmed', async () => {
    const seen: unknown[] = [];
    const declared: ArgumentDefinitions = {
      kind: { type: 'text', default: 'fruit' },
      item: {
        type: 'choice',
        dependsOn: ['kind'],
        load: ({ values }) => {
          seen.push({ ...values });
          return { options: ['apple'], default: 'apple' };
        },
      },
      size: {
        type: 'number',
        dependsOn: ['item'],
        load: async ({ values }) => {
          seen.push({ ...values });
          return { default: 7 };
        },
      },
    };
    expect(await run(declared, {})).toEqual({ kind: 'fruit', item: 'apple', size: 7 });
    expect(await run(declared, { kind: ' tree ', size: 1 })).toEqual({ kind: 'tree', item: 'apple', size: 1 });
    expect(seen).toEqual([
      { kind: 'fruit', item: null, size: null },
      { kind: 'fruit', item: 'apple', size: null },
      { kind: 'tree', item: null, size: '1' },
      { kind: 'tree', item: 'apple', size: '1' },
    ]);
  });

  it('is not loaded while what it depends on has no value, and then offers nothing', async () => {
    const load = jest.fn();
    const declared: ArgumentDefinitions = { kind: { type: 'text' }, item: { type: 'choice', dependsOn: ['kind'], load } };
    expect(await run(declared, { item: 'apple' })).toEqual(invalid({ item: 'Value must be one of the provided options.' }));
    expect(await run(declared, {})).toEqual({ kind: undefined, item: undefined });
    expect(load).not.toHaveBeenCalled();
  });

  it('may be disabled until it is loaded, or by that', async () => {
    const enabled: ArgumentDefinitions = { x: { type: 'text', disabled: true, load: () => ({ disabled: false }) } };
    const disabled: ArgumentDefinitions = { x: { type: 'text', required: true, load: () => ({ disabled: true, default: 'auto' }) } };
    expect(await run(enabled, { x: 'a' })).toEqual({ x: 'a' });
    expect(await run(disabled, {})).toEqual({ x: 'auto' });
    expect(await run(disabled, { x: 'auto' })).toEqual({ x: 'auto' });
    expect(await run(disabled, { x: 'other' })).toEqual(invalid({ x: 'Argument is disabled.' }));
    expect(await run({ x: { type: 'text', required: true, load: () => ({ disabled: true }) } }, {})).toEqual({ x: undefined });
  });

  it.each<[string, ArgumentDefinition['load'], string]>([
    ['throws', () => Promise.reject(new Error('no disk')), 'no disk'],
    ['returns no object', () => 'a' as never, 'expected an object, found a string.'],
    ['returns options that are none', () => ({ options: [5] as never }), 'expected options that are texts, with labels that are texts or null, found others.'],
    ['returns too many options', () => ({ options: Array.from({ length: 10_001 }, String) }), 'expected at most 10000 options, found 10001.'],
    ['returns a default of another type', () => ({ options: ['a'], default: 5 }), 'expected a default of type string, found a number.'],
  ])('fails the request when the function %s', async (_, load, problem) => {
    expect(await run({ x: { type: 'choice', load: load! } }, { x: 'a' })).toEqual(failure(`Argument 'x' could not be loaded: ${problem}`));
  });

  it('cannot change what it is', async () => {
    const load = () => ({ type: 'number', required: true, maxLength: 1, options: undefined }) as never;
    expect(await valueOf({ type: 'text', load }, 'abc')).toBe('abc');
    expect(await valueOf({ type: 'text', load }, undefined)).toBeUndefined();
  });
});

describe('the arguments that a validation gives back', () => {
  const declared: ArgumentDefinitions = {
    name: { type: 'text', required: true },
    token: { type: 'secret', default: 'S3CRET' },
    item: { type: 'choice', load: () => ({ options: { a: 'Apple', b: null }, default: 'a', placeholder: 'which?' }), dependsOn: ['name'] },
  };
  const request = { validateOnly: true, returnArgumentInputs: true };

  it('are as loaded, with what was submitted, also when something is wrong', async () => {
    const { argumentInputs, ...answer } = await run(declared, { name: ' bob ', item: 'z' }, request);
    expect(answer).toEqual(invalid({ item: 'Value must be one of the provided options.' }));
    expect(argumentInputs).toEqual([
      expect.objectContaining({ name: 'name', value: 'bob', inputType: 'Text' }),
      expect.objectContaining({ name: 'token', value: null, inputType: 'SecretText' }),
      expect.objectContaining({ value: 'z', options: { a: 'Apple', b: null }, placeholder: 'which?', dynamicLoading: { dependsOnInputs: ['name'] } }),
    ]);
  });

  it('never have the default of a secret, but the one that was just submitted', async () => {
    expect(JSON.stringify(await run(declared, { name: 'bob' }, request))).not.toContain('S3CRET');
    expect((await run(declared, { name: 'bob', token: ' t' }, request)).argumentInputs[1].value).toBe(' t');
  });

  it('are only given back by a validation that asks for them', async () => {
    expect(await run(declared, { name: 'bob' }, { validateOnly: true })).toEqual(success);
    using scene = new CommandScene();
    expect(await scene.run({ arguments: declared }, { arguments: { name: 'bob' }, returnArgumentInputs: true })).toEqual(success);
  });
});

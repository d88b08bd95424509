import { TimeProvider } from 'hostward';
import { assertCommandDefinitions } from '../../../../src/backchannel/apphost/commands/assert-command-definitions.js';
import { describeCommands } from '../../../../src/backchannel/apphost/commands/describe-commands.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { recordedCommands } from '../../../support/recorded-commands.js';
import { FakeResource } from '../fake-resource.js';

expectNoLeaks();

const execute = () => undefined;
const load = () => ({});

function assertCommand(definition: object): void {
  assertCommandDefinitions('web', [{ name: 'go', execute, ...definition }]);
}

describe('the commands of a resource', () => {
  it('may be none, and those of the recorded application', () => {
    assertCommandDefinitions('web', []);
    assertCommandDefinitions('web', recordedCommands({ timeProvider: TimeProvider.system, toggleHealth: () => true }));
  });

  it.each([
    [
      'every member that there is',
      { displayName: 'Go', description: 'Goes', visibility: 'UI, Api', state: () => 'enabled', validate: () => undefined, timeout: 1 },
    ],
    ['no limit of time', { timeout: -1 }],
    ['a name as other languages have it', { name: 'übersetzen' }],
    ['a choice that is loaded', { arguments: { x: { type: 'choice', load } } }],
    ['a choice of one’s own', { arguments: { x: { type: 'choice', allowCustomChoice: true } } }],
    ['a choice with an empty default', { arguments: { x: { type: 'choice', options: ['a'], default: '' } } }],
    ['a default that is not loaded yet', { arguments: { x: { type: 'choice', load, options: ['a'], default: 'b' } } }],
    ['a dependency that is declared before', { arguments: { a: { type: 'text' }, b: { type: 'text', load, dependsOn: ['a'] } } }],
    ['what is required, disabled, and has a default', { arguments: { x: { type: 'text', required: true, disabled: true, default: 'a' } } }],
  ])('may have %s', (_, definition) => {
    expect(() => assertCommand(definition)).not.toThrow();
  });

  const oneName = 'a name of 1 to 100 characters without blanks that does not begin with a hyphen';
  const argumentName = 'a name of letters, digits, points, hyphens and underscores that begins with a letter, 100 at most';

  it.each([
    ['without a name', { name: '' }, "command ''", oneName, 'another'],
    ['with a name that is none', { name: 5 }, "command '5'", oneName, 'another'],
    ['with a name of two words', { name: 'go on' }, "command 'go on'", oneName, 'another'],
    ['with a name that is an option', { name: '--go' }, "command '--go'", oneName, 'another'],
    ['with a name that controls terminals', { name: 'go\u001b' }, "command 'go\ufffd'", oneName, 'another'],
    ['with a long name', { name: 'x'.repeat(101) }, `command '${'x'.repeat(100)}…'`, oneName, 'another'],
    ['without a function', { execute: undefined }, "command 'go'", "'execute' to be a function", 'undefined'],
    ['with a state that is none', { state: 'enabled' }, "command 'go'", "'state' to be a function", 'a string'],
    ['with a validator that is none', { validate: {} }, "command 'go'", "'validate' to be a function", 'an object'],
    ['with an unknown visibility', { visibility: 'ui' }, "command 'go'", "a visibility of 'UI', 'Api' or 'UI, Api'", "'ui'"],
    ['with no time', { timeout: 0 }, "command 'go'", 'a timeout of 1 to 4294967294 whole milliseconds, or -1', '0'],
    ['with a time that is none', { timeout: NaN }, "command 'go'", 'a timeout of 1 to 4294967294 whole milliseconds, or -1', 'NaN'],
    ['with a list of arguments', { arguments: [] }, "command 'go'", 'arguments in an object, by name', 'a list'],
  ])('are refused when there is one %s', (_, definition, where, expected, found) => {
    const facts = { code: 'ERR_RESOURCE_OFFER', resource: 'web', where, expected, found };
    expect(() => assertCommand(definition)).toThrow(
      expect.objectContaining({ ...facts, message: `Resource 'web', ${where}: expected ${expected}, found ${found}.` }),
    );
  });

  it.each<[string, object, string, string]>([
    ['of no type', {}, 'a type of text, secret, choice, boolean, number', 'undefined'],
    ['that is none', { type: 'file' }, 'a type of text, secret, choice, boolean, number', "'file'"],
    ['that is a choice of nothing', { type: 'choice' }, "a choice to have 'options', 'load' or 'allowCustomChoice'", 'none of them'],
    ['with options that are none', { type: 'choice', options: 'a,b' }, 'options in a list or an object', 'a string'],
    ['with an empty option', { type: 'choice', options: ['a', ''] }, 'options that are not empty', 'an empty one'],
    ['with an option that is no text', { type: 'choice', options: [1] }, 'options that are texts, with labels that are texts or null', 'others'],
    ['with a label that is no text', { type: 'choice', options: { a: 1 } }, 'options that are texts, with labels that are texts or null', 'others'],
    ['with options that are ignored', { type: 'text', options: ['a'] }, 'no options for type text', 'some'],
    ['with a choice that is ignored', { type: 'text', allowCustomChoice: true }, "no 'allowCustomChoice' for type text", 'true'],
    ['with a length that is ignored', { type: 'number', maxLength: 5 }, "no 'maxLength' for type number", '5'],
    ['with no length', { type: 'text', maxLength: 0 }, "'maxLength' to be a whole number above 0", '0'],
    ['whose default is a text', { type: 'number', default: '3' }, 'a default of type number', 'a string'],
    ['whose default is no number', { type: 'number', default: NaN }, 'a default that is a finite number', 'NaN'],
    ['whose default is a number', { type: 'boolean', default: 1 }, 'a default of type boolean', 'a number'],
    ['whose default is true', { type: 'text', default: true }, 'a default of type string', 'a boolean'],
    ['whose default is not offered', { type: 'choice', options: ['a'], default: 'S3CRET' }, 'a default among the options', 'another'],
    ['whose default is too long', { type: 'secret', maxLength: 3, default: 'S3CRET' }, 'a default of at most 3 characters', '6'],
    [
      'that can never be given',
      { type: 'text', required: true, disabled: true },
      'an argument that is required to be enabled, or to have a default',
      'one that is disabled for good',
    ],
    ['that is loaded by nothing', { type: 'text', load: 'x' }, "'load' to be a function", 'a string'],
    ['that depends without being loaded', { type: 'text', dependsOn: [] }, "'dependsOn' together with 'load'", 'no function that loads it'],
    ['that depends on no list', { type: 'text', load, dependsOn: 'a' }, "'dependsOn' to be a list of names", 'a string'],
    ['that depends on itself', { type: 'text', load, dependsOn: ['x'] }, "'dependsOn' to name arguments that are declared before it", "'x'"],
  ])('are refused when there is an argument %s', (_, argument, expected, found) => {
    const error = refusalOf({ arguments: { x: argument } });
    expect(error).toMatchObject({ where: "command 'go', argument 'x'", expected, found });
    expect(error.message).not.toContain('S3CRET');
  });

  it.each([
    [
      'that depends on a later one',
      { x: { type: 'text', load, dependsOn: ['y'] }, y: { type: 'text' } },
      'x',
      "'dependsOn' to name arguments that are declared before it",
      "'y'",
    ],
    ['without a name', { '': { type: 'text' } }, '', argumentName, 'another'],
    ['with a name of two words', { 'a b': { type: 'text' } }, 'a b', argumentName, 'another'],
    ['with a number for a name', { 1: { type: 'text' } }, '1', argumentName, 'another'],
    ['that is no object', { x: 'text' }, 'x', 'an object', 'a string'],
    [
      'of the same name in another case',
      { file: { type: 'text' }, File: { type: 'text' } },
      'File',
      'a name that is no other on a command line',
      "'file', which is --FILE, too",
    ],
    [
      'of a name that is the same option',
      { dryRun: { type: 'text' }, 'dry-run': { type: 'text' } },
      'dry-run',
      'a name that is no other on a command line',
      "'dryRun', which is --dry-run, too",
    ],
  ])('are refused when there is an argument %s', (_, declared, name, expected, found) => {
    expect(refusalOf({ arguments: declared })).toMatchObject({ where: `command 'go', argument '${name}'`, expected, found });
  });

  it('are refused when two have one name, or one is no command at all', () => {
    const twice = [1, 2].map(() => ({ name: 'go', execute }));
    expect(() => assertCommandDefinitions('web', twice)).toThrow(
      "Resource 'web', command 'go': expected a name of its own, found one that another command has.",
    );
    expect(() => assertCommandDefinitions('web', [null as never])).toThrow('expected an object, found null.');
    expect(() => assertCommandDefinitions('web', [execute as never])).toThrow('expected an object, found a function.');
    // Names count in their case.
    assertCommandDefinitions('web', [
      { name: 'go', execute },
      { name: 'Go', execute },
    ]);
  });

  it('are refused when their descriptions would swell every snapshot', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(() => assertCommand({ description: 'x'.repeat(262_144) })).toThrow(
      /^Resource 'web', its commands: expected descriptions of at most 262144 characters of JSON together, found \d+\.$/,
    );
    expect(() => assertCommand({ circle })).toThrow('found none.');
  });
});

describe('the description of a command', () => {
  it('has every member, and the defaults where nothing is said', () => {
    expect(describeCommands(new FakeResource('web', {}, { commands: [{ name: 'go', execute, arguments: { x: { type: 'number' } } }] }))).toEqual([
      {
        name: 'go',
        displayName: 'go',
        description: null,
        argumentInputs: [
          {
            name: 'x',
            label: null,
            description: null,
            enableDescriptionMarkdown: false,
            inputType: 'Number',
            required: false,
            placeholder: null,
            value: null,
            options: null,
            allowCustomChoice: false,
            disabled: false,
            maxLength: null,
          },
        ],
        visibility: 'UI, Api',
        state: 'Enabled',
      },
    ]);
  });

  it('has defaults as text, options with their labels, and what depends on what', () => {
    const declared = {
      n: { type: 'number', default: 0.5 },
      b: { type: 'boolean', default: false },
      c: { type: 'choice', options: ['a', 'b'], default: 'b' },
      d: { type: 'text', load },
      e: { type: 'choice', load, dependsOn: ['n', 'b'] },
    } as const;
    const [command] = describeCommands(new FakeResource('web', {}, { commands: [{ name: 'go', execute, arguments: declared }] }));
    expect(command!.argumentInputs.map(({ value, options, dynamicLoading }) => [value, options, dynamicLoading])).toEqual([
      ['0.5', null, undefined],
      ['false', null, undefined],
      ['b', { a: 'a', b: 'b' }, undefined],
      [null, null, { dependsOnInputs: null }],
      [null, null, { dependsOnInputs: ['n', 'b'] }],
    ]);
  });

  it('never has the default of a secret, and then does not require it', () => {
    const declared = { token: { type: 'secret', required: true, default: 'S3CRET' }, other: { type: 'secret', required: true } } as const;
    const described = describeCommands(new FakeResource('web', {}, { commands: [{ name: 'go', execute, arguments: declared }] }));
    expect(described[0]!.argumentInputs.map(({ value, required }) => [value, required])).toEqual([
      [null, false],
      [null, true],
    ]);
  });

  it('is there although its state cannot be told', () => {
    const state = () => {
      throw new Error('no facts');
    };
    expect(describeCommands(new FakeResource('web', {}, { commands: [{ name: 'go', execute, state }] }))[0]).toMatchObject({ name: 'go', state: 'Disabled' });
  });
});

function refusalOf(definition: object): Error {
  try {
    assertCommand(definition);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was accepted.');
}

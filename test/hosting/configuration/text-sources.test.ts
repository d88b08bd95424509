import { ConfigurationBuilder, type Environment, type SwitchMappings } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

function valuesOf(builder: ConfigurationBuilder): Record<string, string | undefined> {
  return Object.fromEntries(Array.from(builder.build().asEnumerable()).filter(([, value]) => value !== undefined));
}

const commandLine = (args: string[], mappings?: SwitchMappings) => valuesOf(new ConfigurationBuilder().addCommandLine(args, mappings));
const environment = (variables: Environment, prefix?: string) =>
  valuesOf(new ConfigurationBuilder().addEnvironmentVariables(prefix, { environment: variables }));

describe('the command line', () => {
  it.each([
    ['key=value', ['a:b=1']],
    ['--key=value', ['--a:b=1']],
    ['/key=value', ['/a:b=1']],
    ['--key value', ['--a:b', '1']],
    ['/key value', ['/a:b', '1']],
  ])('gives a value as %s', (_form, args) => {
    expect(commandLine(args)).toEqual({ 'a:b': '1' });
  });

  it('lets the last value of a key win, under the name that was first', () => {
    expect(commandLine(['--Name=1', '--NAME=2', 'name=3'])).toEqual({ Name: '3' });
  });

  it('takes whatever follows a switch for its value, and the rest of an argument after the first =', () => {
    expect(commandLine(['--flag', '--other', 'x', '--equation=a=b'])).toEqual({ flag: '--other', equation: 'a=b' });
  });

  it('passes over what has no value, no name, or one dash without being mapped', () => {
    expect(commandLine(['lonely', '-s', 'value', '--last'])).toEqual({});
  });

  it('gives mapped switches their keys, ignoring case', () => {
    const mappings = { '-p': 'Server:Port', '--verbose': 'Logging:Level' };
    expect(commandLine(['-P', '80', '/verbose=on'], mappings)).toEqual({ 'Server:Port': '80', 'Logging:Level': 'on' });
    expect(commandLine(['-p=81', '/verbose', 'off'], mappings)).toEqual({ 'Server:Port': '81', 'Logging:Level': 'off' });
  });

  it('refuses a short switch with a value that nothing is known of', () => {
    expect(() => commandLine(['-x=1'])).toThrow("The short switch '-x=1' is not defined in the switch mappings.");
  });

  it.each([
    [{ port: 'Server:Port' }, "The switch mappings contain an invalid switch 'port'. (Parameter 'switchMappings')"],
    [{ '-p': 'a', '-P': 'b' }, "Keys in switch mappings are case-insensitive. A duplicated key '-P' was found. (Parameter 'switchMappings')"],
  ])('refuses the switch mappings %j', (mappings, message) => {
    expect(() => commandLine([], mappings as SwitchMappings)).toThrow(message);
  });

  it('knows no switch that every object has', () => {
    expect(commandLine(['--__proto__=1', '--constructor', '2', '-toString', '3'], { '-p': 'port' })).toEqual(
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    );
  });
});

describe('environment variables', () => {
  it('have two underscores for each colon', () => {
    expect(environment({ Mail__Server: 'here', A___B: '1', C_D: '2' })).toEqual({ 'Mail:Server': 'here', 'A:_B': '1', C_D: '2' });
  });

  it('with a prefix are those that have it, without it', () => {
    expect(environment({ APP_Name: '1', app_Mail__Port: '25', OTHER: '3' }, 'APP_')).toEqual({ Name: '1', 'Mail:Port': '25' });
    expect(environment({ APP__Name: '1', 'APP:Port': '2' }, 'APP__')).toEqual({ Name: '1', Port: '2' });
  });

  it('of the kinds that Azure has become connection strings', () => {
    expect(environment({ SQLCONNSTR_main: 'server', CUSTOMCONNSTR_Other__one: 'text' })).toEqual({
      'ConnectionStrings:main': 'server',
      'ConnectionStrings:main_ProviderName': 'System.Data.SqlClient',
      'ConnectionStrings:Other:one': 'text',
    });
    expect(environment({ SQLCONNSTR_main: 'server', PLAIN: '1' }, 'ConnectionStrings:')).toEqual({
      main: 'server',
      main_ProviderName: 'System.Data.SqlClient',
    });
  });

  it('are those of the process when nothing else is said, as they are at each load', () => {
    const configuration = new ConfigurationBuilder().addEnvironmentVariables('HOSTWARD_TEST_').build();
    try {
      process.env.HOSTWARD_TEST_A__B = '1';
      expect(configuration.get('a:b')).toBeUndefined();
      configuration.reload();
      expect(configuration.get('a:b')).toBe('1');
    } finally {
      delete process.env.HOSTWARD_TEST_A__B;
    }
  });

  it('that are not set are not there, and those of every object are plain data', () => {
    const variables = Object.fromEntries([
      ['UNSET', undefined],
      ['__proto__', 'value'],
      ['constructor', 'other'],
    ]);
    expect(environment(variables)).toEqual({ ':proto:': 'value', constructor: 'other' });
    expect(
      new ConfigurationBuilder()
        .addEnvironmentVariables(undefined, { environment: { UNSET: undefined } })
        .build()
        .getChildren(),
    ).toEqual([]);
  });
});

describe('providers', () => {
  it('say what they are', () => {
    const builder = new ConfigurationBuilder()
      .addInMemoryCollection([['a', '1']])
      .addCommandLine([])
      .addEnvironmentVariables(undefined, { environment: {} })
      .addEnvironmentVariables('APP_', { environment: {} })
      .addJsonText('{}')
      .addConfiguration(new ConfigurationBuilder().build());
    expect(builder.build().providers.map(String)).toEqual([
      'MemoryConfigurationProvider',
      'CommandLineConfigurationProvider',
      'EnvironmentVariablesConfigurationProvider',
      "EnvironmentVariablesConfigurationProvider Prefix: 'APP_'",
      'JsonTextConfigurationProvider',
      'ChainedConfigurationProvider',
    ]);
  });
});

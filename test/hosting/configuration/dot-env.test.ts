import fc from 'fast-check';
import { ConfigurationBuilder, DotEnvFormatError, parseDotEnv } from '../../../src/hosting/configuration/index.js';
import { PhysicalFileProvider } from '../../../src/hosting/files/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

describe('a .env file', () => {
  it.each<[string, string, [string, string][]]>([
    ['a name and a value', 'A=1', [['A', '1']]],
    ['no value', 'A=\nB= \n', [['A', ''], ['B', '']]], // prettier-ignore
    ['blanks around both', ' \tA = 1 \n', [['A', '1']]],
    ['export', 'export A=1\nexport\tB=2', [['A', '1'], ['B', '2']]], // prettier-ignore
    ['names that look like export', 'exportA=1\nexport=2\nexport =3', [['exportA', '1'], ['export', '2'], ['export', '3']]], // prettier-ignore
    ['comments', '# first\nA=1 # second\n  # third\n#', [['A', '1']]],
    ['a # within a value', 'A=pass#word\nB=#fff\nC= # none', [['A', 'pass#word'], ['B', '#fff'], ['C', '']]], // prettier-ignore
    ['more =', 'A==b=c', [['A', '=b=c']]],
    ['Windows line ends and a byte-order mark', '\ufeffA=1\r\nB=2\r\n', [['A', '1'], ['B', '2']]], // prettier-ignore
    ['the same name again', 'A=1\nA=2', [['A', '1'], ['A', '2']]], // prettier-ignore
    ['names with other characters', 'a.b-c:d__e=1', [['a.b-c:d__e', '1']]],
    ['quotes in the middle', `A=it's`, [['A', "it's"]]],
    ['no escapes without quotes', 'A=x\\ny', [['A', 'x\\ny']]],
    ['double quotes', 'A="x # y" # z', [['A', 'x # y']]],
    ['single quotes', `A='x # "y" \\n'`, [['A', 'x # "y" \\n']]],
    ['backticks', 'A=`it\'s "x" \\n`', [['A', 'it\'s "x" \\n']]],
    ['empty quotes', `A=""\nB=''`, [['A', ''], ['B', '']]], // prettier-ignore
    ['blanks in quotes', 'A=" x "', [['A', ' x ']]],
    ['escapes', '="'.replace('=', 'A=') + String.raw`\n\r\t\\\"\$\` \d"`, [['A', '\n\r\t\\"$` \\d']]],
    ['an escaped backslash before a letter', String.raw`A="C:\\new"`, [['A', String.raw`C:\new`]]],
    ['several lines', 'A="one\ntwo"\nB=\'three\r\nfour\'\nC=`\n`', [['A', 'one\ntwo'], ['B', 'three\nfour'], ['C', '\n']]], // prettier-ignore
    ['nothing put in the place of names', 'A=$HOME\nB="${HOME}"', [['A', '$HOME'], ['B', '${HOME}']]], // prettier-ignore
    ['prototype names', '__proto__=1\nconstructor=2', [['__proto__', '1'], ['constructor', '2']]], // prettier-ignore
    ['nothing', '', []],
  ])('has %s', (_, text, entries) => {
    expect(parseDotEnv(text)).toEqual(entries);
  });

  it.each([
    ['A=1\nsecret', 2, 'Line 2: expected NAME=value, a comment that begins with # or nothing.'],
    ['export A\nB=1', 1, 'Line 1: expected NAME=value, a comment that begins with # or nothing.'],
    ['=secret', 1, 'Line 1: expected NAME=value, a comment that begins with # or nothing.'],
    ['A B=secret', 1, 'Line 1: expected NAME=value, a comment that begins with # or nothing.'],
    ['\nA="secret\nB=2', 2, 'Line 2: the value begins with ", but no other " ends it.'],
    [`A='secret`, 1, "Line 1: the value begins with ', but no other ' ends it."],
    ['A="secret\\"', 1, 'Line 1: the value begins with ", but no other " ends it.'],
    ['A="one\ntwo" secret', 2, 'Line 2: expected nothing but a comment after the " that ends the value. Put the whole value in quotes.'],
  ])('is wrong: %j', (text, lineNumber, message) => {
    expect(() => parseDotEnv(text)).toThrow(expect.objectContaining({ name: 'DotEnvFormatError', code: 'ERR_CONFIGURATION_FORMAT', lineNumber, message }));
  });

  it('of any text is read or refused, and never tells what stands in it', () => {
    const piece = fc.constantFrom(
      'A',
      'SECRET',
      '=',
      '"',
      "'",
      '`',
      '#',
      '\\',
      '\n',
      '\r\n',
      ' ',
      '\t',
      'export ',
      '$',
      '{',
      '}',
      '\0',
      '\ufeff',
      'é',
      '__proto__',
    );
    const text = fc.oneof(fc.array(piece).map(pieces => pieces.join('')), fc.string({ unit: 'binary' })); // prettier-ignore
    fc.assert(
      fc.property(text, input => {
        try {
          for (const [name, value] of parseDotEnv(input)) expect([typeof name, typeof value]).toEqual(['string', 'string']);
        } catch (error) {
          expect(error).toBeInstanceOf(DotEnvFormatError);
          expect((error as Error).message).not.toContain('SECRET');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back every value that is written in double quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value => {
        const quoted = value.replace(/[\\"$`]/g, '\\$&').replaceAll('\r', '\\r');
        expect(parseDotEnv(`A="${quoted}"`)).toEqual([['A', value]]);
      }),
    );
  });

  // Each would take minutes if it were read more than a few times.
  it.each([
    ['lines', 'A=1\n'.repeat(300_000)],
    ['blanks', `A=${' '.repeat(1_000_000)}x`],
    ['quotes', `A="${'\\"'.repeat(500_000)}"`],
    ['open quotes', 'A="\n'.repeat(300_000)],
    ['comments', '#\n'.repeat(500_000)],
    ['# signs', `A=${'x#'.repeat(500_000)}`],
  ])('of very many %s is read in one go', (_, text) => {
    expect(() => {
      try {
        parseDotEnv(text);
      } catch (error) {
        if (!(error instanceof DotEnvFormatError)) throw error;
      }
    }).not.toThrow();
  });
});

describe('a .env file of a configuration', () => {
  it('makes sections of __, ignores case and leaves the environment alone', () => {
    using folder = new TemporaryFolder({ '.env': 'Mail__Server=smtp\nMAIL__SERVER="other"\n__proto__=1\nHOSTWARD_DOT_ENV=1\n' });
    using configuration = new ConfigurationBuilder().setBasePath(folder.path).addEnvFile('.env').build();
    expect([configuration.get('mail:server'), configuration.get(':proto:'), configuration.get('HOSTWARD_DOT_ENV')]).toEqual(['other', '1', '1']);
    expect(process.env['HOSTWARD_DOT_ENV']).toBeUndefined();
    expect(String(configuration.providers[0])).toBe("DotEnvConfigurationProvider for '.env' (Required)");
  });

  it('may be limited to names with a prefix, which is taken off', () => {
    using folder = new TemporaryFolder({ '.env': 'App__A=1\nAPP:B=2\nOther=3\n' });
    using configuration = new ConfigurationBuilder().setBasePath(folder.path).addEnvFile('.env', { prefix: 'app__' }).build();
    expect([...configuration.asEnumerable()]).toEqual(expect.arrayContaining([['A', '1'], ['B', '2']])); // prettier-ignore
    expect(configuration.get('Other')).toBeUndefined();
  });

  it('is found through a file provider that leaves out names with a dot', () => {
    using folder = new TemporaryFolder({ '.env': 'A=1' });
    using files = new PhysicalFileProvider(folder.path);
    using configuration = new ConfigurationBuilder().setFileProvider(files).addEnvFile('.env', { reloadOnChange: true }).build();
    expect(configuration.get('A')).toBe('1');
  });

  it('may be missing when it is optional, and names its path when it is wrong', () => {
    using folder = new TemporaryFolder({ '.env': 'A' });
    const builder = () => new ConfigurationBuilder().setBasePath(folder.path);
    using configuration = builder().addEnvFile('none.env', { optional: true }).build();
    expect(configuration.getChildren()).toEqual([]);
    expect(() => builder().addEnvFile('.env').build()).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_DATA',
        message: `Failed to load configuration from file '${folder.at('.env')}'.`,
        cause: expect.any(DotEnvFormatError) as Error,
      }),
    );
    expect(() => builder().addEnvFile('none.env').build()).toThrow(expect.objectContaining({ code: 'ERR_FILE_NOT_FOUND' }));
  });
});

import { join } from 'node:path';
import { ConfigurationBuilder, findUserSecretsId, getUserSecretsPath } from '../../../src/hosting/configuration/index.js';
import { eventually } from '../../support/eventually.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { TemporaryFolder } from '../../support/temporary-folder.js';

expectNoLeaks();

describe('the path of user secrets', () => {
  it('is where .NET keeps them', () => {
    expect(getUserSecretsPath('my-id', { HOME: '/home/me' })).toBe('/home/me/.microsoft/usersecrets/my-id/secrets.json');
    expect(getUserSecretsPath('my-id', { HOME: '', DOTNET_USER_SECRETS_FALLBACK_DIR: '/var/secrets' })).toBe(
      '/var/secrets/.microsoft/usersecrets/my-id/secrets.json',
    );
    expect(getUserSecretsPath('my-id', { APPDATA: '/appdata', HOME: '/home/me' })).toBe(join('/appdata', 'Microsoft', 'UserSecrets', 'my-id', 'secrets.json'));
    expect(() => getUserSecretsPath('my-id', {})).toThrow('Could not determine an appropriate location for storing user secrets.');
  });

  it.each([
    ['a/b', "Invalid character '/' found in the user secrets ID at index '1'."],
    ['..\\x', "Invalid character '\\' found in the user secrets ID at index '2'."],
    ['\0', "Invalid character '\0' found in the user secrets ID at index '0'."],
    ['..', "Invalid user secrets ID '..': it leads to another directory."],
    ['.', "Invalid user secrets ID '.': it leads to another directory."],
    ['', "Value cannot be null or an empty string. (Parameter 'userSecretsId')"],
  ])('has no id %j', (id, message) => {
    expect(() => getUserSecretsPath(id, { HOME: '/home/me' })).toThrow(message);
  });
});

describe('the id of user secrets', () => {
  it('is that of the nearest package.json', () => {
    using folder = new TemporaryFolder({ 'package.json': { userSecretsId: 'outer' }, 'inner/package.json': { userSecretsId: 'inner' }, 'inner/src/x': '' });
    expect(findUserSecretsId(folder.at('inner/src'))).toBe('inner');
    expect(findUserSecretsId(folder.at('elsewhere/that/is/not'))).toBe('outer');
  });

  it('is looked for beyond a package.json that is no package, as among built files', () => {
    using folder = new TemporaryFolder({ 'package.json': { name: 'app', userSecretsId: 'mine' }, 'dist/package.json': { type: 'module' } });
    expect(findUserSecretsId(folder.at('dist'))).toBe('mine');
  });

  it('is not that of one further away', () => {
    using folder = new TemporaryFolder({ 'package.json': { userSecretsId: 'outer' }, 'inner/package.json': { name: 'inner' } });
    expect(findUserSecretsId(folder.at('inner'))).toBeUndefined();
  });

  it.each([
    ['{', 'but is no JSON'],
    ['{"userSecretsId":5}', 'was expected to be a text, but is of type number'],
    ['{"userSecretsId":null}', 'was expected to be a text, but is null'],
  ])('cannot be read from %j', (text, message) => {
    using folder = new TemporaryFolder({ 'package.json': text });
    expect(() => findUserSecretsId(folder.path)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_DATA', message: expect.stringContaining(message) as string }),
    );
  });

  it.each(['[]', 'null', '"text"', '{"__proto__":{"userSecretsId":"x"}}'])('is not in %j', text => {
    using folder = new TemporaryFolder({ 'package.json': text });
    expect(findUserSecretsId(folder.path)).toBeUndefined();
  });
});

describe('user secrets of a configuration', () => {
  let home: TemporaryFolder;
  let environment: { restore(): void };

  beforeEach(() => {
    home = new TemporaryFolder();
    environment = jest.replaceProperty(process, 'env', { HOME: home.path });
  });

  afterEach(() => {
    environment.restore();
    home[Symbol.dispose]();
  });

  it('are read by an id, or that of the nearest package.json', () => {
    home.write('.microsoft/usersecrets/my-id/secrets.json', { Smtp: { Password: 'p' } });
    home.write('project/package.json', { userSecretsId: 'my-id' });
    using given = new ConfigurationBuilder().addUserSecrets('my-id').build();
    using found = new ConfigurationBuilder().addUserSecrets(undefined, { from: home.at('project') }).build();
    expect([given.get('Smtp:Password'), found.get('Smtp:Password')]).toEqual(['p', 'p']);
    expect(String(given.providers[0])).toBe("JsonConfigurationProvider for 'secrets.json' (Optional)");
  });

  it('need not exist, unless that is wanted', () => {
    home.write('project/package.json', {});
    const from = home.at('project');
    using none = new ConfigurationBuilder().addUserSecrets('my-id').build();
    expect(none.getChildren()).toEqual([]);
    expect(new ConfigurationBuilder().addUserSecrets(undefined, { from }).sources).toEqual([]);
    expect(() => new ConfigurationBuilder().addUserSecrets('my-id', { optional: false }).build()).toThrow(
      expect.objectContaining({ code: 'ERR_FILE_NOT_FOUND' }),
    );
    expect(() => new ConfigurationBuilder().addUserSecrets(undefined, { from, optional: false })).toThrow(
      "Could not find 'userSecretsId' in the package.json nearest to",
    );
    expect(() => new ConfigurationBuilder().addUserSecrets('a/b')).toThrow("Invalid character '/'");
  });

  it('are found when the developer sets the first one while the program runs', async () => {
    using configuration = new ConfigurationBuilder().addUserSecrets('my-id', { reloadOnChange: true, reloadDelay: 10 }).build();
    home.write('.microsoft/usersecrets/my-id/secrets.json', { a: 1 });
    await eventually('the secret is there', () => configuration.get('a') === '1');
  });
});

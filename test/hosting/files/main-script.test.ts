import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applicationBaseDirectory, defaultApplicationName } from '../../../src/hosting/files/main-script.js';
import { expectNoLeaks } from '../../support/leak-check.js';

describe('what a program is called, and where it lies', () => {
  expectNoLeaks();

  let directory: string;

  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'hostward-identity-')));
    mkdirSync(join(directory, 'app/dist'), { recursive: true });
    writeFileSync(join(directory, 'app/package.json'), '{ "name": "@acme/mailer" }');
    writeFileSync(join(directory, 'app/dist/package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'app/dist/main.js'), '');
    symlinkSync('app/dist/main.js', join(directory, 'mailer'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it.each([
    ['its path', 'app/dist/main.js'],
    ['its path without the extension', 'app/dist/main'],
    ['a link, as a package manager makes them', 'mailer'],
  ])('the package of the main script gives the name, and its directory the base: %s', (_, script) => {
    expect(defaultApplicationName(join(directory, script))).toBe('@acme/mailer');
    expect(applicationBaseDirectory(join(directory, script))).toBe(join(directory, 'app/dist'));
  });

  it('a directory that is started is itself the base', () => {
    expect(applicationBaseDirectory(join(directory, 'app'))).toBe(join(directory, 'app'));
    expect(defaultApplicationName(join(directory, 'app'))).toBe('@acme/mailer');
  });

  it('without a package with a name, the script without its extension gives it', () => {
    writeFileSync(join(directory, 'app/package.json'), 'no JSON');
    expect(defaultApplicationName(join(directory, 'app/dist/main.js'))).toBe('main');
  });

  it.each([['no script'], ['an argument that is no script']])('with %s there is no name, and the base is the working directory', what => {
    const script = what === 'no script' ? '' : join(directory, 'missing.js');
    expect(defaultApplicationName(script)).toBe('');
    expect(applicationBaseDirectory(script)).toBe(process.cwd());
  });
});

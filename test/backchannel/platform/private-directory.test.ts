import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemFileSystem, SystemSocketFactory } from '../../../src/backchannel/platform/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { ScratchHome } from '../../support/programs.js';

const files = new SystemFileSystem();
const modeOf = async (path: string) => ((await lstat(path)).mode & 0o777).toString(8);
/** Another user's files, and another user, are only to be had by the system's administrator. */
const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
const itOnLinux = process.platform === 'linux' ? it : it.skip;
const nobody = 65534;

describe('a private directory', () => {
  expectNoLeaks();

  it('is made with everything above it, closed to others', async () => {
    await using home = await ScratchHome.create();
    expect(await files.ensurePrivateDirectory(home.socketDirectory)).toBeUndefined();
    const made = ['.aspire', '.aspire/cli', '.aspire/cli/bch'].map(name => modeOf(join(home.path, name)));
    expect(await Promise.all(made)).toEqual(['700', '700', '700']);
  });

  it('is left as it is when it is closed to others', async () => {
    await using home = await ScratchHome.create();
    await mkdir(join(home.path, 'd'), { mode: 0o700 });
    expect([await files.ensurePrivateDirectory(join(home.path, 'd')), await modeOf(join(home.path, 'd'))]).toEqual([undefined, '700']);
  });

  it.each([0o777, 0o755, 0o710, 0o701])('is closed when its permissions were %d, which are told', async mode => {
    await using home = await ScratchHome.create();
    await mkdir(join(home.path, 'd'));
    await chmod(join(home.path, 'd'), mode);
    expect([await files.ensurePrivateDirectory(join(home.path, 'd')), await modeOf(join(home.path, 'd'))]).toEqual([mode, '700']);
  });

  it('is refused when it is a link, and what it leads to is left alone', async () => {
    await using home = await ScratchHome.create();
    await mkdir(join(home.path, 'elsewhere'));
    await chmod(join(home.path, 'elsewhere'), 0o777);
    await symlink('elsewhere', join(home.path, 'd'));
    await expect(files.ensurePrivateDirectory(join(home.path, 'd'))).rejects.toMatchObject({
      code: 'ERR_PRIVATE_DIRECTORY',
      path: join(home.path, 'd'),
      message: expect.stringContaining('A link does not count as one') as string,
    });
    expect(await modeOf(join(home.path, 'elsewhere'))).toBe('777');
  });

  it('is refused when it, or what should be above it, is a file, or a link to nowhere', async () => {
    await using home = await ScratchHome.create();
    await writeFile(join(home.path, 'f'), '');
    await symlink('nowhere', join(home.path, 'l'));
    for (const name of ['f', 'f/d', 'l'])
      await expect(files.ensurePrivateDirectory(join(home.path, name))).rejects.toMatchObject({
        code: 'ERR_PRIVATE_DIRECTORY',
        message: expect.stringMatching(/is no directory|cannot be created/) as string,
      });
  });

  itOnLinux('is refused where nothing can be made although there is a directory', async () => {
    await expect(files.ensurePrivateDirectory('/proc/self/.aspire/cli/bch')).rejects.toMatchObject({
      code: 'ERR_PRIVATE_DIRECTORY',
      message: expect.stringContaining('cannot be created or opened (ENOENT)') as string,
    });
  });

  itAsRoot('is refused when it belongs to another user', async () => {
    await using home = await ScratchHome.create();
    await mkdir(join(home.path, 'd'));
    await chown(join(home.path, 'd'), nobody, nobody);
    await expect(files.ensurePrivateDirectory(join(home.path, 'd'))).rejects.toMatchObject({
      code: 'ERR_PRIVATE_DIRECTORY',
      message: expect.stringContaining(`belongs to user ${nobody}, but this process runs as user 0`) as string,
    });
  });

  itAsRoot('keeps other users out of a socket also while the socket itself is open to everybody', async () => {
    await using home = await ScratchHome.create();
    await chmod(home.path, 0o755);
    await files.ensurePrivateDirectory(home.socketDirectory);
    const path = join(home.socketDirectory, 's');
    await using _listener = await new SystemSocketFactory().listen(path, stream => void stream.end('hello'));
    // As it is in the moment between the making of the file and the narrowing of its permissions, at worst.
    await chmod(path, 0o777);
    const attempt = (uid: number) =>
      promisify(execFile)(
        process.execPath,
        ['-e', `require('net').connect(process.argv[1]).on('error', e => console.log(e.code)).on('data', d => console.log(String(d)))`, path],
        { uid, cwd: '/', env: {} },
      );
    expect([(await attempt(nobody)).stdout.trim(), (await attempt(0)).stdout.trim()]).toEqual(['EACCES', 'hello']);
  });
});

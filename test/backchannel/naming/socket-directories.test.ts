import { homedir } from 'node:os';
import { resolve } from 'node:path';
import {
  acceptsFileName,
  assertSocketPathFits,
  backchannelDirectories,
  SocketPathTooLongError,
  userHomeDirectory,
} from '../../../src/backchannel/naming/index.js';

describe('backchannelDirectories', () => {
  it('lie below the home directory', () => {
    expect(backchannelDirectories('/home/u')).toEqual({ current: '/home/u/.aspire/cli/bch', legacy: '/home/u/.aspire/cli/backchannels' });
  });
});

describe('userHomeDirectory', () => {
  const unknown = (): never => {
    throw new Error('uv_os_homedir returned ENOENT');
  };

  it.each<[string, () => string, () => { homedir: string }, string]>([
    ['what HOME says', () => '/home/h', () => ({ homedir: '/home/u' }), '/home/h'],
    ['an absolute path, also after a change of the current directory', () => 'h/u', () => ({ homedir: '/home/u' }), resolve('h/u')],
    ['that of the user where HOME is empty', () => '', () => ({ homedir: '/home/u' }), '/home/u'],
    ['the root for a user whom the system does not know, as in a container', unknown, unknown, '/'],
  ])('is %s', (_, homedir, userInfo, expected) => {
    expect(userHomeDirectory({ homedir, userInfo })).toBe(expected);
  });

  it('is asked of the system', () => {
    expect(userHomeDirectory()).toBe(resolve(homedir()));
  });
});

describe('acceptsFileName', () => {
  it.each([
    ['X7PRTlj8i5MK8KKHUZa.18254', true, false],
    ['X7PRTlj8i5M', true, false],
    ['auxi.sock.3ddf253f97d70454.42', true, true],
    ['aux.sock.3ddf253f97d70454', true, true],
    ['auxfoo.sock.x', false, true],
    ['cP0w28wUJ', false, false],
    ['AUXI.sock.x', false, false],
    ['auxi.sock', false, false],
    ['xaux.sock.y', false, false],
    ['.DS_Store', false, false],
  ])('looks at %s in the current directory: %s, in the legacy one: %s', (name, current, legacy) => {
    expect([acceptsFileName('current', name), acceptsFileName('legacy', name)]).toEqual([current, legacy]);
  });
});

describe('assertSocketPathFits', () => {
  it.each([
    ['linux', 107],
    ['win32', 107],
    ['darwin', 103],
  ] as const)('on %s takes %i bytes and no more', (platform, longest) => {
    expect(() => assertSocketPathFits('x'.repeat(longest), platform)).not.toThrow();
    expect(() => assertSocketPathFits('x'.repeat(longest + 1), platform)).toThrow(SocketPathTooLongError);
  });

  it('counts bytes, not characters, and tells the facts and what to do', () => {
    const path = `/${'ż'.repeat(54)}`;
    expect(() => assertSocketPathFits(path, 'linux')).toThrow(
      expect.objectContaining({
        code: 'ERR_SOCKET_PATH_TOO_LONG',
        path,
        bytes: 110,
        limit: 108,
        message: `The socket path '${path}' needs 110 bytes, but a socket address holds at most 108. Use a home directory with a shorter path.`,
      }),
    );
  });
});

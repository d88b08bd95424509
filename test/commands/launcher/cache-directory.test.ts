import { cacheDirectory } from '../../../src/commands/launcher/cache-directory.js';
import { expectNoLeaks } from '../../support/leak-check.js';

describe('the directory for compiled code', () => {
  expectNoLeaks();

  it.each([
    ['linux', { HOME: '/srv/ann' }, '/srv/ann/.cache/hostward'],
    ['linux', { HOME: '/srv/ann', XDG_CACHE_HOME: '/srv/cache' }, '/srv/cache/hostward'],
    ['linux', { HOME: '/srv/ann', XDG_CACHE_HOME: 'cache' }, '/srv/ann/.cache/hostward'],
    ['linux', { HOME: '/srv/ann', XDG_CACHE_HOME: '' }, '/srv/ann/.cache/hostward'],
    ['darwin', { HOME: '/srv/ann' }, '/srv/ann/Library/Caches/hostward'],
    ['win32', { LOCALAPPDATA: '/srv/local', HOME: '/srv/ann' }, '/srv/local/hostward'],
    ['win32', { HOME: '/srv/ann' }, undefined],
    ['linux', { HOME: 'home' }, undefined],
    ['linux', {}, undefined],
    ['linux', { HOME: '/srv/ann', NODE_DISABLE_COMPILE_CACHE: '1' }, undefined],
  ] as const)('on %s with %j is %s', (platform, env, directory) => {
    expect(cacheDirectory({ platform, env })).toBe(directory);
  });
});

import { join } from 'node:path';
import {
  acceptsFileName,
  assertSocketPathFits,
  backchannelDirectories,
  computeAppHostId,
  computeLegacyHash,
  formatSocketName,
  parseSocketName,
  SocketPathTooLongError,
} from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const path = '/home/user/MyApp/MyApp.AppHost/MyApp.AppHost.csproj';
const { current, legacy } = backchannelDirectories('/home/u');

describe('the socket of an AppHost', () => {
  // Names that a real AppHost made.
  it.each([
    ['lV5FiesG3mAb6MtWGSC.8128', 'b6MtWGSC', 8128],
    ['lV5FiesG3mAQj7WAH9a.14062', 'Qj7WAH9a', 14062],
  ])('has the recorded name %s', async (name, instanceId, processId) => {
    expect(formatSocketName(await computeAppHostId(path, 'linux'), instanceId, processId)).toBe(name);
    expect(acceptsFileName('current', name)).toBe(true);
  });

  it('lies where the current directory is, and is found there by the identifier of its path', async () => {
    const socket = join(current, formatSocketName('X7PRTlj8i5M', 'K8KKHUZa', 18254));
    expect(socket).toBe('/home/u/.aspire/cli/bch/X7PRTlj8i5MK8KKHUZa.18254');
    expect(parseSocketName(socket)).toEqual({ appHostId: 'X7PRTlj8i5M', processId: 18254, format: 'compact' });
    expect(parseSocketName(join(current, 'lV5FiesG3mAb6MtWGSC.8128'))?.appHostId).toBe(await computeAppHostId(path, 'linux'));
  });

  it.each(['current', 'legacy'] as const)('of Aspire 13.2 is found in the %s directory by the hash of its path', async kind => {
    const hash = await computeLegacyHash(path, 'linux');
    const name = `auxi.sock.${hash}.0a1b2c3d4e5f.42`;
    expect(acceptsFileName(kind, name)).toBe(true);
    expect(parseSocketName(join({ current, legacy }[kind], name))).toEqual({ appHostId: '955e4589eb06de60', processId: 42, format: 'legacy' });
  });

  it('is named after the process when there is no path', async () => {
    expect(formatSocketName(await computeAppHostId('12345', 'linux'), 'K8KKHUZa', 12345)).toBe('80CZ7elrVYEK8KKHUZa.12345');
  });

  it.each([
    ['linux', 63],
    ['darwin', 59],
  ] as const)('with a process id of seven digits fits on %s below a home directory of %i bytes, and no longer one', (platform, longest) => {
    const name = formatSocketName('X7PRTlj8i5M', 'K8KKHUZa', 1234567);
    const below = (bytes: number) => join(backchannelDirectories(`/${'h'.repeat(bytes - 1)}`).current, name);
    expect(() => assertSocketPathFits(below(longest), platform)).not.toThrow();
    expect(() => assertSocketPathFits(below(longest + 1), platform)).toThrow(SocketPathTooLongError);
  });
});

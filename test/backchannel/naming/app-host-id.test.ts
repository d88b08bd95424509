import { computeAppHostId, computeLegacyHash } from '../../../src/backchannel/naming/index.js';

// Worked examples, made with two independent implementations of XXH3 and confirmed by the native CLI.
const examples: readonly [text: string, hex: string, id: string][] = [
  ['a', 'e6c632b61e964e1f', '5sYyth6WTh8'],
  ['/', '474292953285562e', 'R0KSlTKFVi4'],
  ['12345', 'f34099ede96b5581', '80CZ7elrVYE'],
  ['/home/user/app/apphost.ts', '3ddf253f97d70454', 'Pd8lP5fXBFQ'],
  ['/home/user/MyApp/MyApp.AppHost/MyApp.AppHost.csproj', '955e4589eb06de60', 'lV5FiesG3mA'],
  ['/srv/apps/app/apphost.mts', 'bdc51bb145118b7a', 'vcUbsUURi3o'],
  ['/home/użytkownik/Приложение/AppHost.csproj', '487f876fa6cef176', 'SH-Hb6bO8XY'],
  ['/srv/straße/apphost.ts', 'c5988aaae32afba7', 'xZiKquMq-6c'],
  ['C:\\Users\\Me\\App\\App.AppHost.csproj', '449ff580d6f15a18', 'RJ_1gNbxWhg'],
  ['c:\\Users\\Me\\App\\App.AppHost.csproj', '3d51e7825d707b64', 'PVHngl1we2Q'],
  ['C:\\USERS\\ME\\APP\\APP.APPHOST.CSPROJ', '259c9255fc4c1fec', 'JZySVfxMH-w'],
];

describe('computeAppHostId', () => {
  it.each(examples)('of %s is the XXH3-64 of its UTF-8 bytes, big-endian', async (text, hex, id) => {
    expect([await computeAppHostId(text, 'linux'), await computeLegacyHash(text, 'linux')]).toEqual([id, hex]);
    expect(await computeAppHostId(text, 'darwin')).toBe(id);
  });

  it('has 11 characters for every length class of XXH3', async () => {
    for (const length of [1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 1000]) {
      const text = 'x'.repeat(length);
      const [id, hash] = [await computeAppHostId(text, 'linux'), await computeLegacyHash(text, 'linux')];
      expect(id).toMatch(/^[A-Za-z0-9_-]{11}$/);
      expect(Buffer.from(id, 'base64url').toString('hex')).toBe(hash);
    }
  });

  it('upper-cases the path on Windows', async () => {
    for (const path of ['C:\\Users\\Me\\App\\App.AppHost.csproj', 'c:\\users\\me\\app\\app.apphost.csproj']) {
      expect([await computeAppHostId(path, 'win32'), await computeLegacyHash(path, 'win32')]).toEqual(['JZySVfxMH-w', '259c9255fc4c1fec']);
    }
  });

  it.each([
    ['c:\\straße', 'C:\\STRAßE'],
    ['ıſŉǰ', 'ıſŉǰ'],
    ['żółć', 'ŻÓŁĆ'],
    ['𐐨', '𐐀'],
    ['😀', '😀'],
  ])('upper-cases %s one code point to one, as .NET does', async (path, upper) => {
    expect(await computeAppHostId(path, 'win32')).toBe(await computeAppHostId(upper, 'linux'));
  });

  it('takes half a surrogate pair for the replacement character', async () => {
    expect(await computeAppHostId('a\ud800', 'linux')).toBe(await computeAppHostId('a\ufffd', 'linux'));
  });

  it('refuses an empty path', async () => {
    await expect(computeAppHostId('')).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', paramName: 'path' });
    await expect(computeLegacyHash('')).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', paramName: 'path' });
  });

  it('loads hash-wasm when it is called, not when it is imported', async () => {
    await jest.isolateModulesAsync(async () => {
      let isLoaded = false;
      jest.doMock('hash-wasm', () => {
        isLoaded = true;
        return { xxhash3: async () => '00' };
      });
      const naming = await import('../../../src/backchannel/naming/index.js');
      expect(isLoaded).toBe(false);
      await naming.computeAppHostId('a');
      expect(isLoaded).toBe(true);
    });
    jest.dontMock('hash-wasm');
  });
});

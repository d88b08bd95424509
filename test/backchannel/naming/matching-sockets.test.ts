import { computeSocketKeys, findMatchingSockets, type SocketKeys } from '../../../src/backchannel/naming/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const path = '/home/user/app/apphost.ts';
const id = 'Pd8lP5fXBFQ';
const xx = '3ddf253f97d70454';
const sha = '4081791ec000233d';
const keys: SocketKeys = { appHostIds: [id], legacyHashes: [xx, sha] };

function found(fileNames: { current?: string[]; legacy?: string[] }, wanted: SocketKeys = keys): string[] {
  return findMatchingSockets(wanted, fileNames).map(({ directory, fileName }) => `${directory} ${fileName}`);
}

describe('computeSocketKeys', () => {
  it('names the AppHost in the way of each version', async () => {
    expect(await computeSocketKeys(path, undefined, 'linux')).toEqual(keys);
    expect(await computeSocketKeys(path, path, 'darwin')).toEqual(keys);
  });

  it('names it also after the path as it was given, behind what comes of the resolved one', async () => {
    const { appHostIds, legacyHashes } = await computeSocketKeys('/srv/straße/apphost.ts', path, 'linux');
    expect(appHostIds).toEqual(['xZiKquMq-6c', id]);
    expect(legacyHashes).toEqual(['c5988aaae32afba7', xx, '6f1884257c8c056a', sha]);
  });

  it('on Windows upper-cases the path, and takes it as it is and with the other drive letter as well', async () => {
    const upper = ['259c9255fc4c1fec', 'd372daaca693c136'] as const;
    const raw = ['449ff580d6f15a18', 'f49fb88fd27e8f78'] as const;
    const otherDrive = ['3d51e7825d707b64', '23c438462fce7215'] as const;
    const of = (windowsPath: string) => computeSocketKeys(windowsPath, undefined, 'win32');
    expect(await of('C:\\Users\\Me\\App\\App.AppHost.csproj')).toEqual({
      appHostIds: ['JZySVfxMH-w'],
      legacyHashes: [upper[0], raw[0], otherDrive[0], upper[1], raw[1], otherDrive[1]],
    });
    expect((await of('c:\\Users\\Me\\App\\App.AppHost.csproj')).legacyHashes).toEqual([upper[0], otherDrive[0], raw[0], upper[1], otherDrive[1], raw[1]]);
    expect((await of('C:\\USERS\\ME\\APP\\APP.APPHOST.CSPROJ')).legacyHashes).toHaveLength(4);
    expect((await of('\\\\server\\share\\apphost.ts')).legacyHashes).toHaveLength(4);
  });

  it('refuses an empty path', async () => {
    await expect(computeSocketKeys('')).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT', paramName: 'path' });
  });
});

describe('findMatchingSockets', () => {
  it.each([[`${id}K8KKHUZa.18254`], [`${id}K8KKHUZa.0`], [`${id}K8KKHUZa.00001`], [id]])('takes %s in the current directory', name => {
    expect(found({ current: [name] })).toEqual([`current ${name}`]);
    expect(found({ legacy: [name] })).toEqual([]);
  });

  it.each([
    ['the identifier of another', 'X7PRTlj8i5MK8KKHUZa.18254'],
    // Defect 19: to the original these two are the same where it compares without case.
    ['an identifier that differs in letter case only', `${id.toLowerCase()}K8KKHUZa.18254`],
    ['no process id', `${id}K8KKHUZa`],
    ['a process id that is none', `${id}K8KKHUZa.+1`],
    ['a tail', `${id}K8KKHUZa.1.bak`],
    ['a legacy name', `auxi.sock.${xx}.5`],
    ['a legacy name with the compact identifier', `auxi.sock.${id}.5`],
    ['a socket of the CLI', 'cP0w28wUJ'],
  ])('does not take %s in the current directory', (_what, name) => {
    expect(found({ current: [name] })).toEqual([]);
  });

  it.each(['auxi.sock', 'aux.sock'])('takes the shapes of %s that releases have written, for each hash', prefix => {
    for (const hash of [xx, sha]) {
      const names = ['', '.42', '.00042', '.2147483647', '.0a1b2c3d4e5f.42', '.ABCDEF.42', '.1.2'].map(tail => `${prefix}.${hash}${tail}`);
      expect(found({ legacy: names })).toEqual(names.map(name => `legacy ${name}`));
      expect(found({ current: names })).toEqual([]);
    }
  });

  it.each([
    `auxi.sock.${xx}.xyz.123`,
    `auxi.sock.${xx}.123.bak`,
    `auxi.sock.${xx}..123`,
    `auxi.sock.${xx}.`,
    `auxi.sock.${xx}.2147483648`,
    `auxi.sock.${xx}.+1`,
    `auxi.sock.${xx}.ab.cd.1`,
    `auxi.sock.${xx}abc`,
    `auxi.sock.${xx.toUpperCase()}`,
    `AUXI.sock.${xx}`,
    `auxfoo.sock.${xx}`,
    `aux.sock.${xx}.bak`,
    'auxi.sock.',
  ])('does not take %s, which a scan may let pass', name => {
    expect(found({ legacy: [name] })).toEqual([]);
  });

  it('finds the socket of Aspire 13.1 and of the previews after it, which .NET looks for under a name that nobody wrote', async () => {
    const names = [`aux.sock.${sha}`, `auxi.sock.${sha}`, `auxi.sock.${sha}.4711`];
    expect(found({ legacy: names }, await computeSocketKeys(path, undefined, 'linux')).sort()).toEqual(names.map(name => `legacy ${name}`).sort());
  });

  it('gives the compact ones first, then hash by hash, the newer prefix first, and else in the order of the listing', () => {
    const wanted: SocketKeys = { appHostIds: [id, 'X7PRTlj8i5M'], legacyHashes: [xx, sha] };
    const current = ['X7PRTlj8i5MK8KKHUZa.1', `${id}ZZZZZZZZ.9`, `${id}AAAAAAAA.3`];
    const legacy = [`aux.sock.${sha}`, `auxi.sock.${sha}.2`, `aux.sock.${xx}`, `auxi.sock.${xx}.7`, `auxi.sock.${xx}.5`];
    expect(found({ current, legacy }, wanted)).toEqual([
      `current ${id}ZZZZZZZZ.9`,
      `current ${id}AAAAAAAA.3`,
      'current X7PRTlj8i5MK8KKHUZa.1',
      `legacy auxi.sock.${xx}.7`,
      `legacy auxi.sock.${xx}.5`,
      `legacy aux.sock.${xx}`,
      `legacy auxi.sock.${sha}.2`,
      `legacy aux.sock.${sha}`,
    ]);
  });

  it('gives each file once, and keeps names apart that differ in letter case only (defect 19)', () => {
    const twice: SocketKeys = { appHostIds: [id, id], legacyHashes: [xx, xx] };
    const [lower, upper] = [`${id}aaaaaaaa.1`, `${id}AAAAAAAA.1`];
    expect(found({ current: [lower, upper, lower], legacy: [`auxi.sock.${xx}`] }, twice)).toEqual([
      `current ${lower}`,
      `current ${upper}`,
      `legacy auxi.sock.${xx}`,
    ]);
  });

  it('finds nothing in directories that do not exist', () => {
    expect(findMatchingSockets(keys, {})).toEqual([]);
  });
});

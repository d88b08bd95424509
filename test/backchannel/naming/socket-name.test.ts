import { createInstanceId, formatSocketName, parseSocketName } from '../../../src/backchannel/naming/index.js';

const id = 'X7PRTlj8i5M';
const hash = '3ddf253f97d70454';

describe('parseSocketName', () => {
  it.each([
    ['a full compact name', `${id}K8KKHUZa.18254`, { appHostId: id, processId: 18254 }],
    ['a path', `/home/u/.aspire/cli/bch/${id}K8KKHUZa.18254`, { appHostId: id, processId: 18254 }],
    ['a bare identifier', id, { appHostId: id, processId: undefined }],
    ['leading zeros', `${id}K8KKHUZa.00001`, { appHostId: id, processId: 1 }],
    ['the largest process id', `${id}K8KKHUZa.2147483647`, { appHostId: id, processId: 2147483647 }],
    ['process 0, which is none', `${id}K8KKHUZa.0`, { appHostId: id, processId: undefined }],
    ['dashes and underscores', '-_-_-_-_-_-_-_-_-_-.7', { appHostId: '-_-_-_-_-_-', processId: 7 }],
  ])('reads a compact name: %s', (_what, name, expected) => {
    expect(parseSocketName(name)).toEqual({ ...expected, format: 'compact' });
  });

  it.each([
    ['with random part and process id', `auxi.sock.${hash}.0a1b2c3d4e5f.42`, { appHostId: hash, processId: 42 }],
    ['with process id', `auxi.sock.${hash}.42`, { appHostId: hash, processId: 42 }],
    ['with hash only', `auxi.sock.${hash}`, { appHostId: hash, processId: undefined }],
    ['of 13.1', `aux.sock.${hash}`, { appHostId: hash, processId: undefined }],
    ['with a tail', 'auxi.sock.H.5.bak', { appHostId: 'H', processId: undefined }],
    ['with a strange middle', 'auxi.sock.H.xyz.123', { appHostId: 'H', processId: 123 }],
    ['with a dot where the hash should be', 'auxi.sock..5', { appHostId: '.5', processId: 5 }],
    ['with too large a process id', 'auxi.sock.H.2147483648', { appHostId: 'H', processId: undefined }],
    ['with a sign', 'auxi.sock.H.+1', { appHostId: 'H', processId: undefined }],
    ['with nothing after the last dot', 'auxi.sock.H.', { appHostId: 'H', processId: undefined }],
  ])('reads a legacy name %s', (_what, name, expected) => {
    expect(parseSocketName(name)).toEqual({ ...expected, format: 'legacy' });
  });

  // .NET takes the text after the last dot whatever it is: a hash of digits would become the id of a process that does not exist, and the file an orphan.
  it('does not take a hash that looks like a number for a process id', () => {
    expect(parseSocketName('auxi.sock.0000001234567890')).toEqual({ appHostId: '0000001234567890', processId: undefined, format: 'legacy' });
  });

  it.each([
    [''],
    ['cP0w28wUJ'],
    ['auxi.sock.'],
    ['aux.sock.'],
    ['AUXI.SOCK.H.1'],
    ['auxfoo.sock.x'],
    [`${id}K8KKHUZa`],
    [`${id}K8KKHUZa.`],
    [`${id}K8KKHUZa.x`],
    [`${id}K8KKHUZa.+1`],
    [`${id}K8KKHUZa. 1`],
    [`${id}K8KKHUZa.-1`],
    [`${id}K8KKHUZa.2147483648`],
    [`${id}K8KKHUZa.1.2`],
    [`${id}K8KKHUZa.١`],
    [`${id}K8KKHUZab.1`],
    [`${id}K8KKHUZ.1`],
    ['X7PRTlj8i5+K8KKHUZa.1'],
    ['X7PRTlj8i5='],
    ['socket'],
  ])('reads nothing into %j', name => {
    expect(parseSocketName(name)).toBeUndefined();
  });
});

describe('formatSocketName', () => {
  it('makes the name that parseSocketName reads', () => {
    const instance = createInstanceId();
    const name = formatSocketName(id, instance, 4711);
    expect(name).toBe(`${id}${instance}.4711`);
    expect(parseSocketName(name)).toEqual({ appHostId: id, processId: 4711, format: 'compact' });
  });

  it.each([
    ['X7PRTlj8i5', 'K8KKHUZa', 1, 'appHostId'],
    ['X7PRTlj8i5/', 'K8KKHUZa', 1, 'appHostId'],
    [id, 'short', 1, 'instanceId'],
    [id, 'K8KKHUZ.', 1, 'instanceId'],
    [id, 'K8KKHUZa', 0, 'processId'],
    [id, 'K8KKHUZa', 1.5, 'processId'],
    [id, 'K8KKHUZa', 2 ** 31, 'processId'],
  ])('refuses %s, %s, %d because of its %s', (appHostId, instanceId, processId, paramName) => {
    expect(() => formatSocketName(appHostId, instanceId, processId)).toThrow(expect.objectContaining({ paramName }));
  });
});

describe('createInstanceId', () => {
  it('gives 8 base64url characters, different each time', () => {
    const ids = Array.from({ length: 1000 }, createInstanceId);
    for (const each of ids) expect(each).toMatch(/^[A-Za-z0-9_-]{8}$/);
    expect(new Set(ids).size).toBe(1000);
  });
});

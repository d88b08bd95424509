import { snapshotOf } from '../../../src/backchannel/apphost/resources/resource-snapshot-of.js';
import { readResourceSnapshot, type ResourceSnapshot } from '../../../src/backchannel/contract/index.js';
import { FakeResource } from './fake-resource.js';
import { recordedRows } from '../../support/recording-files.js';

interface RecordedLine {
  readonly kind?: string;
  readonly message?: {
    readonly result?: { readonly resources?: readonly ResourceSnapshot[] };
    readonly params?: readonly { readonly clientCapabilities?: readonly string[] | null }[];
  };
}

/** What the real server answered in `raw/legacy-properties.jsonl` to a client with these capabilities. */
function recordedSnapshot(capability: string): ResourceSnapshot {
  const messages: readonly RecordedLine[] = recordedRows('raw/legacy-properties');
  const asked = messages.findIndex(({ kind, message }) => kind === 'request' && message?.params?.[0]?.clientCapabilities?.includes(capability));
  return messages.slice(asked).find(({ kind }) => kind === 'response')!.message!.result!.resources![0]!;
}

/** The resource of the recording, declared with what we have for .NET's types. */
const recordedProperties = {
  text: 'abc',
  number: 42,
  big: 9007199254740993n,
  dbl: 1.5,
  flag: true,
  off: false,
  list: ['a', 'b'],
  nothing: null,
  // The original marks it as sensitive; here its name does that.
  secret: 'hunter2',
};

describe('a resource as clients get it', () => {
  it('has every member of the contract, also when nothing is known of it', () => {
    const snapshot = snapshotOf(new FakeResource('db'), 'json');
    expect(snapshot).toEqual({
      name: 'db',
      displayName: 'db',
      resourceType: null,
      type: null,
      state: null,
      waitingFor: null,
      stateStyle: null,
      healthStatus: null,
      exitCode: null,
      createdAt: null,
      startedAt: null,
      stoppedAt: null,
      urls: [],
      relationships: [],
      healthReports: [],
      volumes: [],
      environmentVariables: [],
      properties: {},
      isHidden: false,
      mcpServer: null,
      commands: [],
    });
    expect(readResourceSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
    expect(Object.keys(snapshot)).toEqual(Object.keys(recordedSnapshot('aux.v2')));
  });

  it('gives older clients the properties as text, as the original did', () => {
    const { properties: recorded } = recordedSnapshot('aux.v2');
    const { properties } = snapshotOf(new FakeResource('custom', { properties: recordedProperties }), 'text');
    expect(properties).toEqual(Object.fromEntries(Object.keys(recordedProperties).map(name => [name, recorded[name]])));
  });

  it('gives clients of aux.v3 the properties as JSON, as the original did', () => {
    const { properties: recorded } = recordedSnapshot('aux.v3');
    const { properties } = snapshotOf(new FakeResource('custom', { properties: recordedProperties }), 'json');
    // JavaScript has no number for this one.
    const expected = { ...recorded, big: '9007199254740993' };
    expect(properties).toEqual(Object.fromEntries(Object.keys(recordedProperties).map(name => [name, expected[name as keyof typeof expected]])));
  });

  it.each([
    ['an object', { a: 1, b: [true] }, { a: 1, b: [true] }, '{"a":1,"b":[true]}'],
    ['a list of all kinds', [1, null, true, { a: 1 }, [2, 3]], [1, null, true, { a: 1 }, [2, 3]], '1,True,{"a":1},2,3'],
    ['an empty list', [], [], ''],
    ['a large number', 1e21, 1e21, '1E+21'],
    ['what is no number', NaN, 'NaN', 'NaN'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date(NaN), null, null],
    ['an address', new URL('http://a/b'), 'http://a/b', 'http://a/b'],
    ['a function', () => 1, null, null],
    ['nothing', undefined, null, null],
    ['an object with a secret in it', { user: 'u', password: 'p' }, { user: 'u', password: null }, '{"user":"u","password":null}'],
  ])('writes %s as JSON and as text', (_, value, json, text) => {
    const resource = new FakeResource('x', { properties: { value } });
    expect([snapshotOf(resource, 'json').properties['value'], snapshotOf(resource, 'text').properties['value']]).toEqual([json, text]);
  });

  it('ends at what contains itself instead of never', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const { properties } = snapshotOf(new FakeResource('x', { properties: { circle } }), 'json');
    expect(JSON.stringify(properties).length).toBeLessThan(2000);
  });

  it('keeps back values of properties and environment variables that are secrets by their names', () => {
    const environmentVariables = [
      { name: 'PORT', value: '80', isFromSpec: true },
      { name: 'API_KEY', value: 'hunter2', isFromSpec: true },
    ];
    const snapshot = snapshotOf(new FakeResource('x', { environmentVariables, properties: { ConnectionString: 'Password=hunter2', plain: 'p' } }), 'json');
    expect([snapshot.environmentVariables, snapshot.properties]).toEqual([
      [
        { name: 'PORT', value: '80', isFromSpec: true },
        { name: 'API_KEY', value: null, isFromSpec: true },
      ],
      { ConnectionString: null, plain: 'p' },
    ]);
  });

  it.each([
    ['nothing while it does not run', { state: 'Starting', healthStatus: 'Healthy' }, null],
    ['nothing in a state that only sounds like it', { state: 'running' }, null],
    ['healthy without reports', { state: 'Running' }, 'Healthy'],
    ['what it says of itself', { state: 'Running', healthStatus: 'Degraded' }, 'Degraded'],
    ['the worst of its reports', { state: 'Running', healthReports: [report('Healthy'), report('Unhealthy'), report('Degraded')] }, 'Unhealthy'],
    ['degraded before healthy', { state: 'Running', healthReports: [report('Healthy'), report('Degraded')] }, 'Degraded'],
    ['unhealthy for a report that says nothing', { state: 'Running', healthReports: [report('Healthy'), report(null)] }, 'Unhealthy'],
  ])('has as health %s', (_, facts, expected) => {
    expect(snapshotOf(new FakeResource('x', facts), 'json').healthStatus).toBe(expected);
  });

  it.each([
    [
      ['db', '', 'cache'],
      ['db', 'cache'],
    ],
    ['db', ['db']],
    ['', ['said so']],
    [null, ['said so']],
    [5, ['said so']],
  ])('takes from the property what it waits for: %j', (property, expected) => {
    const facts = { waitingFor: ['said so'], properties: { 'resource.waitingFor': property } };
    expect(snapshotOf(new FakeResource('x', facts), 'json').waitingFor).toEqual(expected);
  });

  it('leaves out an address without text and fills in a missing name', () => {
    const display = { displayName: '', sortOrder: 3 };
    const urls = [
      { name: '', url: 'http://a', isInternal: true, displayProperties: display },
      { name: 'b', url: '', isInternal: false, displayProperties: null },
      { name: 'c', url: 'http://c', isInternal: false, displayProperties: null },
    ];
    expect(snapshotOf(new FakeResource('x', { urls }), 'json').urls).toEqual([
      { name: 'default', url: 'http://a', isInternal: true, displayProperties: { displayName: null, sortOrder: 3 } },
      { name: 'c', url: 'http://c', isInternal: false, displayProperties: { displayName: null, sortOrder: 0 } },
    ]);
  });
});

function report(status: string | null) {
  return { name: 'check', status, description: null, exceptionText: null };
}

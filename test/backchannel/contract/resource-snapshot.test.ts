import { readGetResourcesRequest, readResources, readResourceSnapshot } from '../../../src/backchannel/contract/index.js';
import { recordedItems, recordedResults, toPascalCase } from './recordings.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const snapshots: any[] = [
  ...recordedItems('raw/watch'),
  ...recordedResults('raw/legacy-properties', 'GetResourcesAsync').flatMap(({ resources }) => resources),
  ...recordedResults('13.6/legacy-properties', 'GetResourcesAsync').flatMap(({ resources }) => resources),
  ...recordedResults('dashboard/info', 'GetResourcesAsync').flatMap(({ resources }) => resources),
];

describe('readResourceSnapshot', () => {
  it('reads every recorded snapshot without loss', () => {
    expect(snapshots.length).toBeGreaterThan(30);
    for (const recorded of snapshots) expect(readResourceSnapshot(recorded)).toEqual(recorded);
  });

  it('reads them in Pascal case too', () => {
    for (const recorded of snapshots.filter(({ mcpServer }) => mcpServer === null)) {
      const { commands, ...rest } = readResourceSnapshot(toPascalCase(recorded));
      const { commands: recordedCommands, ...recordedRest } = recorded;
      expect(rest).toEqual(recordedRest);
      expect(commands).toEqual(recordedCommands);
    }
  });

  it('makes a whole snapshot of a name alone', () => {
    expect(readResourceSnapshot({ name: 'api' })).toEqual({
      name: 'api',
      displayName: null,
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
  });

  it.each([
    [{ type: 'Container' }, 'Container'],
    [{ resourceType: 'Project' }, 'Project'],
    [{ resourceType: 'Project', type: 'Container' }, 'Project'],
    [{ resourceType: null, type: 'Container' }, 'Container'],
  ])('takes %j for one type under two names', (members, type) => {
    expect(readResourceSnapshot({ name: 'x', ...members })).toMatchObject({ type, resourceType: type });
  });

  it('fills in the defaults of nested values', () => {
    const command = { name: 'start', state: 'Enabled', argumentInputs: [{ name: 'a', inputType: 'Text', dynamicLoading: {} }] };
    const { commands, urls } = readResourceSnapshot({ name: 'x', commands: [command], urls: [{ name: 'http', url: 'http://x', displayProperties: {} }] });
    expect(commands[0]).toMatchObject({ visibility: 'UI, Api', displayName: null, argumentInputs: [{ required: false, options: null, maxLength: null }] });
    expect(commands[0]?.argumentInputs[0]?.dynamicLoading).toEqual({ alwaysLoadOnStart: false, dependsOnInputs: null });
    expect(urls).toEqual([{ name: 'http', url: 'http://x', isInternal: false, displayProperties: { displayName: null, sortOrder: 0 } }]);
  });

  it('keeps properties as they came, also one that looks like a prototype', () => {
    const properties = JSON.parse('{"a":1,"B":[true,null],"__proto__":{"x":1}}') as Record<string, unknown>;
    const read = readResourceSnapshot({ name: 'x', properties }).properties;
    expect(JSON.stringify(read)).toBe('{"a":1,"B":[true,null],"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it.each([
    [{}, 'ResourceSnapshot.name', 'nothing'],
    [{ name: 'x', urls: {} }, 'ResourceSnapshot.urls', 'an object'],
    [{ name: 'x', urls: [{ name: 'a', url: 'u' }, { url: 'u' }] }, 'ResourceSnapshot.urls[1].name', 'nothing'],
    [{ name: 'x', urls: [{ name: 'a', url: 'u', displayProperties: { sortOrder: 'z' } }] }, 'ResourceSnapshot.urls[0].displayProperties.sortOrder', 'a string'],
    [{ name: 'x', exitCode: '1' }, 'ResourceSnapshot.exitCode', 'a string'],
    [{ name: 'x', isHidden: 'yes' }, 'ResourceSnapshot.isHidden', 'a string'],
    [{ name: 'x', properties: [] }, 'ResourceSnapshot.properties', 'an array'],
    [{ name: 'x', waitingFor: [1] }, 'ResourceSnapshot.waitingFor[0]', 'a number'],
    [{ name: 'x', commands: [{ name: 'c' }] }, 'ResourceSnapshot.commands[0].state', 'nothing'],
    [{ name: 'x', mcpServer: { endpointUrl: 'u', tools: [{}] } }, 'ResourceSnapshot.mcpServer.tools[0].name', 'nothing'],
    [
      { name: 'x', commands: [{ name: 'c', state: 's', argumentInputs: [{ name: 'a', inputType: 'Choice', options: { k: 1 } }] }] },
      'ResourceSnapshot.commands[0].argumentInputs[0].options.k',
      'a number',
    ],
  ])('refuses %j and says where', (value, member, found) => {
    expect(() => readResourceSnapshot(value)).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, found }));
  });
});

describe('readResources', () => {
  it('reads both forms of the answer', () => {
    const [response] = recordedResults('raw/params', 'GetResourcesAsync');
    expect(readResources(response)).toEqual(response.resources);
    expect(readResources(response.resources)).toEqual(response.resources);
  });

  it.each([[null], [undefined], [{}], [[]]])('takes %j for none', value => {
    expect(readResources(value)).toEqual([]);
  });

  it('says which resource it refuses', () => {
    expect(() => readResources({ resources: [{ name: 'a' }, {}] })).toThrow(expect.objectContaining({ member: 'Resources.resources[1].name' }));
  });
});

describe('readGetResourcesRequest', () => {
  it.each([
    [null, { filter: null, clientCapabilities: [] }],
    [{ Filter: 'web' }, { filter: 'web', clientCapabilities: [] }],
    [
      { filter: '', clientCapabilities: ['aux.v3'], traceContext: {} },
      { filter: '', clientCapabilities: ['aux.v3'] },
    ],
  ])('reads %j', (value, expected) => {
    expect(readGetResourcesRequest(value)).toEqual(expected);
  });
});

import {
  readCallMcpToolRequest,
  readExecuteResourceCommandRequest,
  readMcpCallToolResult,
  readResourceLogBatch,
  readResources,
  readResourceSnapshot,
} from '../../../src/backchannel/contract/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const nested = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>(inner => [inner], 0);
const names = (count: number) => Array.from({ length: count }, () => ({ name: 'x' }));
const tool = (schema: unknown) => ({ name: 'x', mcpServer: { endpointUrl: 'u', tools: [{ name: 't', inputSchema: schema }] } });

describe('a value that may be any JSON', () => {
  it('may be 64 levels deep', () => {
    expect(readResourceSnapshot({ name: 'x', properties: { a: nested(64) } }).properties.a).toEqual(nested(64));
    expect(readMcpCallToolResult({ structuredContent: nested(64) }).structuredContent).toEqual(nested(64));
  });

  it.each([
    ['a property', () => readResourceSnapshot({ name: 'x', properties: { a: nested(65) } }), 'ResourceSnapshot.properties.a'],
    ['a hundred thousand levels', () => readResourceSnapshot({ name: 'x', properties: { a: nested(100_000) } }), 'ResourceSnapshot.properties.a'],
    ['a tool', () => readResourceSnapshot(tool(nested(64))), 'ResourceSnapshot.mcpServer.tools[0]'],
    ['structured content', () => readMcpCallToolResult({ structuredContent: nested(65) }), 'McpCallToolResult.structuredContent'],
    ['content', () => readMcpCallToolResult({ content: [{ type: 'text' }, { type: 'x', data: nested(64) }] }), 'McpCallToolResult.content[1]'],
    [
      'arguments of a command',
      () => readExecuteResourceCommandRequest({ resourceName: 'a', commandName: 'b', arguments: nested(65) }),
      'ExecuteResourceCommandRequest.arguments',
    ],
    [
      'an argument of a tool',
      () => readCallMcpToolRequest({ resourceName: 'a', toolName: 'b', arguments: { x: nested(65) } }),
      'CallMcpToolRequest.arguments.x',
    ],
  ])('is refused where it is deeper: %s', (_what, read, member) => {
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, expected: 'JSON of at most 64 levels', found: 'more levels' }));
  });

  it('goes unread where it is unknown, however deep it is', () => {
    expect(readResourceSnapshot({ name: 'x', later: nested(100_000) }).name).toBe('x');
  });
});

describe('a list or dictionary', () => {
  it('may have 100,000 items', () => {
    expect(readResources({ resources: names(100_000) })).toHaveLength(100_000);
  });

  it.each([
    ['resources', () => readResources({ resources: names(100_001) }), 'Resources.resources', 'a list of at most 100000 items', '100001 items'],
    ['resources of aux.v1', () => readResources(names(100_001)), 'Resources', 'a list of at most 100000 items', '100001 items'],
    ['lines', () => readResourceLogBatch({ lines: names(100_002) }), 'ResourceLogBatch.lines', 'a list of at most 100000 items', '100002 items'],
    [
      'properties',
      () => readResourceSnapshot({ name: 'x', properties: Object.fromEntries(names(100_001).map((_, index) => [`p${index}`, 1])) }),
      'ResourceSnapshot.properties',
      'an object of at most 100000 members',
      '100001 members',
    ],
  ])('with more is refused before anything in it is read: %s', (_what, read, member, expected, found) => {
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, expected, found }));
  });
});

describe('a whole number beyond 2^53', () => {
  it('in a property is the nearest double for aux.v3, and exact as text for older levels', () => {
    // `JSON.parse` leaves no more of the recorded 9007199254740993.
    const { properties } = readResourceSnapshot(JSON.parse('{"name":"x","properties":{"v3":9007199254740993,"v2":"9007199254740993"}}'));
    expect(properties).toEqual({ v3: 9007199254740992, v2: '9007199254740993' });
  });

  it('is refused where a whole number is meant', () => {
    expect(() => readResourceSnapshot(JSON.parse('{"name":"x","exitCode":9007199254740993}'))).toThrow(
      expect.objectContaining({ member: 'ResourceSnapshot.exitCode', expected: 'a whole number or null', found: 'a number beyond 2^53' }),
    );
  });
});

describe('a name that the peer chose', () => {
  const refuse = (key: string) => () =>
    readResourceSnapshot({ name: 'x', commands: [{ name: 'c', state: 's', argumentInputs: [{ name: 'a', inputType: 'Choice', options: { [key]: 1 } }] }] });
  const options = 'ResourceSnapshot.commands[0].argumentInputs[0].options';

  it.each([
    ['plain', `${options}.plain`],
    ['resource.source', `${options}["resource.source"]`],
    ['', `${options}[""]`],
    ['two words "quoted"', `${options}["two words \\"quoted\\""]`],
    ['żółć', `${options}["żółć"]`],
    ['\u001b[2J\r\n\u009b\u202e', `${options}["\ufffd[2J\ufffd\ufffd\ufffd\ufffd"]`],
    ['x'.repeat(1_000_000), `${options}["${'x'.repeat(40)}…"]`],
  ])('stands in the error in a form that does no harm: %.20j', (key, member) => {
    expect(refuse(key)).toThrow(expect.objectContaining({ code: 'ERR_CONTRACT', member, found: 'a number' }));
  });
});

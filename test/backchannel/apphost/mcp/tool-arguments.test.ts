import fc from 'fast-check';
import { problemsOfArguments } from '../../../../src/backchannel/apphost/mcp/tool-arguments.js';
import { assertMcpTools } from '../../../../src/backchannel/apphost/mcp/assert-mcp-tools.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

expectNoLeaks();

const schema = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', minLength: 5 },
    rows: { type: 'integer' },
    share: { type: ['number', 'null'] },
    mode: { enum: ['fast', 1, { deep: true }] },
    force: { type: 'boolean' },
    list: { type: 'array' },
    more: { type: 'object' },
    strange: { type: 'date' },
    any: true,
  },
};

describe('arguments of an MCP tool', () => {
  it.each([
    ['what is required', { file: 'a' }],
    ['everything', { file: '', rows: 1.0, share: null, mode: 'fast', force: false, list: [], more: {}, strange: 5, any: [] }],
    ['a number where any will do', { file: '', share: 0.5, mode: { deep: true } }],
    ['what the schema does not know', { file: '', extra: 1, __proto: 1 }],
  ])('fit with %s', (_, args) => {
    expect(problemsOfArguments(args, schema)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ["'file' is missing"]],
    ['null for a text', { file: null }, ["'file' must be of type string, but is null"]],
    ['a fraction', { file: '', rows: 1.5 }, ["'rows' must be of type integer, but is a number"]],
    ['one of two types', { file: '', share: 'S3CRET' }, ["'share' must be of type number or null, but is a string"]],
    ['another value', { file: '', mode: 'S3CRET' }, ["'mode' is none of the values that it may have"]],
    ['an object for a list', { file: '', list: {} }, ["'list' must be of type array, but is an object"]],
    ['a list for an object', { file: '', more: [] }, ["'more' must be of type object, but is an array"]],
    [
      'several mistakes',
      { rows: '1', force: 'true' },
      ["'file' is missing", "'rows' must be of type integer, but is a string", "'force' must be of type boolean, but is a string"],
    ],
  ])('do not fit with %s', (_, args, problems) => {
    expect(problemsOfArguments(args as Record<string, unknown>, schema)).toEqual(problems);
  });

  it('are not more than the schema has when that says so', () => {
    const closed = { ...schema, additionalProperties: false };
    expect(problemsOfArguments({ file: '', 'ex\u001btra': 1, constructor: 1 }, closed)).toEqual(["'ex\ufffdtra' is unknown", "'constructor' is unknown"]);
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, 1]));
    expect(problemsOfArguments({ file: '', ...many }, closed).at(-1)).toBe('and 10 more');
  });

  it('that are inherited are missing', () => {
    expect(problemsOfArguments({}, { required: ['toString'] })).toEqual(["'toString' is missing"]);
  });

  it('and schemas of any shape do no harm', () => {
    const json = fc.jsonValue().filter((value): value is Record<string, never> => typeof value === 'object' && value !== null && !Array.isArray(value));
    const keyword = fc.constantFrom('required', 'properties', 'additionalProperties', 'type');
    fc.assert(fc.property(json, fc.dictionary(keyword, fc.jsonValue()), (args, any) => Array.isArray(problemsOfArguments(args, any))));
  });
});

describe('the tools of a resource', () => {
  const call = () => 'done';

  it.each<[string, object]>([
    ['a name with every sign that MCP allows', { name: 'a.B-c_d/1' }],
    ['every member', { title: 'Go', description: 'Goes', inputSchema: { type: 'object' }, outputSchema: { type: 'object' }, annotations: {}, timeout: -1 }],
  ])('may have %s', (_, tool) => {
    expect(() => assertMcpTools('web', [{ name: 'go', call, ...tool }])).not.toThrow();
  });

  it.each<[string, unknown, string, string, string]>([
    ['that is none', null, 'undefined', 'an object', 'null'],
    ['that is a function', call, 'call', 'an object', 'a function'],
    ['without a name', { call }, 'undefined', "a name of 1 to 128 letters, digits, '_', '-', '.' and '/'", 'another'],
    ['with a name of two words', { call, name: 'a b' }, 'a b', "a name of 1 to 128 letters, digits, '_', '-', '.' and '/'", 'another'],
    ['without a function', { name: 'go' }, 'go', "'call' to be a function", 'undefined'],
    ['with no time', { name: 'go', call, timeout: 0.5 }, 'go', 'a timeout of 1 to 4294967294 whole milliseconds, or -1', '0.5'],
    [
      'with a schema of a text',
      { name: 'go', call, inputSchema: { type: 'string' } },
      'go',
      "'inputSchema' to be a JSON schema whose 'type' is 'object'",
      'something else',
    ],
    [
      'with a schema that is none',
      { name: 'go', call, outputSchema: true },
      'go',
      "'outputSchema' to be a JSON schema whose 'type' is 'object'",
      'something else',
    ],
    ['that no JSON describes', { name: 'go', call, annotations: { n: 5n } }, 'go', 'a description that JSON can express', 'something else'],
    ['with a long description', { name: 'go', call, description: 'x'.repeat(262_144) }, 'go', 'a description of at most 262144 characters', '262162'],
  ])('are refused when there is one %s', (_, tool, name, expected, found) => {
    const facts = { code: 'ERR_RESOURCE_OFFER', resource: 'web', where: `MCP tool '${name}'`, expected, found };
    expect(() => assertMcpTools('web', [tool as never])).toThrow(expect.objectContaining(facts));
  });

  it('are refused when two have one name', () => {
    const twice = [1, 2].map(() => ({ name: 'go', call }));
    expect(() => assertMcpTools('web', twice)).toThrow("Resource 'web', MCP tool 'go': expected a name of its own, found one that another tool has.");
  });
});

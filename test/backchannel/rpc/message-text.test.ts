import { messageText } from '../../../src/backchannel/rpc/message-text.js';

const text = (message: object) => messageText({ jsonrpc: '2.0', ...message });

describe('messageText', () => {
  it('writes the members in the order of StreamJsonRpc', () => {
    expect(text({ params: [1], method: 'M', id: 2 })).toBe('{"jsonrpc":"2.0","id":2,"method":"M","params":[1]}');
    expect(text({ params: { id: 7 }, method: '$/cancelRequest' })).toBe('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}');
    expect(text({ result: null, id: 'a' })).toBe('{"jsonrpc":"2.0","id":"a","result":null}');
    expect(text({ error: { message: 'm', code: -32000, data: { type: 'T' } }, id: null })).toBe(
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"m","data":{"type":"T"}}}',
    );
  });

  it.each([
    ['absent parameters', undefined, '[]'],
    ['null', null, '[]'],
    ['a single date, which turns into a text', new Date(0), '["1970-01-01T00:00:00.000Z"]'],
    ['a number', 5, '[5]'],
    ['a function', () => 1, '[]'],
  ])('writes %s as the list that .NET insists on', (_what, params, expected) => {
    expect(text({ id: 1, method: 'M', params })).toBe(`{"jsonrpc":"2.0","id":1,"method":"M","params":${expected}}`);
  });

  it('never answers without a result', () => {
    expect(text({ id: 1, result: () => 1 })).toBe('{"jsonrpc":"2.0","id":1,"result":null}');
    expect(text({ id: 1, result: { toJSON: () => undefined } })).toBe('{"jsonrpc":"2.0","id":1,"result":null}');
  });

  it('never writes an error code that is no whole number, or an error without message', () => {
    expect(text({ id: 1, error: { code: 1.5 } })).toBe('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"undefined"}}');
  });

  it.each([
    ['parameters', { method: 'M', params: [1n] }],
    ['a result', { result: { big: 1n } }],
    ['data of an error', { error: { code: 1, message: 'm', data: { big: 1n } } }],
  ])('throws when %s cannot be written', (_what, message) => {
    expect(() => text({ id: 3, ...message })).toThrow(TypeError);
  });

  it.each<[what: string, message: (value: unknown) => object, levelsAround: number]>([
    ['parameters', value => ({ method: 'M', params: [value] }), 2],
    ['a result', value => ({ result: value }), 1],
    ['items', value => ({ result: { values: [1, value], finished: false } }), 3],
    ['data of an error', value => ({ error: { code: 1, message: 'm', data: value } }), 2],
  ])('writes %s up to the 64 levels at which .NET hangs up, and no more', (_what, message, levelsAround) => {
    const nested = (levels: number): unknown =>
      levels === 0 ? new Date(0) : levels % 2 ? [nested(levels - 1)] : { toJSON: () => ({ at: nested(levels - 1) }) };
    expect(() => text({ id: 3, ...message(nested(64 - levelsAround)) })).not.toThrow();
    expect(() => text({ id: 3, ...message(nested(65 - levelsAround)) })).toThrow('expected at most 64 levels of nesting in a message, found more');
  });

  it('replaces half surrogate pairs in values and names, and nothing else', () => {
    const written = text({ id: 1, result: { 'k\udc00': 'a\ud800b', literal: '\\ud800', emoji: '😀', both: '\\\ud800' } });
    expect(JSON.parse(written).result).toEqual({ 'k\ufffd': 'a\ufffdb', literal: '\\ud800', emoji: '😀', both: '\\\ufffd' });
  });
});

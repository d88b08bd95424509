import { fixedParams, messageFrame } from '../../../src/backchannel/rpc/message-frame.js';

const call = (id: number, method: string, params: readonly unknown[], more: object = {}) =>
  messageFrame({ jsonrpc: '2.0', id, method, params, ...more } as never);

describe('messageFrame', () => {
  it('counts the bytes of the body, not its characters', () => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"M","params":["é😀"]}';
    const bytes = Buffer.byteLength(body);
    expect(call(1, 'M', ['é😀'])).toEqual({ text: `Content-Length: ${bytes}\r\n\r\n${body}`, bytes, isAscii: false });
    expect(call(1, 'M', ['e'])).toMatchObject({ bytes: 52, isAscii: true });
  });

  it('makes the frame of fixed parameters once for those who number it alike', () => {
    const params = fixedParams({});
    const frame = call(1, 'M', params);
    expect(call(1, 'M', params)).toBe(frame);
    expect(frame.text).toBe('Content-Length: 51\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"M","params":[{}]}');
    expect(call(2, 'M', params).text).toBe(frame.text.replace('"id":1', '"id":2'));
    expect(call(1, 'N', params).text).toBe(frame.text.replace('"M"', '"N"'));
    expect(call(1, 'M', [{}])).not.toBe(call(1, 'M', [{}]));
  });

  it('does not take the frame of a call for that of one with a trace, or the other way round', () => {
    const params = fixedParams();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const plain = call(1, 'M', params);
    const traced = call(1, 'M', params, { traceparent });
    expect(traced.text).toContain(`"traceparent":"${traceparent}"`);
    expect(call(1, 'M', params)).toBe(plain);
    expect(plain.text).not.toContain('trace');
  });

  it('freezes what is fixed', () => {
    const params = fixedParams({});
    expect(Object.isFrozen(params) && Object.isFrozen(params[0])).toBe(true);
  });
});

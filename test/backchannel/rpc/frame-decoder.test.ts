import { FrameDecoder } from '../../../src/backchannel/rpc/frame-decoder.js';
import { MalformedFrameError } from '../../../src/backchannel/rpc/index.js';
import { decodeChunk, remainingBodies } from './decode-chunk.js';
import { frame } from './raw-peer.js';

function decode(chunks: readonly (string | Buffer)[], limit = 1000): { bodies: string[]; decoder: FrameDecoder } {
  const decoder = new FrameDecoder(limit);
  const bodies = chunks.flatMap(chunk => decodeChunk(decoder, Buffer.from(chunk as string)).map(body => body.toString()));
  return { bodies, decoder };
}

function failureOf(...chunks: (string | Buffer)[]): Pick<MalformedFrameError, 'code' | 'expected' | 'found'> {
  try {
    decode(chunks);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedFrameError);
    const { code, expected, found } = error as MalformedFrameError;
    return { code, expected, found };
  }
  throw new Error('Nothing was refused.');
}

describe('FrameDecoder', () => {
  it('takes frames merged into one chunk apart', () => {
    expect(decode([Buffer.concat([frame('{"a":1}'), frame('2'), frame('"żółć"')])]).bodies).toEqual(['{"a":1}', '2', '"żółć"']);
  });

  it('finds the same frames wherever the bytes are cut in two', () => {
    const bytes = Buffer.concat([frame('{"text":"żó€😀"}'), Buffer.from('X-Foo: bar\r\ncontent-length : 3\r\n\r\n[1]'), frame('{}')]);
    const expected = ['{"text":"żó€😀"}', '[1]', '{}'];
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { bodies, decoder } = decode([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect({ cut, bodies, inside: decoder.isInsideFrame }).toEqual({ cut, bodies: expected, inside: false });
    }
  });

  it.each([1, 2, 3, 7, 19])('finds the same frames in chunks of %i bytes', size => {
    const bytes = Buffer.concat([frame('{"text":"żó€😀"}'), frame('[]'), frame('"x"')]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    expect(decode(chunks).bodies).toEqual(['{"text":"żó€😀"}', '[]', '"x"']);
  });

  it('takes bytes that come while a body is dealt with after those that came before', () => {
    const decoder = new FrameDecoder(1000);
    decoder.push(Buffer.concat([frame('1'), frame('2'), frame('3').subarray(0, 5)]));
    expect([decoder.next(), decoder.text]).toEqual([1, '1']);
    decoder.push(Buffer.concat([frame('3').subarray(5), frame('4')]));
    expect(remainingBodies(decoder).map(String)).toEqual(['2', '3', '4']);
  });

  it('puts a long body together from many chunks', () => {
    const body = JSON.stringify('x'.repeat(300_000));
    const bytes = frame(body);
    const decoder = new FrameDecoder(1_000_000);
    const bodies: string[] = [];
    for (let offset = 0; offset < bytes.length; offset += 997) {
      for (const each of decodeChunk(decoder, bytes.subarray(offset, offset + 997))) bodies.push(each.toString());
    }
    expect(bodies).toEqual([body]);
  });

  it.each([
    ['other headers and long ones', `X-Long: ${'y'.repeat(10_000)}\r\nContent-Length: 2\r\n\r\n{}`],
    ['any letter case', 'CONTENT-length: 2\r\n\r\n{}'],
    ['no blank, or several, around the length', 'Content-Length:  2 \r\n\r\n{}'],
    ['a charset that is utf-8', 'Content-Type: application/vscode-jsonrpc; charset="UTF8"\r\nContent-Length: 2\r\n\r\n{}'],
    ['a repeated length, of which the last counts', 'Content-Length: 900\r\nContent-Length: 2\r\n\r\n{}'],
  ])('accepts %s', (_what, text) => {
    expect(decode([text]).bodies).toEqual(['{}']);
  });

  it.each([
    ['another protocol', 'GET / HTTP/1.1\r\n\r\n', "a header line of the form 'name: value'", '"GET / HTTP/1.1"'],
    ['a header without length', 'X-Foo: bar\r\n\r\n', 'a Content-Length header', 'a header without it'],
    ['an empty header', '\r\n\r\n{}', "a header line of the form 'name: value'", '""'],
    ['bare line feeds', 'Content-Length: 2\n\n{}', 'header lines that end with CR LF', 'a bare LF'],
    ['a bare line feed inside a header', 'X: 1\nContent-Length: 2\r\n\r\n{}', "a header line of the form 'name: value'", '"X: 1\\nContent-Length: 2"'],
    ['length zero', 'Content-Length: 0\r\n\r\n', 'a positive whole number as Content-Length', '"0"'],
    ['a negative length', 'Content-Length: -5\r\n\r\n', 'a positive whole number as Content-Length', '"-5"'],
    ['a length with a tail', 'Content-Length: 12abc\r\n\r\n', 'a positive whole number as Content-Length', '"12abc"'],
    ['another charset', 'Content-Type: a/b; charset=latin1\r\nContent-Length: 2\r\n\r\n', 'the charset utf-8', '"latin1"'],
  ])('refuses %s', (_what, text, expected, found) => {
    expect(failureOf(text)).toEqual({ code: 'ERR_RPC_FRAME', expected, found });
  });

  it('refuses an announced 2 GB when it reads the header, before any byte of the body', () => {
    expect(failureOf('Content-Length: 2000000000\r\n\r\n')).toEqual({
      code: 'ERR_RPC_FRAME',
      expected: 'a message of at most 1000 bytes',
      found: 'one of "2000000000" bytes',
    });
  });

  it('refuses a length of many digits without printing them all', () => {
    expect(failureOf(`Content-Length: ${'9'.repeat(400)}\r\n\r\n`).found).toHaveLength('one of "" bytes'.length + 41);
  });

  it.each([[['X-Endless: ' + 'y'.repeat(20_000)]], [Array.from({ length: 20 }, () => 'X'.repeat(1000))]])('refuses a header without end', chunks => {
    expect(failureOf(...chunks)).toEqual({ code: 'ERR_RPC_FRAME', expected: 'a header of at most 16384 bytes', found: 'no end of it' });
  });

  it('keeps no more memory than has come, whatever was announced', () => {
    const decoder = new FrameDecoder(1_000_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(decodeChunk(decoder, Buffer.from('Content-Length: 900000000\r\n\r\n{'))).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(decoder.isInsideFrame).toBe(true);
  });

  it('tells what it holds of a message, and holds nothing between two, nor when it is given up', () => {
    let held = 0;
    const decoder = new FrameDecoder(1_000_000_000, bytes => (held += bytes));
    const bytes = Buffer.concat([Buffer.from('Content-Length: 300000\r\n\r\n'), Buffer.alloc(300_000, 'x')]);
    expect(decodeChunk(decoder, bytes.subarray(0, 200_000))).toEqual([]);
    expect(held).toBeGreaterThan(199_000);
    expect(decodeChunk(decoder, bytes.subarray(200_000))).toHaveLength(1);
    expect(held).toBe(0);
    expect(decodeChunk(decoder, bytes.subarray(0, 100_000))).toEqual([]);
    expect(held).toBeGreaterThan(99_000);
    decoder.discard();
    expect(held).toBe(0);
  });
});

import { LineSplitter, lineTooLong } from '../../../../src/commands/mcp/protocol/line-splitter.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

/** What comes of the bytes of `text` when they arrive in pieces of that size. */
function split(text: string | Uint8Array, size = 1_000, maxLength = 20): (string | typeof lineTooLong | undefined)[] {
  const splitter = new LineSplitter(maxLength);
  const bytes = Buffer.from(text as string);
  const lines: (string | typeof lineTooLong | undefined)[] = [];
  for (let offset = 0; offset < bytes.length; offset += size) lines.push(...splitter.push(bytes.subarray(offset, offset + size)));
  return [...lines, splitter.end()];
}

describe('the lines of a client', () => {
  expectNoLeaks();

  it.each([1, 2, 3, 1_000])('are the same in pieces of %i bytes', size => {
    expect(split('a\n\nżółw 🐢\r\nrest', size)).toEqual(['a', '', 'żółw 🐢', 'rest']);
  });

  it('have no byte order mark at the beginning, as some shells write one, and keep it elsewhere', () => {
    expect(split('\ufeffa\n\ufeffb\n')).toEqual(['a', '\ufeffb', undefined]);
  });

  it('are decoded although they are no UTF-8, for the reader of the message to refuse', () => {
    expect(split(Uint8Array.of(0xff, 0x61, 0x0a))).toEqual(['\ufffda', undefined]);
  });

  it.each([1, 7, 1_000])('may have the longest length, and not a byte more, in pieces of %i bytes', size => {
    const [most, more] = ['x'.repeat(20), 'x'.repeat(21)];
    expect(split(`${most}\n${most}\r\n${more}y\nz\n`, size)).toEqual([most, most, lineTooLong, 'z', undefined]);
  });

  it('tell of one that is too long once, as soon as that is known, and hold nothing of it', () => {
    const splitter = new LineSplitter(20);
    const chunk = Buffer.alloc(1_000, 'x');
    expect([...splitter.push(chunk)]).toEqual([lineTooLong]);
    for (let count = 0; count < 100; count++) expect([...splitter.push(chunk)]).toEqual([]);
    expect([...splitter.push(Buffer.from('\nnext\n'))]).toEqual(['next']);
    expect(splitter.end()).toBeUndefined();
  });
});

import { LineBuffer } from '../../../../src/hosting/logging/destinations/line-buffer.js';

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

function bufferOf(maximum: number, ...lines: string[]): LineBuffer {
  const buffer = new LineBuffer(maximum);
  for (const line of lines) buffer.add(line);
  return buffer;
}

describe('a buffer of lines', () => {
  it('gives whole lines up to a number of bytes, but at least one', () => {
    const buffer = bufferOf(1_000, 'ä\n', 'bb\n', 'ccc\n');
    const pieces = [];
    for (let piece = buffer.next(6); piece; piece = buffer.next(6)) {
      pieces.push(text(piece));
      buffer.done(piece.length);
    }
    expect(pieces).toEqual(['ä\nbb\n', 'ccc\n']);
    expect([text(bufferOf(1_000, 'long\n').next(1)), buffer.isEmpty, buffer.characters]).toEqual(['long\n', true, 0]);
  });

  it('gives the rest of a piece that was written in part, before anything else', () => {
    const buffer = bufferOf(1_000, 'one\n', 'two\n');
    buffer.next(8);
    buffer.done(6);
    buffer.add('three\n');
    expect([buffer.nextLength, text(buffer.next(100)), buffer.characters]).toEqual([2, 'o\n', 14]);
    buffer.done(2);
    expect([text(buffer.next(100)), buffer.characters]).toEqual(['three\n', 6]);
  });

  it('has a place for what fits, counting what is being written until it is done, and always for one line', () => {
    const buffer = bufferOf(10, 'one\n');
    expect([buffer.hasPlaceFor('123456'), buffer.hasPlaceFor('1234567'), bufferOf(10).hasPlaceFor('x'.repeat(100))]).toEqual([true, false, true]);
    buffer.next(100);
    expect(buffer.hasPlaceFor('1234567')).toBe(false);
    buffer.done(4);
    expect(buffer.hasPlaceFor('1234567')).toBe(true);
  });

  it('gives all lines but those of the piece that is being written', () => {
    const buffer = bufferOf(1_000, 'one\n', 'two\n');
    buffer.next(4);
    expect([text(buffer.takeLines()), buffer.isEmpty, buffer.characters]).toEqual(['two\n', false, 4]);
    buffer.done(4);
    expect([buffer.isEmpty, buffer.characters]).toEqual([true, 0]);
  });
});

import fc from 'fast-check';
import { OutputLines } from '../../../../src/backchannel/apphost/processes/index.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

expectNoLeaks();

function linesOf(chunks: readonly (string | Uint8Array)[], maxLength?: number): string[] {
  const lines: string[] = [];
  const output = new OutputLines(text => lines.push(text), maxLength);
  for (const chunk of chunks) output.write(Buffer.from(chunk as string));
  output.end();
  return lines;
}

describe('the lines of a program', () => {
  it('end with a line feed, with or without a carriage return, and the last one also without either', () => {
    expect(linesOf(['a\nb\r\n\nc\rd\n', 'last'])).toEqual(['a', 'b', '', 'c\rd', 'last']);
    expect(linesOf(['a\r', '\nb\n'])).toEqual(['a', 'b']);
    expect(linesOf([])).toEqual([]);
  });

  it('are the same wherever the chunks are cut, also within a character', () => {
    const bytes = Buffer.from('żółć 🚀\r\nsecond\n\n\ufefffourth 漢字');
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 8 });
    fc.assert(
      fc.property(cuts, borders => {
        const at = [0, ...borders.sort((a, b) => a - b), bytes.length];
        expect(linesOf(at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(['żółć 🚀', 'second', '', '\ufefffourth 漢字']);
      }),
    );
  });

  it('have a replacement character for what is no UTF-8, also at the very end', () => {
    expect(linesOf([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3])])).toEqual(['a\ufffdb', '\ufffd']);
  });

  it('are cut with a mark when they are too long, as soon as they are, and go on with the next one', () => {
    const lines: string[] = [];
    const output = new OutputLines(text => lines.push(text), 10);
    output.write(Buffer.from('0123456789\r\nabcdefghij'));
    expect(lines).toEqual(['0123456789']);
    for (let i = 0; i < 1000; i++) output.write(Buffer.from('x'.repeat(1000)));
    expect(lines).toEqual(['0123456789', 'abcdefghij… [cut: a line may have 10 characters]']);
    output.write(Buffer.from('\nnext\n'));
    output.write(Buffer.from('0123456789a\n'));
    output.end();
    expect(lines.slice(2)).toEqual(['next', '0123456789… [cut: a line may have 10 characters]']);
  });

  it('are not cut between the halves of a character', () => {
    expect(linesOf(['abc🚀🚀🚀'], 4)).toEqual(['abc… [cut: a line may have 4 characters]']);
  });
});

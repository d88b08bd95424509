import { LineWriter } from '../../../../src/commands/mcp/protocol/line-writer.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { HesitantOutput, outputTo, rest } from '../streams.js';

const deaf = { onFull: () => undefined, onDrained: () => undefined, onBroken: () => undefined };

describe('a writer of lines', () => {
  expectNoLeaks();

  it('says once that the reader does not keep up, and once that it has caught up', async () => {
    const stream = new HesitantOutput(false);
    const events: string[] = [];
    using writer = new LineWriter(outputTo(stream), { ...deaf, onFull: () => events.push('full'), onDrained: () => events.push('drained') });
    for (let count = 0; count < 10; count++) void writer.write('x'.repeat(500));
    expect(events).toEqual(['full']);
    stream.read();
    await rest();
    expect(events).toEqual(['full', 'drained']);
  });

  it('says once that the reader is gone, and writes nothing from then on', async () => {
    const stream = new HesitantOutput();
    const broken: string[] = [];
    using writer = new LineWriter(outputTo(stream), { ...deaf, onBroken: ({ message }) => broken.push(message) });
    stream.emit('error', new Error('write EPIPE'));
    stream.emit('close');
    await writer.write('{}');
    await writer.flush();
    expect([broken, stream.text]).toEqual([['write EPIPE'], '']);
  });

  it('is done with a line that the reader never takes when the stream fails', async () => {
    const stream = new HesitantOutput(false);
    using writer = new LineWriter(outputTo(stream), deaf);
    const written = [writer.write('{}'), writer.write('{}')];
    stream.destroy(new Error('write EPIPE'));
    // The end of the write that was under way.
    stream.read();
    await Promise.all(written);
  });

  it('says at its end whether something is left that the reader could still take', async () => {
    const stream = new HesitantOutput(false);
    using writer = new LineWriter(outputTo(Object.assign(stream, { setTimeout: (_patience: number, done?: () => void) => (done?.(), stream as never) })), deaf);
    expect(await writer.flush()).toBe(true);
    void writer.write('{}');
    expect(await writer.flush()).toBe(false);
    stream.read();
    await rest();
    expect(await writer.flush()).toBe(true);
  });

  it('still hears of errors after its end, for one that nobody hears ends the process', () => {
    const stream = new HesitantOutput();
    new LineWriter(outputTo(stream), deaf)[Symbol.dispose]();
    expect(['drain', 'close'].map(event => stream.listenerCount(event))).toEqual([0, 0]);
    stream.emit('error', new Error('write EPIPE'));
  });
});

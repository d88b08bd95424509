import { Duplex, duplexPair } from 'node:stream';
import type { Message } from 'vscode-jsonrpc/node';
import { FrameWriter } from '../../../src/backchannel/rpc/frame-writer.js';
import { settle } from './raw-peer.js';

const message = (method: string) => ({ jsonrpc: '2.0', method, params: [] }) as Message;
const answer = (result: unknown) => ({ jsonrpc: '2.0', id: 1, result }) as Message;

/** A stream whose writes finish only when the test says so. */
class SlowStream extends Duplex {
  readonly writes: string[] = [];
  finishWrite: () => void = () => undefined;

  constructor() {
    super({ writableHighWaterMark: 10 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk.toString());
    this.finishWrite = done;
  }
}

describe('FrameWriter', () => {
  it('writes header and body together, and everything of one turn in one write', async () => {
    const stream = new SlowStream();
    const writer = new FrameWriter(stream);
    void writer.write(message('A'));
    await Promise.resolve();
    void writer.write(message('ż'));
    expect(stream.writes).toEqual([]);
    await settle();
    expect(stream.writes).toEqual([
      'Content-Length: 42\r\n\r\n{"jsonrpc":"2.0","method":"A","params":[]}Content-Length: 43\r\n\r\n{"jsonrpc":"2.0","method":"ż","params":[]}',
    ]);
  });

  it('writes what is sent together before it returns, in one write, also when it is left by an error', () => {
    const stream = new SlowStream();
    const writer = new FrameWriter(stream);
    writer.together(() => {
      writer.send(message('A'));
      writer.send(message('B'));
      expect(stream.writes).toEqual([]);
    });
    const frame = (method: string) => `Content-Length: 42\r\n\r\n{"jsonrpc":"2.0","method":"${method}","params":[]}`;
    expect(stream.writes).toEqual([frame('A') + frame('B')]);
    stream.finishWrite();
    const fail = () =>
      writer.together(() => {
        writer.send(message('C'));
        throw new Error('no more');
      });
    expect(fail).toThrow('no more');
    expect(stream.writes.slice(1)).toEqual([frame('C')]);
  });

  it('writes at the end of the turn again after that', async () => {
    const stream = new SlowStream();
    const writer = new FrameWriter(stream);
    writer.together(() => undefined);
    writer.send(message('A'));
    expect(stream.writes).toEqual([]);
    await settle();
    expect(stream.writes).toHaveLength(1);
  });

  it('does not collect without bound', () => {
    const stream = new SlowStream();
    const writer = new FrameWriter(stream);
    void writer.write(message('x'.repeat(300_000)));
    expect(stream.writes).toHaveLength(1);
  });

  it('resolves at once below the stream’s high-water mark, above it when the stream has drained', async () => {
    const [near] = duplexPair();
    await expect(new FrameWriter(near).write(message('A'))).resolves.toBeUndefined();
    const slow = new SlowStream();
    let isTaken = false;
    void new FrameWriter(slow).write(message('A')).then(() => (isTaken = true));
    await settle();
    expect(isTaken).toBe(false);
    slow.finishWrite();
    await settle();
    expect(isTaken).toBe(true);
  });

  it('rejects what waits when the stream closes, and what comes later', async () => {
    const slow = new SlowStream();
    const writer = new FrameWriter(slow);
    const waiting = writer.write(message('A'));
    await settle();
    slow.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_RPC_STREAM_GONE' });
    await expect(writer.write(message('B'))).rejects.toMatchObject({ code: 'ERR_RPC_STREAM_GONE' });
  });

  it('rejects a message whose parameters cannot be written, and sends the others', async () => {
    const slow = new SlowStream();
    const writer = new FrameWriter(slow);
    await expect(writer.write({ jsonrpc: '2.0', method: 'A', params: [1n] } as Message)).rejects.toThrow(TypeError);
    void writer.write(message('B'));
    writer.flush();
    expect(slow.writes).toHaveLength(1);
  });

  it('refuses to pile up answers for a peer that does not read', async () => {
    const slow = new SlowStream();
    const errors: string[] = [];
    const writer = new FrameWriter(slow, { maxUnsentBytes: 1000 }, { onError: error => errors.push(error.message) });
    void writer.write(message('x'.repeat(2000))).catch(() => undefined);
    await settle();
    await expect(writer.write(answer('B'))).rejects.toMatchObject({ code: 'ERR_RPC_UNSENT' });
    expect(errors).toEqual([expect.stringMatching(/^The peer does not read: \d+ bytes wait to be sent\.$/)]);
  });

  it('says when more than a megabyte waits for the peer, and when all of it is gone', async () => {
    const slow = new SlowStream();
    const stalls: boolean[] = [];
    const writer = new FrameWriter(slow, {}, { onStall: isStalled => stalls.push(isStalled) });
    writer.write(message('x'.repeat(1_000_000))).catch(() => undefined);
    await settle();
    expect([...stalls, writer.isStalled]).toEqual([false]);
    writer.write(message('x'.repeat(300_000))).catch(() => undefined);
    await settle();
    expect([...stalls, writer.isStalled]).toEqual([true, true]);
    slow.finishWrite();
    await settle();
    slow.finishWrite();
    expect([...stalls, writer.isStalled]).toEqual([true, false, false]);
    writer[Symbol.dispose]();
  });

  it('sends what was collected when it is disposed, and lets go of the stream', async () => {
    const slow = new SlowStream();
    const idle = ['drain', 'close'].map(event => slow.listenerCount(event));
    const writer = new FrameWriter(slow);
    const sent = writer.write(message('A'));
    writer[Symbol.dispose]();
    expect(slow.writes).toHaveLength(1);
    expect(['drain', 'close'].map(event => slow.listenerCount(event))).toEqual(idle);
    await expect(sent).rejects.toMatchObject({ code: 'ERR_RPC_STREAM_GONE' });
    await expect(writer.write(message('B'))).rejects.toMatchObject({ code: 'ERR_RPC_STREAM_GONE' });
  });
});

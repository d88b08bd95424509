import { duplexPair } from 'node:stream';
import { FrameReader, type FrameTarget } from '../../../src/backchannel/rpc/frame-reader.js';
import { frame, settle } from './raw-peer.js';

function read(onUnreadableBody?: FrameTarget['onUnreadableBody']) {
  const [near, far] = duplexPair();
  const reader = new FrameReader(near);
  const events: unknown[] = [];
  const ownListeners = () => ['data', 'close', 'error'].map(event => near.listenerCount(event)).join();
  const idle = ownListeners();
  reader.listen({
    onMessage: message => events.push(message),
    onError: error => events.push({ error: error.message }),
    onClose: () => events.push('closed'),
    ...(onUnreadableBody && { onUnreadableBody }),
  });
  return { near, far, reader, events, hasLetGo: () => ownListeners() === idle };
}

describe('FrameReader', () => {
  it('hands on all complete messages of a chunk in the same turn', async () => {
    const { near, events } = read();
    near.emit('data', Buffer.concat([frame('{"a":1}'), frame('[2]'), frame('"half').subarray(0, 20)]));
    expect(events).toEqual([{ a: 1 }, [2]]);
  });

  it('reports an end between two frames as closed, and lets go of the stream', async () => {
    const { far, events, hasLetGo } = read();
    far.end(frame('1'));
    await settle();
    expect(events).toEqual([1, 'closed']);
    expect(hasLetGo()).toBe(true);
  });

  it.each([
    ['a header', 'Content-Le'],
    ['a body', 'Content-Length: 10\r\n\r\n{'],
  ])('reports an end inside %s as a failure', async (_what, bytes) => {
    const { far, events, hasLetGo } = read();
    far.end(bytes);
    await settle();
    expect(events).toEqual([{ error: 'The peer broke the framing: expected the rest of a frame, found the end of the stream.' }]);
    expect(hasLetGo()).toBe(true);
  });

  it.each([
    ['no JSON', Buffer.from('{"token":"secret",,}')],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['a byte order mark', Buffer.from('\ufeff{}')],
  ])('takes a body with %s for fatal without quoting it', async (_what, body) => {
    const { far, events } = read();
    far.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body, frame('1')]));
    await settle();
    expect(events).toEqual([{ error: `The peer broke the framing: expected JSON in UTF-8, found ${body.length} bytes of something else.` }]);
  });

  it('goes on after an unreadable body when somebody deals with it', async () => {
    const refused: string[] = [];
    const { far, events } = read(error => refused.push(error.found));
    far.write(Buffer.concat([frame('{'), frame('1')]));
    await settle();
    expect({ events, refused }).toEqual({ events: [1], refused: ['1 bytes of something else'] });
  });

  it('reads nothing after a failure of the framing, of the callback or of the stream', async () => {
    const framing = read();
    framing.far.write('Content-Length: x\r\n\r\n');
    framing.far.write(frame('1'));
    const failing = read();
    failing.reader[Symbol.dispose]();
    const [near, far] = duplexPair();
    const reader = new FrameReader(near);
    const errors: Error[] = [];
    reader.listen({
      onMessage: () => {
        throw new Error('callback');
      },
      onError: error => errors.push(error),
    });
    far.write(Buffer.concat([frame('1'), frame('2')]));
    const broken = read();
    broken.near.on('error', () => undefined);
    broken.near.destroy(new Error('cable'));
    await settle();
    expect(framing.events).toHaveLength(1);
    expect(errors.map(({ message }) => message)).toEqual(['callback']);
    expect(broken.events).toEqual([{ error: 'cable' }]);
  });

  it('stops in the middle of a chunk when it is disposed there', () => {
    const [near] = duplexPair();
    const reader = new FrameReader(near);
    const messages: unknown[] = [];
    reader.listen({
      onMessage: message => {
        messages.push(message);
        reader[Symbol.dispose]();
      },
    });
    near.emit('data', Buffer.concat([frame('1'), frame('2')]));
    expect(messages).toEqual([1]);
  });

  it('lets go of the stream when it is disposed', () => {
    const { reader, hasLetGo } = read();
    expect(hasLetGo()).toBe(false);
    reader[Symbol.dispose]();
    expect(hasLetGo()).toBe(true);
  });
});

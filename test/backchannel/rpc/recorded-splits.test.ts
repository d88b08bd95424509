import { duplexPair } from 'node:stream';
import { FrameDecoder } from '../../../src/backchannel/rpc/frame-decoder.js';
import { RpcClient, type RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { decodeChunk } from './decode-chunk.js';
import { frame, RawPeer, settle } from './raw-peer.js';
import { recordingNames } from '../../support/recording-files.js';
import { bytesOf, messagesOf, type RecordedMessage } from './recordings.js';
import { serve } from './serve.js';

expectNoLeaks();

const names = recordingNames();

/** Bodies up to here are cut everywhere. */
const shortBody = 1_500;
/** In longer ones, how many bytes at either end are, and how far apart the cuts between are. */
const [edge, stride] = [200, 211];

/** Every message that was recorded, once: many conversations begin alike. */
const distinctMessages = [...new Map(names.flatMap(messagesOf).map(message => [`${message.header} ${message.body}`, message])).values()];

it('There are 140 recordings', () => {
  expect(names).toHaveLength(140);
});

describe('The bytes of every recorded message', () => {
  const [before, after] = ['{"before":"ż"}', '{"after":"€😀"}'];

  it('are the same frame wherever they are cut in two, and so are those around it', () => {
    let cuts = 0;
    for (const message of distinctMessages) {
      const frames = [frame(before), bytesOf(message), frame(after)];
      const expected = [before, message.body, after].map(body => Buffer.from(body));
      const bytes = Buffer.concat(frames);
      for (const at of offsetsIn(bytes)) {
        cuts++;
        if (!areEqual(decoded([bytes.subarray(0, at), bytes.subarray(at)]), expected)) expect({ body: message.body, at }).toBe('cut without consequence');
      }
    }
    // Not a single cut would pass as well.
    expect(cuts).toBeGreaterThan(500_000);
  });
});

describe.each(names)('The recorded bytes of %s', name => {
  const messages = messagesOf(name);
  const bytes = Buffer.concat(messages.map(bytesOf));
  const bodies = messages.map(({ body }) => Buffer.from(body));

  it('are the same frames in chunks of arbitrary sizes, and byte by byte', () => {
    for (const seed of [1, 2, 3]) expect(areEqual(decoded(cut(bytes, seed)), bodies)).toBe(true);
    expect(areEqual(decoded(firstBytes(bytes, 50_000)), bodies)).toBe(true);
  });

  it('get the same answers of the serving end, however they are cut', async () => {
    const asked = messages.filter(({ from }) => from === 'client');
    const requests = Buffer.concat(asked.map(bytesOf));
    const whole = await answersTo([requests]);
    // Only a notification is not answered.
    expect(whole.length).toBe(asked.filter(({ message }) => !('method' in message) || 'id' in message).length);
    expect(await answersTo(cut(requests, 1))).toEqual(whole);
    expect(await answersTo(firstBytes(requests, 2_000))).toEqual(whole);
  });

  it('settle the same calls at the calling end, however they are cut', async () => {
    const answers = messages.filter(({ from, message }) => from === 'apphost' && message.id !== null);
    const whole = await outcomesOf(answers, all => [all]);
    expect(whole).toHaveLength(answers.length);
    expect(await outcomesOf(answers, all => cut(all, 2))).toEqual(whole);
    expect(await outcomesOf(answers, all => firstBytes(all, 2_000))).toEqual(whole);
  });
});

/** Every offset, or in what is long those around the headers, within characters of several bytes, and some of the rest. */
function* offsetsIn(bytes: Buffer): Generator<number> {
  const isShort = bytes.length < shortBody;
  for (let at = 0; at <= bytes.length; at++) {
    const isInsideCharacter = ((bytes[at] ?? 0) & 0xc0) === 0x80;
    if (isShort || isInsideCharacter || at < edge || at > bytes.length - edge || at % stride === 0) yield at;
  }
}

function decoded(chunks: Iterable<Buffer>): Buffer[] {
  const decoder = new FrameDecoder(10_000_000);
  const bodies: Buffer[] = [];
  for (const chunk of chunks) bodies.push(...decodeChunk(decoder, chunk));
  return decoder.isInsideFrame ? [...bodies, Buffer.from('a part of a frame')] : bodies;
}

function areEqual(found: readonly Buffer[], expected: readonly Buffer[]): boolean {
  return found.length === expected.length && found.every((body, index) => body.equals(expected[index] as Buffer));
}

/** Every byte by itself, as far as there are few of them: the rest in one piece. */
function firstBytes(bytes: Buffer, count: number): Buffer[] {
  const single = Array.from({ length: Math.min(count, bytes.length) }, (_item, at) => bytes.subarray(at, at + 1));
  return [...single, bytes.subarray(single.length)];
}

/** A sequence of sizes that looks arbitrary and is the same in every run. */
function* sizes(seed: number): Generator<number> {
  for (let state = seed; ; state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) yield 1 + ((state >>> 8) % 97);
}

function cut(bytes: Buffer, seed: number): Buffer[] {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (const size of sizes(seed)) {
    if (offset >= bytes.length) break;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

const noStream: RpcMethods = { GetCapabilitiesAsync: { parameters: ['request'], required: 0, invoke: ([request]) => ({ request }) } };

async function answersTo(chunks: readonly Buffer[]): Promise<string[]> {
  await using served = serve(noStream);
  for (const chunk of chunks) served.peer.sendBytes(chunk);
  await settle();
  await settle();
  return served.peer.unread.map(answer => JSON.stringify(answer)).sort();
}

/** What as many calls make of the recorded answers, which get the ids of these calls. */
async function outcomesOf(answers: readonly RecordedMessage[], split: (bytes: Buffer) => readonly Buffer[]): Promise<unknown[]> {
  const [near, far] = duplexPair();
  await using client = RpcClient.over(near, { timeProvider: new FakeTimeProvider() });
  const peer = new RawPeer(far);
  const outcomes = answers.map(() =>
    client.request('M').then(
      result => ({ result }),
      (error: Error) => ({ error: error.message }),
    ),
  );
  await settle();
  const ids = peer.unread.map(({ id }) => id);
  for (const chunk of split(Buffer.concat(answers.map(({ message }, index) => frame(JSON.stringify({ ...message, id: ids[index] })))))) peer.sendBytes(chunk);
  return await Promise.all(outcomes);
}

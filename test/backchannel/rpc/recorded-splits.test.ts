import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { FrameDecoder } from '../../../src/backchannel/rpc/frame-decoder.js';
import { RpcClient, type RpcMethods } from '../../../src/backchannel/rpc/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { expectNoLeaks } from '../../support/leak-check.js';
import { frame, RawPeer, settle } from './raw-peer.js';
import { serve } from './serve.js';

expectNoLeaks();

interface Line {
  readonly from: 'client' | 'apphost';
  readonly kind?: string;
  readonly message: any;
}

const folder = join(__dirname, '../../fixtures/transcripts/raw');
const recordings = readdirSync(folder).filter(name => name.endsWith('.jsonl'));

function recorded(name: string): Line[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  return lines.flatMap(line => (line === '' ? [] : [JSON.parse(line) as Line])).filter(({ kind }) => kind !== undefined);
}

function bodiesOf(name: string, from: Line['from']): string[] {
  return recorded(name).flatMap(line => (line.from === from ? [JSON.stringify(line.message)] : []));
}

function decoded(chunks: readonly Buffer[]): string[] {
  const decoder = new FrameDecoder(10_000_000);
  const bodies = chunks.flatMap(chunk => [...decoder.decode(chunk)].map(body => body.toString()));
  return decoder.isInsideFrame ? [...bodies, 'a part of a frame'] : bodies;
}

/** Every offset; in the middle of what is very long, where all bytes are alike, some. */
function stepAt(offset: number, length: number): number {
  if (length < 30_000) return 1;
  return offset < 1_000 || offset > length - 1_000 ? 1 : 997;
}

/** Every byte by itself, as far as there are few of them: the rest in one piece. */
function firstBytes(bytes: Buffer): Buffer[] {
  return [...Array.from(bytes.subarray(0, 20_000), byte => Buffer.of(byte)), bytes.subarray(20_000)];
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

describe.each(recordings)('The recorded bytes of raw/%s', name => {
  const bodies = [...bodiesOf(name, 'apphost'), ...bodiesOf(name, 'client')];

  it('are the same frames wherever they are cut in two', () => {
    for (let index = 0; index < bodies.length; index++) {
      // A cut matters to the frame it is in and to its neighbours.
      const some = bodies.slice(Math.max(0, index - 1), index + 2);
      const bytes = Buffer.concat(some.map(frame));
      for (let at = 0; at <= bytes.length; at += stepAt(at, bytes.length)) {
        const result = decoded([bytes.subarray(0, at), bytes.subarray(at)]);
        if (result.length !== some.length || result.some((body, place) => body !== some[place]))
          expect({ index, at, result }).toEqual({ index, at, result: some });
      }
    }
  });

  it.each([1, 2, 3, 4, 5])('are the same frames in chunks of arbitrary sizes (%i)', seed => {
    expect(decoded(cut(Buffer.concat(bodies.map(frame)), seed))).toEqual(bodies);
  });

  it('are the same frames byte by byte', () => {
    const bytes = Buffer.concat(bodies.map(frame));
    expect(decoded(Array.from(bytes, byte => Buffer.of(byte)))).toEqual(bodies);
  });

  it('get the same answers of the serving end, however they are cut', async () => {
    const requests = Buffer.concat(bodiesOf(name, 'client').map(frame));
    const whole = await answersTo([requests]);
    expect(whole.length).toBe(recorded(name).filter(({ from, message }) => from === 'client' && 'id' in message).length);
    for (const seed of [1, 2, 3]) expect(await answersTo(cut(requests, seed))).toEqual(whole);
    expect(await answersTo(firstBytes(requests))).toEqual(whole);
  });

  it('settle the same calls at the calling end, however they are cut', async () => {
    const answers = recorded(name).filter(({ from, message }) => from === 'apphost' && message.id !== null);
    const whole = await outcomesOf(answers, bytes => [bytes]);
    expect(whole).toHaveLength(answers.length);
    for (const seed of [1, 2]) expect(await outcomesOf(answers, bytes => cut(bytes, seed))).toEqual(whole);
    expect(await outcomesOf(answers, firstBytes)).toEqual(whole);
  });
});

const noStream: RpcMethods = { GetCapabilitiesAsync: { parameters: ['request'], required: 0, invoke: ([request]) => ({ request }) } };

async function answersTo(chunks: readonly Buffer[]): Promise<string[]> {
  await using served = serve(noStream);
  for (const chunk of chunks) served.peer.sendBytes(chunk);
  await settle();
  await settle();
  return served.peer.unread.map(answer => JSON.stringify(answer)).sort();
}

/** What as many calls make of the recorded answers, which get the ids of these calls. */
async function outcomesOf(answers: readonly Line[], split: (bytes: Buffer) => readonly Buffer[]): Promise<unknown[]> {
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

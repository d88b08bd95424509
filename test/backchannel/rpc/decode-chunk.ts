import type { FrameDecoder } from '../../../src/backchannel/rpc/frame-decoder.js';

/** The bodies that a chunk completes. */
export function decodeChunk(decoder: FrameDecoder, chunk: Buffer): Buffer[] {
  const bodies: Buffer[] = [];
  decoder.push(chunk);
  for (let body = decoder.next(); body; body = decoder.next()) bodies.push(body);
  return bodies;
}

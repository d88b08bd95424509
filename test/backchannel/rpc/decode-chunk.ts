import type { FrameDecoder } from '../../../src/backchannel/rpc/frame-decoder.js';

/** The bodies that a chunk completes. */
export function decodeChunk(decoder: FrameDecoder, chunk: Buffer): Buffer[] {
  decoder.push(chunk);
  return remainingBodies(decoder);
}

/** The bodies that are still to be had of what was pushed. */
export function remainingBodies(decoder: FrameDecoder): Buffer[] {
  const bodies: Buffer[] = [];
  while (decoder.next() > 0) bodies.push(decoder.body);
  return bodies;
}

/** A shorter body cannot hold so much that reading it hurts. */
export const unlimitedBytes = 65_536;
const maxDepth = 1_000;
const maxValues = 1_000_000;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/**
 * Why a body should not be parsed, as `expected` and `found`; undefined when it may be.
 *
 * A body of 64 MiB can hold 20 million empty objects, which take a gigabyte and ten seconds. Bodies of more than 64 KiB therefore may nest 1,000 levels deep
 * and hold a million values. Whether they are JSON at all is for the parser to say.
 */
export function excessOf(body: Uint8Array): { readonly expected: string; readonly found: string } | undefined {
  if (body.length <= unlimitedBytes) return undefined;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === quote) at = endOfString(body, at);
    else if (byte === comma) values++;
    else if (isOpening(byte)) {
      values++;
      if (++depth > maxDepth) return { expected: `at most ${maxDepth} levels of nesting`, found: 'more' };
    } else if (isClosing(byte)) depth--;
    if (values > maxValues) return { expected: `at most ${maxValues} values in a message`, found: 'more' };
  }
  return undefined;
}

function isOpening(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function isClosing(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}

/** The offset of the quote that ends the string which begins at `start`. */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at;
}

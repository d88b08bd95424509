import { MalformedFrameError } from './rpc-errors.js';

const maxHeaderBytes = 16_384;
const headerEnd = '\r\n\r\n';
const firstCapacity = 1_024;
const usualHeader = Buffer.from('Content-Length: ');
const maxUsualDigits = 9;
const noBytes = Buffer.alloc(0);

function ignoreSize(): void {
  // Nobody wants to know.
}

/**
 * Cuts a byte stream into the bodies of `Content-Length` frames, however the bytes are chunked.
 *
 * Header names count in any order and letter case and the last length wins, but everything else must be as the protocol has it. Memory follows the bytes
 * that have come, not the length that was announced.
 */
export class FrameDecoder {
  #chunk: Buffer = noBytes;
  /** How much of the chunk has been used. */
  #offset = 0;
  /** The beginning of a header that is not complete. */
  #header = '';
  #body: Buffer = noBytes;
  #filled = 0;
  /** Bytes of the current body that have not come; 0 while a header is expected. */
  #missing = 0;
  /** Where the last body is: to cut it out would cost as much as to read what is in it. */
  #source: Buffer = noBytes;
  #start = 0;
  #end = 0;

  /** @param resize is told how many bytes more, or less when negative, are held of a message that is not complete; what it throws {@link next} throws */
  constructor(
    readonly maxMessageBytes: number,
    private readonly resize: (bytes: number) => void = ignoreSize,
  ) {}

  /** Whether the bytes so far end inside a frame. */
  get isInsideFrame(): boolean {
    return this.#header !== '' || this.#missing > 0;
  }

  /** Takes the next bytes; {@link next} then gives the bodies that they complete, until there is none. */
  push(chunk: Buffer): void {
    // Whoever deals with a body may make more bytes come before he asks for the next one.
    const rest = this.#offset < this.#chunk.length ? this.#chunk.subarray(this.#offset) : noBytes;
    this.#chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#offset = 0;
  }

  /**
   * Goes on to the next body, in order: how many bytes it has, or 0 when more bytes are needed.
   *
   * @throws MalformedFrameError, after which the decoder is of no more use
   */
  next(): number {
    while (this.#offset < this.#chunk.length) {
      if (this.#missing === 0) {
        this.#offset = this.#readHeader(this.#chunk, this.#offset);
        continue;
      }
      const from = this.#offset;
      this.#offset = Math.min(from + this.#missing, this.#chunk.length);
      this.#missing -= this.#offset - from;
      if (this.#missing === 0 && this.#filled === 0) return this.#found(this.#chunk, from, this.#offset);
      this.#append(this.#chunk.subarray(from, this.#offset));
      if (this.#missing === 0) return this.#takeBody();
    }
    this.#chunk = this.#source = noBytes;
    return 0;
  }

  /** The bytes of the body that {@link next} has found. */
  get body(): Buffer {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** The same as text; what is no UTF-8 is U+FFFD. */
  get text(): string {
    return this.#source.toString('utf8', this.#start, this.#end);
  }

  /** Lets go of what has come of a message that is not complete; the decoder is of no more use then. */
  discard(): void {
    this.resize(-this.#body.length);
    this.#body = this.#chunk = this.#source = noBytes;
    this.#header = '';
  }

  /** Consumes header bytes; returns the offset behind them. */
  #readHeader(chunk: Buffer, offset: number): number {
    const before = this.#header.length;
    if (before === 0) {
      const end = this.#readUsualHeader(chunk, offset);
      if (end > 0) return end;
    }
    const whole = before === 0 ? chunk.indexOf(headerEnd, offset, 'latin1') : -1;
    if (whole >= 0 && whole - offset <= maxHeaderBytes) {
      this.#missing = bodyLengthOf(chunk.toString('latin1', offset, whole), this.maxMessageBytes);
      return whole + headerEnd.length;
    }
    this.#header += chunk.toString('latin1', offset, Math.min(chunk.length, offset + maxHeaderBytes + headerEnd.length - before));
    const end = this.#header.indexOf(headerEnd, Math.max(0, before - headerEnd.length + 1));
    if (end < 0) {
      assertPlausibleHeader(this.#header, before);
      return chunk.length;
    }
    this.#missing = bodyLengthOf(this.#header.slice(0, end), this.maxMessageBytes);
    this.#header = '';
    return offset + end + headerEnd.length - before;
  }

  /** Consumes a whole header as every known peer sends it, without making a text of it; 0 when it is anything else. */
  #readUsualHeader(chunk: Buffer, offset: number): number {
    const first = offset + usualHeader.length;
    for (let at = offset; at < first; at++) if (chunk[at] !== usualHeader[at - offset]) return 0;
    let at = first;
    let length = 0;
    for (let digit = digitAt(chunk, at); digit >= 0 && at - first < maxUsualDigits; digit = digitAt(chunk, ++at)) length = 10 * length + digit;
    const isEnd = chunk[at] === 0x0d && chunk[at + 1] === 0x0a && chunk[at + 2] === 0x0d && chunk[at + 3] === 0x0a;
    if (!isEnd || length === 0 || length > this.maxMessageBytes) return 0;
    this.#missing = length;
    return at + headerEnd.length;
  }

  #append(part: Buffer): void {
    const needed = this.#filled + part.length;
    if (needed > this.#body.length) {
      const capacity = Math.min(needed + this.#missing, Math.max(needed, 2 * this.#body.length, firstCapacity));
      this.resize(capacity - this.#body.length);
      const grown = Buffer.allocUnsafe(capacity);
      this.#body.copy(grown, 0, 0, this.#filled);
      this.#body = grown;
    }
    part.copy(this.#body, this.#filled);
    this.#filled = needed;
  }

  #takeBody(): number {
    const body = this.#body;
    const filled = this.#filled;
    this.resize(-body.length);
    this.#body = noBytes;
    this.#filled = 0;
    return this.#found(body, 0, filled);
  }

  #found(source: Buffer, start: number, end: number): number {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    return end - start;
  }
}

/** The decimal digit there; -1 when there is none. */
function digitAt(chunk: Buffer, at: number): number {
  const digit = (chunk[at] ?? 0) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** Refuses an incomplete header as early as possible: whoever speaks another protocol would otherwise wait for an answer. */
function assertPlausibleHeader(header: string, from: number): void {
  if (header.length > maxHeaderBytes) throw new MalformedFrameError(`a header of at most ${maxHeaderBytes} bytes`, 'no end of it');
  for (let at = header.indexOf('\n', from); at >= 0; at = header.indexOf('\n', at + 1)) {
    if (header[at - 1] !== '\r') throw new MalformedFrameError('header lines that end with CR LF', 'a bare LF');
  }
}

function bodyLengthOf(header: string, maxMessageBytes: number): number {
  let length: string | undefined;
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0 || line.includes('\n')) throw new MalformedFrameError("a header line of the form 'name: value'", excerpt(line));
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-length') length = value;
    else if (name === 'content-type') assertUtf8(value);
  }
  if (length === undefined) throw new MalformedFrameError('a Content-Length header', 'a header without it');
  const bytes = /^\d+$/.test(length) ? Number(length) : 0;
  if (bytes < 1) throw new MalformedFrameError('a positive whole number as Content-Length', excerpt(length));
  if (bytes > maxMessageBytes) throw new MalformedFrameError(`a message of at most ${maxMessageBytes} bytes`, `one of ${excerpt(length)} bytes`);
  return bytes;
}

function assertUtf8(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new MalformedFrameError('the charset utf-8', excerpt(charset));
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

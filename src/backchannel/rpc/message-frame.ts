import type { Message, RequestMessage } from 'vscode-jsonrpc/node';
import { messageText } from './message-text.js';

/** A message as it goes over the wire: exactly `Content-Length: N`, then the body. */
export interface MessageFrame {
  readonly text: string;
  /** Of the body. */
  readonly bytes: number;
  readonly isAscii: boolean;
}

/** A frame that was made, and what of. */
interface KnownFrame extends MessageFrame {
  readonly id: unknown;
  readonly method: string;
}

/** The last frame with each list of {@link fixedParams}. */
const knownFrames = new WeakMap<object, KnownFrame>();
const noFrame: KnownFrame = { id: undefined, method: '', text: '', bytes: 0, isAscii: true };

/** Parameters that are the same whenever they are sent: the frame of such a call is made once for all connections that number it alike. They are frozen, all the way down. */
export function fixedParams<const T extends readonly Readonly<Record<string, never>>[]>(...params: T): T {
  knownFrames.set(Object.freeze(params), noFrame);
  params.forEach(Object.freeze);
  return params;
}

/** @throws as {@link messageText} does */
export function messageFrame(message: Message): MessageFrame {
  const { id, method, params } = message as RequestMessage;
  const known = knownFrames.get(params as object);
  if (!known || 'traceparent' in message) return frameOf(message);
  if (known.id === id && known.method === method) return known;
  const frame = { id, method, ...frameOf(message) };
  knownFrames.set(params as object, frame);
  return frame;
}

function frameOf(message: Message): MessageFrame {
  const body = messageText(message);
  const bytes = Buffer.byteLength(body, 'utf8');
  return { text: `Content-Length: ${bytes}\r\n\r\n${body}`, bytes, isAscii: bytes === body.length };
}

import { recordedRows } from '../../support/recording-files.js';

/** A message in a recording, and its body as it was on the wire where that was recorded. */
export interface RecordedMessage {
  readonly from: 'client' | 'apphost';
  readonly kind: 'request' | 'response' | 'error' | 'notification';
  readonly message: any;
  readonly body: string;
  /** The header, where it was not the usual one. */
  readonly header?: string;
}

/** The messages of a recording in their order, those of all its connections together. */
export function messagesOf(name: string): RecordedMessage[] {
  return recordedRows(name).flatMap(line => (line.kind === undefined ? [] : [{ ...line, body: line.raw ?? JSON.stringify(line.message) }]));
}

/** The bytes of a message on the wire. */
export function bytesOf({ body, header }: Pick<RecordedMessage, 'body' | 'header'>): Buffer {
  return Buffer.from(`${header ?? `Content-Length: ${Buffer.byteLength(body)}`}\r\n\r\n${body}`);
}

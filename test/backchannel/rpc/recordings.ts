import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A message in a recording, and its body as it was on the wire where that was recorded. */
export interface RecordedMessage {
  readonly from: 'client' | 'apphost';
  readonly kind: 'request' | 'response' | 'error' | 'notification';
  readonly message: any;
  readonly body: string;
  /** The header, where it was not the usual one. */
  readonly header?: string;
}

const folder = join(__dirname, '../../fixtures/transcripts');

/** The names of all recordings: `cli/ps`, `raw/watch`… */
export function recordingNames(): string[] {
  const files = readdirSync(folder, { recursive: true }) as string[];
  return files.flatMap(file => (file.endsWith('.jsonl') ? [file.slice(0, -'.jsonl'.length)] : [])).sort();
}

/** The messages of a recording in their order, those of all its connections together. */
export function messagesOf(name: string): RecordedMessage[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8').split('\n');
  return lines
    .flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
    .flatMap(line => (line.kind === undefined ? [] : [{ ...line, body: line.raw ?? JSON.stringify(line.message) }]));
}

/** The bytes of a message on the wire. */
export function bytesOf({ body, header }: Pick<RecordedMessage, 'body' | 'header'>): Buffer {
  return Buffer.from(`${header ?? `Content-Length: ${Buffer.byteLength(body)}`}\r\n\r\n${body}`);
}

import { recordedTexts } from './recording-files.js';

/** A line of a recording of `test/fixtures/transcripts`: a message, bytes that are none, or the beginning or end of a connection. */
export interface RecordedLine {
  /** Milliseconds since the connection began. */
  readonly t: number;
  readonly conn: number;
  readonly from: 'client' | 'apphost';
  readonly message?: any;
  readonly event?: 'connected' | 'closed' | 'error';
  /** What went over the wire, of lines of the client that carry bytes. */
  readonly bytes?: Buffer;
}

/** The lines of a recording that are traffic, with the exact bytes of the client. */
export function recordedLines(name: string): RecordedLine[] {
  return recordedTexts(name).flatMap(line => {
    const { t, conn, from, event, message, ...rest } = JSON.parse(line);
    if (from === undefined) return [];
    const bytes = from === 'client' ? bytesOf(line, rest) : undefined;
    return [{ t, conn, from, ...(message !== undefined && { message }), ...(event && { event }), ...(bytes && { bytes }) }];
  });
}

function bytesOf(line: string, { kind, header, bad, raw }: { kind?: string; header?: string; bad?: string; raw?: string }): Buffer | undefined {
  // What has no body at all was no frame.
  if (bad?.includes('\r\n\r\n')) return Buffer.from(bad);
  const body = bad ?? raw ?? (kind && line.slice(line.indexOf('"message":') + '"message":'.length, -1));
  if (body === undefined) return undefined;
  const length = Buffer.byteLength(body);
  return Buffer.from(`${header ?? `Content-Length: ${length}`}\r\n\r\n${body}`);
}

import { mkdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { recordedRows } from './recording-files.js';

interface RecordedMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly [member: string]: unknown;
}

interface RecordedLine {
  readonly conn?: number;
  readonly from?: 'client' | 'apphost';
  readonly kind?: 'request' | 'response' | 'error' | 'notification';
  readonly for?: string;
  readonly message?: RecordedMessage;
  readonly command?: string;
  readonly exitCode?: number;
  readonly stdout?: string;
}

/** Recorded traffic between a real CLI and a real AppHost, and what the CLI printed. */
export class Recording {
  private constructor(private readonly lines: readonly RecordedLine[]) {}

  static read(name: string): Recording {
    return new Recording(recordedRows(name));
  }

  /** What the recorded command printed. */
  get stdout(): string {
    return this.lines.find(({ command }) => command !== undefined)?.stdout ?? '';
  }

  /** The answers that the AppHost gave, in order, by method. */
  answers(): Map<string, RecordedMessage[]> {
    const answers = new Map<string, RecordedMessage[]>();
    for (const { from, kind, message, for: method } of this.lines) {
      if (from !== 'apphost' || (kind !== 'response' && kind !== 'error') || !message || method === undefined) continue;
      answers.set(method, [...(answers.get(method) ?? []), message]);
    }
    return answers;
  }
}

/** Answers on a real socket as the recorded AppHost did; a method that was not recorded is answered with -32601, as .NET would. */
export async function replay(recording: Recording, socketPath: string): Promise<AsyncDisposable> {
  await mkdir(dirname(socketPath), { recursive: true });
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    answer(socket, recording.answers());
  });
  await new Promise<void>(resolve => server.listen(socketPath, resolve));
  return { [Symbol.asyncDispose]: () => close(server, open) };
}

function answer(socket: Socket, answers: Map<string, RecordedMessage[]>): void {
  let received = Buffer.alloc(0);
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(received.toString('latin1'));
      const end = (header?.[0].length ?? 0) + Number(header?.[1]);
      if (!header || received.length < end) return;
      const request = JSON.parse(received.subarray(header[0].length, end).toString('utf8')) as RecordedMessage;
      received = received.subarray(end);
      if (request.id === undefined) continue;
      const list = answers.get(request.method ?? '');
      // The last answer of a method serves for all further calls.
      const recorded = (list && list.length > 1 ? list.shift() : list?.[0]) ?? { jsonrpc: '2.0', error: { code: -32601, message: 'not recorded' } };
      const body = JSON.stringify({ ...recorded, id: request.id });
      socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }
  });
}

async function close(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  for (const socket of open) socket.destroy();
  await new Promise(resolve => server.close(resolve));
}

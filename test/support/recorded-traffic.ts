import { recordedRows } from './recording-files.js';

/** A message as it was recorded. */
export interface RecordedMessage {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: any };
}

/** One line of a recording. */
export interface RecordedLine {
  readonly t: number;
  readonly conn: number;
  readonly from: 'client' | 'apphost';
  readonly kind?: 'request' | 'response' | 'error' | 'notification';
  readonly for?: string;
  readonly event?: 'connected' | 'closed' | 'error';
  readonly message?: RecordedMessage;
  /** Of the client: bytes that are no frame, or a frame that is no JSON. */
  readonly bad?: string;
  readonly header?: string;
}

/** What the recorded command line printed. */
export interface RecordedCommand {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly interruptedAfterSeconds?: number;
}

/** A request of the recorded client with what became of it. */
export interface Exchange {
  readonly request: RecordedMessage;
  readonly at: number;
  /** Undefined when it was never answered. */
  readonly answer: RecordedMessage | undefined;
  /** Milliseconds from the request to the answer, or from what the client did in between to make it come. */
  readonly latency: number;
  /** Whether the answer came after the client had cancelled the call, or aborted the stream. */
  readonly followsCancellation: boolean;
}

/** One connection of a recording. */
export interface RecordedConnection {
  readonly number: number;
  readonly lines: readonly RecordedLine[];
  readonly exchanges: readonly Exchange[];
  /** When the AppHost ended the connection, in milliseconds after the last thing that the client sent; undefined when the client ended it. */
  readonly hangsUpAfter: number | undefined;
}

/** One recording. */
export interface RecordedFile {
  readonly name: string;
  readonly connections: readonly RecordedConnection[];
  /** Undefined for a scripted client. */
  readonly command: RecordedCommand | undefined;
  /** The MCP side of `cli/agent-mcp`. */
  readonly mcp: readonly { readonly mcp: string; readonly message?: any }[];
}

export function readRecording(name: string): RecordedFile {
  const lines = recordedRows(name);
  const traffic: readonly RecordedLine[] = lines.filter(line => 'conn' in line);
  const numbers = [...new Set(traffic.map(({ conn }) => conn))].sort((left, right) => left - right);
  return {
    name,
    connections: numbers.map(number =>
      toConnection(
        number,
        traffic.filter(({ conn }) => conn === number),
      ),
    ),
    command: lines.find(line => 'command' in line),
    mcp: lines.filter(line => 'mcp' in line),
  };
}

function toConnection(number: number, lines: readonly RecordedLine[]): RecordedConnection {
  const ending = lines.findIndex(({ event }) => event === 'closed' || event === 'error');
  const lastSent = lines.slice(0, ending).findLast(({ from }) => from === 'client');
  const hangsUp = lines[ending]?.from === 'apphost';
  return { number, lines, exchanges: toExchanges(lines), hangsUpAfter: hangsUp ? (lines[ending]?.t ?? 0) - (lastSent?.t ?? 0) : undefined };
}

function toExchanges(lines: readonly RecordedLine[]): readonly Exchange[] {
  const answers = new Map<RecordedLine, RecordedLine>();
  const pending: RecordedLine[] = [];
  for (const line of lines) {
    if (isRequest(line)) pending.push(line);
    if (line.kind !== 'response' && line.kind !== 'error') continue;
    // Of two calls with one id the later is answered first: it is refused for the id (raw/id-duplicate).
    const answered = pending.findLastIndex(({ message }) => message?.id === line.message?.id);
    for (const request of answered < 0 ? [] : pending.splice(answered, 1)) answers.set(request, line);
  }
  return lines.filter(isRequest).map(line => toExchange(lines, line, answers.get(line)));
}

function toExchange(lines: readonly RecordedLine[], asked: RecordedLine, answered: RecordedLine | undefined): Exchange {
  const { message: request = {}, t: at } = asked;
  const between = answered ? lines.slice(lines.indexOf(asked), lines.indexOf(answered)) : [];
  const cancellation = between.find(line => cancels(line, request));
  const latency = answered ? answered.t - (cancellation?.t ?? at) : 0;
  return { request, at, answer: answered?.message, latency, followsCancellation: cancellation !== undefined };
}

function isRequest({ from, kind, message }: RecordedLine): boolean {
  return from === 'client' && kind === 'request' && message?.method !== undefined;
}

/** Whether what the client sent ends a request: its cancellation, or the abort of the stream whose items it asks for. */
function cancels({ from, message }: RecordedLine, request: RecordedMessage): boolean {
  if (from !== 'client' || !message) return false;
  if (message.method === '$/cancelRequest') return message.params?.id === request.id;
  return message.method === '$/enumerator/abort' && request.method === '$/enumerator/next' && tokenIn(message.params) === tokenIn(request.params);
}

/** The token in the parameters of a call about a stream. */
export function tokenIn(params: any): unknown {
  return Array.isArray(params) ? params[0] : params?.token;
}

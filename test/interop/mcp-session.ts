import { eventually } from '../support/eventually.js';
import type { Outcome, RunningProgram } from '../support/programs.js';

/** A message of the MCP server. */
export interface McpMessage {
  readonly id?: number;
  readonly method?: string;
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client of an MCP server that speaks over the standard streams of a program, one message a line. */
export class McpSession implements AsyncDisposable {
  #lastId = 0;

  constructor(private readonly server: RunningProgram) {}

  /** What the server has said, also what nobody asked for. A line that is no message is one without members. */
  get messages(): readonly McpMessage[] {
    const lines = this.server.stdout.split('\n').slice(0, -1);
    return lines.map(line => (line.startsWith('{') ? (JSON.parse(line) as McpMessage) : {}));
  }

  async initialize(): Promise<McpMessage> {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'probe', version: '1.0.0' } };
    const answer = await this.request('initialize', params);
    this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  /** Asks for something and waits for the answer, whether it is a result or an error. */
  async request(method: string, params: object): Promise<McpMessage> {
    const id = this.begin(method, params);
    return this.answerOf(id);
  }

  callTool(name: string, args: object = {}): Promise<McpMessage> {
    return this.request('tools/call', { name, arguments: args });
  }

  /** Asks for something. @returns its id, for {@link answerOf} and {@link cancel} */
  begin(method: string, params: object): number {
    const id = ++this.#lastId;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return id;
  }

  async answerOf(id: number): Promise<McpMessage> {
    let answer: McpMessage | undefined;
    await eventually(`the answer to request ${id}`, () => (answer = this.messages.find(message => message.id === id && !message.method)) !== undefined);
    return answer ?? {};
  }

  cancel(id: number): void {
    this.#send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  }

  /** Closes the input, upon which the server ends. */
  close(): Promise<Outcome> {
    this.server.child.stdin?.end();
    return this.server.ended;
  }

  #send(message: object): void {
    this.server.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }
}

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { hostwardCli, type Outcome, type RunningProgram, start, type StartOptions } from '../../support/programs.js';

/** The official client's end of `hostward mcp start`, run as a program. A line of its standard output that is no message is kept in `strays`. */
export class ProgramTransport implements Transport, AsyncDisposable {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  readonly strays: string[] = [];
  readonly program: RunningProgram;
  #rest = '';

  constructor(options: Omit<StartOptions, 'stdin'>) {
    this.program = start(process.execPath, [hostwardCli, 'mcp', 'start'], { ...options, stdin: 'pipe' });
  }

  async start(): Promise<void> {
    this.program.child.stdout?.on('data', (text: string) => this.#onText(text));
    void this.program.ended.then(() => this.onclose?.());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.write(JSON.stringify(message));
  }

  write(line: string): void {
    this.program.child.stdin?.write(`${line}\n`);
  }

  /** Ends the program's input, upon which it ends. */
  async close(): Promise<void> {
    await this.end();
  }

  end(): Promise<Outcome> {
    this.program.child.stdin?.end();
    return this.program.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }

  #onText(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
      } catch {
        this.strays.push(line);
      }
    }
  }
}

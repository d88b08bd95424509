import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import { listen } from './primitives/listen.js';

/** One output stream of the process. */
export interface IConsoleStream {
  /** Whether it is a terminal. */
  readonly isTerminal: boolean;
  /** Width in columns; undefined when it is not a terminal, or one that does not know. */
  readonly columns: number | undefined;
  /** Height in rows; undefined when it is not a terminal, or one that does not know. */
  readonly rows: number | undefined;
  write(text: string): void;
  /** Calls back when the size changed. */
  onResize(listener: () => void): Disposable;
  /** Bytes that were written and that the reader has not taken yet. Absent on a stream that takes everything at once. */
  readonly pendingBytes?: number;
  /** Calls back once, never inside this call, when what was written so far has been taken, or never will be. Absent as {@link pendingBytes} is. */
  onDrained?(listener: () => void): void;
}

/** Where the program's output goes. Replace it to capture what would be printed. */
export interface IConsole {
  readonly out: IConsoleStream;
  readonly error: IConsoleStream;
}

export const IConsole: ServiceToken<IConsole> = serviceToken('IConsole');

/** The standard streams of this process. A reader that went away (`EPIPE`) is not an error of ours. */
export class SystemConsole implements IConsole, Disposable {
  #out: SystemConsoleStream | undefined;
  #error: SystemConsoleStream | undefined;

  /** Opened at the first use, as {@link error} is: that costs milliseconds, and every host has a console, also one that prints nothing. */
  get out(): SystemConsoleStream {
    return (this.#out ??= new SystemConsoleStream(process.stdout));
  }

  get error(): SystemConsoleStream {
    return (this.#error ??= new SystemConsoleStream(process.stderr));
  }

  [Symbol.dispose](): void {
    this.#out?.[Symbol.dispose]();
    this.#error?.[Symbol.dispose]();
  }
}

class SystemConsoleStream implements IConsoleStream, Disposable {
  #isBroken = false;
  readonly #errors: Disposable;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.#errors = listen(stream, 'error', () => (this.#isBroken = true));
  }

  get isTerminal(): boolean {
    return this.stream.isTTY ?? false;
  }

  get columns(): number | undefined {
    // A pseudo terminal that was given no size says 0.
    return this.stream.isTTY ? this.stream.columns || undefined : undefined;
  }

  get rows(): number | undefined {
    return this.stream.isTTY ? this.stream.rows || undefined : undefined;
  }

  write(text: string): void {
    if (!this.#isBroken) this.stream.write(text);
  }

  get pendingBytes(): number {
    return this.#isBroken ? 0 : this.stream.writableLength;
  }

  onDrained(listener: () => void): void {
    if (this.pendingBytes === 0) void Promise.resolve().then(listener);
    else this.stream.write('', () => listener());
  }

  onResize(listener: () => void): Disposable {
    return listen(this.stream, 'resize', listener);
  }

  [Symbol.dispose](): void {
    // What is still on its way out may yet fail, and an unheard error would end the process.
    if (this.stream.writableLength === 0) this.#errors[Symbol.dispose]();
  }
}

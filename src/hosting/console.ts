import { type ServiceToken, serviceToken } from './dependency-injection/index.js';
import { onDispose } from './primitives/index.js';

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
}

/** Where the program's output goes. Replace it to capture what would be printed. */
export interface IConsole {
  readonly out: IConsoleStream;
  readonly error: IConsoleStream;
}

export const IConsole: ServiceToken<IConsole> = serviceToken('IConsole');

/** The standard streams of this process. A reader that went away (`EPIPE`) is not an error of ours. */
export class SystemConsole implements IConsole, Disposable {
  readonly out: SystemConsoleStream = new SystemConsoleStream(process.stdout);
  readonly error: SystemConsoleStream = new SystemConsoleStream(process.stderr);

  [Symbol.dispose](): void {
    this.out[Symbol.dispose]();
    this.error[Symbol.dispose]();
  }
}

class SystemConsoleStream implements IConsoleStream, Disposable {
  #isBroken = false;
  readonly #onError = () => {
    this.#isBroken = true;
  };

  constructor(private readonly stream: NodeJS.WriteStream) {
    stream.on('error', this.#onError);
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

  onResize(listener: () => void): Disposable {
    this.stream.on('resize', listener);
    return onDispose(() => this.stream.off('resize', listener));
  }

  [Symbol.dispose](): void {
    // What is still on its way out may yet fail, and an unheard error would end the process.
    if (this.stream.writableLength === 0) this.stream.off('error', this.#onError);
  }
}

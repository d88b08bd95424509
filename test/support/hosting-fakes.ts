import { type IConsole, type IConsoleStream, type IProcessControl, onDispose, type TerminationSignal } from 'hostward';

/** Keeps what is written. */
export class FakeStream implements IConsoleStream {
  text = '';
  readonly isTerminal: boolean = false;
  readonly columns: number | undefined = undefined;
  readonly rows: number | undefined = undefined;

  write(text: string): void {
    this.text += text;
  }

  onResize(): Disposable {
    return onDispose(() => undefined);
  }
}

/** A console that keeps what is written. */
export class FakeConsole implements IConsole {
  readonly out = new FakeStream();
  readonly error = new FakeStream();
}

/** A process whose signals the test sends, and that keeps the exit codes instead of ending. */
export class FakeProcessControl implements IProcessControl {
  readonly exitCodes: number[] = [];
  readonly #unhandled = new Set<(error: unknown) => void>();
  readonly #listeners: { readonly signal: TerminationSignal; readonly listener: () => void }[] = [];

  /** The signals that somebody listens to. */
  get handled(): readonly TerminationSignal[] {
    return this.#listeners.map(({ signal }) => signal);
  }

  onSignal(signal: TerminationSignal, listener: () => void): Disposable {
    const entry = { signal, listener };
    this.#listeners.push(entry);
    return onDispose(() => void this.#listeners.splice(this.#listeners.indexOf(entry), 1));
  }

  onUnhandledError(listener: (error: unknown) => void): Disposable {
    this.#unhandled.add(listener);
    return onDispose(() => this.#unhandled.delete(listener));
  }

  /** @returns whether anybody listened, so that the process would not end */
  fail(error: unknown): boolean {
    for (const listener of this.#unhandled) listener(error);
    return this.#unhandled.size > 0;
  }

  /** @returns whether anybody listened, so that the default action does not happen */
  send(signal: TerminationSignal): boolean {
    const listening = this.#listeners.filter(entry => entry.signal === signal);
    for (const { listener } of listening) listener();
    return listening.length > 0;
  }

  exit(code: number): void {
    this.exitCodes.push(code);
  }
}

import { getEventListeners } from 'node:events';
import type { TimelineEntry } from '../diagnostics/index.js';
import type { IHost } from '../host.js';
import { HostwardError, toError } from '../primitives/index.js';
import type { FakeTimeProvider } from './fake-time-provider.js';
import { flush } from './firing-loop.js';
import { TimerLeakError } from './pending-timer.js';

/** A test host has ended, but something that it had begun has not, or has failed without anybody noticing. */
export class HostLeakError extends HostwardError {
  override readonly name = 'HostLeakError';

  constructor(
    /** What it is, a line each. */
    readonly leaks: readonly string[],
    options?: ErrorOptions,
  ) {
    super('ERR_HOST_LEAK', `The test host has ended, but left something behind:${leaks.map(leak => `\n  ${leak}`).join('')}`, options);
  }
}

/** Listeners that came while the host had a signal of the test. */
interface Listening {
  readonly signal: AbortSignal;
  readonly call: string;
  readonly added: readonly unknown[];
}

/** Watches a host from its start for what it leaves behind. */
export class HostLeakWatch implements Disposable {
  readonly #returnClock: ReturnType<FakeTimeProvider['lend']> | undefined;
  readonly #listening: Listening[] = [];
  readonly #unhandled: unknown[] = [];
  readonly #onUnhandled = (reason: unknown): void => void this.#unhandled.push(reason);
  #isWatching = false;

  /** @param clock undefined when it is no fake one */
  constructor(
    private readonly host: IHost,
    clock: FakeTimeProvider | undefined,
  ) {
    this.#returnClock = clock?.lend();
  }

  /** Rejections that nobody handles count from now on; they do not end the process meanwhile. */
  begin(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    allowListeners(1);
    process.on('unhandledRejection', this.#onUnhandled);
  }

  /** `work`, with what it adds to a signal of the test. */
  async around(call: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    if (!signal) return work();
    const before = getEventListeners(signal, 'abort');
    try {
      await work();
    } finally {
      const added = getEventListeners(signal, 'abort').filter(listener => !before.includes(listener));
      this.#listening.push({ signal, call, added });
    }
  }

  /** What is left when the host has been disposed, as errors. */
  async leaks(): Promise<Error[]> {
    // Work that has been told to end does so in its next steps, and Node tells of rejections after them.
    await flush();
    await flush();
    this[Symbol.dispose]();
    const timers = this.#returnClock?.() ?? [];
    const errors: Error[] = timers.length > 0 ? [new TimerLeakError(timers)] : [];
    const others = [...this.#work(), ...this.#listeners(), ...this.#unhandled.map(reason => `a rejection that nobody handled: ${toError(reason).message}`)];
    if (others.length > 0) errors.push(new HostLeakError(others, this.#unhandled.length > 0 ? { cause: this.#unhandled[0] } : undefined));
    return errors;
  }

  [Symbol.dispose](): void {
    this.#returnClock?.();
    if (!this.#isWatching) return;
    this.#isWatching = false;
    process.off('unhandledRejection', this.#onUnhandled);
    allowListeners(-1);
  }

  #work(): string[] {
    return this.host.timeline.entries.filter(({ outcome }) => outcome === 'running').map(({ name, phase }) => `${name} is still at work: ${places[phase]}`);
  }

  #listeners(): string[] {
    return this.#listening.flatMap(({ signal, call, added }) => {
      // What a signal has told already, it holds no more.
      const left = signal.aborted ? [] : getEventListeners(signal, 'abort').filter(listener => added.includes(listener));
      return left.map(listener => `a listener on the signal that ${call} was given: ${nameOf(listener)}`);
    });
  }
}

const places: Readonly<Record<TimelineEntry['phase'], string>> = {
  waitForStart: 'waitForStart()',
  starting: 'starting()',
  start: 'start()',
  started: 'started()',
  execute: 'execute(), whose signal has fired',
  stopping: 'stopping()',
  stop: 'stop()',
  stopped: 'stopped()',
  stopLifetime: 'stop()',
};

/** One more for each host, or Node would take many hosts at a time for a leak; 0 is without a limit. */
function allowListeners(more: number): void {
  const limit = process.getMaxListeners();
  if (limit > 0) process.setMaxListeners(limit + more);
}

/** A function tells where it is from only by its name and its text. */
function nameOf(listener: unknown): string {
  const { name } = listener as { readonly name?: string };
  return name || String(listener).replace(/\s+/g, ' ').slice(0, 80);
}

import { markHandled, toError } from '../../primitives/index.js';
import { infiniteTimeSpan, type ITimer, TimeProvider, withDeadline } from '../../time/index.js';
import type { IConsole } from '../../console.js';
import type { ILoggerProvider, LogEntry } from '../logger.js';
import { type FileLoggerOptions, fileSettings, type FileSettings } from './file-logger-options.js';
import { LineBuffer } from './line-buffer.js';
import { LogFile } from './log-file.js';
import { onProcessExit } from './on-process-exit.js';
import { ownEntry } from './own-entry.js';
import { safeFormat } from './safe-format.js';

/** What a {@link FileLoggerProvider} takes from the program it is in. */
export interface FileLoggerSurroundings {
  /** The clock of batches, retries and the age of files. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider;
  /** Where it is said that the file cannot be written. Default: stderr. */
  readonly console?: Pick<IConsole, 'error'>;
}

/** Bytes that go to the file in one piece, so that the lines of several processes do not mix. */
const pieceLength = 64 * 1_024;
/** Milliseconds from a failure to the next attempt; doubled each time, up to the limit. */
const retry = { first: 1_000, most: 30_000 };

/**
 * Writes entries to a file, many at a time, and begins a new file when that is too long or too old.
 *
 * A file that cannot be written (the disk is full, say) is reported once on stderr and tried again; what waits meanwhile is limited. At the end everything
 * is written: by the disposal, or when the process exits without one.
 */
export class FileLoggerProvider implements ILoggerProvider, AsyncDisposable, Disposable {
  /** How rules and the configuration call it. */
  static readonly alias = 'File';

  readonly #settings: FileSettings;
  readonly #timeProvider: TimeProvider;
  readonly #file: LogFile;
  readonly #waiting: LineBuffer;
  readonly #timer: ITimer;
  readonly #exit: Disposable;
  #writing: Promise<void> | undefined;
  #retryDelay = 0;
  #hasTrouble = false;
  #isDisposed = false;

  /** @throws ArgumentError, ArgumentOutOfRangeError for options that make no sense */
  constructor(
    options: FileLoggerOptions,
    private readonly surroundings: FileLoggerSurroundings = {},
  ) {
    this.#timeProvider = surroundings.timeProvider ?? TimeProvider.system;
    this.#settings = fileSettings(options, this.#timeProvider);
    this.#file = new LogFile(this.#settings, this.#timeProvider, error => this.#onTrouble(error));
    this.#waiting = new LineBuffer(this.#settings.maxQueuedCharacters);
    // It does not keep the process alive: what waits is written at its exit.
    this.#timer = this.#timeProvider.createTimer(() => this.#flush(), undefined, infiniteTimeSpan, infiniteTimeSpan, { keepAlive: false });
    this.#exit = onProcessExit(() => this.#writeNow());
  }

  write(entry: LogEntry): void {
    const text = safeFormat(this.#settings.formatter, entry, { useColors: false });
    if (text === '') return;
    // Only a burst that nothing interrupts comes here while the file can be written: then it waits for the file.
    if (!this.#waiting.hasPlaceFor(text) && this.#retryDelay === 0) this.#writeNow();
    if (!this.#waiting.hasPlaceFor(text)) return this.#waiting.drop();
    const wasEmpty = this.#waiting.isEmpty;
    this.#waiting.add(text);
    if (this.#isDisposed) this.#writeNow();
    else if (this.#writing || this.#retryDelay > 0) return;
    else if (this.#waiting.characters >= pieceLength) this.#flush();
    else if (wasEmpty) this.#timer.change(this.#settings.flushInterval, infiniteTimeSpan);
  }

  /** Writes what waits, and what is logged meanwhile; resolves also when that fails. */
  async flush(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  /** Writes what waits, for at most `disposalTimeout`, and closes the file. Later entries are written one by one. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#timer[Symbol.dispose]();
    const { disposalTimeout, path } = this.#settings;
    try {
      // In real time, because it is that of the file system.
      await withDeadline(`Writing ${path}`, disposalTimeout, () => this.#finish());
    } catch (error) {
      this.#report(`The log file ${path} was left before everything was written: ${toError(error).message}`);
    }
    this.#exit[Symbol.dispose]();
  }

  /** The same without waiting: what waits is written before it returns. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#timer[Symbol.dispose]();
    this.#exit[Symbol.dispose]();
    this.#writeNow();
    markHandled(this.#file.close());
  }

  async #finish(): Promise<void> {
    await this.flush();
    // One attempt more, by the shortest way, for what a file that could not be written has left.
    this.#writeNow();
    if (!this.#waiting.isEmpty) throw new Error(`${this.#waiting.characters} characters could not be written`);
    await this.#file.close();
  }

  #flush(): void {
    if (this.#waiting.isEmpty || this.#writing) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
      // An entry may have come between the last look and now.
      if (!this.#waiting.isEmpty && this.#retryDelay === 0 && !this.#isDisposed) this.#timer.change(this.#settings.flushInterval, infiniteTimeSpan);
    });
  }

  async #writeAll(): Promise<void> {
    try {
      while (!this.#waiting.isEmpty) {
        const room = await this.#file.prepare(this.#waiting.nextLength);
        const piece = this.#waiting.next(Math.min(pieceLength, room));
        // Written by others meanwhile, because the process exits.
        if (!piece) return;
        this.#waiting.done(await this.#file.append(piece));
        this.#onSuccess();
      }
    } catch (error) {
      this.#onFailure(toError(error));
    }
  }

  #onSuccess(): void {
    if (this.#retryDelay === 0) return;
    this.#retryDelay = 0;
    const dropped = this.#waiting.takeDropped();
    this.#report(`The log file ${this.#settings.path} is written again; ${dropped} entries are missing.`);
    if (dropped > 0) this.#addNotice(dropped);
  }

  #onFailure(error: Error): void {
    const isFirst = this.#retryDelay === 0;
    this.#retryDelay = isFirst ? retry.first : Math.min(this.#retryDelay * 2, retry.most);
    if (isFirst) this.#report(`The log file ${this.#settings.path} cannot be written, and is tried again: ${error.message}`);
    if (!this.#isDisposed) this.#timer.change(this.#retryDelay, infiniteTimeSpan);
  }

  #onTrouble(error: Error): void {
    if (!this.#hasTrouble) this.#report(`The log file ${this.#settings.path} cannot be put aside, and is written on: ${error.message}`);
    this.#hasTrouble = true;
  }

  #addNotice(count: number): void {
    const template = '{Count} entries are missing here, because the file could not be written';
    const entry = ownEntry('hostward.logging.file', template, [['Count', count]], this.#timeProvider.getUtcNowMilliseconds());
    this.#waiting.add(safeFormat(this.#settings.formatter, entry, { useColors: false }));
  }

  /** Writes everything before it returns; what is under way is finished by the system. */
  #writeNow(): void {
    const dropped = this.#waiting.takeDropped();
    if (dropped > 0) this.#addNotice(dropped);
    try {
      if (this.#file.isWriting) {
        for (let rest = this.#waiting.takeLines(); rest.length > 0;) rest = rest.subarray(this.#file.appendSync(rest));
      } else {
        for (let piece = this.#waiting.next(Infinity); piece; piece = this.#waiting.next(Infinity)) this.#waiting.done(this.#file.appendSync(piece));
      }
    } catch (error) {
      this.#onFailure(toError(error));
    }
  }

  #report(text: string): void {
    try {
      (this.surroundings.console?.error ?? process.stderr).write(`${text}\n`);
    } catch {
      // There is nobody else to tell.
    }
  }
}

import { closeSync, fstatSync, mkdirSync, openSync, type Stats, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf, toError } from '../../primitives/index.js';
import type { TimeProvider } from '../../time/index.js';
import type { FileSettings } from './file-logger-options.js';
import { putAside, removeOldArchives } from './log-archives.js';

/** An open file, with what tells whether its path still leads to it. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly identity: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  /** Bytes that it had when it was looked at last. */
  size: number;
}

/** So long an exiting process waits for a write that is under way. Milliseconds. */
const exitPatience = 200;

/**
 * A log file that is written by appending whole lines, also by several processes at the same time.
 *
 * Before each piece it looks whether the path still leads to the file: where another program has moved or deleted it, a new one is begun.
 */
export class LogFile {
  #file: OpenFile | undefined;
  /** Bytes that the file is being given. */
  #underWay = 0;
  /** The moment in the last name: the next is later, whatever the clock does, because the names say which is the oldest. */
  #putAside = 0;
  #isClosed = false;

  /** @param onTrouble is told why a file that is too long or too old was not put aside; it is written on */
  constructor(
    private readonly settings: Pick<FileSettings, 'path' | 'maxBytes' | 'maxAge' | 'maxFiles' | 'mode'>,
    private readonly timeProvider: TimeProvider,
    private readonly onTrouble: (error: Error) => void,
  ) {}

  /** Whether a write is under way, which the process finishes whatever happens. */
  get isWriting(): boolean {
    return this.#underWay > 0;
  }

  /**
   * Opens the file where it is not, and begins a new one where it is too old, or too long for `length` bytes more.
   *
   * @returns the bytes for which there is room, never less than `length`
   * @throws what the file system says
   */
  async prepare(length: number): Promise<number> {
    const { maxBytes } = this.settings;
    const found = await statOrNothing(this.settings.path);
    if (this.#file && identityOf(found) !== this.#file.identity) await this.#release();
    let file = (this.#file ??= await this.#open());
    // The size is asked for, not counted: other processes write here, too.
    file.size = found?.size ?? file.size;
    if (this.#isOver(file, length)) file = await this.#renew(file);
    return Math.max(length, maxBytes - file.size);
  }

  /**
   * Appends whole lines to the file that was prepared.
   *
   * @returns the bytes that were written; less than all of them when the disk is full, say, and the next attempt gives the reason
   * @throws what the file system says
   */
  async append(bytes: Uint8Array): Promise<number> {
    this.#underWay = bytes.length;
    try {
      return (await this.#file!.handle.write(bytes)).bytesWritten;
    } finally {
      this.#underWay = 0;
    }
  }

  /** Appends without waiting, but behind what is under way; nothing is put aside. @returns the bytes that were written @throws what the file system says */
  appendSync(bytes: Uint8Array): number {
    this.#awaitWriting();
    const { path, mode } = this.settings;
    const own = this.#file ? undefined : openNow(path, mode);
    try {
      return writeSync(own ?? this.#file!.handle.fd, bytes);
    } finally {
      if (own !== undefined) closeSync(own);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#release();
  }

  #isOver({ begun, size }: OpenFile, length: number): boolean {
    if (size === 0) return false;
    return size + length > this.settings.maxBytes || this.timeProvider.getUtcNowMilliseconds() - begun >= this.settings.maxAge;
  }

  async #renew(file: OpenFile): Promise<OpenFile> {
    try {
      this.#putAside = await putAside(this.settings.path, Math.max(this.timeProvider.getUtcNowMilliseconds(), this.#putAside + 1));
    } catch (error) {
      this.onTrouble(toError(error));
      return file;
    }
    await this.#release();
    this.#file = await this.#open();
    await removeOldArchives(this.settings.path, this.settings.maxFiles - 1);
    return this.#file;
  }

  async #open(): Promise<OpenFile> {
    const { path, mode } = this.settings;
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a', mode);
    try {
      const stats = await handle.stat();
      if (this.#isClosed) throw new Error('It was closed.');
      const begun = stats.size === 0 ? this.timeProvider.getUtcNowMilliseconds() : stats.birthtimeMs || stats.mtimeMs;
      return { handle, identity: identityOf(stats)!, begun, size: stats.size };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async #release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  /** Lets a write that is under way go first. Its end cannot be heard here, but seen by the size. */
  #awaitWriting(): void {
    if (!this.#file || this.#underWay === 0) return;
    const expected = this.#file.size + this.#underWay;
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; waited < exitPatience && fstatSync(this.#file.handle.fd).size < expected; waited++) Atomics.wait(sleeper, 0, 0, 1);
  }
}

function openNow(path: string, mode: number): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', mode);
}

async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function identityOf(stats: Stats | undefined): string | undefined {
  return stats && `${stats.dev}:${stats.ino}`;
}

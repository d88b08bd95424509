import { ConsoleLoggerProvider, type IConsole, type IConsoleStream, onDispose } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { logEntry } from '../../support/log-entries.js';

expectNoLeaks();

/** A stream whose reader takes what was written only when the test says so. */
class SlowStream implements IConsoleStream {
  readonly isTerminal = false;
  readonly columns = undefined;
  readonly rows = undefined;
  pendingBytes = 0;
  text = '';
  writes = 0;
  #listeners: (() => void)[] = [];

  write(text: string): void {
    this.text += text;
    this.pendingBytes += text.length;
    this.writes++;
  }

  onDrained(listener: () => void): void {
    this.#listeners.push(listener);
  }

  onResize(): Disposable {
    return onDispose(() => undefined);
  }

  /** Takes everything but the last bytes; those who wait are told of what was written before they asked. */
  read(rest = 0): void {
    this.pendingBytes = Math.min(rest, this.pendingBytes);
    for (const listener of this.#listeners.splice(0)) listener();
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

class SlowConsole implements IConsole {
  readonly out = new SlowStream();
  readonly error = new SlowStream();
}

const formatterOptions = { singleLine: true };
const filler = 'x'.repeat(1_000);

/** Writes so many entries of a little more than 1000 characters, with their number. */
function writeMany(provider: ConsoleLoggerProvider, count: number, first = 0): void {
  for (let number = first; number < first + count; number++) provider.write(logEntry({ message: `${number} ${filler}` }));
}

const numbersOf = (stream: SlowStream) => stream.lines.map(line => Number(/\[0\] (\d+) x/.exec(line)?.[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the console log with a slow reader', () => {
  it('gives each entry to the stream at once, whether the reader keeps up or not', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions });
    writeMany(provider, 500);
    expect([console.out.writes, numbersOf(console.out)]).toEqual([500, upTo(500)]);
  });

  it('lets no more wait than its limit, drops what comes then, and says in its place how many', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, maxQueuedCharacters: 100_000 });
    writeMany(provider, 400);
    const kept = console.out.lines.length;
    expect([kept > 90, console.out.pendingBytes <= 100_000]).toEqual([true, true]);
    provider.write(logEntry({ message: 'short' }));
    console.out.read();
    writeMany(provider, 1, 1_000);
    expect(numbersOf(console.out)).toEqual([...upTo(kept), NaN, 1_000]);
    expect(console.out.lines[kept]).toBe(`warn: hostward.logging.console[0] ${401 - kept} messages were dropped, because nobody read them in time`);
  });

  it('has its whole limit again when the reader has caught up', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, maxQueuedCharacters: 110_000 });
    for (let round = 0; round < 3; round++) {
      writeMany(provider, 100, round * 100);
      console.out.read();
    }
    expect(numbersOf(console.out)).toEqual(upTo(300));
  });

  it('in the mode dropWrite lets only so many entries wait', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, queueFullMode: 'dropWrite', maxQueueLength: 7 });
    for (let round = 0; round < 2; round++) {
      writeMany(provider, 400, round * 400);
      console.out.read();
    }
    // The first one of each round found an empty stream, or only the notice in it.
    expect(numbersOf(console.out)).toEqual([...upTo(8), NaN, ...upTo(407).slice(400), NaN]);
    expect(console.out.lines[8]).toContain('392 messages were dropped');
    expect(console.out.lines.at(-1)).toContain('393 messages were dropped');
  });

  it('in the mode dropWrite has all its places again after the reader has taken everything', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, queueFullMode: 'dropWrite', maxQueueLength: 7 });
    for (let round = 0; round < 5; round++) {
      writeMany(provider, 8, round * 8);
      console.out.read(500);
      console.out.read();
    }
    expect(numbersOf(console.out)).toEqual(upTo(40));
  });

  it('in the mode dropWrite drops nothing for a reader that is always a little behind', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, queueFullMode: 'dropWrite', maxQueueLength: 7 });
    for (let round = 0; round < 50; round++) {
      writeMany(provider, 3, round * 3);
      console.out.read(500);
    }
    expect(numbersOf(console.out)).toEqual(upTo(150));
  });

  it('has a place for one entry that is longer than the limit', () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, maxQueuedCharacters: 10 });
    writeMany(provider, 2);
    console.out.read();
    expect(numbersOf(console.out)).toEqual([0, NaN]);
  });

  it('says what was dropped when it is disposed, and waits until everything is read', async () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, maxQueuedCharacters: 200_000 });
    writeMany(provider, 400);
    let isDisposed = false;
    const disposal = provider[Symbol.asyncDispose]().then(() => (isDisposed = true));
    expect(numbersOf(console.out).at(-1)).toBeNaN();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(isDisposed).toBe(false);
    console.out.read(10);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(isDisposed).toBe(false);
    console.out.read();
    await disposal;
  });

  it('is disposed in time when nobody reads', async () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions, drainTimeout: 30 });
    writeMany(provider, 300);
    await provider[Symbol.asyncDispose]();
    expect(numbersOf(console.out)).toEqual(upTo(300));
  });

  it('writes what is logged after its disposal', async () => {
    const console = new SlowConsole();
    const provider = new ConsoleLoggerProvider(console, { formatterOptions });
    await provider[Symbol.asyncDispose]();
    writeMany(provider, 1);
    expect(numbersOf(console.out)).toEqual([0]);
  });

  it('survives a stream that fails', () => {
    const console = new SlowConsole();
    console.out.write = () => {
      throw new Error('no');
    };
    expect(() => new ConsoleLoggerProvider(console).write(logEntry())).not.toThrow();
  });
});

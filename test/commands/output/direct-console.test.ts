import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectConsole } from '../../../src/commands/output/direct-console.js';
import type { IConsole, IConsoleStream } from '../../../src/hosting/console.js';
import { expectNoLeaks } from '../../support/leak-check.js';

/** A pipe that takes about 64 KiB and then no more, and what came out of it and of the stream. */
class Pipe implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hostward-'));
  readonly descriptor: number;
  readonly rests: Buffer[] = [];
  readonly written: string[] = [];
  timesOpened = 0;

  constructor() {
    const path = join(this.#folder, 'pipe');
    execFileSync('mkfifo', [path]);
    this.descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  get console(): DirectConsole {
    const stream = { isTerminal: false, columns: 80, rows: undefined, write: (text: string) => this.written.push(text) } as unknown as IConsoleStream;
    const open = () => {
      this.timesOpened++;
      return stream;
    };
    const streams: IConsole = {
      get out() {
        return open();
      },
      error: stream,
    };
    return new DirectConsole(streams, this.descriptor, rest => this.rests.push(rest));
  }

  read(): Buffer {
    const buffer = Buffer.alloc(1_048_576);
    return buffer.subarray(0, readSync(this.descriptor, buffer));
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
    rmSync(this.#folder, { recursive: true });
  }
}

describe('DirectConsole', () => {
  expectNoLeaks();

  it('writes without opening a stream', () => {
    using pipe = new Pipe();
    pipe.console.out.write('zwölf\n');
    expect({ text: pipe.read().toString(), opened: pipe.timesOpened }).toEqual({ text: 'zwölf\n', opened: 0 });
  });

  it('leaves to the stream what a slow reader has no room for, also from within a character', () => {
    using pipe = new Pipe();
    const { out } = pipe.console;
    const text = `.${'ü'.repeat(100_000)}`;
    out.write(text);
    out.write('after');
    expect(pipe.timesOpened).toBe(1);
    const atOnce = pipe.read();
    expect(atOnce.length).toBeGreaterThan(0);
    expect(Buffer.concat([atOnce, ...pipe.rests]).toString()).toBe(text);
    expect(pipe.written).toEqual(['after']);
  });

  it('goes on with the stream once anything but text was asked for', () => {
    using pipe = new Pipe();
    const { out } = pipe.console;
    expect(out.columns).toBe(80);
    out.write('text');
    expect(pipe.written).toEqual(['text']);
  });

  it('takes a reader that is gone for none of its errors', () => {
    const pipe = new Pipe();
    const { out } = pipe.console;
    pipe[Symbol.dispose]();
    out.write('lost');
    out.write('lost, too');
    expect({ opened: pipe.timesOpened, rests: pipe.rests }).toEqual({ opened: 0, rests: [] });
  });
});

import { EventEmitter } from 'node:events';
import { SystemConsole } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';

expectNoLeaks();

/** An output stream of a process, as far as a console looks at it. */
class FakeOutput extends EventEmitter {
  text = '';
  isTTY: true | undefined;
  columns: number | undefined;
  rows: number | undefined;
  writableLength = 0;

  write(text: string): void {
    this.text += text;
  }
}

describe('the console of the process', () => {
  const original = { stdout: Object.getOwnPropertyDescriptor(process, 'stdout')!, stderr: Object.getOwnPropertyDescriptor(process, 'stderr')! };
  let stdout: FakeOutput;
  let stderr: FakeOutput;

  beforeEach(() => {
    [stdout, stderr] = [new FakeOutput(), new FakeOutput()];
    Object.defineProperty(process, 'stdout', { value: stdout, configurable: true });
    Object.defineProperty(process, 'stderr', { value: stderr, configurable: true });
  });

  afterEach(() => {
    Object.defineProperties(process, original);
  });

  const terminal = (size: { columns?: number; rows?: number }) => Object.assign(stdout, { isTTY: true }, size);

  it('writes to the standard streams', () => {
    using console = new SystemConsole();
    console.out.write('out');
    console.error.write('error');
    expect([stdout.text, stderr.text]).toEqual(['out', 'error']);
  });

  it('does not touch a stream before its first use', () => {
    const opened: string[] = [];
    for (const name of ['stdout', 'stderr'] as const)
      Object.defineProperty(process, name, { get: () => (opened.push(name), name === 'stdout' ? stdout : stderr), configurable: true });
    using console = new SystemConsole();
    expect(opened).toEqual([]);
    console.error.write('error');
    console.error.write('again');
    expect([opened, stderr.text]).toEqual([['stderr'], 'erroragain']);
  });

  it('has no size when it is no terminal', () => {
    stdout.columns = 80;
    stdout.rows = 25;
    using console = new SystemConsole();
    expect([console.out.isTerminal, console.out.columns, console.out.rows]).toEqual([false, undefined, undefined]);
  });

  it('has the size of its terminal as it is now', () => {
    terminal({ columns: 80, rows: 25 });
    using console = new SystemConsole();
    expect([console.out.isTerminal, console.out.columns, console.out.rows]).toEqual([true, 80, 25]);
    terminal({ columns: 100, rows: 30 });
    expect([console.out.columns, console.out.rows]).toEqual([100, 30]);
  });

  it('has no size when its terminal does not know', () => {
    terminal({ columns: 0, rows: 0 });
    using console = new SystemConsole();
    expect([console.out.isTerminal, console.out.columns, console.out.rows]).toEqual([true, undefined, undefined]);
  });

  it('tells of a new size until it is asked no more', () => {
    terminal({ columns: 80 });
    using console = new SystemConsole();
    const resized = jest.fn();
    const watch = console.out.onResize(resized);
    stdout.emit('resize');
    watch[Symbol.dispose]();
    stdout.emit('resize');
    expect([resized.mock.calls.length, stdout.listenerCount('resize')]).toEqual([1, 0]);
  });

  it('takes no offence at a reader that went away, and writes nothing more there', () => {
    using console = new SystemConsole();
    console.out.write('');
    stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    console.out.write('lost');
    console.error.write('seen');
    expect([stdout.text, stderr.text]).toEqual(['', 'seen']);
  });

  it('leaves no listener behind when it is disposed', () => {
    const console = new SystemConsole();
    console.out.write('out');
    console.error.write('error');
    console[Symbol.dispose]();
    expect([stdout.eventNames(), stderr.eventNames()]).toEqual([[], []]);
  });

  it('still takes no offence after its disposal at what was on its way then', () => {
    const console = new SystemConsole();
    console.out.write('text');
    stdout.writableLength = 4;
    console[Symbol.dispose]();
    expect(() => stdout.emit('error', new Error('write EPIPE'))).not.toThrow();
    expect(stderr.eventNames()).toEqual([]);
  });
});

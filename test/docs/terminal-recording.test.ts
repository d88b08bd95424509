import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { read } from './pages.js';

interface Frame {
  readonly at: number;
  readonly screen: {
    readonly rows: readonly (readonly { readonly text: string; readonly colour?: string }[])[];
    readonly cursor?: { readonly row: number; readonly column: number };
  };
}

const script = (name: string) => pathToFileURL(join(__dirname, '../../scripts', name)).href;

/** Runs a module and reads what it prints as JSON. A process of its own, because Jest's module loader cannot load ES modules. */
function run(code: string, input: unknown): { readonly result: unknown; readonly error: string } {
  const program = `import { text } from 'node:stream/consumers';\nconst input = JSON.parse(await text(process.stdin));\n${code}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { input: JSON.stringify(input), encoding: 'utf8' });
  return { result: stdout === '' ? undefined : JSON.parse(stdout), error: stderr };
}

/** The frames of a terminal of 10 x 4 to which these chunks were written, a second apart unless they say when. */
function framesOf(...chunks: readonly (string | { readonly at: number; readonly text: string })[]): readonly Frame[] {
  const timed = chunks.map((chunk, index) => (typeof chunk === 'string' ? { at: 1000 * (index + 1), text: chunk } : chunk));
  const { result, error } = run(
    `import { framesOf } from '${script('terminal-emulator.mjs')}';\nconsole.log(JSON.stringify(framesOf(input, { columns: 10, rows: 4 })));`,
    timed,
  );
  if (error) throw new Error(error);
  return result as readonly Frame[];
}

/** The last screen as text. */
function textOf(...chunks: readonly string[]): readonly string[] {
  return framesOf(...chunks)
    .at(-1)!
    .screen.rows.map(row => row.map(({ text }) => text).join(''));
}

describe('the terminal of the recording', () => {
  it('goes back with a carriage return and writes over what is there', () => {
    expect(textOf('abcdef\rAB')).toEqual(['ABcdef', '', '', '']);
  });

  it('goes up and erases to the end', () => {
    expect(textOf('one\r\ntwo\r\nthree\r\n', '\u001b[2A\r\u001b[Jnew\r\n')).toEqual(['one', 'new', '', '']);
  });

  it('scrolls when a line feed comes in the last row, and wraps what is too long', () => {
    expect(textOf('1\r\n2\r\n3\r\n4\r\n5')).toEqual(['2', '3', '4', '5']);
    expect(textOf('0123456789ab')).toEqual(['0123456789', 'ab', '', '']);
  });

  it('cuts a row into runs of one colour', () => {
    const [row] = framesOf('a \u001b[32mgreen\u001b[39m b').at(-1)!.screen.rows;
    expect(row).toEqual([{ text: 'a ' }, { text: 'green', colour: 'green' }, { text: ' b' }]);
  });

  it('hides and shows the cursor', () => {
    const frames = framesOf('\u001b[?25l', 'x', '\u001b[?25h');
    expect(frames.map(({ screen }) => screen.cursor)).toEqual([{ row: 0, column: 0 }, undefined, undefined, { row: 0, column: 1 }]);
  });

  it('puts a sequence together that comes in two chunks', () => {
    const frames = framesOf('\u001b[3', '1mred\u001b[39m');
    expect(frames.at(-1)!.screen.rows[0]).toEqual([{ text: 'red', colour: 'red' }]);
  });

  it('takes what comes close together for one frame, and leaves out frames that show nothing new', () => {
    const frames = framesOf({ at: 100, text: 'a' }, { at: 110, text: 'b' }, { at: 500, text: '\rab' }, { at: 900, text: 'c' });
    expect(frames.map(({ at, screen }) => [at, screen.rows[0]?.[0]?.text])).toEqual([
      [0, undefined],
      [110, 'ab'],
      [900, 'abc'],
    ]);
  });

  it('refuses a sequence that it does not know', () => {
    expect(() => framesOf('\u001b[2K')).toThrow('Not understood');
    expect(() => framesOf('\u001b]0;title\u0007')).toThrow('Not understood');
  });
});

describe('docs/demo.svg', () => {
  const svg = read('docs/demo.svg');

  it('is a picture of moderate size that moves without a script', () => {
    expect(svg.length).toBeLessThan(120_000);
    expect(svg).toContain('@keyframes play');
    expect(svg).not.toMatch(/<script|\bon\w+=/);
  });

  it('draws only rows that it has defined', () => {
    const defined = new Set([...svg.matchAll(/<g id="(r\d+)">/g)].map(match => match[1]));
    const used = [...svg.matchAll(/href="#(r\d+)"/g)].map(match => match[1]);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter(id => !defined.has(id))).toEqual([]);
  });

  it('shows the AppHosts of the demo by their file names alone', () => {
    expect(svg).toMatch(/>shop\.js \(\d+\)</);
    expect(svg).toMatch(/>blog\.js \(\d+\)</);
    expect(svg).not.toMatch(/<text[^>]*>[^<]*\//);
  });
});

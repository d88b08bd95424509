import fc from 'fast-check';
import { painterFor } from '../../../src/commands/output/colour.js';
import { shortenPaths } from '../../../src/commands/output/short-paths.js';
import { renderTable } from '../../../src/commands/output/table.js';
import { printable, textWidth, truncate } from '../../../src/commands/output/text-width.js';

describe('textWidth', () => {
  it.each([
    ['abc', 3],
    ['\u001b[32mabc\u001b[39m', 3],
    ['日本', 4],
    ['🙂', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('%j takes %d columns', (text, width) => expect(textWidth(text)).toBe(width));
});

describe('truncate', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['日本語', 4, '日…'],
    ['\u001b[32mabcdef\u001b[39m', 3, 'ab…'],
  ])('%j in %d columns is %j', (text, width, expected) => expect(truncate(text, width)).toBe(expected));
});

describe('printable', () => {
  it('lets no control sequence of an AppHost through', () => expect(printable('a\u001b[2Jb\n')).toBe('a\ufffd[2Jb\ufffd'));
});

describe('renderTable', () => {
  it('aligns its columns by width on the terminal', () => {
    expect(
      renderTable(
        ['A', 'Name'],
        [
          ['日', 'x'],
          ['1', '\u001b[31mred\u001b[39m'],
        ],
      ),
    ).toBe(['┌────┬──────┐', '│ A  │ Name │', '├────┼──────┤', '│ 日 │ x    │', '│ 1  │ \u001b[31mred\u001b[39m  │', '└────┴──────┘', ''].join('\n'));
  });

  it('cuts the widest column first when there is not enough room', () => {
    const lines = renderTable(['Path', 'PID'], [['/a/very/long/path', '12345']], 24).split('\n');
    expect([lines[3], ...lines.map(textWidth)]).toEqual(['│ /a/very/lon… │ 12345 │', 24, 24, 24, 24, 24, 0]);
  });
});

describe('shortenPaths', () => {
  it.each([
    [['/w/app/apphost.ts'], ['app/apphost.ts']],
    [['/w/MyApp/MyApp.AppHost.csproj'], ['MyApp.AppHost.csproj']],
    [
      ['/w/a/app/apphost.ts', '/w/b/app/apphost.ts'],
      ['a/app/apphost.ts', 'b/app/apphost.ts'],
    ],
    [['/a/x.csproj', '/b/x.csproj'], ['/a/x.csproj', '/b/x.csproj'].map(path => path.slice(1))],
    [['/apphost.ts'], ['/apphost.ts']],
  ])('%j become %j', (paths, expected) => expect([...shortenPaths(paths).values()]).toEqual(expected));
});

describe('shortenPaths of any paths', () => {
  const segment = fc.constantFrom('a', 'b', 'app', 'x.csproj', 'apphost.ts');
  const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map(segments => `/${segments.join('/')}`);

  it('gives texts that are no longer than the paths, end as they do, and never look alike', () => {
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), paths => {
        const texts = shortenPaths(paths);
        expect([...texts.keys()]).toEqual(paths);
        expect(new Set(texts.values()).size).toBe(paths.length);
        for (const [full, text] of texts) expect(full.endsWith(text)).toBe(true);
      }),
    );
  });
});

describe('painterFor', () => {
  const stream = (isTerminal: boolean) => ({
    isTerminal,
    columns: undefined,
    rows: undefined,
    write: () => undefined,
    onResize: () => ({ [Symbol.dispose]: () => undefined }),
  });

  it.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['NO_COLOR beside FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['FORCE_COLOR on a pipe', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('decides for %s', (_what, isTerminal, environment, isPainted) => {
    expect(painterFor(stream(isTerminal), environment)('x', 'green')).toBe(isPainted ? '\u001b[32mx\u001b[39m' : 'x');
  });
});

import { read, sourceFiles } from './pages.js';

const page = read('docs/errors.md');

/** Without comments: they may give a code as an example. */
const sources = sourceFiles('src').map(path => read(path).replace(/\/\*\*.*?\*\//gs, ''));

function unique(matches: Iterable<RegExpMatchArray>): readonly string[] {
  return [...new Set([...matches].map(match => match[1]!))].sort();
}

describe('docs/errors.md', () => {
  const codes = unique(sources.flatMap(source => [...source.matchAll(/\b(ERR_[A-Z_]+)\b/g)]));
  const classes = unique(sources.flatMap(source => [...source.matchAll(/^export class (\w+Error) /gm)]));

  it('has every code in the source, and no other', () => {
    expect(unique(page.matchAll(/^\| `(ERR_[A-Z_]+)`/gm))).toEqual(codes);
  });

  it.each(classes.filter(name => name !== 'HostwardError'))('says what %s means', name => {
    expect(page).toMatch(new RegExp(`^\\| \`[A-Z_]+\` +\\| \`${name}\``, 'm'));
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliberateExceptions } from './deliberate-exceptions.js';

interface UpstreamSection {
  readonly section: string;
  /** The files of .NET's tests. */
  readonly source: string;
  /** The file here, relative to this one. */
  readonly file: string;
  readonly tests: readonly UpstreamTest[];
}

interface UpstreamTest {
  readonly number: number;
  readonly name: string;
  /** `✗` has no meaning outside of .NET; `~` is rewritten after its idea. */
  readonly mark: '' | '~' | '✗';
}

const sections = JSON.parse(readFileSync('test/fixtures/upstream-host-tests.json', 'utf8')) as UpstreamSection[];
const exceptionsOf = (section: string) => deliberateExceptions.filter(exception => exception.section === section).map(({ name }) => name);

/** The names with which titles begin: `NameOfTheTest: what it says`. */
function namesIn(file: string): string[] {
  const source = readFileSync(join(__dirname, file), 'utf8');
  return [...source.matchAll(/(?<=[([]\s*)['"]([A-Z]\w*): /g)].map(([, name]) => name!);
}

const files = [...new Set(sections.map(({ file }) => file))];

describe('the tests of the .NET host', () => {
  it.each(files)('stand here by their names: %s', file => {
    const expected = sections
      .filter(section => section.file === file)
      .flatMap(({ section, tests }) => tests.filter(({ name, mark }) => mark !== '✗' && !exceptionsOf(section).includes(name)))
      .map(({ name }) => name);
    expect(namesIn(file).sort()).toEqual(expected.sort());
  });

  it('are numbered without a gap', () => {
    for (const { tests } of sections)
      expect([...new Set(tests.map(({ number }) => number))]).toEqual(Array.from({ length: tests.at(-1)!.number }, (_, index) => index + 1));
  });

  it('are left out only with a reason, and only where there is one of that name', () => {
    for (const { section, name, reason } of deliberateExceptions) {
      expect(sections.find(each => each.section === section)?.tests).toContainEqual(expect.objectContaining({ name }));
      expect(reason).toMatch(/\w+ \w+/);
    }
  });
});

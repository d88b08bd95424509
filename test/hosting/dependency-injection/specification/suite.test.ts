import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notApplicable } from './not-applicable.js';

/** The tests of Microsoft.Extensions.DependencyInjection.Specification.Tests, numbered in the order of its files. */
const suiteSize = 117;

/** Titles begin `25 NameOfTheTest: `. */
function titlesIn(file: string): { number: number; name: string }[] {
  const source = readFileSync(join(__dirname, file), 'utf8');
  return [...source.matchAll(/['"](\d+) ([A-Z]\w+): /g)].map(([, number, name]) => ({ number: Number(number), name: name! }));
}

describe('the conformance suite of .NET', () => {
  const tested = readdirSync(__dirname)
    .filter(file => file.endsWith('.test.ts'))
    .flatMap(titlesIn);
  const all = [...tested, ...notApplicable].sort((one, other) => one.number - other.number);

  it('is covered: each of its tests stands here once, or with a reason among those that are not applicable', () => {
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: suiteSize }, (_, index) => index + 1));
    expect(new Set(all.map(({ name }) => name)).size).toBe(suiteSize);
  });
});

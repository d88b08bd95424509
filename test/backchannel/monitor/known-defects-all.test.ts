import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectNoLeaks } from '../../support/leak-check.js';

const folder = resolve('test');
const suites = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => /(^|[/\\])known-defects[\w-]*\.test\.ts$/.test(name));

/** The numbers with which titles of tests begin. */
function numbersIn(suite: string): readonly number[] {
  const text = readFileSync(join(folder, suite), 'utf8');
  return [...text.matchAll(/(?:[([]|^\s+)'(\d+): \w/gm)].map(([, number]) => Number(number));
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_item, index) => from + index);

describe('known defects of the original', () => {
  expectNoLeaks();

  it('have a test each, by their number in backchannel.md, as far as they are about discovering, connecting, reading and showing', () => {
    const tested = new Set(suites.flatMap(numbersIn));
    const missing = [...range(1, 29), ...range(38, 40), ...range(54, 61)].filter(number => !tested.has(number));
    expect({ suites: suites.length > 1, missing }).toEqual({ suites: true, missing: [] });
  });
});

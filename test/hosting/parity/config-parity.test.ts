import { readFileSync } from 'node:fs';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type ConfigRecording, replayConfig } from '../../support/parity/config-parity.js';

const { sections } = JSON.parse(readFileSync('test/fixtures/parity/config.json', 'utf8')) as ConfigRecording;

/** Why a vector may be skipped, by section, and how many are. */
const skips: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  binder: { 'null in a list of numbers is 0, as it is everywhere else': 1 },
  consoleFormatter: { 'numbers read as in JavaScript': 12, 'a scope of values has a text of its own, not the name of a .NET type': 4 },
  messageTemplate: { 'numbers read as in JavaScript': 2 },
};

describe.each(Object.entries(sections))('%s does what was recorded of .NET', (section, vectors) => {
  expectNoLeaks();

  // One test each twenty vectors: thousands of titles would tell nobody anything, and a difference names its vector.
  const blocks = Array.from({ length: Math.ceil(vectors.length / 20) }, (_, block) => block * 20);

  const skipped: Record<string, number> = {};

  it.each(blocks)('from vector %i on', async first => {
    const differences: string[] = [];
    for (const [offset, vector] of vectors.slice(first, first + 20).entries()) {
      const verdict = await replayConfig(section, vector);
      if (verdict.skipped !== undefined) skipped[verdict.skipped] = (skipped[verdict.skipped] ?? 0) + 1;
      differences.push(...verdict.differences.map(difference => `${first + offset}: ${JSON.stringify(vector.in)}: ${difference}`));
    }
    expect(differences).toEqual([]);
  });

  it('but for what JavaScript reads otherwise', () => {
    expect(skipped).toEqual(skips[section] ?? {});
  });
});

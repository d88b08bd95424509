import { readFileSync } from 'node:fs';
import { expectNoLeaks } from '../../support/leak-check.js';
import { type ConfigRecording, replayConfig } from '../../support/parity/config-parity.js';

const { sections } = JSON.parse(readFileSync('test/fixtures/parity/config.json', 'utf8')) as ConfigRecording;

describe.each(Object.entries(sections))('%s does what was recorded of .NET', (section, vectors) => {
  expectNoLeaks();

  // One test each twenty vectors: thousands of titles would tell nobody anything, and a difference names its vector.
  const blocks = Array.from({ length: Math.ceil(vectors.length / 20) }, (_, block) => block * 20);

  it.each(blocks)('from vector %i on', async first => {
    const differences: string[] = [];
    for (const [offset, vector] of vectors.slice(first, first + 20).entries()) {
      const verdict = await replayConfig(section, vector);
      differences.push(...verdict.differences.map(difference => `${first + offset}: ${JSON.stringify(vector.in)}: ${difference}`));
    }
    expect(differences).toEqual([]);
  });
});

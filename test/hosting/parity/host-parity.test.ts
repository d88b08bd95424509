import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replay, type Scenario, type ServiceManners } from '../../support/parity/host-parity.js';
import { departures, type Golden } from '../../support/parity/host-parity-golden.js';
import { expectNoLeaks } from '../../support/leak-check.js';

interface Recording {
  readonly scenario: Scenario;
  readonly golden: Golden;
}

const recordings: readonly Recording[] = JSON.parse(readFileSync(join(__dirname, '../../fixtures/parity/host.seed1.json'), 'utf8'));

const parallel = 64;

const manners: Readonly<Record<string, ServiceManners>> = {
  'yield for a turn and reject': { hop: () => new Promise(resolve => setImmediate(resolve)), throwsSynchronously: false },
  'yield for up to 3 ms and throw': { hop: () => new Promise(resolve => setTimeout(resolve, Math.random() * 4)), throwsSynchronously: true },
};

describe.each(Object.entries(manners))('with services that %s, the host does what was recorded of .NET:', (_manner, services) => {
  expectNoLeaks();
  const found = new Map<string, readonly string[]>();

  beforeAll(async () => {
    // Most of their time is waiting, so they run side by side, but not so many that they hold up each other.
    for (let begin = 0; begin < recordings.length; begin += parallel) {
      const batch = recordings.slice(begin, begin + parallel);
      await Promise.all(batch.map(async ({ scenario, golden }) => found.set(scenario.name, departures(golden, await replay(scenario, services)))));
    }
  }, 60_000);

  it.each(recordings.map(({ scenario }) => scenario.name))('%s', name => {
    expect(found.get(name)).toEqual([]);
  });
});

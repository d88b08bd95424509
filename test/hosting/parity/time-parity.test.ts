import { readFileSync } from 'node:fs';
import { expectNoLeaks } from '../../support/leak-check.js';
import { replayTime } from '../../support/parity/time-parity.js';
import type { TimeRecording } from '../../support/parity/time-scenario.js';

const { scenarios } = JSON.parse(readFileSync('test/fixtures/parity/time.seed1.json', 'utf8')) as TimeRecording;

describe('the fake clock and the timed primitives do what was recorded of .NET', () => {
  expectNoLeaks();

  it.each(scenarios.map(scenario => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    expect((await replayTime(scenario)).differences).toEqual([]);
  });
});

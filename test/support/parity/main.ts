import { readFileSync } from 'node:fs';
import { type ConfigRecording, replayConfig } from './config-parity.js';
import { type Golden, departures } from './host-parity-golden.js';
import { replayDi } from './di-parity.js';
import type { DiRecording } from './di-scenario.js';
import { replay, type Scenario } from './host-parity.js';
import { replayTime, type Verdict } from './time-parity.js';
import type { TimeRecording } from './time-scenario.js';

// Taken before a scenario can put a fake in its place.
const { setImmediate } = globalThis;

/** One scenario of a recording, ready to be replayed. */
interface Replay {
  readonly name: string;
  run(): Promise<Verdict>;
}

/** A file that cannot be read, or holds no recording that is understood. */
class UnreadableRecordingError extends Error {}

/** The kinds of recordings, each recognised by what is in the file. */
const kinds: readonly { readonly name: string; recognizes(content: unknown): boolean; open(content: never): Replay[] }[] = [
  {
    name: 'time: { "format": "hostward-time/1", "scenarios": […] }',
    recognizes: content => isObject(content) && content.format === 'hostward-time/1' && Array.isArray(content.scenarios),
    open: ({ scenarios }: TimeRecording) => scenarios.map(scenario => ({ name: scenario.name, run: () => replayTime(scenario) })),
  },
  {
    name: 'container: { "format": "hostward-di/1", "scenarios": […] }',
    recognizes: content => isObject(content) && content.format === 'hostward-di/1' && Array.isArray(content.scenarios),
    open: ({ scenarios }: DiRecording) => scenarios.map(scenario => ({ name: scenario.name, run: () => replayDi(scenario) })),
  },
  {
    name: 'configuration, options, logging: { "format": "hostward-config/1", "sections": { … } }',
    recognizes: content => isObject(content) && content.format === 'hostward-config/1' && isObject(content.sections),
    open: ({ sections }: ConfigRecording) =>
      Object.entries(sections).flatMap(([section, vectors]) =>
        vectors.map((vector, index) => ({ name: `${section} ${index}: ${JSON.stringify(vector.in).slice(0, 200)}`, run: () => replayConfig(section, vector) })),
      ),
  },
  {
    name: 'host: [{ "scenario": …, "golden": … }]',
    recognizes: content =>
      Array.isArray(content) && content.length > 0 && content.every(entry => isObject(entry) && isObject(entry.scenario) && isObject(entry.golden)),
    open: (recordings: readonly { scenario: Scenario; golden: Golden }[]) =>
      recordings.map(({ scenario, golden }) => ({ name: scenario.name, run: () => replayHost(scenario, golden) })),
  },
];

/** Recordings are replayed so many at a time: most of their time is waiting. */
const parallel = 32;

async function main(files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new UnreadableRecordingError('Expected the names of recordings: npm run parity -- FILE...');
  const recordings = files.map(file => ({ file, replays: open(file) }));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { file, replays } of recordings) {
    for (let begin = 0; begin < replays.length; begin += parallel) {
      const verdicts = await Promise.all(replays.slice(begin, begin + parallel).map(async ({ name, run }) => ({ name, verdict: await run() })));
      for (const { name, verdict } of verdicts) {
        if (verdict.skipped !== undefined) console.log(`skipped ${file}: ${name}: ${verdict.skipped}`);
        for (const difference of verdict.differences) console.log(`${file}: ${name}: ${difference}`);
        counts[verdict.skipped !== undefined ? 'skipped' : verdict.differences.length > 0 ? 'failed' : 'passed']++;
      }
    }
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed > 0 ? 1 : 0;
}

function open(file: string): Replay[] {
  const content = read(file);
  const kind = kinds.find(({ recognizes }) => recognizes(content));
  if (!kind) throw new UnreadableRecordingError(`${file} is no recording of a known kind. Known are:\n${kinds.map(({ name }) => `  ${name}`).join('\n')}`);
  return kind.open(content as never);
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UnreadableRecordingError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

async function replayHost(scenario: Scenario, golden: Golden): Promise<Verdict> {
  const hop = () => new Promise<void>(resolve => setImmediate(resolve));
  return { differences: departures(golden, await replay(scenario, { hop, throwsSynchronously: false })) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UnreadableRecordingError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

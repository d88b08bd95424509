import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run, ScratchHome } from '../support/programs.js';

type Json = Record<string, unknown>;

const script = resolve('scripts/parity.mjs');
const timeRecording = JSON.parse(readFileSync('test/fixtures/parity/time.seed1.json', 'utf8')) as {
  scenarios: { name: string; trace: { t: number; sync: Json[]; pending: number }[] }[];
};
const hostRecording = JSON.parse(readFileSync('test/fixtures/parity/host.seed1.json', 'utf8')) as {
  scenario: { name: string };
  golden: { lanes: Record<string, unknown[]> };
}[];
const timeScenario = () => structuredClone(timeRecording.scenarios.find(({ name }) => name.startsWith('S6b'))!);
const hostScenario = () => structuredClone(hostRecording[0]!);
const ofTime = (...scenarios: unknown[]) => ({ format: 'hostward-time/1', scenarios });

/** Replays what is given, each as a file, in order. */
async function parity(...contents: (object | string)[]) {
  await using home = await ScratchHome.create();
  const files = contents.map((content, index) => {
    const file = join(home.path, `${index}.json`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  });
  const { exitCode, stdout, stderr } = await run(process.execPath, [script, ...files], { home: home.path, cwd: process.cwd() });
  const lines = stdout.trim().split('\n');
  return {
    exitCode,
    stderr: stderr.replaceAll(home.path, ''),
    summary: lines.at(-1),
    differences: lines.slice(0, -1).map(line => line.replaceAll(`${home.path}/`, '')),
  };
}

describe('npm run parity', () => {
  jest.setTimeout(60_000);

  it('replays any number of files, each of its own kind', async () => {
    expect(await parity(ofTime(timeScenario()), [hostScenario()])).toEqual({
      exitCode: 0,
      stderr: '',
      summary: '2 passed, 0 failed, 0 skipped',
      differences: [],
    });
  });

  it.each([
    ['a result', (scenario: ReturnType<typeof timeScenario>) => (scenario.trace.at(-1)!.sync[0]!.n = 99)],
    ['the clock', (scenario: ReturnType<typeof timeScenario>) => scenario.trace.at(-1)!.t++],
    ['the number of timers', (scenario: ReturnType<typeof timeScenario>) => scenario.trace.at(-1)!.pending++],
    ['an event too many', (scenario: ReturnType<typeof timeScenario>) => scenario.trace.at(-1)!.sync.push({ e: 'fire', id: 'A', n: 5, t: 110_000 })],
  ])('finds %s changed in a recording of the clock, and says where', async (_what, change) => {
    const scenario = timeScenario();
    change(scenario);
    const { exitCode, summary, differences } = await parity(ofTime(scenario));
    expect([exitCode, summary, differences.length]).toEqual([1, '0 passed, 1 failed, 0 skipped', 1]);
    expect(differences[0]).toMatch(/^0\.json: S6b.*: step \d+ \(advance\), (events|clock|pending timers): expected .*, found /);
  });

  it('finds a changed entry in a recording of the host', async () => {
    const recording = hostScenario();
    recording.golden.lanes.main![0] = 'start>>';
    const { exitCode, summary, differences } = await parity([recording]);
    expect([exitCode, summary]).toEqual([1, '0 passed, 1 failed, 0 skipped']);
    expect(differences[0]).toContain(`0.json: ${recording.scenario.name}: `);
  });

  it.each([
    ['is no JSON', '{', /^\/0\.json cannot be read: /],
    ['is no recording', '{"a":1}', /^\/0\.json is no recording of a known kind\. Known are:\n {2}time: /],
  ])('ends with 2 for a file that %s', async (_what, content, message) => {
    expect(await parity(content)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) as unknown });
  });
});

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
interface DiScenario {
  name: string;
  tags?: string[];
  script: Json[];
  golden: { registrations: Json[]; descriptors: Json[]; steps: (Json & { error: Json & { path: string[]; inner: Json[] }; events: unknown[][] })[] };
}
const diRecording = JSON.parse(readFileSync('test/fixtures/parity/di.seed1.json', 'utf8')) as { scenarios: DiScenario[] };
const diScenario = (name: string) => structuredClone(diRecording.scenarios.find(scenario => scenario.name === name)!);
const ofContainer = (...scenarios: unknown[]) => ({ format: 'hostward-di/1', scenarios });
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
    expect(await parity(ofTime(timeScenario()), [hostScenario()], ofContainer(diScenario('diamond of singletons')))).toEqual({
      exitCode: 0,
      stderr: '',
      summary: '3 passed, 0 failed, 0 skipped',
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

  describe('of a recording of the container in which one value was changed', () => {
    const swap = (list: unknown[]) => list.splice(0, 2, list[1], list[0]);
    const changes: [what: string, scenario: string, where: string, change: (golden: DiScenario['golden']) => unknown][] = [
      ['a label', 'diamond of singletons', 'step 3 (get)', ({ steps }) => (steps[2]!.value = 'D1#2')],
      ['a value that is null', 'diamond of singletons', 'step 3 (get)', ({ steps }) => (steps[2]!.value = null)],
      ['an argument', 'diamond of singletons', 'step 2 (get)', ({ steps }) => (steps[1]!.events[3]![2] = ['C1#1', 'B1#1'])],
      ['the order of events', 'diamond of singletons', 'step 2 (get)', ({ steps }) => swap(steps[1]!.events)],
      ['an event too many', 'diamond of singletons', 'step 3 (get)', ({ steps }) => (steps[2]!.events = [['construct', 'D1#2', []]])],
      ['an event too few', 'diamond of singletons', 'step 2 (get)', ({ steps }) => steps[1]!.events.pop()],
      ['the way of a disposal', 'dispose: several failures', 'step 7 (dispose)', ({ steps }) => (steps[6]!.events[0]![2] = 'async')],
      ['the order of disposals', 'dispose: several failures', 'step 12 (dispose)', ({ steps }) => swap(steps[11]!.events)],
      ['the order of several errors', 'dispose: several failures', 'step 12 (dispose)', ({ steps }) => swap(steps[11]!.error.inner)],
      ['the message of an error of its own', 'dispose: several failures', 'step 7 (dispose)', ({ steps }) => (steps[6]!.error.inner[1]!.message = 'bad C')],
      ['the key that a factory is given', 'keyed: any-key factory gets the requested key', 'step 5 (get)', ({ steps }) => (steps[4]!.events[0]![2] = 'x')],
      ['the kind of an error', 'circular: three and one that leads to it', 'step 2 (get)', ({ steps }) => (steps[1]!.error.kind = 'notRegistered')],
      ['a fact of an error', 'scopes: singleton needing scoped', 'step 2 (get)', ({ steps }) => (steps[1]!.error.scoped = 'A')],
      ['a fact that is missing', 'scopes: singleton needing scoped', 'step 2 (get)', ({ steps }) => delete steps[1]!.error.singleton],
      ['an entry of a path', 'circular: three and one that leads to it', 'step 2 (get)', ({ steps }) => (steps[1]!.error.path[2] = 'B')],
      ['the beginning of a path', 'circular: three and one that leads to it', 'step 3 (get)', ({ steps }) => steps[2]!.error.path.unshift('D(D1)')],
      ['an error where there is none', 'diamond of singletons', 'step 3 (get)', ({ steps }) => (steps[2] = { error: { kind: 'disposed' } } as never)],
      ['no error where there is one', 'scopes: singleton needing scoped', 'step 2 (get)', ({ steps }) => (steps[1] = { value: 'A1#1' } as never)],
      [
        'a fact of an error in another',
        'build: every registration is checked, also overridden ones',
        'step 1 (build)',
        ({ steps }) => ((steps[0]!.error.inner[0] as { inner: Json[] }).inner[0]!.service = 'Y'),
      ],
      [
        'the number of errors in another',
        'build: every registration is checked, also overridden ones',
        'step 1 (build)',
        ({ steps }) => steps[0]!.error.inner.push(steps[0]!.error.inner[0]!),
      ],
      [
        'a step that is not skipped',
        'build: every registration is checked, also overridden ones',
        'step 2 (get)',
        ({ steps }) => (steps[1] = { value: null } as never),
      ],
      ['the class of a descriptor', 'tryAdd', 'descriptors', ({ descriptors }) => (descriptors[1]!.impl = 'A1')],
      ['the key of a descriptor', 'tryAdd', 'descriptors', ({ descriptors }) => (descriptors[2]!.key = 'any')],
      ['the lifetime of a descriptor', 'tryAdd', 'descriptors', ({ descriptors }) => (descriptors[0]!.lifetime = 'scoped')],
      ['a descriptor too few', 'tryAdd', 'descriptors', ({ descriptors }) => descriptors.pop()],
      ['a count', 'tryAdd', 'registration 2 (tryAdd)', ({ registrations }) => (registrations[1]!.count = 2)],
      ['an event of a registration', 'tryAdd', 'registration 5 (tryAdd)', ({ registrations }) => delete registrations[4]!.events],
      ['the error of a registration', 'read-only collection', 'registration 3 (add)', ({ registrations }) => (registrations[2] = { count: 2 })],
      ['no error of a registration', 'read-only collection', 'registration 4 (tryAdd)', ({ registrations }) => (registrations[3] = registrations[2]!)],
    ];
    let found: Awaited<ReturnType<typeof parity>>;

    beforeAll(async () => {
      found = await parity(
        ...changes.map(([, name, , change]) => {
          const scenario = diScenario(name);
          change(scenario.golden);
          return ofContainer(scenario);
        }),
      );
    }, 60_000);

    it.each(changes.map(([what, scenario, where], index) => [what, scenario, where, index] as const))(
      'finds %s, and says where',
      (_what, scenario, where, index) => {
        const own = found.differences.filter(line => line.startsWith(`${index}.json: `));
        expect(own.map(line => line.replace(/: expected .*, found .*/, ''))).toEqual([`${index}.json: ${scenario}: ${where}`]);
      },
    );

    it('fails each of them', () => {
      expect([found.exitCode, found.summary, found.stderr]).toEqual([1, `0 passed, ${changes.length} failed, 0 skipped`, '']);
    });
  });

  it('does not compare what only .NET has in a recording of the container', async () => {
    const scenario = diScenario('circular: three and one that leads to it');
    Object.assign(scenario.golden.steps[1]!.error, { type: 'StackOverflowException', message: 'otherwise' });
    expect(await parity(ofContainer(scenario))).toMatchObject({ exitCode: 0, summary: '1 passed, 0 failed, 0 skipped' });
  });

  it('says what it skips, and why, and fails nothing for it', async () => {
    const overloads = diScenario('longest satisfiable constructor');
    overloads.golden.steps[1]!.value = 'changed';
    expect(await parity(ofContainer(overloads, diScenario('factory that returns null'), diScenario('tryAdd')))).toEqual({
      exitCode: 0,
      stderr: '',
      summary: '1 passed, 0 failed, 2 skipped',
      differences: [
        'skipped 0.json: longest satisfiable constructor: a class has one constructor',
        'skipped 0.json: factory that returns null: a factory that returns null is remembered like any other',
      ],
    });
  });

  it.each([
    ['is no JSON', '{', /^\/0\.json cannot be read: /],
    [
      'is no recording',
      '{"a":1}',
      /^\/0\.json is no recording of a known kind\. Known are:\n {2}time: .*\n {2}container: .*\n {2}configuration, options, logging: .*\n {2}host: /,
    ],
    ['is of another format of the container', '{"format":"hostward-di/2","scenarios":[]}', /^\/0\.json is no recording of a known kind\./],
  ])('ends with 2 for a file that %s', async (_what, content, message) => {
    expect(await parity(content)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) as unknown });
  });
});

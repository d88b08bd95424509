import { readFileSync } from 'node:fs';
import { expectNoLeaks } from '../../support/leak-check.js';
import { replayDi } from '../../support/parity/di-parity.js';
import type { DiRecording, DiScenario } from '../../support/parity/di-scenario.js';

const { scenarios } = JSON.parse(readFileSync('test/fixtures/parity/di.seed1.json', 'utf8')) as DiRecording;

/** What JavaScript has no means for, by tag: a class has one constructor, and nothing keeps a program from calling that of an abstract class. */
const impossible: readonly string[] = ['overloads', 'abstract'];

/** Where hostward does otherwise on purpose, by the reason that the replay gives. */
const different: Readonly<Record<string, readonly string[]>> = {
  'an instance hides no scoped registration': [
    'scopes: instance before a scoped registration hides it in the list',
    'scopes: missing optional keyed parameter shares its slot with the unkeyed service',
  ],
  'a factory that returns null is remembered like any other': ['factory that returns null'],
};

/** Has the same shape, but another value. */
function otherThan(value: unknown): unknown {
  if (Array.isArray(value)) return ['another'];
  if (typeof value === 'object' && value !== null) return { another: true };
  return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}, another`;
}

/** The way to each value that holds no others. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return members.length === 0 ? [path] : members.flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

/** Whether a value is one of .NET's alone: `di.md` says which. */
function isOfDotNetAlone(golden: unknown, path: readonly string[]): boolean {
  const name = path.at(-1)!;
  if (!path.includes('error')) return false;
  const owner = path.slice(0, -1).reduce((value, member) => (value as Record<string, unknown>)[member], golden) as { kind?: string };
  return name === 'type' || name === 'keyType' || (name === 'message' && owner.kind !== 'thrown');
}

const isImpossible = ({ tags = [] }: DiScenario) => tags.some(tag => impossible.includes(tag));
const isDifferent = ({ name }: DiScenario) => Object.values(different).flat().includes(name);
const skippedByTag = (tag: string) => scenarios.filter(({ tags }) => tags?.find(each => impossible.includes(each)) === tag);

describe('the container does what was recorded of .NET', () => {
  expectNoLeaks();

  it.each(scenarios.filter(scenario => !isImpossible(scenario) && !isDifferent(scenario)).map(scenario => [scenario.name, scenario] as const))(
    '%s',
    async (_name, scenario) => {
      expect(await replayDi(scenario)).toEqual({ differences: [] });
    },
  );

  it('by a comparison that sees every value of a recording but those of .NET alone', async () => {
    const unseen: string[] = [];
    for (const scenario of scenarios.filter(({ name, tags }) => !tags && !name.startsWith('random'))) {
      for (const path of leavesOf(scenario.golden)) {
        const changed = structuredClone(scenario);
        const owner = path.slice(0, -1).reduce((value, member) => value[member] as Record<string, unknown>, changed.golden as Record<string, unknown>);
        owner[path.at(-1)!] = otherThan(owner[path.at(-1)!]);
        // A list of registrations that is empty has nothing to compare.
        const isSeen = (await replayDi(changed)).differences.length > 0 || (path.length === 1 && path[0] === 'registrations');
        if (isSeen === isOfDotNetAlone(scenario.golden, path)) unseen.push(`${scenario.name}: ${path.join('.')}`);
      }
    }
    expect(unseen).toEqual([]);
  }, 60_000);

  describe.each(impossible)('but for what it has no means for: %s', tag => {
    it.skip.each(skippedByTag(tag).map(({ name }) => name))('%s', () => undefined);
  });

  describe.each(Object.entries(different))('but for where it does otherwise on purpose: %s', (_reason, names) => {
    it.skip.each(names)('%s', () => undefined);
  });

  it('in all scenarios but those, with the reason', async () => {
    const skipped = new Map<string, string[]>();
    for (const scenario of scenarios) {
      const { skipped: reason } = await replayDi(scenario);
      if (reason !== undefined) skipped.set(reason, [...(skipped.get(reason) ?? []), scenario.name]);
    }
    expect(Object.fromEntries(skipped)).toEqual({
      'a class has one constructor': skippedByTag('overloads').map(({ name }) => name),
      'an abstract class is a class like any other when the program runs': skippedByTag('abstract').map(({ name }) => name),
      ...different,
    });
    expect([scenarios.length, skippedByTag('overloads').length, skippedByTag('abstract').length]).toEqual([347, 58, 2]);
  });
});

import fc from 'fast-check';
import type { ArgumentDefinitions } from '../../../../src/backchannel/apphost/commands/argument-definition.js';
import type { CommandContext } from '../../../../src/backchannel/apphost/commands/resource-command-definition.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { FakeResource } from '../fake-resource.js';
import { CommandScene } from './command-scene.js';

expectNoLeaks();

const declared = {
  text: { type: 'text', required: true, maxLength: 5 },
  secret: { type: 'secret' },
  count: { type: 'number', default: 3 },
  force: { type: 'boolean' },
  color: { type: 'choice', options: ['r', 'g'] },
  own: { type: 'choice', options: ['r'], allowCustomChoice: true },
  loaded: { type: 'choice', dependsOn: ['color'], load: ({ values }) => ({ options: [`${values['color']}1`], disabled: values['color'] === 'g' }) },
  locked: { type: 'text', disabled: true },
} as const satisfies ArgumentDefinitions;

const name = fc.oneof(fc.constantFrom(...Object.keys(declared), 'TEXT', 'Count', '__proto__', 'constructor', 'toString', ''), fc.string());

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, -0, 1e300, 2 ** 53, '', ' ', 'r', 'g', ' r ', 'r1', 'true', 'FALSE', '1e3', 'NaN', '\0', '\ufeff5', 'x'.repeat(9)),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What often fits. */
const plausible = {
  text: fc.constantFrom('abc', ' x ', 5, true),
  secret: fc.constantFrom('', ' s ', null),
  count: fc.constantFrom(5, '1e3', ' -1 ', '', 'NaN'),
  force: fc.constantFrom(true, 'FALSE', 'yes'),
  color: fc.constantFrom('r', 'g', 'R'),
  own: fc.constantFrom('r', 'mine'),
  loaded: fc.constantFrom('r1', 'g1'),
};

/** Mostly what could be meant, sometimes any JSON. */
const submitted = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(name, scalar, { maxKeys: 8 }) },
  { weight: 3, arbitrary: fc.array(scalar, { maxLength: 9 }) },
  { weight: 4, arbitrary: fc.record(plausible, { requiredKeys: ['text'] }) },
  { weight: 2, arbitrary: fc.jsonValue() },
);

const refusals = /^(Unknown arguments? |Arguments? .* (is|are) disabled|Command 'go' accepts 8 argument\(s\)|Command argument validation failed\.$)/;

describe('random arguments', () => {
  it('never crash or hang a request, and never reach the command unless they fit what is declared', async () => {
    using scene = new CommandScene();
    const seen: Record<string, unknown>[] = [];
    const commands = [{ name: 'go', arguments: declared, execute: ({ arguments: values }: CommandContext) => void seen.push(values) }];
    const resource = new FakeResource('web', {}, { commands });
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(submitted, fc.boolean(), async (json, validateOnly) => {
        seen.length = 0;
        const request = { arguments: json, validateOnly, returnArgumentInputs: true };
        const answer = await scene.execute(resource, 'go', request).catch((error: unknown) => error as Error);
        if (answer instanceof Error) {
          expect(answer).toMatchObject({ code: 'ERR_INVALID_OPERATION', message: expect.stringMatching(/^Resource command argument/) });
          expect(seen).toEqual([]);
          return;
        }
        if (!answer.success) expect(answer.message).toMatch(refusals);
        expect(seen).toHaveLength(answer.success && !validateOnly ? 1 : 0);
        for (const values of seen) expectToFit(values);
        ran += seen.length;
        // It can be sent, and read.
        expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
      }),
      { numRuns: 600 },
    );
    // The arguments are not so random that none of them ever fits.
    expect(ran).toBeGreaterThan(3);
  });
});

function expectToFit(values: Record<string, unknown>): void {
  expect(Object.keys(values)).toEqual(Object.keys(declared));
  const { text, secret, count, force, color, own, loaded, locked } = values;
  expect(text).toEqual(expect.stringMatching(/^[^]{1,5}$/));
  expect(['string', 'undefined']).toContain(typeof secret);
  expect(Number.isFinite(count)).toBe(true);
  expect(['boolean', 'undefined']).toContain(typeof force);
  expect([undefined, 'r', 'g']).toContain(color);
  expect(own === undefined || (typeof own === 'string' && own !== '')).toBe(true);
  expect([undefined, ...(color === 'r' ? ['r1'] : [])]).toContain(loaded);
  expect(locked).toBeUndefined();
}

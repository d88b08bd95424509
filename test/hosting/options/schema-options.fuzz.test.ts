import fc from 'fast-check';
import * as v from 'valibot';
import { z } from 'zod';
import { optionsOf, OptionsValidationError, type StandardSchema } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';
import { valueOf } from './support.js';

expectNoLeaks();

const inner = z.object({ a: z.number().optional(), b: z.union([z.boolean(), z.string().min(2)]).optional() });
const schemas: readonly StandardSchema<unknown, object>[] = [
  z.object({ a: z.number(), b: z.array(z.union([inner, z.number()])), c: z.record(z.string(), z.boolean()).default({}), d: z.date().nullable(), e: z.any() }),
  z.strictObject({ a: z.bigint().optional(), b: z.tuple([z.string(), inner]).optional(), c: inner.default({}) }),
  v.object({ a: v.optional(v.number(), 1), b: v.array(v.union([v.boolean(), v.number()])), c: v.record(v.string(), v.number()), d: v.optional(v.date()) }),
];

const segment = fc.constantFrom('a', 'A', 'b', 'B', 'c', 'd', 'e', '0', '1', '2', '10', '__proto__', 'constructor', '');
const key = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => ['X', ...parts].join(':'));
const text = fc.oneof(
  fc.constantFrom('', 'true', 'FALSE', '1', ' 2 ', '-3.5', '1e400', '9007199254740993', '2026-11-23', 'x', 'ab'),
  fc.string(),
  fc.constant(null),
);
const config = fc.uniqueArray(fc.tuple(key, text), { maxLength: 12, selector: ([name]) => name.toLowerCase() });

describe('any configuration', () => {
  it('gives options, the same ones each time, or says what is wrong with them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.boolean(), config, (schema, errorOnUnknownConfiguration, entries) => {
        const outcomes = [0, 1].map(() => {
          try {
            return valueOf(optionsOf('X', schema, { errorOnUnknownConfiguration }), Object.fromEntries(entries));
          } catch (error) {
            if (!(error instanceof OptionsValidationError)) throw error;
            expect(error.failures.length).toBeGreaterThan(0);
            return error.failures;
          }
        });
        expect(outcomes[0]).toEqual(outcomes[1]);
        // No object that only stands for another one leaves the options.
        expect(() => structuredClone(outcomes[0])).not.toThrow();
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives back every number that a text says exactly', () => {
    const schema = z.object({ n: z.number() });
    const numbers = fc.oneof(
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter(n => !Number.isInteger(n) || Number.isSafeInteger(n)),
    );
    fc.assert(fc.property(numbers, n => valueOf(optionsOf('X', schema), { 'X:n': String(n) }).n === n || Object.is(n, -0)));
  });
});

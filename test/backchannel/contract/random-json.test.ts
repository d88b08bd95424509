import fc from 'fast-check';
import { ContractError } from '../../../src/backchannel/contract/index.js';
import { allRecordedAnswers, toPascalCase } from './recordings.js';
import { answerReaders, requestReaders } from './readers.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

type Reader = (value: unknown) => unknown;

const secret = 'S3CRET';

/** Any JSON. Its texts have a mark, so that an error that quotes one is seen; it has names that look like a prototype. */
const anyJson = fc.letrec<{ json: unknown }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, -1, 0.5, 2 ** 31, 2 ** 53, 1e300, secret, '', `${secret}\u0000\u001b[2J`),
    fc.integer(),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('name', 'Name', '__proto__', 'constructor', 'toString', 'urls', 'properties', ''), fc.string()), tie('json'), {
      maxKeys: 5,
    }),
  ),
})).json;

/** Returns what `read` makes of it, or the error by which it refuses it; fails the test when it refuses it in any other way. */
function readOrRefuse(read: Reader, value: unknown): unknown {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const { code, member, expected, found, message } = error;
    expect(code).toBe('ERR_CONTRACT');
    expect(member).toMatch(/^[A-Z][A-Za-z]+(\.\w+|\[\d+\]|\["[^\p{C}]*"\])*$/u);
    expect([expected, found]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    expect(message).toBe(`'${member}' is not as the contract has it: expected ${expected}, found ${found}.`);
    expect(`${expected} ${found}`).not.toContain(secret);
    return error;
  }
}

/** The value with another in place of one of its parts, the one to which `turns` lead. */
function mutate(value: unknown, turns: readonly number[], replacement: unknown): unknown {
  const [turn, ...rest] = turns;
  if (turn === undefined || typeof value !== 'object' || value === null) return replacement;
  if (Array.isArray(value)) {
    const at = turn % Math.max(1, value.length);
    return value.length === 0 ? [replacement] : value.map((item, index) => (index === at ? mutate(item, rest, replacement) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return { [secret]: replacement };
  const at = turn % entries.length;
  return Object.fromEntries(entries.map(([name, member], index) => [name, index === at ? mutate(member, rest, replacement) : member]));
}

const readers: readonly [name: string, read: Reader][] = [
  ...Object.entries(answerReaders).map(([method, read]): [string, Reader] => [`the answer of ${method}`, read]),
  ...Object.entries(requestReaders).map(([method, read]): [string, Reader] => [`the request of ${method}`, read]),
];

describe.each(readers)('reading %s', (_name, read) => {
  it('ends with a value or with an error that says what and where, whatever JSON comes', () => {
    fc.assert(fc.property(anyJson, json => void readOrRefuse(read, json)));
  });
});

describe.each(Object.entries(answerReaders))('a recorded answer of %s', (method, read) => {
  const recorded = allRecordedAnswers(method);

  it('is read, in Pascal case to the same, with unknown members too, and read again to the same', () => {
    for (const answer of recorded) {
      const value = read(answer);
      expect(read(isToolResult(method) ? answer : toPascalCase(answer))).toEqual(value);
      if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) expect(read({ ...answer, laterMember: { a: [1] } })).toEqual(value);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }
  });

  it('is read or refused, not worse, with any part of it replaced', () => {
    const turns = fc.array(fc.nat(50), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...recorded), turns, anyJson, (answer, path, replacement) => void readOrRefuse(read, mutate(answer, path, replacement))),
      { numRuns: 300 },
    );
  });

  it('exists', () => {
    expect(recorded.length).toBeGreaterThan(0);
  });
});

/** MCP objects travel within the answers as they are, never in Pascal case. */
function isToolResult(method: string): boolean {
  return method === 'CallResourceMcpToolAsync' || method.startsWith('GetResource') || method.startsWith('WatchResource');
}

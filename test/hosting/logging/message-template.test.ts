import fc from 'fast-check';
import { FormatError, formatMessage, MessageTemplate, templateValues } from 'hostward';
import { MessageTemplates } from '../../../src/hosting/logging/message-templates.js';
import { SecretRedactor } from '../../../src/hosting/logging/secret-redactor.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

class Money {
  constructor(readonly cents: number) {}
  toString(): string {
    return `${this.cents / 100} €`;
  }
}

const cyclic: Record<string, unknown> = { name: 'a' };
cyclic.self = cyclic;

describe('a message template', () => {
  it.each<[string, unknown[], string]>([
    ['nothing to fill', [], 'nothing to fill'],
    ['beat {Beat}', [3], 'beat 3'],
    ['{A} and {B}', ['x', 'y'], 'x and y'],
    ['{B} before {A}', ['first', 'second'], 'first before second'],
    ['{Same} {Same}', [1, 2], '1 2'],
    ['{Missing}', [], '{Missing}'],
    ['too {Many}', [1, 2], 'too 1'],
    ['{{literal}} {A}', [1], '{literal} 1'],
    ['{{}} without arguments', [], '{{}} without arguments'],
    ['{{}} without placeholders', [1], '{{}} without placeholders'],
    ['{{{A}}}', [1], '{1}'],
    ['{Number:000.0} {Name,-5}|{Name,5}|', [1.5, 'x', 'y'], '001.5 x    |    y|'],
    ['{A,5:D3}', [7], '  007'],
    ['{ }{}', ['x', 'y'], 'xy'],
    ['$& {A}', ['$&'], '$& $&'],
    ['{A}}}B}', [1], '1}B}'],
  ])('%p with %p reads %p', (template, args, text) => {
    expect(new MessageTemplate(template).render(args)).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['null', null, '(null)'],
    ['undefined', undefined, '(null)'],
    ['a list', [1, null, ['a', ['b']], true], '1, (null), [a, [b]], True'],
    ['a set', new Set(['a', 'b']), 'a, b'],
    ['bytes', new Uint8Array([1, 2]), '1, 2'],
    [
      'a map',
      new Map<string, unknown>([
        ['a', 1],
        ['b', null],
      ]),
      '[a, 1], [b, ]',
    ],
    ['a plain object', { a: 1 }, '{"a":1}'],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    ['an object that can tell itself', new Money(150), '1.5 €'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date(Number.NaN), 'Invalid Date'],
    ['an error', new Error('no'), 'Error: no'],
    ['a bigint', 10n, '10'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['false', false, 'False'],
    ['an object that refers to itself', cyclic, '[object Object]'],
    ['an object that no JSON can hold', { big: 1n }, '[object Object]'],
  ])('shows %s', (_what, value, text) => {
    expect(formatMessage('{Value}', [value])).toBe(text);
  });

  it('ends a very long list, also one of lists that are the same', () => {
    const wide = Array.from({ length: 200 }, () => 'x');
    const text = formatMessage('{Value}', [Array.from({ length: 200 }, () => wide)]);
    expect(text.endsWith('…')).toBe(true);
    expect(text.length).toBeLessThan(50_000);
  });

  it('names its values in the order of their appearance, one name as often as it occurs', () => {
    expect(templateValues('{{x}} {A:0} {B,5} {A}', [1, 'b', 2])).toStrictEqual([
      ['A', 1],
      ['B', 'b'],
      ['A', 2],
    ]);
  });

  it('takes any name for a value, also one that every object has', () => {
    expect(templateValues('{constructor} {__proto__}', ['a', 'b'])).toEqual([
      ['constructor', 'a'],
      ['__proto__', 'b'],
    ]);
  });
});

describe('a number or a date with a format', () => {
  it.each<[string, unknown, string]>([
    ['D3', -12, '-012'],
    ['D', 12n, '12'],
    ['X', 255, 'FF'],
    ['x4', 255, '00ff'],
    ['X', -1, 'FFFFFFFF'],
    ['X', -5_000_000_000, 'FFFFFFFED5FA0E00'],
    ['F2', 1234.5, '1234.50'],
    ['F1', 1.25, '1.2'],
    ['F1', 1.35, '1.4'],
    ['F0', -0.5, '-0'],
    ['N2', -1234567.891, '-1,234,567.89'],
    ['C', -1.5, '(¤1.50)'],
    ['P0', 0.255, '26 %'],
    ['E2', 12345.678, '1.23E+004'],
    ['e0', 2.5, '2e+000'],
    ['G3', 1234.5, '1.23E+03'],
    ['G', 1.5, '1.5'],
    ['R', 1e-7, '1E-07'],
    ['0.00', 3.14159, '3.14'],
    ['#.##', 0.5, '.5'],
    ['#,##0', 1234567, '1,234,567'],
    ['0,', 1_234_567, '1235'],
    ['0.0%', 0.1234, '12.3%'],
    ["0 'items'", 3, '3 items'],
    ['\\#0', 3, '#3'],
    ['0;(0);none', -3, '(3)'],
    ['0;(0);none', 0, 'none'],
    ['0;(0);none', 0.25, 'none'],
    ['##-##', 1234, '12-34'],
    ['F2', Number.NaN, 'NaN'],
    ['yyyy-MM-dd', new Date(Date.UTC(2026, 1, 3)), '2026-02-03'],
    ['HH:mm:ss.fff', new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 7)), '04:05:06.007'],
    ['yyyy', 'text', 'text'],
    ['F2', null, '(null)'],
  ])('with %p, %p reads %p', (format, value, text) => {
    expect(formatMessage(`{A:${format}}`, [value])).toBe(text);
  });

  it.each<[string, unknown]>([
    ['Z', 1],
    ['D', 1.5],
    ['X', 0.5],
    ['F100', 1],
    ['0.0E+0', 1],
  ])('%p of %p is refused where .NET fails, and left out in a log', (format, value) => {
    const template = new MessageTemplate(`{A:${format}}`);
    expect(() => template.format([value])).toThrow(FormatError);
    expect(template.render([value])).toBe(String(value));
  });
});

describe('a template that is wrong', () => {
  it.each<[string, unknown[], string]>([
    ['{', [1], '{'],
    ['}', [1], '}'],
    ['{A', [1], '{A'],
    ['} {A} {{ok}}', [1], '} 1 {ok}'],
    ['{A} {', [1], '1 {'],
    ['{A,x}|', ['x'], 'x|'],
    ['{A}}', [1], '1}'],
    ['{A,1000000}', [1], '1'],
  ])('%p fails where .NET fails, and is written as far as it goes in a log', (text, args, rendered) => {
    const template = new MessageTemplate(text);
    expect(() => template.format(args)).toThrow(expect.objectContaining({ code: 'ERR_FORMAT' }));
    expect(() => template.formatValues(args)).toThrow(FormatError);
    expect(template.render(args)).toBe(rendered);
  });

  it('is one with too few values, too: the placeholders that are left over stay', () => {
    const template = new MessageTemplate('{A} {B,5}');
    expect(() => template.format(['one'])).toThrow("The message template '{A} {B,5}' needs 2 values, but there are 1.");
    expect(() => template.formatValues(['one'])).toThrow(FormatError);
    expect([template.render(['one']), template.valuesOf(['one'])]).toEqual(['one {B,5}', [['A', 'one']]]);
  });
});

describe('a value that cannot be shown', () => {
  const list: unknown[] = [1];
  list.push(list);
  const failing = () => {
    throw new Error('no text');
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each<[string, unknown, string]>([
    ['a list that contains itself', list, '1, [object Array]'],
    ['an object whose toString throws', { toString: failing }, '[object Object]'],
    ['an object whose toString is no method', { toString: 1, valueOf: 1 }, '[object Object]'],
    ['an object whose toJSON throws', { toJSON: failing }, '[object Object]'],
    ['a proxy that was revoked', proxy, '[object]'],
    ['an object that says nothing', { toJSON: () => undefined }, '[object Object]'],
  ])('does not make logging fail: %s', (_what, value, text) => {
    expect(formatMessage('{Value}', [value])).toBe(text);
  });
});

describe('any template with any values', () => {
  const piece = fc.constantFrom('{', '}', '{{', '}}', '{A}', '{B,5}', '{C:F2}', '{A,-3:#,##0}', ',', ':', ' ', 'text', '{{{', '}}}');
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join('')),
  );
  const values = fc.array(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true, withTypedArray: true }), {
    maxLength: 5,
  });

  it('can be written, and reads as in .NET where .NET can write it', () => {
    fc.assert(
      fc.property(text, values, (text, values) => {
        const template = new MessageTemplate(text);
        const rendered = template.render(values);
        const named = template.valuesOf(values);
        expect(named.length).toBeLessThanOrEqual(values.length);
        let strict: string | undefined;
        try {
          strict = template.format(values);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
        if (strict !== undefined) expect(rendered).toBe(strict);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the templates of a factory', () => {
  it('are read once, and only so many are kept', () => {
    const templates = new MessageTemplates(new SecretRedactor());
    const first = templates.get('{A}');
    expect(templates.get('{A}')).toBe(first);
    for (let number = 0; number < 1_024; number++) templates.get(`{A} ${number}`);
    expect(templates.get('{A}')).not.toBe(first);
  });
});

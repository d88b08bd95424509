import { formatMessage, templateValues } from '../../../src/hosting/logging/message-template.js';
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
    ['{A} {B}', ['one'], 'one {B}'],
    ['too {Many}', [1, 2], 'too 1'],
    ['{{literal}} {A}', [1], '{literal} 1'],
    ['{{}} without arguments', [], '{} without arguments'],
    ['{{{A}}}', [1], '{1}'],
    ['{Number:000.0} {Name,-10}', [1.5, 'x'], '1.5 x'],
    ['{ }{}', ['x'], 'x{}'],
    ['$& {A}', ['$&'], '$& $&'],
  ])('%p with %p reads %p', (template, args, text) => {
    expect(formatMessage(template, args)).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['null', null, '(null)'],
    ['undefined', undefined, '(null)'],
    ['a list', [1, null, ['a', 'b']], '1, (null), a, b'],
    ['a plain object', { a: 1 }, '{"a":1}'],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    ['an object that can tell itself', new Money(150), '1.5 €'],
    ['a date', new Date(0), String(new Date(0))],
    ['an error', new Error('no'), 'Error: no'],
    ['a bigint', 10n, '10'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['false', false, 'false'],
    ['an object that refers to itself', cyclic, '[object Object]'],
    ['an object that no JSON can hold', { big: 1n }, '[object Object]'],
  ])('shows %s', (_what, value, text) => {
    expect(formatMessage('{Value}', [value])).toBe(text);
  });

  it('names its values in the order of their appearance', () => {
    expect({ ...templateValues('{{x}} {A:0} {B,5} {C}', [1, 'b']) }).toStrictEqual({ A: 1, B: 'b' });
  });

  it('takes any name for a value, also one that every object has', () => {
    const values = templateValues('{constructor} {__proto__}', ['a', 'b']);
    expect([values.constructor, values.__proto__, values.toString]).toEqual(['a', 'b', undefined]);
  });
});

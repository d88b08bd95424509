import vm from 'node:vm';
import { InvalidOperationError } from 'hostward';
import { errorText } from '../../../../src/hosting/logging/formatters/error-text.js';
import { expectNoLeaks } from '../../../support/leak-check.js';
import { errorOf } from '../../../support/log-entries.js';

expectNoLeaks();

const failing = () => {
  throw new Error('hostile');
};
const count = (text: string, part: string) => text.split(part).length - 1;

describe('the text of an error', () => {
  it('is its stack', () => {
    const error = new Error('no');
    expect(errorText(error)).toBe(error.stack);
  });

  it('has its causes below, side by side', () => {
    const error = errorOf('outer', { cause: errorOf('middle', { cause: errorOf('inner') }) });
    expect(errorText(error).split('\n')).toEqual([
      'Error: outer',
      '    at somewhere',
      '  Caused by: Error: middle',
      '      at somewhere',
      '  Caused by: Error: inner',
      '      at somewhere',
    ]);
  });

  it('has the parts of an aggregate, each with its own causes, and then the cause of the whole', () => {
    const parts = [errorOf('a', { cause: errorOf('why') }), errorOf('b')];
    const error = Object.assign(new AggregateError(parts, 'both', { cause: errorOf('reason') }), { stack: 'AggregateError: both' });
    expect(
      errorText(error)
        .split('\n')
        .filter(line => !line.includes('somewhere')),
    ).toEqual(['AggregateError: both', '  Part 1 of 2: Error: a', '    Caused by: Error: why', '  Part 2 of 2: Error: b', '  Caused by: Error: reason']);
  });

  it('has each error once: a cause that two parts share, and one that leads back', () => {
    const shared = errorOf('shared');
    const error = new AggregateError([errorOf('one', { cause: shared }), errorOf('two', { cause: shared }), shared], 'all');
    shared.cause = error;
    const text = errorText(error);
    expect(['AggregateError: all', 'Error: one', 'Error: two', 'Error: shared'].map(part => count(text, part))).toEqual([1, 1, 1, 1]);
  });

  it('has the messages of parts once where the aggregate repeats them', () => {
    const error = new AggregateError([errorOf('one $&'), errorOf('two')], 'One or more errors occurred. (one $&) (two)');
    const text = errorText(error);
    expect(text).toMatch(/^AggregateError: One or more errors occurred\.\n {4}at /);
    expect([count(text, 'one $&'), count(text, 'two')]).toEqual([1, 1]);
  });

  it('says the name of a class that has set it after the stack was taken', () => {
    expect(errorText(new InvalidOperationError('not now'))).toMatch(/^InvalidOperationError: not now\n {4}at /);
  });

  it('says the message that the error has now', () => {
    const error = new Error('before');
    error.message = 'after';
    expect(errorText(error)).toMatch(/^Error: after\n {4}at /);
  });

  it('is name and message where there is no stack', () => {
    expect([errorText(Object.assign(new TypeError('no'), { stack: undefined })), errorText(Object.assign(new Error(''), { stack: '' }))]).toEqual([
      'TypeError: no',
      'Error',
    ]);
  });

  it('shows causes that are no errors', () => {
    const causes = ['a text', 17, { code: 'E1', list: [1, 2] }, Symbol('s')];
    expect(causes.map(cause => errorText(errorOf('x', { cause })).split('Caused by: ')[1])).toEqual([
      'a text',
      '17',
      "{ code: 'E1', list: [ 1, 2 ] }",
      'Symbol(s)',
    ]);
  });

  it('is complete for errors of another realm', () => {
    expect(errorText(vm.runInNewContext('new Error("there", { cause: new TypeError("inner") })'))).toMatch(/^Error: there[^]*Caused by: TypeError: inner/);
  });

  it.each<[string, () => unknown]>([
    [
      'getters that throw',
      () => Object.defineProperties(new Error('x'), { stack: { get: failing }, message: { get: failing }, name: { get: failing }, cause: { get: failing } }),
    ],
    ['parts that cannot be listed', () => Object.assign(errorOf('x'), { errors: new Proxy([1], { get: failing }) })],
    ['a proxy that throws at everything', () => new Proxy(new Error('x'), { get: failing, getPrototypeOf: failing, has: failing, ownKeys: failing })],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
        revoke();
        return proxy;
      },
    ],
    ['a cause that cannot be shown', () => errorOf('x', { cause: { [Symbol.for('nodejs.util.inspect.custom')]: failing } })],
    ['a stack that is no text', () => Object.assign(new Error('x'), { stack: 17, message: {}, name: [] })],
  ])('survives %s', (_what, create) => {
    const error = create();
    expect(typeof errorText(error)).toBe('string');
    expect(errorText(error)).not.toBe('');
    expect(typeof errorText(errorOf('outer', { cause: error }))).toBe('string');
  });

  it('ends, however long the chain, deep the parts or many they are', () => {
    let chain = errorOf('end');
    for (let link = 0; link < 20_000; link++) chain = errorOf(`link ${link}`, { cause: chain });
    let nested: Error = errorOf('end');
    for (let depth = 0; depth < 5_000; depth++) nested = new AggregateError([nested], 'deep');
    const many = new AggregateError(
      Array.from({ length: 10_000 }, (_, index) => errorOf(`part ${index}`)),
      'many',
    );
    for (const error of [chain, nested, many]) expect(errorText(error).length).toBeLessThan(500_000);
    expect(errorText(chain)).toContain('(more errors are left out)');
    expect(errorText(nested)).toContain('(1 parts are left out)');
  });
});

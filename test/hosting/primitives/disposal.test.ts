import { disposeAll, disposeOne, isDisposable, onDispose, throwCollected } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const sync = (trace: string[], name: string, failure?: string): Disposable => ({
  [Symbol.dispose]() {
    trace.push(name);
    if (failure) throw new Error(failure);
  },
});

const async = (trace: string[], name: string, failure?: string): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    trace.push(`${name} begins`);
    await new Promise(resolve => setImmediate(resolve));
    trace.push(`${name} ends`);
    if (failure) throw new Error(failure);
  },
});

describe('isDisposable', () => {
  class Door implements Disposable {
    [Symbol.dispose](): void {}
  }

  it.each([
    ['an object with Symbol.dispose', sync([], ''), true],
    ['an object with Symbol.asyncDispose', async([], ''), true],
    ['an instance of a disposable class', new Door(), true],
    ['a function with Symbol.dispose', Object.assign(() => undefined, sync([], '')), true],
    ['a property that is no method', { [Symbol.dispose]: true }, false],
    ['a plain object', {}, false],
    ['null', null, false],
    ['undefined', undefined, false],
    ['a text', 'text', false],
  ])('of %s', (_what, value, expected) => {
    expect(isDisposable(value)).toBe(expected);
  });
});

describe('disposeOne', () => {
  it('prefers the asynchronous form and waits for it', async () => {
    const trace: string[] = [];
    await disposeOne({ ...sync(trace, 'sync'), ...async(trace, 'async') });
    expect(trace).toEqual(['async begins', 'async ends']);
  });

  it('takes the synchronous form when the asynchronous one is no method', async () => {
    const trace: string[] = [];
    await disposeOne({ ...sync(trace, 'sync'), [Symbol.asyncDispose]: undefined });
    expect(trace).toEqual(['sync']);
  });

  it('rejects with what the disposal throws', async () => {
    await expect(disposeOne(sync([], 'x', 'x failed'))).rejects.toThrow('x failed');
  });
});

describe('disposeAll', () => {
  it('disposes in the order of the list, one after the other', async () => {
    const trace: string[] = [];
    await disposeAll([async(trace, 'a'), sync(trace, 'b'), async(trace, 'c')]);
    expect(trace).toEqual(['a begins', 'a ends', 'b', 'c begins', 'c ends']);
  });

  it('lets nothing else run between objects that are disposed synchronously', async () => {
    const trace: string[] = [];
    const yielding = { [Symbol.dispose]: () => void Promise.resolve().then(() => trace.push('a reaction to a')) };
    await disposeAll([yielding, sync(trace, 'b'), sync(trace, 'c')]);
    expect(trace).toEqual(['b', 'c', 'a reaction to a']);
  });

  it('goes on after a failure and rejects with it as it is', async () => {
    const trace: string[] = [];
    const failure = disposeAll([sync(trace, 'a', 'a failed'), sync(trace, 'b')]);
    await expect(failure).rejects.toThrow(new Error('a failed'));
    expect(trace).toEqual(['a', 'b']);
  });

  it('reports several failures as an aggregate in the order of their occurrence', async () => {
    const failure = disposeAll([sync([], 'a', 'a failed'), async([], 'b', 'b failed'), sync([], 'c'), sync([], 'd', 'd failed')]);
    await expect(failure).rejects.toMatchObject({
      name: 'AggregateError',
      message: 'One or more objects failed to dispose.',
      errors: [new Error('a failed'), new Error('b failed'), new Error('d failed')],
    });
  });
});

describe('throwCollected', () => {
  it('throws nothing for no error', () => throwCollected([], 'Several failed.'));

  it('throws a single error as it is', () => {
    const only = new Error('only');
    expect(() => throwCollected([only], 'Several failed.')).toThrow(only);
  });

  it('throws several as an aggregate in their order', () => {
    const errors = [new Error('first'), new Error('second')];
    expect(() => throwCollected(errors, 'Several failed.')).toThrow(expect.objectContaining({ name: 'AggregateError', message: 'Several failed.', errors }));
  });
});

describe('onDispose', () => {
  it('runs once, however often it is disposed', () => {
    const release = jest.fn();
    const disposable = onDispose(release);
    expect(release).not.toHaveBeenCalled();
    disposable[Symbol.dispose]();
    disposable[Symbol.dispose]();
    expect(release).toHaveBeenCalledTimes(1);
  });
});

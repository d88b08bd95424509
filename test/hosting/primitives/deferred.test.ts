import { Deferred, markHandled } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('a deferred', () => {
  it('settles its promise from outside', async () => {
    const [good, bad] = [new Deferred<number>(), new Deferred<number>()];
    good.resolve(7);
    bad.reject('no');
    expect(await Promise.allSettled([good.promise, bad.promise])).toEqual([
      { status: 'fulfilled', value: 7 },
      { status: 'rejected', reason: 'no' },
    ]);
  });
});

describe('markHandled', () => {
  it('keeps a rejection from being reported as unhandled, and leaves it to be read', async () => {
    const reported = jest.fn();
    process.on('unhandledRejection', reported);
    try {
      const promise = Promise.reject(new Error('read later'));
      markHandled(promise);
      await new Promise(resolve => setImmediate(resolve));
      await expect(promise).rejects.toThrow('read later');
      expect(reported).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', reported);
    }
  });
});

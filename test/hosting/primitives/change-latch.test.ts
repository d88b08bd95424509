import { getEventListeners } from 'node:events';
import { ChangeLatch } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('a change latch', () => {
  it('lets its waiter go when something changes', async () => {
    const latch = new ChangeLatch();
    const passed = jest.fn();
    const wait = latch.wait().then(passed);
    await turn();
    expect(passed).not.toHaveBeenCalled();
    latch.set();
    await wait;
    expect(passed).toHaveBeenCalled();
  });

  it('counts changes that come while nobody waits as one', async () => {
    const latch = new ChangeLatch();
    latch.set();
    latch.set();
    await latch.wait();
    const second = jest.fn();
    const wait = latch.wait().then(second);
    await turn();
    expect(second).not.toHaveBeenCalled();
    latch.set();
    await wait;
  });

  it('counts changes that come between a wake-up and its observation as one', async () => {
    const latch = new ChangeLatch();
    const first = latch.wait();
    latch.set();
    latch.set();
    await first;
    const second = jest.fn();
    void latch.wait().then(second);
    await turn();
    expect(second).not.toHaveBeenCalled();
  });

  it('ends a wait through its signal, keeps no listener and works on', async () => {
    const latch = new ChangeLatch();
    const controller = new AbortController();
    const wait = latch.wait(controller.signal);
    controller.abort();
    await expect(wait).rejects.toMatchObject({ name: 'AbortError', signal: controller.signal });
    latch.set();
    await latch.wait();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('keeps no listener after a wait that a change ended', async () => {
    const latch = new ChangeLatch();
    const { signal } = new AbortController();
    const wait = latch.wait(signal);
    latch.set();
    await wait;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

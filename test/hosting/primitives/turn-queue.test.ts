import { getEventListeners } from 'node:events';
import { Deferred } from 'hostward';
import { TurnQueue } from '../../../src/hosting/primitives/turn-queue.js';
import { turn } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

describe('a queue of turns', () => {
  it('does one piece of work after the other, in the order in which they were asked for', async () => {
    const queue = new TurnQueue();
    const gate = new Deferred<void>();
    const trace: string[] = [];
    const first = queue.run(async () => {
      trace.push('first');
      await gate.promise;
      trace.push('end of the first');
    });
    const second = queue.run(async () => trace.push('second'));
    await turn();
    expect(trace).toEqual(['first']);
    gate.resolve();
    await Promise.all([first, second]);
    expect(trace).toEqual(['first', 'end of the first', 'second']);
  });

  it('gives back what the work returned or threw, and goes on after a failure', async () => {
    const queue = new TurnQueue();
    const failed = queue.run(() => {
      throw new Error('broken');
    });
    const next = queue.run(async () => 5);
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe(5);
  });

  it('lets those behind one that gave up not pass the one before it, and keeps no listener', async () => {
    const queue = new TurnQueue();
    const gate = new Deferred<void>();
    const trace: string[] = [];
    const first = queue.run(() => gate.promise);
    const impatience = new AbortController();
    const givenUp = queue.run(async () => trace.push('given up'), impatience.signal);
    const last = queue.run(async () => trace.push('last'));
    impatience.abort();
    await expect(givenUp).rejects.toMatchObject({ name: 'AbortError' });
    await turn();
    expect(trace).toEqual([]);
    gate.resolve();
    await Promise.all([first, last]);
    expect([trace, getEventListeners(impatience.signal, 'abort')]).toEqual([['last'], []]);
  });

  it('does not end work that has had its turn when the signal fires', async () => {
    const impatience = new AbortController();
    const gate = new Deferred<string>();
    const work = new TurnQueue().run(() => gate.promise, impatience.signal);
    await turn();
    impatience.abort();
    gate.resolve('done');
    await expect(work).resolves.toBe('done');
  });
});

import type { FakeTimeProvider } from 'hostward/testing';

// Taken before a test can put a fake in its place.
const { setImmediate } = globalThis;

/** How many turns a message takes at most through both ends of a pair in memory, with room to spare. */
const turnsPerStep = 12;

/** Lets time pass from timer to timer until `work` has settled; in between, what is on its way in memory arrives. @throws when nothing is left that could settle it */
export async function playOut<T>(time: FakeTimeProvider, work: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = () => (isSettled = true);
  work.then(settle, settle);
  for (;;) {
    for (let turn = 0; turn < turnsPerStep; turn++) {
      if (isSettled) return work;
      await new Promise(resolve => setImmediate(resolve));
    }
    if (!isSettled && !(await time.runToNext())) throw new Error('Nothing is left on the clock that could make it go on.');
  }
}

import type { FakeTimeProvider } from 'hostward/testing';

/** Lets everything in memory come to rest without any time passing, until `condition` holds. */
export async function settle(time: FakeTimeProvider, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (condition()) return;
    await time.advanceAsync(0);
  }
  throw new Error(`It never came to pass: ${String(condition)}`);
}

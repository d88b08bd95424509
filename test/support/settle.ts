import type { FakeTimeProvider } from 'hostward/testing';

/** What code that is still to be loaded may take, in milliseconds of real time. */
const patience = 5_000;

/** Lets everything come to rest without any time of the clock passing, until `condition` holds. @throws when it does not within five real seconds */
export async function settle(time: FakeTimeProvider, condition: () => boolean | Promise<boolean>): Promise<void> {
  // Not a number of turns: how many pass while a file is read is up to the machine.
  const deadline = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`It never came to pass: ${String(condition)}`);
    await time.advanceAsync(0);
  }
}

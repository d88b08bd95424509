/** The peer of the benchmarks of the fake clock. Its `createClock()` is used, which replaces no globals. */
export async function importFakeTimers() {
  return (await import('@sinonjs/fake-timers')).default;
}

/** Arms `count` timers that are due after 1 to `count` ms, in an order that is neither sorted nor the same as chance's of another run. */
export function armInDisorder(count, arm) {
  // A step that has no divisor in common with a power of ten comes to every number once.
  for (let index = 0, due = 0; index < count; index++, due = (due + 61_803) % count) arm(due + 1);
}

/** The milliseconds that `work` takes; `isDone` says afterwards whether it did what it should have. */
export function millisecondsOf(work, isDone = () => true) {
  const started = process.hrtime.bigint();
  const result = work();
  return result instanceof Promise ? result.then(() => since(started, isDone)) : since(started, isDone);
}

function since(started, isDone) {
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  if (!isDone()) throw new Error('The work that was timed did not do what it should have.');
  return milliseconds;
}

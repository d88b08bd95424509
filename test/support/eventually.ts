// Taken before a test can put a fake in its place.
const { setTimeout } = globalThis;

/** Waits, in real time, until `condition` holds. @throws when it does not within `patience` milliseconds */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`It did not happen within ${patience} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

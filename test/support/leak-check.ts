const processEvents = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP', 'exit', 'beforeExit', 'uncaughtException', 'unhandledRejection'];
const streamEvents = ['error', 'resize', 'close', 'drain'];

/** Jest has some of its own, which come and go; those of the tests are watched one by one. */
const timerResources = ['Timeout', 'Immediate'];

/** What a closing handle may take to go, in milliseconds. */
const patience = 2_000;

/**
 * Checks after the last test of a file, or of the `describe` that calls it, that nothing is left which was not there before the first: no timer (also none that lets the process
 * end), no handle or request that keeps the process alive, no listener on the process or its output streams.
 *
 * Timers of a fake clock are its own affair: `expect(time.pendingTimers).toEqual([])`.
 */
export function expectNoLeaks(): void {
  let before: ReadonlyMap<string, number>;
  let timers: TimerWatch;
  beforeAll(() => {
    before = residue();
    timers = watchTimers();
  });
  afterAll(async () => {
    timers.end();
    const left = () => [...additions(before), ...timers.pending()];
    const deadline = performance.now() + patience;
    while (left().length > 0 && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 10));
    expect(left()).toEqual([]);
  });
}

function additions(before: ReadonlyMap<string, number>): string[] {
  return [...residue()].filter(([what, count]) => count > (before.get(what) ?? 0)).map(([what, count]) => `${what}: ${count}, was ${before.get(what) ?? 0}`);
}

function residue(): Map<string, number> {
  const counts = new Map<string, number>();
  // The streams come first: the first look at one creates its handle.
  for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr }))
    for (const event of streamEvents) counts.set(`listener for ${event} of ${name}`, stream.listenerCount(event));
  for (const event of processEvents) counts.set(`listener for ${event} of the process`, process.listenerCount(event));
  for (const resource of process.getActiveResourcesInfo()) if (!timerResources.includes(resource)) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return counts;
}

interface TimerWatch {
  /** Where the timers that are still armed were created. */
  pending(): string[];
  /** Gives the globals back. */
  end(): void;
}

function watchTimers(): TimerWatch {
  const created: { readonly handle: NodeJS.Timeout; readonly site: Error }[] = [];
  const natives = { setTimeout: globalThis.setTimeout, setInterval: globalThis.setInterval };
  const watched = <F extends typeof setTimeout | typeof setInterval>(native: F) =>
    Object.assign((...args: Parameters<F>) => {
      const handle = native(...(args as Parameters<typeof setTimeout>));
      created.push({ handle, site: new Error('timer') });
      return handle;
    }, native);
  Object.assign(globalThis, { setTimeout: watched(natives.setTimeout), setInterval: watched(natives.setInterval) });
  return {
    pending: () =>
      created.filter(({ handle }) => !(handle as unknown as { _destroyed: boolean })._destroyed).map(({ site }) => `timer created ${siteOf(site)}`),
    end: () => void Object.assign(globalThis, natives),
  };
}

function siteOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').slice(2);
  const own = frames.filter(frame => !/node_modules|node:internal/.test(frame));
  return (own.length > 0 ? own : frames)
    .slice(0, 3)
    .map(frame => frame.trim())
    .join(' ');
}

import { BackgroundService, delay, type TimeProvider } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf } from '../support/hosting-services.js';

expectNoLeaks();

class Slow extends BackgroundService {
  constructor(private readonly time: () => TimeProvider) {
    super();
  }

  override async start(signal: AbortSignal): Promise<void> {
    await delay(10, { timeProvider: this.time() });
    await super.start(signal);
  }

  protected override async execute(): Promise<void> {}
}

const after = (milliseconds: number, bench: () => { readonly time: TimeProvider }) => () => delay(milliseconds, { timeProvider: bench().time });

describe('a host', () => {
  it('that is disposed during a concurrent start waits for those that are starting', async () => {
    const bench: ReturnType<typeof benchOf> = benchOf(
      { a: () => new Slow(() => bench.time), b: { start: after(1_000, () => bench) }, c: {} },
      { options: { servicesStartConcurrently: true, rollbackFailedStart: true } },
    );
    const ended = jest.fn();
    const started = bench.host.start().finally(ended);
    await bench.time.advanceAsync(1);
    await bench.host[Symbol.asyncDispose]();
    await bench.time.advanceAsync(500);
    expect(ended).not.toHaveBeenCalled();
    await bench.time.advanceAsync(500);
    await started;
  });

  it('that has been disposed does not start a second time', async () => {
    const bench: ReturnType<typeof benchOf> = benchOf({ a: () => new Slow(() => bench.time), b: {} });
    await bench.time.advanceUntilSettled(bench.host.start());
    await bench.host[Symbol.asyncDispose]();
    await expect(bench.host.start()).rejects.toMatchObject({ name: 'ObjectDisposedError' });
    expect(bench.trace).toEqual(['b.start', 'b.dispose']);
  });

  it('takes back a failed concurrent start in reverse of the order of its services, not of the order in which they were ready', async () => {
    const bench: ReturnType<typeof benchOf> = benchOf(
      {
        a: { start: after(100, () => bench) },
        b: {},
        c: {
          start: async () => {
            await delay(200, { timeProvider: bench.time });
            throw new Error('c failed');
          },
        },
      },
      { options: { servicesStartConcurrently: true, rollbackFailedStart: true } },
    );
    await using _bench = bench;
    await expect(bench.time.advanceUntilSettled(bench.host.start())).rejects.toThrow('c failed');
    expect(bench.trace.filter(step => step.endsWith('.stop'))).toEqual(['b.stop', 'a.stop']);
  });
});

import { IHostHealth, PeriodicBackgroundService, type PeriodicSchedule, type TimeProvider } from 'hostward';
import type { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf, cooperating } from '../support/hosting-services.js';

expectNoLeaks();

/** A service that notes when it is at work, and then does what the list says. */
class Sweeper extends PeriodicBackgroundService {
  readonly ticks: number[] = [];
  running = 0;

  constructor(
    private readonly time: TimeProvider,
    schedule: PeriodicSchedule,
    private readonly works: ((stopping: AbortSignal) => unknown)[] = [],
  ) {
    super(time, schedule);
  }

  protected override async tick(stopping: AbortSignal): Promise<void> {
    expect(++this.running).toBe(1);
    this.ticks.push(this.time.getUtcNowMilliseconds() - Date.UTC(2000, 0));
    try {
      await this.works.shift()?.(stopping);
    } finally {
      this.running--;
    }
  }
}

function open(schedule: PeriodicSchedule, works: ((time: FakeTimeProvider) => (stopping: AbortSignal) => unknown)[] = []) {
  let sweeper!: Sweeper;
  const bench = benchOf(
    {},
    {
      configure: builder =>
        builder.services
          .addHostedService(provider => (sweeper = provider.getRequiredService(Sweeper)))
          .addSingleton(
            Sweeper,
            () =>
              new Sweeper(
                bench.time,
                schedule,
                works.map(work => work(bench.time)),
              ),
          ),
    },
  );
  return { bench, sweeper: () => sweeper, state: () => bench.host.services.getRequiredService(IHostHealth).services[0]! };
}

/** Work that takes so many milliseconds. */
const takes = (milliseconds: number) => (time: FakeTimeProvider) => () =>
  new Promise<void>(resolve => void time.createTimer(() => resolve(), undefined, milliseconds, -1));

describe('a periodic background service', () => {
  it('works at every due time, the first a period after the start', async () => {
    const { bench, sweeper, state } = open({ period: 1_000 });
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(3_500);
    expect(sweeper().ticks).toEqual([1_000, 2_000, 3_000]);
    await bench.host.stop();
    expect(state().status).toBe('stopped');
    bench.time.expectNoPendingTimers();
  });

  it('works at the start as well when it is told to', async () => {
    const { bench, sweeper } = open({ period: 1_000, atStart: true });
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(1_500);
    expect(sweeper().ticks).toEqual([0, 1_000]);
  });

  it('does not drift, however long the work takes', async () => {
    const { bench, sweeper } = open({ period: 1_000 }, [takes(300), takes(700), takes(999)]);
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(4_000);
    expect(sweeper().ticks).toEqual([1_000, 2_000, 3_000, 4_000]);
  });

  it('makes up for due times that it missed by one, never works twice at a time, and is back in step afterwards', async () => {
    const { bench, sweeper } = open({ period: 1_000 }, [takes(3_400)]);
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(6_500);
    expect(sweeper().ticks).toEqual([1_000, 4_400, 5_000, 6_000]);
  });

  it('ends its work through the signal when it is stopped', async () => {
    const { bench, sweeper, state } = open({ period: 1_000 }, [() => cooperating]);
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(1_000);
    await bench.host.stop();
    expect([sweeper().running, state()]).toMatchObject([0, { status: 'stopped', error: undefined }]);
  });

  it('fails as any other when its work does', async () => {
    const { bench } = open({ period: 1_000 }, [
      () => () => {
        throw new Error('dust everywhere');
      },
    ]);
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(1_000);
    await expect(bench.host.stop()).rejects.toThrow('dust everywhere');
  });

  it('fails with the error of a period that makes no sense', async () => {
    const { bench } = open({ period: 0 });
    await using _bench = bench;
    await bench.host.start();
    await expect(bench.host.stop()).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE', paramName: 'period' });
  });
});

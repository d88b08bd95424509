import { BackgroundService, IHostHealth, RestartLimitError, RestartPolicy } from 'hostward';
import { RestartBudget } from '../../src/hosting/restart-policy.js';
import { FakeTimeProvider } from 'hostward/testing';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf, type BenchOptions, cooperating, turn } from '../support/hosting-services.js';

expectNoLeaks();

/** A service whose work does what the list says, one entry for each start, and then waits for its end. */
class Worker extends BackgroundService {
  readonly startedAt: number[] = [];

  constructor(
    private readonly time: () => FakeTimeProvider,
    private readonly works: ((stopping: AbortSignal) => unknown)[],
    override readonly restartPolicy?: RestartPolicy,
  ) {
    super();
  }

  protected override async execute(stopping: AbortSignal): Promise<void> {
    this.startedAt.push(this.time().getUtcNowMilliseconds() - Date.UTC(2000, 0));
    await (this.works.shift() ?? cooperating)(stopping);
  }
}

const fails = async () => {
  throw new Error('work failed');
};
const returns = async () => undefined;
const steady = { when: 'onFailure', jitter: 0 } as const;

function open(works: ((stopping: AbortSignal) => unknown)[], policy?: RestartPolicy, options: BenchOptions = {}) {
  const worker: Worker = new Worker(() => bench.time, works, policy);
  const bench = benchOf({ worker: () => worker }, options);
  const state = () => bench.host.services.getRequiredService(IHostHealth).services[0]!;
  return { worker, bench, state };
}

describe('a background service with a restart policy', () => {
  it('is started again after a failure, each time after a longer wait, and shows it', async () => {
    const { worker, bench, state } = open([fails, fails, fails], steady);
    await using _bench = bench;
    await bench.host.start();
    await turn();
    expect(state()).toMatchObject({ status: 'restarting', restarts: 1, error: { message: 'work failed' } });
    await bench.time.advanceAsync(10_000);
    expect(worker.startedAt).toEqual([0, 1_000, 3_000, 7_000]);
    expect(state()).toMatchObject({ status: 'running', restarts: 3 });
    expect(bench.logs.entries.filter(({ template }) => template.startsWith('{Service} has ended')).map(({ level, message }) => `${level}: ${message}`)).toEqual(
      [
        'error: Worker has ended, and is restarted in 1000 ms; restart 1',
        'error: Worker has ended, and is restarted in 2000 ms; restart 2',
        'error: Worker has ended, and is restarted in 4000 ms; restart 3',
      ],
    );
    await bench.host.stop();
    expect(state()).toMatchObject({ status: 'stopped' });
  });

  it.each([
    [undefined, [fails], 'failed', 1],
    [{ when: 'never' }, [fails], 'failed', 1],
    [steady, [returns], 'finished', 1],
    [{ ...steady, when: 'always' }, [returns, returns], 'running', 3],
  ] as const)('%j restarts what it says', async (policy, works, status, starts) => {
    const { worker, bench, state } = open([...works], policy, { options: { backgroundServiceExceptionBehavior: 'ignore' } });
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(60_000);
    expect([state().status, worker.startedAt.length]).toEqual([status, starts]);
  });

  it('has failed for good when the limit is reached, which stops the host with the last failure as the cause', async () => {
    const { worker, bench, state } = open([fails, fails, fails, fails], { ...steady, maxRestarts: 2 });
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(60_000);
    const error = await bench.host.stop().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RestartLimitError);
    expect(error).toMatchObject({ code: 'ERR_RESTART_LIMIT', service: 'Worker', restarts: 2, cause: { message: 'work failed' } });
    expect([worker.startedAt.length, state().status]).toEqual([3, 'failed']);
  });

  it('is not started again while the host stops, nor does its wait hold that up', async () => {
    const { worker, bench, state } = open([fails], steady);
    await using _bench = bench;
    await bench.host.start();
    await turn();
    await bench.host.stop();
    expect([worker.startedAt.length, state().status]).toEqual([1, 'failed']);
    bench.time.expectNoPendingTimers();
  });

  it('stays stopped when its start takes until the host has stopped it', async () => {
    class Slow extends Worker {
      override async start(signal: AbortSignal): Promise<void> {
        if (this.startedAt.length > 0) await new Promise<void>(resolve => void bench.time.createTimer(() => resolve(), undefined, 500, -1));
        await super.start(signal);
      }
    }
    const slow: Slow = new Slow(() => bench.time, [fails, returns], steady);
    const bench = benchOf({ slow: () => slow });
    await using _bench = bench;
    const health = bench.host.services.getRequiredService(IHostHealth);
    const statuses: string[] = [];
    await bench.host.start();
    health.onChange(({ status }) => void statuses.push(status));
    await bench.time.advanceAsync(1_100);
    const stopped = bench.host.stop();
    await bench.time.advanceAsync(1_000);
    await stopped;
    expect(statuses.slice(statuses.indexOf('stopping'))).not.toContain('running');
  });

  it('may have the policy from outside, which wins over its own', async () => {
    const { worker, bench } = open(
      [fails],
      { when: 'never' },
      { configure: builder => builder.services.addKeyedSingleton(RestartPolicy, Worker, { ...steady, initialDelay: 50 }) },
    );
    await using _bench = bench;
    await bench.host.start();
    await bench.time.advanceAsync(100);
    expect(worker.startedAt).toEqual([0, 50]);
  });

  it.each<[string, RestartPolicy]>([
    ['jitter', { when: 'always', jitter: 2 }],
    ['when', { when: 'sometimes' as never }],
  ])('fails the start when its policy makes no sense: %s', async (paramName, policy) => {
    const { bench } = open([], policy);
    await using _bench = bench;
    await expect(bench.host.start()).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE', paramName });
  });
});

describe('the budget of restarts', () => {
  const delays = (policy: Partial<RestartPolicy>, random: () => number, count: number, pause = 0): (number | undefined)[] => {
    const time = new FakeTimeProvider();
    const budget = new RestartBudget({ when: 'always', ...policy }, time, random);
    return Array.from({ length: count }, () => {
      time.advance(pause);
      return budget.next();
    });
  };

  it('doubles the wait up to the longest, until there have been ten restarts in ten minutes', () => {
    expect(delays({}, () => 0.5, 11)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, undefined]);
  });

  it('leaves a fifth of each wait to chance', () => {
    expect([delays({}, () => 0, 2), delays({}, () => 1, 2)]).toEqual([
      [800, 1_600],
      [1_200, 2_400],
    ]);
  });

  it('never waits where there is no wait at the beginning, however often', () => {
    expect(delays({ initialDelay: 0, maxRestarts: Infinity }, Math.random, 1_100).at(-1)).toBe(0);
  });

  it('waits no longer than a timer can', () => {
    expect(delays({ initialDelay: 4_294_967_294, maxDelay: 4_294_967_294 }, () => 1, 1)).toEqual([4_294_967_294]);
  });

  it('forgets what is longer ago than the window', () => {
    expect(delays({ window: 5_000, maxRestarts: 2, jitter: 0 }, Math.random, 6, 3_000)).toEqual([1_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
    expect(delays({ window: -1, maxRestarts: 2, jitter: 0 }, Math.random, 3, 1_000_000_000)).toEqual([1_000, 2_000, undefined]);
  });

  it.each([
    ['initialDelay', -5],
    ['maxDelay', NaN],
    ['maxDelay', 4_294_967_295],
    ['factor', 0.5],
    ['jitter', -0.1],
    ['maxRestarts', -1],
    ['window', Infinity],
  ])('refuses %s: %p', (name, value) => {
    expect(() => delays({ [name]: value }, Math.random, 1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', paramName: name }) as Error);
  });
});

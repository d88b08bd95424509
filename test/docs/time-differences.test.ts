import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Duration, Instant, ZonedDateTime } from '@js-joda/core';
import { build } from 'esbuild';
import { CancellationSource, createCancellationSource, delay, type ITimer, PeriodicTimer, TimeProvider, waitWithTimeout } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { type Outcome, run } from '../support/programs.js';
import { read } from './pages.js';

const page = read('docs/time.md');
const { system } = TimeProvider;

const turn = () => new Promise(resolve => setImmediate(resolve));
const nothing = () => undefined;
const outOfRange = (paramName: string) => expect.objectContaining({ name: 'ArgumentOutOfRangeError', paramName }) as Error;
const failing = (message: string) => () => {
  throw new Error(message);
};

// Inside node_modules, so that the packages are found from there.
const folder = resolve('node_modules/.cache/hostward-test', `docs-time-${process.pid}`);

/** What needs a process of its own, by name. */
const programs = {
  keepsAlive: `await delay(50); console.log('delay'); await withDeadline('it', 50, () => new Promise(() => undefined)).catch(({ code }) => console.log(code)); createCancellationSource(10_000); createTimer(console.log, 'timer', 10_000, -1, { keepAlive: false });`,
  failingCallback: `createTimer(() => { throw new Error('in the callback'); }, undefined, 1, -1); createTimer(console.log, 'too late', 200, -1);`,
  handledCallback: `
    process.on('uncaughtException', ({ message }) => console.log(message));
    let calls = 0;
    const timer = createTimer(() => { if (++calls === 2) timer[Symbol.dispose](); throw new Error('call ' + calls); }, undefined, 1, 1);`,
  zone: `
    const { system } = TimeProvider;
    process.env.TZ = 'Asia/Tokyo';
    console.log(String(system.localTimeZone), String(system.getLocalNow().offset()));`,
  namedZone: `
    await import('@js-joda/timezone');
    const { system } = TimeProvider;
    const before = String(system.localTimeZone);
    process.env.TZ = 'Asia/Tokyo';
    console.log(before, String(system.localTimeZone));`,
  failingListener: `
    process.on('uncaughtException', ({ message }) => console.log(message));
    const source = new CancellationSource();
    source.signal.addEventListener('abort', () => { throw new Error('reported'); });
    source.signal.addEventListener('abort', () => console.log('the second runs'));
    source.cancel();
    console.log('cancel returns');`,
};

beforeAll(async () => {
  const cases = Object.entries(programs).map(([name, code]) => `async ${name}() {${code}}`);
  const source = `
    import { CancellationSource, createCancellationSource, delay, TimeProvider, withDeadline } from ${JSON.stringify(resolve('src/index.ts'))};
    const createTimer = TimeProvider.system.createTimer.bind(TimeProvider.system);
    await ({${cases.join(',')}})[process.argv[2]]();`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'programs.ts'), source);
  await build({
    entryPoints: [join(folder, 'programs.ts')],
    outfile: join(folder, 'programs.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function runProgram(name: keyof typeof programs, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return run(process.execPath, [join(folder, 'programs.mjs'), name], { home: folder, env });
}

/** What each line of the tables says that hostward does, tried out. */
const checks: Readonly<Record<string, () => unknown>> = {
  'Wall clock': () => {
    const parts = Array.from({ length: 100 }, () => system.getUtcNow().nano() % 1_000_000);
    expect([...new Set(parts)]).toEqual([0]);
    expect(system.timestampFrequency).toBe(1_000_000_000n);
  },
  Timestamps: () => {
    expect([typeof system.getTimestamp(), system.timestampFrequency]).toEqual(['bigint', 1_000_000_000n]);
  },
  'Elapsed time': () => {
    // In floating point both would be the same.
    const start = 2n ** 62n;
    expect(system.getElapsedTime(start, start + 199n)).toEqual(Duration.ofNanos(100));
  },
  'Local time': () => {
    const time = new FakeTimeProvider({ start: Instant.parse('9999-12-31T23:59:59Z') });
    time.setLocalTimeZone(ZonedDateTime.parse('2000-01-01T00:00+02:00').zone());
    expect(time.getLocalNow().toString()).toBe('+10000-01-01T01:59:59+02:00');
  },
  'A clock without a zone': () => {
    class Nowhere extends TimeProvider {
      override get localTimeZone(): never {
        return null as never;
      }
    }
    expect(() => new Nowhere().getLocalNow()).toThrow(expect.objectContaining({ name: 'NullPointerException' }) as Error);
  },
  'Zone of the machine': async () => {
    const [following, fixed] = await Promise.all([runProgram('zone', { TZ: 'Europe/Berlin' }), runProgram('namedZone', { TZ: 'Europe/Berlin' })]);
    expect([following.stdout, fixed.stdout]).toEqual(['SYSTEM +09:00\n', 'Europe/Berlin Europe/Berlin\n']);
  },
  'Spans that are none': () => {
    for (const span of [NaN, Infinity, -Infinity, '10', null, undefined, {}]) {
      expect(() => new FakeTimeProvider().advance(span as never)).toThrow(outOfRange('delta'));
      expect(() => void delay(span as never)).toThrow(outOfRange('delay'));
    }
  },
  'A null provider': async () => {
    expect(() => new PeriodicTimer(10, null as never)).toThrow(TypeError);
    expect(() => createCancellationSource(10, { timeProvider: null as never })).toThrow(TypeError);
    await expect(delay(10, { timeProvider: null as never })).rejects.toThrow(TypeError);
  },
  'Staying alive': async () => {
    expect(await runProgram('keepsAlive')).toMatchObject({ exitCode: 0, stdout: 'delay\nERR_DEADLINE_EXCEEDED\n' });
  },
  'Callbacks of one timer': async () => {
    let [running, most] = [0, 0];
    const timer = system.createTimer(
      () => {
        most = Math.max(most, ++running);
        const end = performance.now() + 5;
        while (performance.now() < end);
        running--;
      },
      undefined,
      1,
      1,
    );
    await new Promise(resolve => setTimeout(resolve, 30));
    timer[Symbol.dispose]();
    expect(most).toBe(1);
  },
  'Asynchronous disposal': async () => {
    let hasEnded = false;
    const timer: ITimer = system.createTimer(() => new Promise(resolve => setTimeout(() => resolve((hasEnded = true)), 20)) as never, undefined, 0, -1);
    await turn();
    await timer[Symbol.asyncDispose]();
    expect(hasEnded).toBe(false);
    await new Promise(resolve => setTimeout(resolve, 30));
  },
  'Ambient context': async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const timer = caller.run('createTimer', () => system.createTimer(() => seen.push(caller.getStore()), undefined, 1, -1));
    await new Promise(resolve => setTimeout(resolve, 10));
    caller.run('change', () => timer.change(1, -1));
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(seen).toEqual(['createTimer', 'change']);
  },
  'Failure of a callback': async () => {
    const [unhandled, handled] = await Promise.all([runProgram('failingCallback'), runProgram('handledCallback')]);
    expect(unhandled).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('in the callback') as string });
    expect(handled).toMatchObject({ exitCode: 0, stdout: 'call 1\ncall 2\n' });
  },

  'A callback that throws': () => {
    const time = new FakeTimeProvider();
    const others = jest.fn();
    time.createTimer(failing('one'), undefined, 10, 10);
    time.createTimer(others, undefined, 10, -1);
    expect(() => time.advance(10)).toThrow(new Error('one'));
    expect([others.mock.calls.length, time.toString(), time.pendingTimers]).toEqual([1, '2000-01-01T00:00:00.010', [{ dueIn: 10, period: 10 }]]);
    time.createTimer(failing('two'), undefined, 10, -1);
    expect(() => time.advance(10)).toThrow(expect.objectContaining({ name: 'AggregateError', errors: [new Error('one'), new Error('two')] }) as Error);
  },
  'A thrown value that is no error': () => {
    const time = new FakeTimeProvider();
    time.createTimer(
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is what is tried out
        throw 'text';
      },
      undefined,
      1,
      -1,
    );
    expect(() => time.advance(1)).toThrow(expect.objectContaining({ name: 'HostwardError', code: 'ERR_NOT_AN_ERROR', cause: 'text' }) as Error);
  },
  'A loop without end': () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 1, 1);
    expect(() => time.advance(100_001)).toThrow(expect.objectContaining({ name: 'RunawayTimerError', firings: 100_000 }) as Error);
    expect(time.pendingTimers).toEqual([{ dueIn: 0, period: 1 }]);
  },
  Instants: () => {
    const instants = [new Date('2024-06-01T12:00:00+02:00'), Instant.parse('2024-06-01T10:00:00Z')];
    expect(instants.map(start => new FakeTimeProvider({ start }).toString())).toEqual(['2024-06-01T10:00:00.000', '2024-06-01T10:00:00.000']);
  },
  Range: () => {
    const time = new FakeTimeProvider({ start: Instant.parse('9999-12-31T23:59:59.999Z') });
    expect(() => time.advance(1)).toThrow(outOfRange('delta'));
    time.autoAdvanceAmount = 1;
    expect(() => time.getUtcNow()).toThrow(outOfRange('delta'));
    expect(time.toString()).toBe('9999-12-31T23:59:59.999');
    time.setUtcNow(Instant.parse('+010000-01-01T00:00:00Z'));
    expect(time.toString()).toBe('+010000-01-01T00:00:00.000');
    time.adjustTime(Instant.parse('-000001-01-01T00:00:00Z'));
    expect(time.toString()).toBe('-000001-01-01T00:00:00.000');
  },
  Precision: () => {
    const step = (days: number) => {
      const time = new FakeTimeProvider();
      time.advance(Duration.ofDays(days));
      const before = time.getTimestamp();
      time.advance(0.0001);
      return time.getTimestamp() - before;
    };
    const limit = Math.floor((28.5 * 1461) / 4);
    expect([step(limit), step(limit + 366)]).toEqual([1n, 0n]);
  },
  'Names of parameters': () => {
    const time = new FakeTimeProvider();
    expect(() => time.advance(-1)).toThrow(outOfRange('delta'));
    expect(() => (time.autoAdvanceAmount = -1)).toThrow(outOfRange('value'));
    expect(() => time.advance(Number.MAX_SAFE_INTEGER)).toThrow(outOfRange('delta'));
  },
  Continuations: async () => {
    const time = new FakeTimeProvider();
    const continued = jest.fn();
    void delay(10, { timeProvider: time }).then(continued);
    time.advance(10);
    expect(continued).not.toHaveBeenCalled();
    void delay(10, { timeProvider: time }).then(continued);
    await time.advanceAsync(10);
    expect(continued).toHaveBeenCalledTimes(2);
  },
  'A second advance': async () => {
    const time = new FakeTimeProvider();
    const trace: string[] = [];
    time.createTimer(() => (time.advance(10), trace.push('first')), undefined, 1, -1);
    time.createTimer(() => trace.push('second'), undefined, 1, -1);
    const first = time.advanceAsync(10);
    await expect(time.advanceAsync(10)).rejects.toMatchObject({ name: 'InvalidOperationError' });
    await first;
    expect(trace).toEqual(['first', 'second']);
  },
  'Lost timers': () => {
    const time = new FakeTimeProvider();
    time.createTimer(nothing, undefined, 10, 10);
    new PeriodicTimer(10, time);
    expect(time.pendingTimers.length).toBe(2);
  },
  'Finding the next timer': () => {
    const time = new FakeTimeProvider();
    const fired: number[] = [];
    const spans = Array.from({ length: 1000 }, (_, index) => 1 + ((index * 7919) % 1000));
    for (const span of spans) time.createTimer(() => fired.push(span), undefined, span, -1);
    time.advance(1000);
    expect(fired).toEqual([...spans].sort((a, b) => a - b));
  },

  Cancellation: async () => {
    const controller = new AbortController();
    const waits = [delay(10, { signal: AbortSignal.abort('why') }), delay(10_000, { signal: controller.signal })];
    controller.abort('why');
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'why' });
  },
  Timeouts: async () => {
    const wait = waitWithTimeout(new Promise(nothing), 1);
    await expect(wait).rejects.toMatchObject({ name: 'DeadlineExceededError', what: 'The operation', milliseconds: 1 });
  },
  'What has just ended': async () => {
    const timeProvider = new FakeTimeProvider();
    const states: string[] = [];
    void delay(10, { timeProvider }).then(() => states.push('passed'));
    using timer = new PeriodicTimer(10, timeProvider);
    timeProvider.advance(10);
    void timer.waitForNextTick().then(() => states.push('ticked'));
    expect(states).toEqual([]);
    await turn();
    expect(states).toEqual(['passed', 'ticked']);
  },
  'Waiting for what has ended': async () => {
    const ended = Promise.resolve(7);
    expect([waitWithTimeout(ended, -1) === ended, waitWithTimeout(ended, 10) === ended]).toEqual([true, false]);
    expect(await waitWithTimeout(ended, 10)).toBe(7);
  },
  'A result and a timeout in one jump': async () => {
    const race = async (move: (time: FakeTimeProvider) => unknown) => {
      const timeProvider = new FakeTimeProvider();
      const wait = waitWithTimeout(
        delay(9, { timeProvider }).then(() => 'result'),
        10,
        { timeProvider },
      ).catch(({ name }: Error) => name);
      await move(timeProvider);
      return wait;
    };
    expect([await race(time => time.advance(10)), await race(time => time.advanceAsync(10))]).toEqual(['DeadlineExceededError', 'result']);
  },
  'Order of listeners': () => {
    using source = new CancellationSource();
    const order: string[] = [];
    for (const name of ['first', 'second']) source.signal.addEventListener('abort', () => order.push(name));
    source.cancel();
    expect(order).toEqual(['first', 'second']);
  },
  'Context of a listener': async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const timeProvider = new FakeTimeProvider();
    const byHand = new CancellationSource();
    const [timed, faked] = context.run('creator', () => [createCancellationSource(1), createCancellationSource(1, { timeProvider })]);
    context.run('listener', () => {
      for (const { signal } of [byHand, faked, timed]) signal.addEventListener('abort', () => seen.push(context.getStore()));
    });
    context.run('canceller', () => byHand.cancel());
    context.run('advancer', () => timeProvider.advance(1));
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(seen).toEqual(['canceller', 'advancer', 'creator']);
  },
  'Failure of a listener': async () => {
    expect((await runProgram('failingListener')).stdout).toBe('the second runs\ncancel returns\nreported\n');
  },
  'Clock of `cancelAfter`': () => {
    const timeProvider = new FakeTimeProvider();
    using source = new CancellationSource({ timeProvider });
    source.cancelAfter(10);
    timeProvider.advance(10);
    expect(source.isCancellationRequested).toBe(true);
  },
  '`tryReset`': () => {
    using timed = createCancellationSource(10_000);
    using linked = new CancellationSource({ linkedTo: [new AbortController().signal] });
    using plain = new CancellationSource();
    plain.cancelAfter(10_000);
    const { signal } = plain;
    expect([timed.tryReset(), linked.tryReset(), plain.tryReset(), plain.signal === signal]).toEqual([false, false, true, false]);
  },
  'A jump over several ticks': async () => {
    const time = new FakeTimeProvider();
    using timer = new PeriodicTimer(10, time);
    let ticks = 0;
    void (async () => {
      for await (const _ of timer) ticks++;
    })();
    time.advance(30);
    await turn();
    const afterJump = ticks;
    await time.advanceAsync(30);
    expect([afterJump, ticks]).toEqual([1, 4]);
  },

  'A due time of zero on the fake clock': () => {
    let timer: ITimer | undefined = undefined;
    let seen: unknown = 'not fired';
    timer = new FakeTimeProvider().createTimer(() => (seen = timer), undefined, 0, -1);
    expect([seen, timer]).toEqual([undefined, expect.anything()]);
  },
  'Timestamps of the fake clock': () => {
    const time = new FakeTimeProvider({ start: Instant.parse('0001-01-01T00:00:00.001Z') });
    const start = time.getTimestamp();
    time.adjustTime(Instant.parse('0001-01-01T00:00:00Z'));
    expect([start, time.getElapsedMilliseconds(start)]).toEqual([10_000n, -1]);
  },
  'Ambient context on the fake clock': () => {
    const time = new FakeTimeProvider();
    const caller = new AsyncLocalStorage<string>();
    let seen: unknown;
    caller.run('createTimer', () => time.createTimer(() => (seen = caller.getStore()), undefined, 1, -1));
    caller.run('advance', () => time.advance(1));
    expect(seen).toBe('advance');
  },
  'A periodic callback that moves the fake clock': () => {
    const time = new FakeTimeProvider();
    const moving = jest.fn(() => time.advance(1));
    time.createTimer(moving, undefined, 10, 10);
    time.advance(30);
    expect([moving.mock.calls.length, time.pendingTimers]).toEqual([1, [{ dueIn: 10, period: 10 }]]);
  },
  'A second wait on a `PeriodicTimer`': async () => {
    const time = new FakeTimeProvider();
    using timer = new PeriodicTimer(10, time);
    const first = timer.waitForNextTick();
    expect(() => timer.waitForNextTick()).toThrow(expect.objectContaining({ name: 'InvalidOperationError' }) as Error);
    time.advance(10);
    expect(await first).toBe(true);
  },
  '`period` of a `PeriodicTimer` that has been disposed': () => {
    const timer = new PeriodicTimer(10, new FakeTimeProvider());
    timer[Symbol.dispose]();
    expect(() => (timer.period = 20)).toThrow(expect.objectContaining({ name: 'ObjectDisposedError' }) as Error);
    expect(timer.period).toBe(20);
  },
  'A signal that has fired, and a delay of zero': async () => {
    await expect(delay(0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  },
  'A promise that has settled, and a timeout of zero': async () => {
    expect(await waitWithTimeout(Promise.resolve(7), 0, { signal: AbortSignal.abort() })).toBe(7);
  },
};

describe('docs/time.md', () => {
  const differences = page.slice(page.indexOf('## Deliberate differences from .NET'));
  const lines = [...differences.matchAll(/^\| (.+?) +\| .+\|$/gm)].map(match => match[1]!).filter(what => what !== 'What' && !what.startsWith('---'));

  it('says nothing of .NET that is not tried out here, and nothing is tried out that it does not say', () => {
    expect(lines).toEqual(Object.keys(checks));
  });

  it.each(Object.keys(checks))('is right about: %s', async what => {
    await checks[what]!();
  });

  it('lists what the fake clock has and .NET has not', () => {
    const { advanceAsync, runToNext, runAll, advanceUntilSettled, expectNoPendingTimers } = FakeTimeProvider.prototype;
    for (const { name } of [advanceAsync, runToNext, runAll, advanceUntilSettled, expectNoPendingTimers]) expect(page).toContain(`\`${name}\``);
  });
});

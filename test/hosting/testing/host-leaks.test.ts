import { BackgroundService, delay, type IHostedService, type ITimer, TimeProvider } from 'hostward';
import { createTestHost, FakeTimeProvider, HostLeakError, type TestHost, type TestHostSettings, TimerLeakError } from 'hostward/testing';
import { FixturePrograms } from '../../support/hosting-programs.js';
import { cooperating, failing, probe } from '../../support/hosting-services.js';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

class Worker extends BackgroundService {
  constructor(private readonly work: (stopping: AbortSignal) => Promise<void>) {
    super();
  }

  protected override execute(stopping: AbortSignal): Promise<void> {
    return this.work(stopping);
  }
}

/** A test host of one service, on a fake clock. */
function withService(create: (time: FakeTimeProvider) => IHostedService, settings: TestHostSettings = {}, time = new FakeTimeProvider()): TestHost {
  return createTestHost(builder => builder.services.replaceSingleton(TimeProvider, time).addHostedService(() => create(time)), settings);
}

class Timed implements IHostedService {
  timer: ITimer | undefined;

  constructor(private readonly time: TimeProvider) {}

  async start(): Promise<void> {
    this.timer = armForgotten(this.time);
  }

  async stop(): Promise<void> {}
}

function armForgotten(time: TimeProvider): ITimer {
  return time.createTimer(() => undefined, undefined, 5000, -1);
}

describe('a test host that is disposed', () => {
  it('names a timer that is still armed, and where it was created', async () => {
    const host = await withService(time => new Timed(time)).start();
    const error: unknown = await host[Symbol.asyncDispose]().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimerLeakError);
    expect(error).toMatchObject({ code: 'ERR_TIMER_LEAK', timers: [{ dueIn: 5000, period: 0 }], message: expect.stringContaining('armForgotten') as unknown });
  });

  it('does so also when it has been stopped before, and when it was never started', async () => {
    const stopped = await withService(time => new Timed(time)).start();
    await stopped.stop();
    await expect(stopped[Symbol.asyncDispose]()).rejects.toBeInstanceOf(TimerLeakError);
    const idle = createTestHost(() => undefined);
    armForgotten(idle.time);
    await expect(idle[Symbol.asyncDispose]()).rejects.toBeInstanceOf(TimerLeakError);
  });

  it('leaves the timers of the test alone that were armed before it was built', async () => {
    const time = new FakeTimeProvider();
    using _own = armForgotten(time);
    const host = await withService(clock => new Worker(stopping => delay(1000, { timeProvider: clock, signal: stopping })), {}, time).start();
    await host[Symbol.asyncDispose]();
    expect(time.pendingTimers.length).toBe(1);
  });

  it('leaves the timers of another host alone that runs on its clock, and the last to end tells what any has left', async () => {
    const time = new FakeTimeProvider();
    const create = () => withService(clock => new Timed(clock), {}, time).start();
    const [first, second] = [await create(), await create()];
    await first[Symbol.asyncDispose]();
    await expect(second[Symbol.asyncDispose]()).rejects.toMatchObject({ timers: { length: 2 } });
  });

  it('names a service whose work ignores its signal, when it has given the stop the time that it may take', async () => {
    const host = await withService(() => new Worker(() => new Promise(() => undefined))).start();
    const error: unknown = await host[Symbol.asyncDispose]().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostLeakError);
    expect(error).toMatchObject({ code: 'ERR_HOST_LEAK', leaks: ['Worker is still at work: execute(), whose signal has fired'] });
  });

  it('does not hang with a stop that does, and names it', async () => {
    const host = await withService(() => probe([], 'a', { stop: () => new Promise(() => undefined) })).start();
    await expect(host[Symbol.asyncDispose]()).rejects.toMatchObject({
      errors: [{ code: 'ERR_STUCK_PROMISE' }, { code: 'ERR_HOST_LEAK', leaks: ['Object is still at work: stop()'] }],
      message: expect.stringContaining('Object is still at work: stop()') as unknown,
    });
  });

  it('gives a stop that takes time on its clock that time', async () => {
    const trace: string[] = [];
    const host = withService(time => probe(trace, 'a', { stop: () => delay(2000, { timeProvider: time }).then(() => trace.push('drained')) }));
    await host.start();
    const begin = host.time.getUtcNowMilliseconds();
    await host[Symbol.asyncDispose]();
    expect([trace, host.time.getUtcNowMilliseconds() - begin]).toEqual([['a.start', 'a.stop', 'drained', 'a.dispose'], 2000]);
  });

  it('names listeners that were added to the signals of the test and stayed there', async () => {
    const [start, stop] = [new AbortController(), new AbortController()];
    const [forgotten, forgottenToo] = [function forgotten() {}, function forgottenToo() {}];
    const host = withService(() =>
      probe([], 'a', {
        start: () => start.signal.addEventListener('abort', forgotten),
        stop: () => stop.signal.addEventListener('abort', forgottenToo),
      }),
    );
    start.signal.addEventListener('abort', () => 'of the test');
    await host.start(start.signal);
    await host.stop(stop.signal);
    await expect(host[Symbol.asyncDispose]()).rejects.toMatchObject({
      leaks: ['a listener on the signal that start was given: forgotten', 'a listener on the signal that stop was given: forgottenToo'],
    });
  });

  it('has nothing to say of a signal that has fired, nor of one that everybody has let go of', async () => {
    const controller = new AbortController();
    const host = withService(() => new Worker(cooperating));
    await host.start(new AbortController().signal);
    controller.abort();
    await host.stop(controller.signal);
    await host[Symbol.asyncDispose]();
  });

  it('tells leaks together with what the stop and the disposal threw', async () => {
    class Bad extends Timed {
      override stop = failing('a does not stop');
      [Symbol.dispose] = failing('nor can it be disposed');
    }
    const host = await withService(time => new Bad(time)).start();
    await expect(host[Symbol.asyncDispose]()).rejects.toMatchObject({
      errors: [{ message: 'a does not stop' }, { message: 'nor can it be disposed' }, { code: 'ERR_TIMER_LEAK' }],
    });
  });

  it('looks for nothing when it is told not to', async () => {
    const host = await withService(time => new Timed(time), { checkLeaks: false }).start();
    await host[Symbol.asyncDispose]();
    expect(host.time.pendingTimers.length).toBe(1);
  });

  it('is disposed once', async () => {
    const host = await withService(time => new Timed(time)).start();
    await expect(host[Symbol.asyncDispose]()).rejects.toThrow();
    await host[Symbol.asyncDispose]();
  });
});

describe('a test host in a program of its own', () => {
  let programs: FixturePrograms;
  beforeAll(() => {
    programs = new FixturePrograms();
  });
  afterAll(() => {
    programs[Symbol.dispose]();
  });

  it('fails with a rejection that nobody handled, takes its listener away, and is no leak by number', async () => {
    const { exitCode, stdout, stderr } = await programs.run('test-host-leaks');
    expect([exitCode, stderr, stdout.split('\n').slice(0, -1)]).toEqual([
      0,
      '',
      [
        'HostLeakError ERR_HOST_LEAK',
        'The test host has ended, but left something behind:',
        '  a rejection that nobody handled: nobody awaited it',
        'Error: nobody awaited it',
        '0 listeners, 10 allowed',
      ],
    ]);
  });

  it('leaves rejections to Node when it is told not to look', async () => {
    const { exitCode, stderr } = await programs.run('test-host-leaks', '--not-checked');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('nobody awaited it')]);
  });
});

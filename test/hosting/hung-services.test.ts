import { HungServiceError, IHostApplicationLifetime } from 'hostward';
import { expectNoLeaks } from '../support/leak-check.js';
import { benchOf, cooperating, failing, turn } from '../support/hosting-services.js';

expectNoLeaks();

const never = () => new Promise<void>(() => undefined);
const limits = { shutdownTimeout: 10_000, slowServiceWarningTimeout: 2_000, hungServiceTimeout: 1_000 };

/** What the host says of slow services. */
const warnings = ({ logs }: ReturnType<typeof benchOf>) =>
  logs.entries
    .filter(({ level, eventId }) => (level === 'warning' || level === 'error') && eventId.id !== 11)
    .map(({ level, message }) => `${level}: ${message}`);

describe('a service that holds up the stop', () => {
  it('is named after a while, again when its time is over, and is left behind when it does not react', async () => {
    await using bench = benchOf({ a: {}, b: { stop: never }, c: {} }, { options: limits });
    await bench.host.start();
    const stopped = bench.host.stop();
    await expect(bench.time.advanceUntilSettled(stopped)).rejects.toMatchObject({
      code: 'ERR_HUNG_SERVICE',
      service: 'Object-2',
      phase: 'stop',
      milliseconds: 11_000,
    });
    expect(warnings(bench)).toEqual([
      'warning: Object-2 has been holding up the host in its stop for 2000 ms',
      'warning: Object-2 is still at work although its signal has fired, in its stop for 10000 ms',
      'error: Object-2 was left behind in its stop',
    ]);
    expect(bench.trace.filter(step => step.endsWith('stop'))).toEqual(['c.stop', 'b.stop', 'a.stop']);
  });

  it('leaves the others the same time, each', async () => {
    await using bench = benchOf({ a: { stop: never }, b: { stop: never } }, { options: limits });
    await bench.host.start();
    const stopped = bench.host.stop().catch((error: unknown) => error);
    await bench.time.advanceUntilSettled(stopped);
    const { errors } = (await stopped) as AggregateError & { errors: HungServiceError[] };
    expect(errors.map(({ service, milliseconds }) => [service, milliseconds])).toEqual([
      ['Object-2', 11_000],
      ['Object', 1_000],
    ]);
    // Of what begins when the time is over, nobody says once more that it is over.
    expect(warnings(bench).filter(text => text.startsWith('warning: Object '))).toEqual([]);
  });

  it.each([
    ['ends in time', { stop: async () => undefined }, 0],
    ['reacts to its signal', { stop: cooperating }, 10_000],
  ])('and %s is not left behind', async (_what, hooks, milliseconds) => {
    await using bench = benchOf({ a: hooks }, { options: limits });
    await bench.host.start();
    const outcome = await bench.time.advanceUntilSettled(bench.host.stop().catch((error: unknown) => error));
    expect(outcome).not.toBeInstanceOf(HungServiceError);
    expect(bench.host.timeline.entries.filter(({ phase }) => phase === 'stop')).toMatchObject([{ begin: 0, end: milliseconds }]);
    bench.time.expectNoPendingTimers();
  });

  it('is waited for without end, and never named, by a bare host', async () => {
    await using bench = benchOf({ a: { stop: never } }, { options: { shutdownTimeout: 10_000 } });
    await bench.host.start();
    const ended = jest.fn();
    void bench.host.stop().finally(ended);
    await bench.time.advanceAsync(1_000_000);
    expect([ended.mock.calls.length, warnings(bench)]).toEqual([0, []]);
  });

  it('together with others holds up nobody else', async () => {
    await using bench = benchOf({ a: {}, b: { stop: never }, c: { stop: failing('c failed') } }, { options: { ...limits, servicesStopConcurrently: true } });
    await bench.host.start();
    const outcome = (await bench.time.advanceUntilSettled(bench.host.stop().catch((error: unknown) => error))) as AggregateError;
    expect(outcome.errors.map((error: Error) => error.message)).toEqual(['c failed', 'Object-2 did not end its stop within 11000 ms, and was left behind.']);
  });

  it('may fail afterwards without anybody noticing', async () => {
    let fail!: (error: Error) => void;
    await using bench = benchOf({ a: { stop: () => new Promise<void>((_resolve, reject) => void (fail = reject)) } }, { options: limits });
    await bench.host.start();
    await expect(bench.time.advanceUntilSettled(bench.host.stop())).rejects.toBeInstanceOf(HungServiceError);
    const unhandled = jest.fn();
    process.once('unhandledRejection', unhandled);
    fail(new Error('too late'));
    await turn();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('a service that holds up the start', () => {
  it('is named, and is left behind when the start is given up; what had started is stopped', async () => {
    const options = { ...limits, startupTimeout: 5_000, rollbackFailedStart: true };
    await using bench = benchOf({ a: {}, b: { start: never }, c: {} }, { options });
    await expect(bench.time.advanceUntilSettled(bench.host.start())).rejects.toMatchObject({ code: 'ERR_HUNG_SERVICE', phase: 'start', milliseconds: 6_000 });
    expect(bench.trace).toEqual(['a.start', 'b.start', 'a.stop']);
  });

  it.each(['starting', 'started'] as const)('is named in its phase: %s', async phase => {
    await using bench = benchOf({ a: { [phase]: never } }, { options: { ...limits, startupTimeout: 5_000 } });
    await expect(bench.time.advanceUntilSettled(bench.host.start())).rejects.toMatchObject({ phase });
  });
});

describe('a service that heeds its signal', () => {
  it('is not said to be still at work', async () => {
    await using bench = benchOf({ a: {}, b: { start: cooperating } }, { options: limits });
    const started = bench.host.start().catch((error: unknown) => error);
    await turn();
    bench.host.services.getRequiredService(IHostApplicationLifetime).stopApplication();
    await expect(started).resolves.toMatchObject({ name: 'AbortError' });
    await bench.time.advanceAsync(10_000);
    expect(warnings(bench)).toEqual([]);
  });
});

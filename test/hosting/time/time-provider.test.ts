import { Duration, Instant, ZonedDateTime, ZoneId, ZoneOffset } from '@js-joda/core';
import { TimeProvider } from 'hostward';
import { expectNoLeaks } from '../../support/leak-check.js';

expectNoLeaks();

/** A clock of which a test says what it needs. */
class StubClock extends TimeProvider {
  reads: string[] = [];

  constructor(private readonly facts: { now?: Instant; zone?: ZoneId; frequency?: bigint; timestamp?: bigint } = {}) {
    super();
  }

  override getUtcNow(): Instant {
    this.reads.push('now');
    return this.facts.now ?? Instant.EPOCH;
  }

  override get localTimeZone(): ZoneId {
    this.reads.push('zone');
    return this.facts.zone ?? ZoneOffset.UTC;
  }

  override get timestampFrequency(): bigint {
    return this.facts.frequency ?? 1_000n;
  }

  override getTimestamp(): bigint {
    this.reads.push('timestamp');
    return this.facts.timestamp ?? 0n;
  }
}

describe('the system clock', () => {
  const { system } = TimeProvider;

  it('is one object', () => {
    expect(TimeProvider.system).toBe(system);
  });

  it('tells the wall time', () => {
    const before = Date.now();
    const [instant, milliseconds] = [system.getUtcNow().toEpochMilli(), system.getUtcNowMilliseconds()];
    const after = Date.now();
    expect([before <= instant, instant <= milliseconds, milliseconds <= after]).toEqual([true, true, true]);
  });

  it("gives instants of the very js-joda that a program's own import gives", () => {
    expect(system.getUtcNow()).toBeInstanceOf(Instant);
  });

  it('is in the time zone of the machine', () => {
    expect(system.localTimeZone).toEqual(ZoneId.systemDefault());
    const [before, local, after] = [ZonedDateTime.now(), system.getLocalNow(), ZonedDateTime.now()];
    expect([local.zone(), local.offset()]).toEqual([before.zone(), before.offset()]);
    expect([before.isAfter(local), local.isAfter(after)]).toEqual([false, false]);
  });

  it('counts nanoseconds that never go back, as fast as a stopwatch', async () => {
    const before = performance.now();
    const start = system.getTimestamp();
    const after = performance.now();
    await new Promise(resolve => setTimeout(resolve, 5));
    const least = performance.now() - after;
    const elapsed = [system.getElapsedMilliseconds(start), system.getElapsedMilliseconds(start), system.getElapsedTime(start).toNanos() / 1_000_000];
    const most = performance.now() - before;
    expect(system.timestampFrequency).toBe(1_000_000_000n);
    // Cut to 100 ns.
    expect([least - 0.0002, ...elapsed, most]).toEqual([least - 0.0002, ...elapsed, most].sort((a, b) => a - b));
  });
});

describe('a clock of your own', () => {
  it('that overrides nothing is the system clock', () => {
    class Plain extends TimeProvider {}
    const plain = new Plain();
    expect(Math.abs(plain.getUtcNowMilliseconds() - Date.now())).toBeLessThan(1_000);
    expect(plain.timestampFrequency).toBe(TimeProvider.system.timestampFrequency);
  });

  it('that overrides the zone alone is otherwise the system clock, seen from there', () => {
    class Abroad extends TimeProvider {
      override get localTimeZone(): ZoneId {
        return ZoneOffset.ofHoursMinutes(-9, -30);
      }
    }
    const abroad = new Abroad();
    const before = TimeProvider.system.getUtcNow();
    const local = abroad.getLocalNow();
    const after = TimeProvider.system.getUtcNow();
    expect([abroad.localTimeZone.id(), local.offset().id()]).toEqual(['-09:30', '-09:30']);
    expect([before.isAfter(local.toInstant()), local.toInstant().isAfter(after)]).toEqual([false, false]);
    expect(TimeProvider.system.localTimeZone).toEqual(ZoneId.systemDefault());
  });

  it('that overrides the instant alone also says the milliseconds of it', () => {
    expect(new StubClock({ now: Instant.ofEpochMilli(1234) }).getUtcNowMilliseconds()).toBe(1234);
  });

  it('tells its local time by one look at the instant and then one at the zone', () => {
    const clock = new StubClock({ now: Instant.parse('2024-06-01T12:00:00Z'), zone: ZoneOffset.ofHours(2) });
    expect([clock.getLocalNow().toString(), clock.reads]).toEqual(['2024-06-01T14:00+02:00', ['now', 'zone']]);
  });
});

describe('elapsed time', () => {
  it.each([
    [1_000n, 0n, 1_500n, 1_500],
    [10_000_000n, 0n, 12_345_678n, 1_234.5678],
    [1_000_000_000n, 0n, 1_999n, 0.0019],
    [3n, 0n, 1n, 333.3333],
    [1_000n, 1_500n, 0n, -1_500],
    [3n, 1n, 0n, -333.3333],
  ])('at %d counts a second from %d to %d is %d ms, truncated to 100 ns', (frequency, from, to, milliseconds) => {
    expect(new StubClock({ frequency }).getElapsedTime(from, to)).toEqual(Duration.ofNanos(Math.round(milliseconds * 1_000_000)));
  });

  it('as a number of milliseconds keeps its fractions', () => {
    expect(new StubClock({ frequency: 1_000_000n }).getElapsedMilliseconds(0n, 1_234n)).toBe(1.234);
  });

  it('without an end reads the clock once', () => {
    const clock = new StubClock({ timestamp: 500n });
    expect([clock.getElapsedTime(200n).toMillis(), clock.reads]).toEqual([300, ['timestamp']]);
    expect([clock.getElapsedMilliseconds(200n), clock.reads]).toEqual([300, ['timestamp', 'timestamp']]);
  });

  it('with an end does not read the clock', () => {
    const clock = new StubClock();
    clock.getElapsedTime(0n, 1n);
    clock.getElapsedMilliseconds(0n, 1n);
    expect(clock.reads).toEqual([]);
  });

  it.each([0n, -1n])('is an error at a frequency of %d, each time', frequency => {
    const clock = new StubClock({ frequency });
    for (const measure of [() => clock.getElapsedTime(0n, 1n), () => clock.getElapsedMilliseconds(0n, 1n), () => clock.getElapsedTime(0n)])
      expect(measure).toThrow(
        expect.objectContaining({ name: 'InvalidOperationError', message: `The timestamp frequency must be positive, but was ${frequency}.` }),
      );
    expect(clock.reads).toEqual(['timestamp']);
  });
});

import { readFileSync } from 'node:fs';
import type { HostwardError } from 'hostward';
import { FakeTimeProvider } from 'hostward/testing';
import { compileTimestampFormat } from '../../../../src/hosting/logging/formatters/timestamp-format.js';
import { expectNoLeaks } from '../../../support/leak-check.js';

expectNoLeaks();

interface Recorded {
  readonly format: string;
  readonly milliseconds: number;
  readonly offsetMinutes: number;
  readonly text?: string;
  readonly error?: boolean;
}

/** A clock in a zone that is always so far ahead of UTC. */
function clockAt(offsetMinutes: number): FakeTimeProvider {
  const time = new FakeTimeProvider();
  const rules = { offsetOfEpochMilli: () => ({ totalSeconds: () => offsetMinutes * 60 }) };
  Object.defineProperty(time, 'localTimeZone', { value: { rules: () => rules } });
  return time;
}

describe('a format of date and time', () => {
  // What DateTimeOffset.ToString(format, CultureInfo.InvariantCulture) of .NET 10 gave: by hand, then at random.
  const recorded = JSON.parse(readFileSync('test/fixtures/timestamp-formats.json', 'utf8')) as Recorded[];

  it('gives what was recorded of .NET, and is refused where it was refused there', () => {
    const differences = recorded.filter(({ format, milliseconds, offsetMinutes, text }) => {
      try {
        return compileTimestampFormat(format, { timeProvider: clockAt(offsetMinutes) })(milliseconds) !== text;
      } catch (error) {
        return text !== undefined || (error as HostwardError).code !== 'ERR_TIMESTAMP_FORMAT';
      }
    });
    expect(recorded.length).toBeGreaterThan(400);
    expect(differences).toEqual([]);
  });

  it('says what is wrong with it', () => {
    expect(() => compileTimestampFormat("HH:mm 'o clock")).toThrow(
      "Expected a .NET format of date and time such as 'yyyy-MM-dd HH:mm:ss ', but found 'HH:mm 'o clock': the literal that begins with ' has no end.",
    );
    expect(() => compileTimestampFormat('x')).toThrow('write %x for a custom one');
  });

  it('is of the time zone of the clock, or of UTC where that is asked for', () => {
    const timeProvider = clockAt(330);
    expect(compileTimestampFormat('HH:mm zzz', { timeProvider })(0)).toBe('05:30 +05:30');
    expect(compileTimestampFormat('HH:mm zzz', { timeProvider, utc: true })(0)).toBe('00:00 +00:00');
  });

  it('is of the time zone of the machine by default', () => {
    const noon = new Date(2024, 1, 29, 12, 34, 56);
    expect(compileTimestampFormat('yyyy-MM-dd HH:mm:ss')(noon.getTime())).toBe('2024-02-29 12:34:56');
  });
});

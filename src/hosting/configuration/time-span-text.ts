const ticksPer = { day: 864_000_000_000n, hour: 36_000_000_000n, minute: 600_000_000n, second: 10_000_000n };

/** The longest span that .NET has, in ticks of 100 ns; the shortest is one tick longer. */
const maximumTicks = 2n ** 63n - 1n;

/** Longer texts can only be zeros. */
const maximumLength = 1_000;

/** The order in which the forms are tried: `24:00:00`, too many hours for the second, is 24 days in the third. */
const forms: readonly RegExp[] = [
  /^(?<day>\d+)$/,
  /^(?<hour>\d+):(?<minute>\d+)(:(?<second>\d+)(\.(?<fraction>\d+))?)?$/,
  /^(?<day>\d+):(?<hour>\d+):(?<minute>\d+)$/,
  /^(?<day>\d+)[.:](?<hour>\d+):(?<minute>\d+)(:(?<second>\d+)(\.(?<fraction>\d+))?)?$/,
];

/**
 * The ticks (100 ns) of a span in .NET's text form, `[-][d.]hh:mm[:ss[.fffffff]]`; undefined for any other text. A whole number alone is days.
 *
 * @see System.TimeSpan.Parse, with the invariant culture
 */
export function parseTimeSpan(text: string): bigint | undefined {
  if (text.length > maximumLength) return undefined;
  const [, sign, unsigned] = /^(-?)(.*)$/s.exec(text.trim())!;
  for (const form of forms) {
    const ticks = ticksOf(form.exec(unsigned!)?.groups);
    if (ticks !== undefined) return inRange(sign === '-' ? -ticks : ticks);
  }
  return undefined;
}

function ticksOf(parts: Readonly<Record<string, string | undefined>> | undefined): bigint | undefined {
  if (!parts) return undefined;
  const { day = '0', hour = '0', minute = '0', second = '0', fraction = '' } = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || fraction.length > 7) return undefined;
  const whole = BigInt(day) * ticksPer.day + BigInt(hour) * ticksPer.hour + BigInt(minute) * ticksPer.minute + BigInt(second) * ticksPer.second;
  return whole + BigInt(fraction.padEnd(7, '0'));
}

function inRange(ticks: bigint): bigint | undefined {
  return ticks > maximumTicks || ticks < -maximumTicks - 1n ? undefined : ticks;
}

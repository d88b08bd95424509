import { bind, ConfigurationBuilder, type ConfigurationType, configurationTypes as t, getAs, getValue, parseTimeSpan, type ScalarType } from 'hostward';
import { comparableErrors, type RecordedError, recordedError } from './config-errors.js';
import type { SectionReplay } from './config-parity.js';
import { differencesOf } from './differences.js';

interface BinderInput {
  readonly type: string;
  readonly config: Readonly<Record<string, string | null>>;
  readonly getValue?: boolean;
  readonly into?: boolean;
  readonly errorOnUnknown?: boolean;
}

/** Replays how the values of a section become those of a type. */
export const replayBinder: SectionReplay = vector => {
  const input = vector.in as BinderInput;
  const found = outcome(input);
  const expected = vector.out as { readonly value?: unknown; readonly error?: RecordedError };
  if (expected.error?.type === 'InvalidCastException') return { differences: [], skipped: 'null in a list of numbers is 0, as it is everywhere else' };
  return { differences: differencesOf(comparable(expected), comparable(found)) };
};

function outcome({ type, config, getValue: isValue, into, errorOnUnknown }: BinderInput): unknown {
  try {
    using configuration = new ConfigurationBuilder().addInMemoryCollection(config).build();
    const section = configuration.getSection('V');
    const options = { errorOnUnknownConfiguration: errorOnUnknown === true };
    if (into) return { value: shown(bind(section, existingObject(), { ...options, type: nested })) };
    const description = types[type]!;
    return { value: shown(isValue ? getValue(configuration, 'V', description as ScalarType<unknown>) : getAs(section, description, options)) };
  } catch (error) {
    return { error: recordedError(error) };
  }
}

const colors = { Red: 0, Green: 1, Blue: 7, DarkRed: 8 };
const colorNames = new Map(Object.entries(colors).map(([name, value]) => [value, name]));

class Ticks {
  constructor(readonly ticks: bigint) {}
}

class Color {
  constructor(readonly value: number) {}
}

const timeSpan = t.scalar('timeSpan', t.timeSpan.expected, text => mapped(parseTimeSpan(text), ticks => new Ticks(ticks)), new Ticks(0n));
const numbers = t.enumeration(colors, 'Color');
const color = t.scalar('Color', numbers.expected, text => mapped(numbers.convert(text), value => new Color(value)), new Color(0));
const colorKey = t.scalar('Color', numbers.expected, text => mapped(numbers.convert(text), colorText));

function mapped<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value);
}

const nested: ConfigurationType = t.object(
  () => ({
    Name: t.string,
    Level: t.int32,
    Child: nested as typeof t.string,
    Tags: t.array(t.string),
    Map: t.map(t.int32),
    Items: t.array(nested as typeof t.string),
    WithDefault: t.withDefault(t.int32, 5),
    Flag: t.boolean,
    Maybe: t.withDefault(t.nullable(t.int32), 9),
    Span: timeSpan,
    Color: t.withDefault(color, new Color(1)),
  }),
  'Nested',
);

const types: Readonly<Record<string, ConfigurationType>> = {
  bool: t.boolean,
  int: t.int32,
  'int?': t.nullable(t.int32),
  double: t.number,
  string: t.string,
  timespan: timeSpan,
  enum: color,
  'string[]': t.array(t.string),
  'int[]': t.array(t.int32),
  'int[][]': t.array(t.array(t.int32)),
  'map<int>': t.map(t.int32),
  'map<string>': t.map(t.string),
  'map<enum,string>': t.map(t.string, colorKey),
  object: nested,
};

function existingObject(): object {
  const empty = getAs(new ConfigurationBuilder().addInMemoryCollection({ 'V:none': '' }).build().getSection('V'), nested) as object;
  const fresh = () => ({ ...empty });
  return {
    ...fresh(),
    Tags: ['old'],
    Map: new Map([['old', 1]]),
    Items: [{ ...fresh(), Name: 'old' }],
    Child: { ...fresh(), Name: 'oldchild', Level: 3 },
  };
}

/** A value as it is recorded. */
function shown(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Ticks) return shownTicks(value.ticks);
  if (value instanceof Color) return colorText(value.value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) return Object.fromEntries(Array.from(value as Map<string, unknown>, ([key, member]) => [key, shown(member)]));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), shown(member)]));
  return value;
}

function shownTicks(ticks: bigint): unknown {
  const isExact = ticks <= BigInt(Number.MAX_SAFE_INTEGER) && ticks >= BigInt(Number.MIN_SAFE_INTEGER);
  return { ticks: isExact ? Number(ticks) : String(ticks), ms: Number(ticks) / 10_000 };
}

function colorText(value: number): string {
  return colorNames.get(value) ?? String(value);
}

/** Names of types are the port's own, so is what it says beyond .NET's sentence, and paths are spelled as the configuration does. */
function comparable(result: unknown): unknown {
  const text = JSON.stringify(comparableErrors(result))
    .replace(/ at '[^']*'/g, path => path.toLowerCase())
    .replace(/( to type )'[^']*'\.[^"]*/g, "$1'…'.")
    .replace(/(of type )'[^']*'( because (?:it has multiple public parameterized constructors|one or more parameters are unnamed)\.)[^"]*/g, '$1…$2')
    .replace(/( instance of )[\w.[\]<>]+:/g, '$1…:');
  return JSON.parse(text);
}

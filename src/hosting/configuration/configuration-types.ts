import { parseTimeSpan } from './time-span-text.js';
import { parseBoolean, parseEnumeration, parseInteger, parseNumber, parseUnits } from './value-texts.js';

/** What configuration text is converted to: a single value, a list, a map or an object. `Empty` is what stands for it where nothing was given. */
export type ConfigurationType<T = unknown, Empty = unknown> = ScalarType<T, Empty> | ArrayType<T, Empty> | MapType<T, Empty> | ObjectType<T, Empty>;

/** The type of the values that a description describes. */
export type ConfigurationTypeOf<D> = D extends { readonly [valueType]?: infer T } ? T : never;

declare const valueType: unique symbol;
declare const emptyType: unique symbol;

interface Described<T, Empty> {
  /** For messages: `integer`. */
  readonly name: string;
  /** Only for the compiler. */
  readonly [valueType]?: T;
  readonly [emptyType]?: Empty;
}

/** A value that one text gives. */
export interface ScalarType<T, Empty = undefined> extends Described<T, Empty> {
  readonly kind: 'scalar';
  /** For messages, as a noun phrase: "a whole number from 1 to 9". */
  readonly expected: string;
  /** The value of a text, undefined when it is none. */
  readonly convert: (text: string) => T | undefined;
  /** What null is converted to. */
  readonly emptyValue: Empty;
  /** Takes the place of a value that should be there, and is not because there are keys below it; undefined where that is an error. */
  readonly zero: T | undefined;
  /** Whether the empty text is no value, not one that cannot be converted. */
  readonly isNullable?: boolean;
}

/** A list: of what lies directly below a key, in the order of keys. */
export interface ArrayType<T, Empty = undefined> extends Described<T, Empty> {
  readonly kind: 'array';
  readonly item: ConfigurationType;
}

/** Values by the keys directly below a key. */
export interface MapType<T, Empty = undefined> extends Described<T, Empty> {
  readonly kind: 'map';
  readonly value: ConfigurationType;
  readonly keys: ScalarType<unknown, unknown> | undefined;
  /** Whether it is a plain object, not a `Map`. */
  readonly isRecord: boolean;
}

/** An object of known properties. Their names ignore case in the configuration. */
export interface ObjectType<T, Empty = undefined> extends Described<T, Empty> {
  readonly kind: 'object';
  readonly properties: () => Readonly<Record<string, AnyProperty>>;
}

/** A property that has a value before anything is bound. */
export interface PropertyType<T, Empty> extends Described<T, Empty> {
  readonly kind: 'property';
  readonly type: ConfigurationType<T, Empty>;
  readonly defaultValue: () => T;
}

type AnyProperty = ConfigurationType | PropertyType<unknown, unknown>;
type Properties = Readonly<Record<string, Described<unknown, unknown>>>;
type ObjectOf<P extends Properties> = { -readonly [K in keyof P]: P[K] extends Described<infer T, infer Empty> ? T | Empty : never };

/**
 * The vocabulary in which a program says what its configuration holds.
 *
 * @see docs/configuration.md
 */
export const configurationTypes: ConfigurationTypes = {
  string: { kind: 'scalar', name: 'string', expected: 'a text', convert: text => text, emptyValue: undefined, zero: undefined },
  boolean: { kind: 'scalar', name: 'boolean', expected: "'true' or 'false'", convert: parseBoolean, emptyValue: false, zero: false },
  number: { kind: 'scalar', name: 'number', expected: 'a number', convert: parseNumber, emptyValue: 0, zero: 0 },
  integer: integerBetween('integer', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  int32: integerBetween('int32', -(2 ** 31), 2 ** 31 - 1, 32),
  bigint: { kind: 'scalar', name: 'bigint', expected: 'a whole number', convert: text => parseInteger(text)?.value, emptyValue: 0n, zero: 0n },
  date: {
    kind: 'scalar',
    name: 'date',
    expected: "a date as '2026-11-23' or '2026-11-23T12:00:00Z'",
    convert: parseDate,
    emptyValue: undefined,
    zero: undefined,
  },
  timeSpan: {
    kind: 'scalar',
    name: 'timeSpan',
    expected: "a time span as '[d.]hh:mm[:ss[.fffffff]]', where a number alone is days",
    convert: timeSpanMilliseconds,
    emptyValue: 0,
    zero: 0,
  },
  duration: {
    kind: 'scalar',
    name: 'duration',
    expected: "a duration as '500ms', '30s', '5m', '2h', '1d' or '[d.]hh:mm[:ss[.fffffff]]'",
    // Without a unit nobody can tell what is meant.
    convert: text => (/^\s*-?\d+\s*$/.test(text) ? undefined : (parseUnits(text) ?? timeSpanMilliseconds(text))),
    emptyValue: 0,
    zero: 0,
  },
  enumeration,
  nullable: <T, Empty>({ kind, name, expected, convert, zero }: ScalarType<T, Empty>) => ({
    kind,
    name,
    expected,
    convert,
    zero,
    emptyValue: undefined,
    isNullable: true,
  }),
  scalar: <T>(name: string, expected: string, convert: (text: string) => T | undefined, zero?: T): ScalarType<T, never> => ({
    kind: 'scalar',
    name,
    expected,
    convert,
    emptyValue: zero as never,
    zero,
  }),
  array: item => ({ kind: 'array', name: `${item.name}[]`, item }),
  map: <T, K>(value: ConfigurationType<T>, keys?: ScalarType<K, unknown>): MapType<Map<K, never>> => ({
    kind: 'map',
    name: `map<${value.name}>`,
    value,
    keys,
    isRecord: false,
  }),
  record: value => ({ kind: 'map', name: `record<${value.name}>`, value, keys: undefined, isRecord: true }),
  object: (properties, name = 'object') => {
    const get: () => Properties = typeof properties === 'function' ? properties : () => properties;
    return { kind: 'object', name, properties: get as () => Readonly<Record<string, AnyProperty>> };
  },
  withDefault: <T, Empty>(type: ConfigurationType<T, Empty>, defaultValue: T | (() => T)) => {
    const get = typeof defaultValue === 'function' ? (defaultValue as () => T) : () => defaultValue;
    return { kind: 'property', name: type.name, type, defaultValue: get };
  },
};

/** The words of {@link configurationTypes}. */
export interface ConfigurationTypes {
  /** Any text. */
  readonly string: ScalarType<string>;
  /** `true` or `false`, ignoring case. */
  readonly boolean: ScalarType<boolean, boolean>;
  /** A number with or without point and exponent, `NaN`, `Infinity`. */
  readonly number: ScalarType<number, number>;
  /** A whole number that JavaScript keeps exactly, also as `0x10`, `#ff`, `&HFF`. */
  readonly integer: ScalarType<number, number>;
  /** The same, of 32 bits: .NET's `int`. */
  readonly int32: ScalarType<number, number>;
  /** A whole number of any size. */
  readonly bigint: ScalarType<bigint, bigint>;
  /** A date, with or without a time, in the form of ISO 8601. */
  readonly date: ScalarType<Date>;
  /** Milliseconds from .NET's text for a `TimeSpan`: `00:00:30`, `1.12:00:00`. A number alone is days. */
  readonly timeSpan: ScalarType<number, number>;
  /** Milliseconds from `500ms`, `30s`, `5m`, `2h`, `1d` or a {@link ConfigurationTypes.timeSpan} with colons. A number alone is refused. */
  readonly duration: ScalarType<number, number>;
  /** One of the words, ignoring case; or, of an `enum` or an object of numbers, a number by name, by value, or combined from several by commas. */
  readonly enumeration: typeof enumeration;
  /** The same, but the empty text and null are no value, and no error. */
  nullable<T, Empty>(type: ScalarType<T, Empty>): ScalarType<T>;
  /** A type of your own; `convert` gives undefined for a text that is none of its values. */
  scalar<T>(name: string, expected: string, convert: (text: string) => T | undefined): ScalarType<T>;
  /** The same, with the value that null is converted to, and that a property has before anything is bound. */
  scalar<T>(name: string, expected: string, convert: (text: string) => T | undefined, emptyValue: T): ScalarType<T, T>;
  array<T, Empty>(item: Described<T, Empty> & ConfigurationType<T, Empty>): ArrayType<(T | Empty)[]>;
  map<T, Empty>(value: Described<T, Empty> & ConfigurationType<T, Empty>): MapType<Map<string, T | Empty>>;
  map<T, Empty, K>(value: Described<T, Empty> & ConfigurationType<T, Empty>, keys: ScalarType<K, unknown>): MapType<Map<K, T | Empty>>;
  record<T, Empty>(value: Described<T, Empty> & ConfigurationType<T, Empty>): MapType<Record<string, T | Empty>>;
  /** Properties by their names; a function of them lets an object hold its own kind. `name` is for messages. */
  object<P extends Properties>(properties: P | (() => P), name?: string): ObjectType<ObjectOf<P>>;
  /** For a property of an object: the value that it has when the configuration has none. Of lists, maps and plain objects each object gets its own copy. */
  withDefault<T, Empty>(type: Described<T, Empty> & ConfigurationType<T, Empty>, defaultValue: T | (() => T)): PropertyType<T, Empty>;
}

function integerBetween(name: string, minimum: number, maximum: number, bits?: number): ScalarType<number, number> {
  const convert = (text: string) => {
    const integer = parseInteger(text);
    if (!integer) return undefined;
    // As in .NET the digits of a hexadecimal number are its bits.
    const areBits = bits !== undefined && integer.isHexadecimal && integer.value < 1n << BigInt(bits);
    const value = Number(areBits ? BigInt.asIntN(bits, integer.value) : integer.value);
    return value >= minimum && value <= maximum ? value : undefined;
  };
  return { kind: 'scalar', name, expected: `a whole number from ${minimum} to ${maximum}`, convert, emptyValue: 0, zero: 0 };
}

function enumeration<const T extends string>(words: readonly T[], name?: string): ScalarType<T>;
function enumeration(members: Readonly<Record<string, number | string>>, name?: string): ScalarType<number, number>;
function enumeration(members: readonly string[] | Readonly<Record<string, number | string>>, name = 'enumeration'): ScalarType<unknown, unknown> {
  if (Array.isArray(members)) {
    const words = new Map((members as readonly string[]).map(word => [word.toLowerCase(), word]));
    const expected = `one of ${[...words.values()].join(', ')}`;
    return { kind: 'scalar', name, expected, convert: text => words.get(text.trim().toLowerCase()), emptyValue: undefined, zero: undefined };
  }
  // An enum of TypeScript has the way back too, from numbers to names.
  const numbers = Object.entries(members).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  const byName = new Map(numbers.map(([key, value]) => [key.toLowerCase(), value]));
  const expected = `one of ${numbers.map(([key]) => key).join(', ')}, or a number`;
  return { kind: 'scalar', name, expected, convert: text => parseEnumeration(text, byName), emptyValue: 0, zero: 0 };
}

function timeSpanMilliseconds(text: string): number | undefined {
  const ticks = parseTimeSpan(text);
  return ticks === undefined ? undefined : Number(ticks) / 10_000;
}

function parseDate(text: string): Date | undefined {
  if (!/^\s*\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?\s*$/.test(text)) return undefined;
  const date = new Date(text.trim());
  return Number.isNaN(date.getTime()) ? undefined : date;
}

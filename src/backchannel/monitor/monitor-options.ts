import { isAbsolute } from 'node:path';
import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { ArgumentError, ArgumentOutOfRangeError } from '../../hosting/primitives/index.js';
import { infiniteTimeSpan } from '../../hosting/time/index.js';
import type { TraceContext, WireLog } from '../rpc/index.js';

/** How the monitor looks for AppHosts. All times in milliseconds of the injected clock. */
export interface MonitorOptions {
  /** The directory below which `.aspire/cli/bch` lies. Default: the user's home. */
  readonly homeDirectory: string;
  /** What "in scope" is measured against. Default: the working directory. */
  readonly workingDirectory: string;
  /** The longest wait for a connection to be accepted. Default: 3,000. */
  readonly connectTimeout: number;
  /** The longest wait for both answers of the handshake. Default: 5,000. */
  readonly handshakeTimeout: number;
  /** How long the monitor waits to learn which command runs. Default: 1,000. */
  readonly commandSelectionTimeout: number;
  /** How often the directories are read although no change was reported. Default: 5,000. */
  readonly pollInterval: number;
  /** The same while changes of a directory cannot be reported. Default: 500. */
  readonly unwatchedPollInterval: number;
  /** How often the system is asked again to report changes after it could not. Default: 30,000. */
  readonly rewatchInterval: number;
  /** How often every socket file is compared with the one that was found, in case another took its place unnoticed. Default: 60,000. */
  readonly identityCheckInterval: number;
  /** The wait before the first new attempt; it doubles from one to the next. Default: 100. */
  readonly retryDelay: number;
  /** The longest wait between two attempts. Default: 10,000. */
  readonly maxRetryDelay: number;
  /** How much of a wait between two attempts is left to chance, from 0 to 1, so that many do not try in step. Default: 0.5, which is half to all of the wait. */
  readonly retryJitter: number;
  /** Where chance comes from: numbers from 0 up to 1. Default: `Math.random`. */
  readonly random: () => number;
  /** So many attempts at most are begun at a time. One that hangs does not count for longer than `attemptSlotTime`. Default: 64. */
  readonly maxConcurrentAttempts: number;
  /** How long an attempt may keep others from being begun. Default: 100. */
  readonly attemptSlotTime: number;
  /** How long a socket may refuse connections before that counts: between bind and listen, every socket does. Default: 500. */
  readonly freshSocketGrace: number;
  /** Whether every AppHost is asked for its version and its dashboard together with the handshake, for a program that will want them of all. Default: false. */
  readonly asksAhead?: boolean | undefined;
  /**
   * Whether connections that the monitor lets go of, above all when it is disposed, are left to the system, which closes them with the end of the process: for a program that ends
   * with its work, because a thousand are closed faster so than one by one. They do not keep the process running. Default: false.
   */
  readonly leavesConnectionsOpen?: boolean | undefined;
  /**
   * Whether sockets in a directory to which only this user can write are connected to without a look at their files, for a program that looks once and ends. That another file
   * has taken the place of one is then noticed by the end of its connection alone. Default: false.
   */
  readonly trustsOwnDirectories?: boolean | undefined;
  /** Receives every message of every connection, secrets masked. Default: none is logged. */
  readonly wireLog?: WireLog | undefined;
  /** Asked at each call which trace it belongs to. Default: none is sent. */
  readonly traceContext?: (() => TraceContext | undefined) | undefined;
}

export const MonitorOptions: ServiceToken<MonitorOptions> = serviceToken('MonitorOptions');

export function defaultMonitorOptions(homeDirectory: string, workingDirectory: string): MonitorOptions {
  return {
    homeDirectory,
    workingDirectory,
    connectTimeout: 3_000,
    handshakeTimeout: 5_000,
    commandSelectionTimeout: 1_000,
    pollInterval: 5_000,
    unwatchedPollInterval: 500,
    rewatchInterval: 30_000,
    identityCheckInterval: 60_000,
    retryDelay: 100,
    maxRetryDelay: 10_000,
    retryJitter: 0.5,
    random: Math.random,
    maxConcurrentAttempts: 64,
    attemptSlotTime: 100,
    freshSocketGrace: 500,
  };
}

/**
 * @throws ArgumentOutOfRangeError for a number with which the monitor could not work
 * @throws ArgumentError for a directory that would be another one wherever the process goes
 */
export function assertMonitorOptions(options: MonitorOptions): void {
  for (const name of ['homeDirectory', 'workingDirectory'] as const)
    if (!isAbsolute(options[name])) throw new ArgumentError(`MonitorOptions.${name}`, `Expected an absolute path, but found '${options[name]}'.`);
  const spans = ['connectTimeout', 'handshakeTimeout', 'commandSelectionTimeout'] as const;
  for (const name of spans)
    if (options[name] !== infiniteTimeSpan) assertNumber(options, name, 1, longestTimer, 'a number of milliseconds from 1 to 4294967294, or -1');
  const intervals = [
    'pollInterval',
    'unwatchedPollInterval',
    'rewatchInterval',
    'identityCheckInterval',
    'retryDelay',
    'maxRetryDelay',
    'attemptSlotTime',
  ] as const;
  for (const name of intervals) assertNumber(options, name, 1, longestTimer, 'a number of milliseconds from 1 to 4294967294');
  assertNumber(options, 'freshSocketGrace', 0, longestTimer, 'a number of milliseconds from 0 to 4294967294');
  assertNumber(options, 'retryJitter', 0, 1, 'a number from 0 to 1');
  assertNumber(options, 'maxConcurrentAttempts', 1, Number.MAX_SAFE_INTEGER, 'a number of attempts from 1 on');
}

/** What a timer takes. Milliseconds. */
const longestTimer = 4_294_967_294;

function assertNumber(options: MonitorOptions, name: keyof MonitorOptions, min: number, max: number, expected: string): void {
  const value: unknown = options[name];
  if (!(typeof value === 'number' && value >= min && value <= max)) throw new ArgumentOutOfRangeError(`MonitorOptions.${name}`, value, expected);
}

import type { IServiceProvider } from '../dependency-injection/index.js';
import type { IHost } from '../host.js';
import { HostApplicationBuilder, type HostApplicationBuilderSettings } from '../host-application-builder.js';
import { IHostLifetime, NullLifetime } from '../lifetimes/index.js';
import { ArgumentError, InvalidOperationError, throwCollected, toError } from '../primitives/index.js';
import { TimeProvider, waitWithTimeout } from '../time/index.js';
import { CapturedLogs } from './captured-logs.js';
import { FakeTimeProvider } from './fake-time-provider.js';
import { HostLeakWatch } from './host-leak-watch.js';

/** Settings of {@link createTestHost}. */
export interface TestHostSettings extends HostApplicationBuilderSettings {
  /** Whether the disposal fails when the host has left something behind. Default: true. */
  readonly checkLeaks?: boolean;
}

/** So long the end of a host may take in real time before its fake clock is moved for it. Milliseconds. */
const patience = 1_000;
/** So far the clock is moved for it: beyond any budget of a stop. Milliseconds on the fake clock. */
const farthest = 3_600_000;

/**
 * A host for tests: a fake clock, no signals, nothing printed, all log entries kept.
 *
 * Disposing it stops it first when it was started, and then looks for what is left: timers on the fake clock that were not armed before, services at work,
 * listeners on the signals that `start` and `stop` were given, and rejections since the start that nobody handled, which do not end the process meanwhile. Where
 * several test hosts share a clock, its timers are looked for when the last has ended. An end that waits for time to pass is given it: after 1 s of real time
 * the fake clock moves, by an hour at most.
 */
export class TestHost implements AsyncDisposable {
  #isStarted = false;
  #isDisposed = false;
  readonly #watch: HostLeakWatch | undefined;
  readonly #timeProvider: TimeProvider;

  constructor(
    readonly host: IHost,
    readonly logs: CapturedLogs,
    { checkLeaks = true }: Pick<TestHostSettings, 'checkLeaks'> = {},
  ) {
    this.#timeProvider = host.services.getRequiredService(TimeProvider);
    if (checkLeaks) this.#watch = new HostLeakWatch(host, this.#fakeClock);
  }

  get services(): IServiceProvider {
    return this.host.services;
  }

  /**
   * The clock of the host: its own, or the fake one that the test has registered.
   *
   * @throws InvalidOperationError when the test has registered a clock of another kind
   */
  get time(): FakeTimeProvider {
    const clock = this.#fakeClock;
    if (clock) return clock;
    throw new InvalidOperationError(`The test host runs on a clock that is not fake: ${this.#timeProvider.constructor.name}. Leave its registration out.`);
  }

  /** A start that fails disposes the host, because `await using host = await createTestHost(…).start()` has nothing to dispose then. */
  async start(signal?: AbortSignal): Promise<this> {
    this.#watch?.begin();
    try {
      await this.#around('start', signal, () => this.host.start(signal));
    } catch (error) {
      this.#isDisposed = true;
      this.#watch?.[Symbol.dispose]();
      const errors = [toError(error)];
      await Promise.resolve(this.host[Symbol.asyncDispose]()).catch((failure: unknown) => void errors.push(toError(failure)));
      throwCollected(errors, `The test host did not start, and did not end well either:${errors.map(({ message }) => `\n${message}`).join('')}`);
    }
    this.#isStarted = true;
    return this;
  }

  async stop(signal?: AbortSignal): Promise<void> {
    this.#isStarted = false;
    await this.#around('stop', signal, () => this.host.stop(signal));
  }

  /**
   * Stops, disposes and looks for leaks.
   *
   * @throws what the stop and the disposal threw, `TimerLeakError` and `HostLeakError`; several as an `AggregateError`
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const errors: Error[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => this.#toEnd(work()).catch((error: unknown) => void errors.push(toError(error)));
    if (this.#isStarted) await attempt(() => this.stop());
    await attempt(async () => this.host[Symbol.asyncDispose]());
    errors.push(...((await this.#watch?.leaks()) ?? []));
    throwCollected(errors, `The test host did not end well:${errors.map(({ message }) => `\n${message}`).join('')}`);
  }

  get #fakeClock(): FakeTimeProvider | undefined {
    return this.#timeProvider instanceof FakeTimeProvider ? this.#timeProvider : undefined;
  }

  #around(call: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    return this.#watch ? this.#watch.around(call, signal, work) : work();
  }

  /** What waits on a clock that nobody moves would hang. */
  async #toEnd(work: Promise<void>): Promise<void> {
    const clock = this.#fakeClock;
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    work.then(settle, settle);
    if (clock) await waitWithTimeout(work, patience).catch(() => undefined);
    if (clock && !isSettled) await clock.advanceUntilSettled(work, { limit: farthest });
    return work;
  }
}

/**
 * Builds a {@link TestHost}, with everything checked; `configure` receives the builder last, so what it registers or replaces wins, the clock included.
 *
 * ```ts
 * await using host = await createTestHost(builder => builder.services.addHostedService(Heartbeat)).start();
 * await host.time.advanceAsync(3000);
 * ```
 *
 * @throws ArgumentError (`configure`) when it is asynchronous: the host is built as soon as it returns
 */
export function createTestHost(configure: (builder: HostApplicationBuilder) => unknown, settings: TestHostSettings = {}): TestHost {
  const logs = new CapturedLogs();
  const { checkLeaks = true, ...builderSettings } = settings;
  const builder = new HostApplicationBuilder({ environmentName: 'Development', contentRootPath: process.cwd(), ...builderSettings, disableDefaults: true });
  builder.logging.setMinimumLevel('trace').addProvider(logs);
  builder.useDefaultServiceProvider(options => (options.validateOnBuild = options.validateScopes = true));
  builder.services.addSingleton(TimeProvider, new FakeTimeProvider()).addSingleton(IHostLifetime, NullLifetime);
  try {
    throwIfPromise(configure(builder));
  } catch (error) {
    builder[Symbol.dispose]();
    throw error;
  }
  return new TestHost(builder.build(), logs, { checkLeaks });
}

function throwIfPromise(result: unknown): void {
  if (typeof (result as { readonly then?: unknown } | null | undefined)?.then !== 'function') return;
  // It fails when it finds the builder done with, and has been told why.
  void Promise.resolve(result).catch(() => undefined);
  throw new ArgumentError(
    'configure',
    'createTestHost builds the host as soon as configure returns, so configure must not be asynchronous. Await what it needs before.',
  );
}

import { DateTimeFormatter, Duration, Instant, type ZonedDateTime, ZoneId, ZoneOffset } from '@js-joda/core';
import '@js-joda/timezone';
import { CancellationSource, delay, type ITimer, PeriodicTimer, waitWithTimeout } from '../../../src/hosting/index.js';
import { FakeTimeProvider } from '../../../src/hosting/testing/index.js';
import { ScenarioError, toRecorded } from './time-errors.js';
import type { Op, TimeEvent, TimeScenario } from './time-scenario.js';

/** A call that returns a promise: what is observed of it is logged when it comes. */
type Observed = Promise<unknown>;

/** A settled value that is not logged, because there is none. */
const nothing = Symbol('nothing');

/** A clock with named timers, sources and promises, on which the ops of a scenario are performed. */
export class TimeStage {
  /** What has happened in the step under way. */
  events: TimeEvent[] = [];
  readonly #clock: FakeTimeProvider;
  readonly #origin: bigint;
  readonly #timers = new Map<string, ITimer>();
  readonly #timestamps = new Map<string, bigint>();
  readonly #sources = new Map<string, CancellationSource>();
  readonly #tokens = new Map<AbortSignal, string>();
  readonly #periodics = new Map<string, PeriodicTimer>();
  readonly #promises = new Map<string, Observed>();
  readonly #deferred = new Map<string, { settle(finish: () => void): boolean; resolve(value: unknown): void; reject(error: unknown): void }>();

  constructor({ start }: TimeScenario) {
    this.#clock = new FakeTimeProvider(start === undefined ? {} : { start: Instant.parse(start) });
    this.#origin = this.#clock.getTimestamp();
  }

  /** The clock in ticks since the start, read without moving it. */
  get now(): number {
    const amount = this.#clock.autoAdvanceAmount;
    this.#clock.autoAdvanceAmount = 0;
    try {
      return Number(this.#clock.getTimestamp() - this.#origin);
    } finally {
      this.#clock.autoAdvanceAmount = amount;
    }
  }

  get pending(): number {
    return this.#clock.pendingTimers.length;
  }

  /** Performs an op and logs how it ended. */
  perform(op: Op): void {
    const event: { -readonly [K in keyof TimeEvent]: TimeEvent[K] } = { e: 'op', op: op.op, ...(op.id === undefined ? {} : { id: op.id }) };
    try {
      const result = this.#execute(op);
      if (result !== undefined) event.r = result;
    } catch (error) {
      event.x = this.#record(error);
    }
    this.events.push(event);
  }

  #performAll(ops: readonly Op[]): void {
    for (const op of ops) {
      if (op.op === 'throw') throw new ScenarioError(op.message);
      this.perform(op);
    }
  }

  #execute(op: Op): unknown {
    const clock = this.#clock;
    switch (op.op) {
      case 'now':
        return this.#ticksOf(clock.getUtcNow());
      case 'localNow':
        return formatLocal(clock.getLocalNow());
      case 'toString':
        return clock.toString();
      case 'frequency':
        return Number(clock.timestampFrequency);
      case 'startInstant':
        return `${clock.start.atZone(ZoneOffset.UTC).format(dateTime)}${fraction(clock.start.nano())}Z`;
      case 'timestamp':
        return this.#keepTimestamp(op.id, clock.getTimestamp());
      case 'elapsed':
        return this.#elapsed(String(op.from), op.to === undefined ? undefined : String(op.to));
      case 'getAutoAdvance':
        return toTicks(clock.autoAdvanceAmount);
      case 'setAutoAdvance':
        clock.autoAdvanceAmount = span(op.by);
        return undefined;
      case 'setLocalTimeZone':
        return clock.setLocalTimeZone(op.zone === null || op.zone === undefined ? (null as never) : ZoneId.of(op.zone));
      case 'advance':
        return clock.advance(span(op.by));
      case 'setUtcNow':
        return clock.setUtcNow(clock.start.plusNanos(Number(op.to) * 100));
      case 'adjustTime':
        return clock.adjustTime(clock.start.plusNanos(Number(op.to) * 100));
      default:
        return this.#executeOnTimer(op);
    }
  }

  #executeOnTimer(op: Op): unknown {
    const id = String(op.id);
    switch (op.op) {
      case 'createTimer':
        this.#timers.set(id, this.#clock.createTimer(op.callback === 'null' ? (null as never) : this.#callback(op), undefined, span(op.due), span(op.period)));
        return undefined;
      case 'change':
        return this.#timers.get(id)?.change(span(op.due), span(op.period)) ?? 'unassigned';
      case 'dispose':
        return this.#timers.has(id) ? this.#timers.get(id)?.[Symbol.dispose]() : 'unassigned';
      case 'disposeAsync':
        void this.#timers.get(id)?.[Symbol.asyncDispose]();
        return true;
      case 'createPeriodic':
        this.#periodics.set(id, new PeriodicTimer(span(op.period), this.#clock));
        return undefined;
      case 'getPeriod':
        return toTicks(this.#periodic(id).period as Duration);
      case 'setPeriod':
        this.#periodic(id).period = span(op.period);
        return undefined;
      case 'disposePeriodic':
        return this.#periodic(id)[Symbol.dispose]();
      default:
        return this.#executeOnSource(op);
    }
  }

  #executeOnSource(op: Op): unknown {
    const id = String(op.id);
    switch (op.op) {
      case 'createSource':
        this.#sources.set(id, new CancellationSource({ timeProvider: this.#clock, ...(op.delay === undefined ? {} : { delay: span(op.delay) }) }));
        return undefined;
      case 'cancel':
        return this.#source(id).cancel();
      case 'cancelAfter':
        return this.#source(id).cancelAfter(span(op.span));
      case 'tryReset':
        return this.#source(id).tryReset();
      case 'disposeSource':
        return this.#source(id)[Symbol.dispose]();
      case 'isCancelled':
        return this.#source(id).isCancellationRequested;
      case 'register':
        return this.#register(id, op);
      default:
        return this.#begin(op);
    }
  }

  /** Ops whose end is observed later. */
  #begin(op: Op): unknown {
    const id = String(op.id);
    const signal = op.token === undefined ? undefined : this.#signal(op.token);
    switch (op.op) {
      case 'promise':
        return this.#createPromise(id);
      case 'resolve':
        return this.#deferred.get(id)?.settle(() => this.#deferred.get(id)?.resolve(op.value ?? nothing));
      case 'reject':
        return this.#deferred.get(id)?.settle(() => this.#deferred.get(id)?.reject(new ScenarioError(op.message)));
      case 'delay':
        return this.#observe(
          id,
          delay(span(op.span), { timeProvider: this.#clock, signal }).then(() => nothing),
          op.then,
        );
      case 'waitAsync':
        return this.#observe(id, waitWithTimeout(this.#promises.get(String(op.source))!, span(op.timeout), { timeProvider: this.#clock, signal }), op.then);
      case 'wait':
        return this.#observe(id, this.#periodic(String(op.timer)).waitForNextTick(signal), op.then);
      case 'consume':
        return this.#observe(id, this.#consume(id, this.#periodic(String(op.timer)), op.max ?? 0), op.then);
      case 'loop':
        return this.#observe(id, this.#loop(id, op.spans ?? []), op.then);
      default:
        throw new Error(`unknown op ${op.op}`);
    }
  }

  #callback(op: Op): () => void {
    const id = String(op.id);
    const plan = op.do as { readonly calls?: readonly (readonly Op[])[]; readonly rest?: readonly Op[] } | undefined;
    let n = 0;
    return () => {
      const ops = plan?.calls?.[n] ?? (n < (plan?.calls?.length ?? 0) ? [] : (plan?.rest ?? []));
      n++;
      this.events.push({ e: 'fire', id, n, t: this.now });
      const call = n;
      this.#performAll(ops);
      if (ops.length > 0) this.events.push({ e: 'fired', id, n: call, t: this.now });
    };
  }

  #register(id: string, op: Op): undefined {
    const run = (): void => {
      this.events.push({ e: 'cancelled', id: op.label ?? '', t: this.now });
      try {
        this.#performAll((op.do as readonly Op[] | undefined) ?? []);
      } catch {
        // An AbortSignal reports it to the process, which is none of the scenario's business.
      }
    };
    const signal = this.#signal(id);
    if (signal.aborted) run();
    else signal.addEventListener('abort', run, { once: true });
  }

  #createPromise(id: string): undefined {
    let isOpen = true;
    let resolve!: (value: unknown) => void;
    let reject!: (error: unknown) => void;
    const promise = new Promise((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    promise.catch(() => undefined);
    this.#promises.set(id, promise);
    const settle = (finish: () => void): boolean => {
      if (!isOpen) return false;
      isOpen = false;
      finish();
      return true;
    };
    this.#deferred.set(id, { settle, resolve, reject });
  }

  #observe(id: string, promise: Observed, then: readonly Op[] | undefined): undefined {
    this.#promises.set(id, promise);
    const log = (event: Partial<TimeEvent>): void => {
      this.events.push({ e: 'settled', id, ...event, t: this.now });
      if (then) this.#performAll(then);
    };
    promise.then(
      value => log({ s: 'ok', ...(value === nothing || value === undefined ? {} : { v: value }) }),
      (error: unknown) => log({ s: this.#record(error).type === 'OperationCanceledException' ? 'cancelled' : 'failed', x: this.#record(error) }),
    );
  }

  async #consume(id: string, timer: PeriodicTimer, max: number): Promise<number> {
    let n = 0;
    while (n < max && (await timer.waitForNextTick())) this.events.push({ e: 'iteration', id, n: ++n, t: this.now });
    return n;
  }

  async #loop(id: string, spans: readonly number[]): Promise<unknown> {
    let n = 0;
    for (const ticks of spans) {
      await delay(span(ticks), { timeProvider: this.#clock });
      this.events.push({ e: 'iteration', id, n: ++n, t: this.now });
    }
    return nothing;
  }

  #source(id: string): CancellationSource {
    const source = this.#sources.get(id);
    if (!source) throw new Error(`no source ${id}`);
    return source;
  }

  #signal(id: string): AbortSignal {
    const { signal } = this.#source(id);
    this.#tokens.set(signal, id);
    return signal;
  }

  #periodic(id: string): PeriodicTimer {
    const timer = this.#periodics.get(id);
    if (!timer) throw new Error(`no periodic timer ${id}`);
    return timer;
  }

  #keepTimestamp(id: string | undefined, timestamp: bigint): number {
    if (id !== undefined) this.#timestamps.set(id, timestamp);
    return Number(timestamp - this.#origin);
  }

  #elapsed(from: string, to: string | undefined): number {
    return toTicks(this.#clock.getElapsedTime(this.#timestamps.get(from)!, to === undefined ? undefined : this.#timestamps.get(to)!));
  }

  #ticksOf(instant: Instant): number {
    return Number((BigInt(instant.epochSecond()) * 1_000_000_000n + BigInt(instant.nano())) / 100n - this.#origin + 621_355_968_000_000_000n);
  }

  #record(error: unknown) {
    return toRecorded(error, signal => (signal ? this.#tokens.get(signal) : undefined));
  }
}

const dateTime = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

/** `yyyy-MM-ddTHH:mm:ss.fffffff±hh:mm` */
function formatLocal(local: ZonedDateTime): string {
  const offset = local.offset().id();
  return `${local.format(dateTime)}${fraction(local.nano())}${offset === 'Z' ? '+00:00' : offset}`;
}

/** The seven digits that .NET writes. */
function fraction(nanos: number): string {
  return `.${String(Math.floor(nanos / 100)).padStart(7, '0')}`;
}

function span(ticks: number | undefined): Duration {
  return Duration.ofNanos((ticks ?? 0) * 100);
}

function toTicks(duration: Duration): number {
  return Number((BigInt(duration.seconds()) * 1_000_000_000n + BigInt(duration.nano())) / 100n);
}

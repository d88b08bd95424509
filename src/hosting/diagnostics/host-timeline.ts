import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import type { TimeProvider } from '../time/index.js';
import { timelineSvg } from './timeline-svg.js';

/** What of a host or of a hosted service takes time. `waitForStart` and `stopLifetime` are the host's lifetime, `execute` is work in the background. */
export type HostPhase = 'waitForStart' | 'starting' | 'start' | 'started' | 'execute' | 'stopping' | 'stop' | 'stopped' | 'stopLifetime';

/** How a call has ended: `leftBehind` when the host moved on without it. */
export type CallOutcome = 'running' | 'done' | 'failed' | 'leftBehind';

/** One call of the host, as it is known now. */
export interface TimelineEntry {
  /** The hosted service's name, or `IHostLifetime`. */
  readonly name: string;
  readonly phase: HostPhase;
  /** Milliseconds since the host began to start. */
  readonly begin: number;
  /** Undefined while it runs. */
  readonly end: number | undefined;
  readonly outcome: CallOutcome;
  readonly error?: Error;
  /** Whether somebody started or stopped this service alone; such a call is part of neither chart. */
  readonly isIndividual?: true;
}

/** Who took how long in which phase. Differs from .NET: an addition. */
export interface IHostTimeline {
  /** In the order in which they began. */
  readonly entries: readonly TimelineEntry[];
  /** An aligned table, with a bar for each call. */
  toText(): string;
  /** A picture that needs nothing else: one chart of the start, one of the stop. */
  toSvg(): string;
}

export const IHostTimeline: ServiceToken<IHostTimeline> = serviceToken('IHostTimeline');

/** Ends the record of a call; the first end counts. */
export type EndCall = (outcome: Exclude<CallOutcome, 'running'>, error?: Error) => void;

/** So many calls are kept: a service that restarts for months does not fill the memory, nor does it keep the end of the host from being noted. */
const maxEntries = 10_000;
const barWidth = 40;

type Entry = { -readonly [K in keyof TimelineEntry]: TimelineEntry[K] };

/** The record that the host keeps. */
export class HostTimeline implements IHostTimeline {
  readonly #entries: Entry[] = [];
  #origin: bigint | undefined;

  constructor(private readonly timeProvider: TimeProvider) {}

  get entries(): readonly TimelineEntry[] {
    return this.#entries.map(entry => ({ ...entry }));
  }

  /** Notes that a call begins now. @param facts what else there is to say of it */
  begin(name: string, phase: HostPhase, facts: Pick<TimelineEntry, 'isIndividual'> = {}): EndCall {
    this.#origin ??= this.timeProvider.getTimestamp();
    const entry: Entry = { name, phase, begin: this.#now(), end: undefined, outcome: 'running', ...facts };
    if (this.#entries.length < maxEntries || this.#makeRoom()) this.#entries.push(entry);
    return (outcome, error) => {
      if (entry.outcome !== 'running') return;
      Object.assign(entry, { end: this.#now(), outcome, ...(error ? { error } : {}) });
    };
  }

  /** The call that failed with `error`. */
  failedWith(error: unknown): TimelineEntry | undefined {
    return this.#entries.find(entry => entry.error !== undefined && entry.error === error);
  }

  toText(): string {
    return phasesOf(this.entries, this.#now())
      .map(({ title, begin, end, rows }) => {
        const width = Math.max(...rows.map(({ label }) => label.length));
        const scale = barWidth / Math.max(1, end - begin);
        const lines = rows.map(row => {
          const [from, to] = [Math.min(barWidth - 1, Math.floor((row.begin - begin) * scale)), Math.ceil((row.end - begin) * scale)];
          const bar = ' '.repeat(from) + '#'.repeat(Math.max(1, to - from));
          return `  ${row.label.padEnd(width)}  ${duration(row.end - row.begin).padStart(9)}  ${bar.padEnd(barWidth)}${row.note}`.trimEnd();
        });
        return [`${title}: ${duration(end - begin)}`, ...lines].join('\n');
      })
      .join('\n\n');
  }

  toSvg(): string {
    return timelineSvg(phasesOf(this.entries, this.#now()));
  }

  /** Of what went well between the start and the stop of the host, the oldest says least. */
  #makeRoom(): boolean {
    const index = this.#entries.findIndex(({ phase, outcome, isIndividual }) => outcome === 'done' && (phase === 'execute' || isIndividual));
    if (index >= 0) this.#entries.splice(index, 1);
    return index >= 0;
  }

  #now(): number {
    return this.#origin === undefined ? 0 : this.timeProvider.getElapsedMilliseconds(this.#origin);
  }
}

/** A chart: the calls of the start, or of the stop, on a scale of their own. Milliseconds. */
export interface TimelineChart {
  readonly title: string;
  readonly begin: number;
  readonly end: number;
  readonly rows: readonly { readonly label: string; readonly phase: HostPhase; readonly begin: number; readonly end: number; readonly note: string }[];
}

const startPhases: readonly HostPhase[] = ['waitForStart', 'starting', 'start', 'started'];
const stopPhases: readonly HostPhase[] = ['stopping', 'stop', 'stopped', 'stopLifetime'];

/** What runs between start and stop would leave nothing to see of them. */
function phasesOf(entries: readonly TimelineEntry[], now: number): TimelineChart[] {
  const chart = (title: string, phases: readonly HostPhase[]): TimelineChart[] => {
    const rows = entries
      .filter(({ phase, isIndividual }) => phases.includes(phase) && !isIndividual)
      .map(({ name, phase, begin, end, outcome }) => ({ label: `${name} ${phase}`, phase, begin, end: end ?? now, note: notes[outcome] }));
    return rows.length === 0 ? [] : [{ title, rows, begin: Math.min(...rows.map(row => row.begin)), end: Math.max(...rows.map(row => row.end)) }];
  };
  return [...chart('start', startPhases), ...chart('stop', stopPhases)];
}

const notes: Readonly<Record<CallOutcome, string>> = { running: ' still running', done: '', failed: ' failed', leftBehind: ' left behind' };

/** A length of time for people. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  return milliseconds < 120_000 ? `${(milliseconds / 1_000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}

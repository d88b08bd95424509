/** A recording of the fake clock and the timed primitives of .NET. All spans and instants are ticks of 100 ns. */
export interface TimeRecording {
  readonly format: 'hostward-time/1';
  readonly scenarios: readonly TimeScenario[];
}

export interface TimeScenario {
  readonly name: string;
  readonly start?: string;
  readonly tags?: readonly string[];
  readonly steps: readonly Op[];
  readonly trace: readonly StepTrace[];
}

/** What one step did. */
export interface StepTrace {
  readonly sync: readonly TimeEvent[];
  readonly drain?: readonly TimeEvent[];
  /** The clock after the step. */
  readonly t: number | string;
  readonly pending: number;
}

/** One thing to do; which members it has depends on `op`. */
export interface Op {
  readonly op: string;
  readonly id?: string;
  readonly by?: number;
  readonly to?: number | string;
  readonly from?: string;
  readonly zone?: string | null;
  readonly due?: number;
  readonly period?: number;
  readonly callback?: 'null';
  readonly do?: { readonly calls?: readonly (readonly Op[])[]; readonly rest?: readonly Op[] } | readonly Op[];
  readonly message?: string;
  readonly delay?: number;
  readonly span?: number;
  readonly spans?: readonly number[];
  readonly label?: string;
  readonly token?: string;
  readonly then?: readonly Op[];
  readonly value?: string;
  readonly source?: string;
  readonly timeout?: number;
  readonly timer?: string;
  readonly max?: number;
}

/** One thing that happened. */
export interface TimeEvent {
  readonly e: string;
  readonly op?: string;
  readonly id?: string;
  readonly n?: number;
  readonly t?: number | string;
  readonly r?: unknown;
  readonly s?: string;
  readonly v?: unknown;
  readonly x?: RecordedError;
}

export interface RecordedError {
  readonly type: string;
  readonly param?: string;
  readonly message?: string;
  readonly token?: string;
  readonly inner?: readonly RecordedError[];
}

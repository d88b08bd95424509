/** What the module of a benchmark exports as default. `Context` is what its `setup` makes and all the others receive. */
export interface Benchmark<Context> {
  /** One sentence: what is timed, or measured in another way. */
  readonly describe: string;
  /** The unit of what is measured. Default: `ms`. With another one, each contender is a function that returns its number. */
  readonly unit?: string;
  readonly ours: Contender<Context> & {
    /** The target, where it is no ratio: what our median should be at most, in the unit of the benchmark. */
    readonly atMost?: number;
  };
  readonly peers: readonly Peer<Context>[];
  /** Turns of each contender that are not counted. */
  readonly warmup: number;
  /** Turns of each contender that are. */
  readonly runs: number;
  setup?(): Promise<Context> | Context;
  /** What has to be known of a peer on this machine, such as its version. Printed below the figures. */
  notes?(context: Context): readonly string[];
  teardown?(context: Context): Promise<void> | void;
}

export type Contender<Context> = CommandContender<Context> | InProcessContender<Context>;

/** A child process, timed from its start to its end; it must end with exit code 0. */
export interface CommandContender<Context> {
  readonly name: string;
  command(context: Context): { readonly file: string; readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string };
}

/** A function, timed from its call to its end, unless it returns the milliseconds, or what else the benchmark's unit is, that it measured itself. */
export interface InProcessContender<Context> {
  readonly name: string;
  run(context: Context): Promise<number | void> | number | void;
}

export type Peer<Context> = Contender<Context> & {
  /** The target: what the ratio of our median to this peer's should be at most. */
  readonly atMost?: number;
  /** Why this peer cannot run here, when it cannot. */
  unavailable?(context: Context): string | undefined;
};

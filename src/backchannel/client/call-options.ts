/** Options of the calls of a connection. */
export interface CallOptions {
  /** Ends the call early, here and at the AppHost. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the call is given up; -1 is never. Default: 10,000, unless the call says otherwise. */
  readonly timeout?: number | undefined;
}

/** Options of the calls of a connection that bring a stream. */
export interface StreamOptions {
  /**
   * Ends the stream with `OperationCanceledError`, here and at the AppHost. Without it the stream goes on until it ends, the connection ends, or the iteration is left.
   *
   * Only the call that opens the stream has a deadline, 10 seconds; items may take any time.
   */
  readonly signal?: AbortSignal | undefined;
}

/** How long the work that an AppHost does for a caller may take, when the caller does not say: commands and tools run for as long as they need. Milliseconds. */
export const workTimeout = 600_000;

/** How much later than the end of a wait that the AppHost itself limits its answer may come. Milliseconds. */
export const waitGrace = 10_000;

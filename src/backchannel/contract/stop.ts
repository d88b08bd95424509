/** The request of `StopAsync`. `StopAppHostAsync` has none. */
export interface StopAppHostRequest {
  /** Ignored by .NET AppHosts. */
  readonly exitCode?: number | null;
}

/** The answer to `StopAsync`; `StopAppHostAsync` answers null. */
export type StopAppHostResponse = Readonly<Record<string, never>>;

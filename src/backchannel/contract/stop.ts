import { MemberReader } from './member-reader.js';

/** The request of `StopAsync`. `StopAppHostAsync` has none. */
export interface StopAppHostRequest {
  /** Ignored by .NET AppHosts. */
  readonly exitCode?: number | null;
}

/** The answer to `StopAsync`; `StopAppHostAsync` answers null. */
export type StopAppHostResponse = Readonly<Record<string, never>>;

/** Reads the request of `StopAsync`; null and undefined are an empty one. @throws ContractError */
export function readStopAppHostRequest(value: unknown): Required<StopAppHostRequest> {
  return { exitCode: new MemberReader(value ?? {}, 'StopAppHostRequest').integerOrNull('exitCode') };
}

/** Reads an answer to `StopAsync` or `StopAppHostAsync`, which say nothing but that it has begun. @throws ContractError for anything but null and an object */
export function readStopAppHostResponse(value: unknown): StopAppHostResponse {
  new MemberReader(value ?? {}, 'StopAppHostResponse');
  return {};
}

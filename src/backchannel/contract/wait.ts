import { MemberReader } from './member-reader.js';

/** The request of `WaitForResourceAsync`. */
export interface WaitForResourceRequest {
  readonly resourceName: string;
  /** `healthy`, `up` or `down`. */
  readonly status: string;
  /** Default: 120. */
  readonly timeoutSeconds?: number;
}

/** The answer to `WaitForResourceAsync`. */
export interface WaitForResourceResponse {
  readonly success: boolean;
  readonly state: string | null;
  readonly healthStatus: string | null;
  readonly resourceNotFound: boolean;
  readonly timedOut: boolean;
  readonly errorMessage: string | null;
}

/** The answer to `WaitForAppHostReadyAsync`. A .NET AppHost says true as soon as its socket exists. */
export interface WaitForAppHostReadyResponse {
  readonly isReady: boolean;
}

/** Reads the request of `WaitForResourceAsync` with its default. @throws ContractError */
export function readWaitForResourceRequest(value: unknown): Required<WaitForResourceRequest> {
  const request = new MemberReader(value, 'WaitForResourceRequest');
  return {
    resourceName: request.string('resourceName'),
    status: request.string('status'),
    timeoutSeconds: request.integerOrNull('timeoutSeconds') ?? 120,
  };
}

/** Reads an answer to `WaitForResourceAsync`. @throws ContractError */
export function readWaitForResourceResponse(value: unknown): WaitForResourceResponse {
  const response = new MemberReader(value, 'WaitForResourceResponse');
  return {
    success: response.boolean('success'),
    state: response.stringOrNull('state'),
    healthStatus: response.stringOrNull('healthStatus'),
    resourceNotFound: response.boolean('resourceNotFound', false),
    timedOut: response.boolean('timedOut', false),
    errorMessage: response.stringOrNull('errorMessage'),
  };
}

/** Reads an answer to `WaitForAppHostReadyAsync`. @throws ContractError */
export function readWaitForAppHostReadyResponse(value: unknown): WaitForAppHostReadyResponse {
  return { isReady: new MemberReader(value, 'WaitForAppHostReadyResponse').boolean('isReady', false) };
}

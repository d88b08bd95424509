import type { Difference } from '../../support/recorded-comparison.js';

/** Where a difference shows. */
export interface DifferencePlace {
  /** The recordings in which it must show. Default: any of them. */
  readonly in?: readonly string[];
  readonly request?: RegExp;
  readonly at: RegExp;
  /** What the recorded AppHost has there. */
  readonly recorded?: (value: unknown) => boolean;
  /** What ours has there. */
  readonly ours?: (value: unknown) => boolean;
}

/** Something that is meant to be other than with a .NET AppHost; the first four members are a row of docs/app-host.md. */
export interface DeliberateDifference {
  readonly what: string;
  readonly dotnet: string;
  readonly hostward: string;
  readonly reason: string;
  readonly places: readonly DifferencePlace[];
}

/** Whether the difference in that recording is one that belongs here. */
export function isAt({ in: recordings, request, at, recorded, ours }: DifferencePlace, recording: string, found: Difference): boolean {
  return (
    (recordings?.includes(recording) ?? true) &&
    (request?.test(found.request) ?? true) &&
    at.test(found.at) &&
    (recorded?.(found.recorded) ?? true) &&
    (ours?.(found.ours) ?? true)
  );
}

/** What {@link DifferencePlace} expects at a place. */
export const nothing = (value: unknown) => value === undefined;
export const something = (value: unknown) => value !== undefined;
export const isNull = (value: unknown) => value === null;
export const isText = (value: unknown) => typeof value === 'string';
export const equals = (expected: unknown) => (value: unknown) => JSON.stringify(value) === JSON.stringify(expected);
export const refusal = (code: number) => (value: any) => value?.error?.code === code;
export const stateOf = (state: string) => (value: any) => value?.state === state;

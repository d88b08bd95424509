import type { IHostApplicationLifetime } from '../../../hosting/host-application-lifetime.js';
import { raceAbort } from '../../../hosting/primitives/index.js';
import { auxMethods, readStopAppHostRequest, type WaitForAppHostReadyResponse } from '../../contract/index.js';
import { InvalidParamsError, type RpcMethods } from '../../rpc/index.js';
import { readNothing } from './identity-methods.js';
import { optionalRequest, plainMethod } from './method-shapes.js';

/** Begins the end of the application, a little later: the answer goes out first. */
export type BeginStop = (exitCode: number | undefined) => void;

/**
 * The end of the application, and its beginning.
 *
 * Differs from .NET: the exit code of a stop is honoured, and the AppHost is ready when everything has started, not as soon as it can be asked.
 */
export function lifeCycleMethods(lifetime: IHostApplicationLifetime, stop: BeginStop): RpcMethods {
  return {
    [auxMethods.stopAppHost]: plainMethod(() => {
      stop(undefined);
      return null;
    }),
    [auxMethods.stop]: optionalRequest(readStopAppHostRequest, ({ exitCode }) => {
      stop(toExitCode(exitCode));
      return {};
    }),
    [auxMethods.waitForAppHostReady]: optionalRequest(readNothing, (_, { signal }) => untilReady(lifetime, signal)),
  };
}

function toExitCode(exitCode: number | null): number | undefined {
  if (exitCode === null) return undefined;
  // Of 256 the system would make the 0 of a success.
  if (exitCode < 0 || exitCode > 255) throw new InvalidParamsError(`Expected an exit code from 0 to 255, found ${exitCode}.`);
  return exitCode;
}

/** Waits for as long as the client does; an application that stops before it has started never becomes ready. */
async function untilReady(lifetime: IHostApplicationLifetime, signal: AbortSignal): Promise<WaitForAppHostReadyResponse> {
  if (lifetime.applicationStopping.aborted) return { isReady: false };
  const registrations: Disposable[] = [];
  const decided = new Promise<boolean>(resolve => {
    registrations.push(lifetime.onStarted(() => resolve(true)));
    registrations.push(lifetime.onStopping(() => resolve(false)));
  });
  try {
    return { isReady: await raceAbort(decided, signal) };
  } finally {
    for (const registration of registrations) registration[Symbol.dispose]();
  }
}

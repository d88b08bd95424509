import { type ServiceToken, serviceToken } from '../dependency-injection/index.js';
import { onDispose } from '../primitives/index.js';
import { listen } from '../primitives/listen.js';

/** The signals that end a program in an orderly way. */
export type TerminationSignal = 'SIGINT' | 'SIGTERM' | 'SIGQUIT';

/** The signals of this process, and its end. */
export interface IProcessControl {
  /** Calls back at each signal, whose default action no longer happens while anybody listens. */
  onSignal(signal: TerminationSignal, listener: () => void): Disposable;
  /** Calls back at each exception and each rejection that nobody handles, which do not end the process while anybody listens. */
  onUnhandledError(listener: (error: unknown) => void): Disposable;
  /** Ends the process at once. */
  exit(code: number): void;
}

export const IProcessControl: ServiceToken<IProcessControl> = serviceToken('IProcessControl');

export class SystemProcessControl implements IProcessControl {
  onSignal(signal: TerminationSignal, listener: () => void): Disposable {
    return listen(process, signal, listener);
  }

  onUnhandledError(listener: (error: unknown) => void): Disposable {
    const registrations = [listen(process, 'uncaughtException', listener), listen(process, 'unhandledRejection', listener)];
    return onDispose(() => registrations.forEach(registration => registration[Symbol.dispose]()));
  }

  exit(code: number): void {
    process.exit(code);
  }
}

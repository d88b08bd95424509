import { type ServiceToken, serviceToken } from '../../hosting/dependency-injection/index.js';
import { isProcessAlive, type ProcessTimes, readProcessTimes } from './process-times.js';

/** The processes of this computer, as far as socket names and identities need them. */
export interface IProcessTable {
  /** Whether a process with that id exists; false for anything that is no positive 32-bit integer. */
  isAlive(pid: number): boolean;
  /** When the process started; empty when that is not known for certain. */
  timesOf(pid: number): ProcessTimes;
}

export const IProcessTable: ServiceToken<IProcessTable> = serviceToken('IProcessTable');

/** The process table of the operating system. */
export class SystemProcessTable implements IProcessTable {
  isAlive(pid: number): boolean {
    return isProcessAlive(pid);
  }

  timesOf(pid: number): ProcessTimes {
    return readProcessTimes(pid);
  }
}

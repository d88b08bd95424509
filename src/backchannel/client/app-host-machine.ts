import { errorCodeOf } from '../../hosting/primitives/index.js';
import { TimeProvider } from '../../hosting/time/index.js';
import { readProcEntry } from '../naming/process-snapshot.js';
import { type IProcessTable, isProcessAlive, type ProcessTimes, readProcessTimes, userHomeDirectory } from '../naming/index.js';
import {
  type IDirectoryWatcher,
  type IFileSystem,
  type ISocketFactory,
  SystemDirectoryWatcher,
  SystemFileSystem,
  SystemSocketFactory,
} from '../platform/index.js';

/** The processes of this computer, and the means to end one. */
export interface IAppHostProcesses extends IProcessTable {
  /** Sends a signal; a process that is gone already is no error. @throws the system's error (`EPERM`) */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** What {@link AppHost} needs of the computer that it runs on. Replace it to test without a real socket, file, process or clock. */
export interface AppHostMachineOptions {
  /** The directory below which AppHosts make their sockets. Default: the user's home. */
  readonly homeDirectory?: string | undefined;
  /** The clock that measures every limit. Default: `TimeProvider.system`. */
  readonly timeProvider?: TimeProvider | undefined;
  /** Default: sockets of this machine. */
  readonly sockets?: ISocketFactory | undefined;
  /** Default: files of this machine. */
  readonly files?: IFileSystem | undefined;
  /** Default: the system's notifications. */
  readonly watcher?: IDirectoryWatcher | undefined;
  /** Default: the processes of this machine. A zombie counts as gone where the system tells. */
  readonly processes?: IAppHostProcesses | undefined;
}

/** The same with its defaults. */
export type AppHostMachine = { readonly [K in keyof AppHostMachineOptions]-?: NonNullable<AppHostMachineOptions[K]> };

export function machineOf(options: AppHostMachineOptions): AppHostMachine {
  const { homeDirectory, timeProvider, sockets, files, watcher, processes } = options;
  return {
    homeDirectory: homeDirectory ?? userHomeDirectory(),
    timeProvider: timeProvider ?? TimeProvider.system,
    sockets: sockets ?? new SystemSocketFactory(),
    files: files ?? new SystemFileSystem(),
    watcher: watcher ?? new SystemDirectoryWatcher(),
    processes: processes ?? new SystemAppHostProcesses(),
  };
}

/** The processes of the operating system. */
export class SystemAppHostProcesses implements IAppHostProcesses {
  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  /** A process that has ended holds nothing but its number until its parent takes note, which a parent that does not care never does. */
  isAlive(pid: number): boolean {
    return isProcessAlive(pid) && (this.platform !== 'linux' || readProcEntry(pid) !== undefined);
  }

  timesOf(pid: number): ProcessTimes {
    return readProcessTimes(pid, this.platform);
  }

  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (errorCodeOf(error) !== 'ESRCH') throw error;
    }
  }
}

import type { IAuxiliaryBackchannelMonitor } from 'hostward/backchannel';
import type { DirectoryKind, Place } from './places.js';

/**
 * How an AppHost treats its clients. `slow`: it answers, within the deadline. `old`: it does not know what it can do. `tooSlow`: it answers when nobody waits any more.
 * `refuses`: it answers with an error. `leaves`: it ends the connection with its last answer. `hangsUp`, `babbles`: it ends each
 * connection at once, or speaks another language.
 */
export type Manner = 'answers' | 'slow' | 'old' | 'tooSlow' | 'refuses' | 'leaves' | 'hangsUp' | 'babbles';

/** What an entry can be that is no AppHost's. `stale`: nobody listens on the socket any more. */
export type Clutter = 'regularFile' | 'socketOfAnother' | 'staleSocket';

/** An AppHost of a world. */
export interface AppHostFacts {
  readonly number: number;
  /** Undefined: it does not say. */
  readonly appHostPath: string | undefined;
  /** Whether its process id is one of another PID namespace, in which nobody here can look it up. */
  readonly isElsewhere: boolean;
  manner: Manner;
  isListening: boolean;
}

/** A computer with a monitor on it, and what can happen to both. */
export interface World extends AsyncDisposable {
  readonly monitor: IAuxiliaryBackchannelMonitor;
  /** What cannot be made to happen here. */
  readonly cannot: ReadonlySet<'permissions'>;
  pathOf(place: Place): string;

  /** Makes the file of an AppHost, in place of what has its name. @returns the process id that it tells */
  startAppHost(place: Place, appHost: AppHostFacts): Promise<number>;
  /** The AppHost ends by itself: file and connections go. */
  exit(appHost: AppHostFacts, place: Place): Promise<void>;
  /** The AppHost is killed: its connections end, and its file, if it still has one, stays. */
  kill(appHost: AppHostFacts): Promise<void>;
  setHung(appHost: AppHostFacts, isHung: boolean): Promise<void>;
  setManner(appHost: AppHostFacts, manner: Manner): Promise<void>;
  /** The socket was bound before; now connections are accepted. */
  listen(appHost: AppHostFacts, place: Place): Promise<void>;
  dropClients(appHost: AppHostFacts): Promise<void>;
  /** Whether a client which that AppHost has answered is still connected; undefined: that cannot be seen. */
  isServing(appHost: AppHostFacts): boolean | undefined;

  putClutter(place: Place, clutter: Clutter): Promise<void>;
  removeFile(place: Place): Promise<void>;
  /** Another process gets the id in the file's name. */
  reuseProcessId(place: Place): Promise<void>;
  setFileClosed(place: Place, isClosed: boolean): Promise<void>;

  deleteDirectory(kind: DirectoryKind): Promise<void>;
  makeDirectory(kind: DirectoryKind): Promise<void>;
  /** Another, empty one comes in its place. */
  replaceDirectory(kind: DirectoryKind): Promise<void>;
  setDirectoryClosed(kind: DirectoryKind, isClosed: boolean): Promise<void>;

  /** Whether the system reports changes. */
  setNotifying(isNotifying: boolean): void;
  /** All watches end; whether others can be had. */
  loseWatches(canWatch: boolean): void;
  /** The wall clock is set; time goes on as before. */
  jumpClock(milliseconds: number): void;

  /** Whether somebody iterates over the lists of connections; the host itself watches or not. */
  setWatching(isWatching: boolean): Promise<void>;

  /** Lets some turns of the event loop pass, in the middle of whatever is going on. */
  turns(count: number): Promise<void>;
  /** Lets time pass, with everything that happens in it. */
  pass(milliseconds: number): Promise<void>;
  /** Lets time pass until `work` has settled, and settles as it does. @throws when that takes more than `limit` milliseconds of the world's time, if that can be measured */
  finish<T>(work: Promise<T>, limit: number): Promise<T>;
  /** Lets so much time pass, and calls `check`; where time cannot be measured, until it does not throw. */
  soon(milliseconds: number, check: () => void): Promise<void>;
  /** Lets as much time pass as it takes the monitor to find out everything; calls `check` until it does not throw. */
  rest(check: () => void): Promise<void>;
}

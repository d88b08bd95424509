import { setFlagsFromString } from 'node:v8';
import { backchannelDirectories } from '../../backchannel/naming/index.js';
import type { IFileSystem } from '../../backchannel/platform/index.js';
import { onDispose, raceAbort } from '../../hosting/primitives/index.js';

/** From so many sockets on, V8 would spend more on optimizing what asks them than that saves before all have answered. */
const crowd = 64;

/** Where the sockets are. */
export interface SocketPlace {
  readonly files: IFileSystem;
  readonly homeDirectory: string;
}

/** Nothing is optimized; the space for what is new grows faster, and what is old is not searched for what can be freed before there is ten times as much of it as usual. */
const inCrowd = '--no-opt --semi-space-growth-factor=4 --incremental-marking-soft-trigger=1000 --incremental-marking-hard-trigger=1000';
/** What V8 does unless it is told otherwise. */
const asUsual = '--opt --semi-space-growth-factor=2 --incremental-marking-soft-trigger=0 --incremental-marking-hard-trigger=0';

/**
 * Has V8 do less beside the work of `ps` until it is disposed, when there are very many sockets: with a thousand AppHosts, optimizing was a quarter of the processor time of `ps`,
 * and looking for what can be freed a tenth, when nearly nothing can be.
 *
 * What is loaded meanwhile cannot be taken from the code that was kept, so all that a connection needs is loaded first.
 */
export async function prepareForCrowd(place: SocketPlace, signal?: AbortSignal): Promise<Disposable> {
  if ((await raceAbort(countSockets(place), signal)) < crowd) return onDispose(() => undefined);
  process.getBuiltinModule('node:net');
  await raceAbort(import('../../backchannel/client/app-host-connection.js'), signal);
  setFlagsFromString(inCrowd);
  return onDispose(() => setFlagsFromString(asUsual));
}

async function countSockets({ files, homeDirectory }: SocketPlace): Promise<number> {
  const { current, legacy } = backchannelDirectories(homeDirectory);
  // A directory that cannot be read is for the scan to tell of.
  const lists = await Promise.all([files.list(current), files.list(legacy)]).catch(() => []);
  return lists.flat().length;
}

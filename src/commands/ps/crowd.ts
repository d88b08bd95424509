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

/**
 * Has V8 optimize nothing until it is disposed, when there are very many sockets: with a thousand AppHosts that was a quarter of the processor time of `ps`.
 *
 * What is loaded meanwhile cannot be taken from the code that was kept, so all that a connection needs is loaded first.
 */
export async function prepareForCrowd(place: SocketPlace, signal?: AbortSignal): Promise<Disposable> {
  if ((await raceAbort(countSockets(place), signal)) < crowd) return onDispose(() => undefined);
  process.getBuiltinModule('node:net');
  await raceAbort(import('../../backchannel/client/app-host-connection.js'), signal);
  setFlagsFromString('--no-opt');
  return onDispose(() => setFlagsFromString('--opt'));
}

async function countSockets({ files, homeDirectory }: SocketPlace): Promise<number> {
  const { current, legacy } = backchannelDirectories(homeDirectory);
  // A directory that cannot be read is for the scan to tell of.
  const lists = await Promise.all([files.list(current), files.list(legacy)]).catch(() => []);
  return lists.flat().length;
}

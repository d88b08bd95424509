import { setFlagsFromString } from 'node:v8';
import { MonitorOptions } from '../../backchannel/monitor/index.js';
import { backchannelDirectories } from '../../backchannel/naming/index.js';
import { IFileSystem } from '../../backchannel/platform/index.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import { onDispose, raceAbort } from '../../hosting/primitives/index.js';

/** From so many sockets on, V8 would spend more on optimizing what asks them than that saves before all have answered. */
const crowd = 64;

/**
 * Has V8 optimize nothing until it is disposed, when there are very many sockets: with a thousand AppHosts that was a quarter of the processor time of `ps`.
 *
 * What is loaded meanwhile cannot be taken from the code that was kept, so all that a connection needs is loaded first.
 */
export async function prepareForCrowd(services: IServiceProvider, signal: AbortSignal): Promise<Disposable> {
  if ((await raceAbort(countSockets(services), signal)) < crowd) return onDispose(() => undefined);
  process.getBuiltinModule('node:net');
  await raceAbort(import('../../backchannel/client/app-host-connection.js'), signal);
  setFlagsFromString('--no-opt');
  return onDispose(() => setFlagsFromString('--opt'));
}

async function countSockets(services: IServiceProvider): Promise<number> {
  const files = services.getRequiredService(IFileSystem);
  const { current, legacy } = backchannelDirectories(services.getRequiredService(MonitorOptions).homeDirectory);
  // A directory that cannot be read is for the scan to tell of.
  const lists = await Promise.all([files.list(current), files.list(legacy)]).catch(() => []);
  return lists.flat().length;
}

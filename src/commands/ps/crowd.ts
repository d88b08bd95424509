import { setFlagsFromString } from 'node:v8';
import { MonitorOptions } from '../../backchannel/monitor/index.js';
import { backchannelDirectories } from '../../backchannel/naming/index.js';
import { IFileSystem } from '../../backchannel/platform/index.js';
import type { IServiceProvider } from '../../hosting/dependency-injection/index.js';
import { onDispose } from '../../hosting/primitives/index.js';

/** From so many sockets on, V8 would spend more on optimizing what asks them than that saves before all have answered. */
const crowd = 64;

/**
 * Has V8 optimize nothing until it is disposed, when there are very many sockets: that was a quarter of the processor time of `ps` with a thousand AppHosts, and a tenth with a hundred.
 *
 * What is loaded meanwhile cannot be taken from the code that was kept, so all that a connection needs is loaded first.
 */
export async function prepareForCrowd(services: IServiceProvider): Promise<Disposable> {
  if ((await countSockets(services)) < crowd) return onDispose(() => undefined);
  process.getBuiltinModule('node:net');
  await import('../../backchannel/client/app-host-connection.js');
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

import type { ServiceCollection } from '../../hosting/dependency-injection/index.js';
import { IProcessTable, SystemProcessTable } from '../naming/index.js';
import { IDirectoryWatcher, SystemDirectoryWatcher } from './directory-watcher.js';
import { IFileSystem, SystemFileSystem } from './file-system.js';
import { ISocketFactory, SystemSocketFactory } from './socket-factory.js';

/** Registers what the backchannel needs of this machine, unless the application has put something else in its place. */
export function addBackchannelPlatform(services: ServiceCollection): ServiceCollection {
  return services
    .tryAddSingleton(ISocketFactory, () => new SystemSocketFactory())
    .tryAddSingleton(IDirectoryWatcher, SystemDirectoryWatcher)
    .tryAddSingleton(IFileSystem, SystemFileSystem)
    .tryAddSingleton(IProcessTable, SystemProcessTable);
}

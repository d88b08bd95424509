import type { ServiceCollection } from '../../hosting/dependency-injection/index.js';
import { userHomeDirectory } from '../naming/index.js';
import { addBackchannelPlatform } from '../platform/index.js';
import { AuxiliaryBackchannelMonitor } from './auxiliary-backchannel-monitor.js';
import { IAuxiliaryBackchannelMonitor } from './auxiliary-backchannel-monitor-contract.js';
import { defaultMonitorOptions, MonitorOptions } from './monitor-options.js';

/** Registers the monitor: one singleton, as hosted service, as `IAuxiliaryBackchannelMonitor` and under its own name. */
export function addAuxiliaryBackchannelMonitor(services: ServiceCollection, options: Partial<MonitorOptions> = {}): ServiceCollection {
  return addBackchannelPlatform(services)
    .tryAddSingleton(MonitorOptions, () => ({ ...defaultMonitorOptions(userHomeDirectory(), process.cwd()), ...options }))
    .addHostedService(AuxiliaryBackchannelMonitor, { as: [IAuxiliaryBackchannelMonitor] });
}

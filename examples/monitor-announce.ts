// with: app-host.ts
// expect: app-host.ts (here)
// signal: SIGTERM after "app-host.ts (here)"
// Says which AppHosts run on this machine, now and after every change, until Ctrl+C.
import { BackgroundService, inject, runHost } from 'hostward';
import { addAuxiliaryBackchannelMonitor, type IAppHostConnection, IAuxiliaryBackchannelMonitor } from 'hostward/backchannel';

class Announce extends BackgroundService {
  constructor(@inject(IAuxiliaryBackchannelMonitor) private readonly monitor: IAuxiliaryBackchannelMonitor) {
    super();
  }

  protected async execute(stopping: AbortSignal): Promise<void> {
    for await (const connections of this.monitor.watchConnections(stopping)) {
      console.log(connections.length === 0 ? 'no AppHost runs' : connections.map(describe).join('\n'));
    }
  }
}

function describe({ appHostInfo, isInScope }: IAppHostConnection): string {
  return `${appHostInfo?.appHostPath ?? 'an AppHost without a path'} (${isInScope ? 'here' : 'elsewhere'})`;
}

process.exitCode = await runHost(builder => {
  addAuxiliaryBackchannelMonitor(builder.services);
  builder.services.addHostedService(Announce);
});

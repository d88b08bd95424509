// node bench/monitor-hostward.mjs HOME: the monitor in a host of its own, started by monitor-process.mjs.
import { basename } from 'node:path';
import { Host } from 'hostward';
import { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor } from 'hostward/backchannel';
import { tellMonitor } from './tell-monitor.mjs';

const [homeDirectory] = process.argv.slice(2);
const tell = tellMonitor();

const builder = Host.createApplicationBuilder();
builder.logging.clearProviders();
addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory });
const host = builder.build();
await host.start();

const changes = host.services.getRequiredService(IAuxiliaryBackchannelMonitor).watchConnections();
let known = new Set();
for (;;) await showNext();

// A function of its own: a loop at the top of a module, once the engine has optimized it, may go on holding a list of long ago with all that was connected then.
async function showNext() {
  const { value: connections } = await changes.next();
  const now = new Set(connections.map(({ socketPath }) => basename(socketPath)));
  const come = [...now].filter(name => !known.has(name));
  const gone = [...known].filter(name => !now.has(name));
  if (come.length > 0) tell.come(come);
  if (gone.length > 0) tell.gone(gone);
  known = now;
}

import { existsSync } from 'node:fs';
import { createHome, observeByHand, removeHome, timeAppHost } from '../observe-app-host.mjs';

const handshake = ['GetAppHostInformationAsync', 'GetCapabilitiesAsync'];

/** @type {import('../contract').Benchmark<{ home: string, sockets: string }>} */
export default {
  describe: 'from the moment that the socket of a new AppHost listens to the moment that an observer knows it',
  warmup: 2,
  runs: 15,
  setup() {
    if (!existsSync(new URL('../../dist/index.js', import.meta.url))) throw new Error('The library has not been built: npm run build.');
    return createHome();
  },
  teardown: removeHome,
  ours: { name: 'the monitor, handshake included', run: context => timeAppHost(context, observeWithMonitor) },
  peers: [
    { name: 'fs.watch, connect, handshake by hand', atMost: 1.5, run: context => timeAppHost(context, context => observeByHand(context, handshake)) },
    { name: 'fs.watch and connect', run: context => timeAppHost(context, observeByHand) },
  ],
};

/** The monitor in a host of its own, until it yields a connection. */
async function observeWithMonitor({ home }) {
  // Imported here: `--list` works before anything has been built.
  const { Host } = await import('hostward');
  const { addAuxiliaryBackchannelMonitor, IAuxiliaryBackchannelMonitor } = await import('hostward/backchannel');
  const builder = Host.createApplicationBuilder();
  builder.logging.clearProviders();
  addAuxiliaryBackchannelMonitor(builder.services, { homeDirectory: home });
  const host = builder.build();
  await host.start();
  const changes = host.services.getRequiredService(IAuxiliaryBackchannelMonitor).watchConnections();
  await changes.next();
  const seen = nextConnection(changes);
  return {
    seen: () => seen,
    async stop() {
      await changes.return();
      await host.stop();
      await host[Symbol.asyncDispose]();
    },
  };
}

async function nextConnection(changes) {
  for (;;) {
    const { value: connections } = await changes.next();
    if (connections.length > 0) return process.hrtime.bigint();
  }
}

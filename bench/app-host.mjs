// node bench/app-host.mjs HOME
// An AppHost below that home directory. Says on stdout when its socket began to listen, in nanoseconds of the monotonic clock, which all processes share.
import { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { runHost } from 'hostward';
import { addAppHost } from 'hostward/apphost';

const [homeDirectory] = process.argv.slice(2);

// A path is bound and listened on before this call returns; what tells the program comes later.
const listen = Server.prototype.listen;
Server.prototype.listen = function (...args) {
  const server = listen.apply(this, args);
  console.log(String(process.hrtime.bigint()));
  return server;
};

process.exitCode = await runHost(builder => {
  builder.logging.clearProviders();
  addAppHost(builder.services, { appHostPath: fileURLToPath(import.meta.url), homeDirectory, isRequired: true });
});

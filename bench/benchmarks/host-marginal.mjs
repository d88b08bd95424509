import { DotnetHosts } from '../dotnet-host.mjs';
import { dotnetCommand, runtimeNotes, teardown } from '../host-benchmarks.mjs';
import { HostPrograms } from '../host-programs.mjs';
import { timeCommand } from '../measure.mjs';

const count = 1_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `what one hosted service adds to the life of a process: that of ${count.toLocaleString('en')} less that of none, a service; in one file each`,
  warmup: 2,
  runs: 21,
  async setup() {
    const programs = new HostPrograms();
    const hosts = new DotnetHosts(programs.scratch);
    const pair = async library => ({ none: await programs.bundled(library, 0), many: await programs.bundled(library, count) });
    const [none, many] = [hosts.build(0), hosts.build(count)];
    const reason = none.reason ?? many.reason;
    return {
      programs,
      runtime: hosts.runtime,
      hostward: await pair('hostward'),
      inversify: await pair('inversify'),
      dotnet: reason ? { reason } : { none: dotnetCommand(programs, none), many: dotnetCommand(programs, many) },
    };
  },
  teardown,
  notes: runtimeNotes,
  ours: { name: 'hostward', atMost: 0.1, run: ({ hostward }) => marginal('hostward', hostward) },
  peers: [
    { name: 'inversify, by hand', run: ({ inversify }) => marginal('inversify', inversify) },
    { name: '.NET, dotnet app.dll', unavailable: ({ dotnet }) => dotnet.reason, run: ({ dotnet }) => marginal('dotnet', dotnet) },
  ],
};

function marginal(name, { none, many }) {
  return (timeCommand(name, many) - timeCommand(name, none)) / count;
}

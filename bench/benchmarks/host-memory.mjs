import { execFileSync } from 'node:child_process';
import { teardown } from '../host-benchmarks.mjs';
import { HostPrograms } from '../host-programs.mjs';

const count = 1_000;
const report = `{ gc(); gc(); console.log(process.memoryUsage().heapUsed); }`;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `the heap of a process while ${count.toLocaleString('en')} hosted services run, garbage collected before`,
  unit: 'MB',
  warmup: 0,
  runs: 7,
  setup() {
    const programs = new HostPrograms();
    return { programs, hostward: programs.fromPackages('hostward', count, report), inversify: programs.fromPackages('inversify', count, report) };
  },
  teardown,
  ours: { name: 'hostward', run: ({ hostward }) => heap(hostward) },
  peers: [{ name: 'inversify, by hand', atMost: 1.1, run: ({ inversify }) => heap(inversify) }],
};

function heap({ file, args, env, cwd }) {
  return Number(execFileSync(file, args, { env, cwd, encoding: 'utf8' })) / 1e6;
}

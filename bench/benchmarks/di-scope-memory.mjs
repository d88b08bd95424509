import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertBuilt } from '../built.mjs';

const scopes = 10_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** @type {import('../contract').Benchmark<void>} */
export default {
  describe: `what ${scopes.toLocaleString('en')} scopes, each with a scoped, a transient and a keyed service, leave on the heap when they have been disposed`,
  unit: 'MB',
  warmup: 0,
  runs: 5,
  setup: assertBuilt,
  ours: { name: 'hostward', atMost: 0.1, run: heapGrowth },
  peers: [],
};

/** The megabytes by which scopes make the heap of a new process grow, garbage collected before and after. */
function heapGrowth() {
  const program = `
    import { anyKey, ServiceCollection, ServiceProvider } from 'hostward';
    class Connection { rows = new Array(100).fill(0); async [Symbol.asyncDispose]() {} }
    class Query { text = 'select'; [Symbol.dispose]() {} }
    const services = new ServiceCollection().addScoped(Connection).addTransient(Query).addKeyedScoped(Query, 'kept');
    const provider = new ServiceProvider(services, { validateScopes: true });
    const work = async () => {
      const scope = provider.createScope();
      scope.services.getService(Connection);
      scope.services.getService(Query);
      scope.services.getKeyedService(Query, 'kept');
      scope.services.getKeyedService(Query, Math.random());
      scope.services.getKeyedServices(Query, Math.random());
      await scope[Symbol.asyncDispose]();
    };
    for (let index = 0; index < ${scopes}; index++) await work();
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < ${scopes}; index++) await work();
    gc();
    console.log(process.memoryUsage().heapUsed - before);`;
  return Number(execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' })) / 1e6;
}

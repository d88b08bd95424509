import { assertRight, classTree, collectionOf, importContainers } from '../containers.mjs';

const count = 1_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `building a container of ${count.toLocaleString('en')} services with everything checked, and without`,
  warmup: 5,
  runs: 25,
  async setup() {
    const containers = await importContainers();
    return { ...containers, types: classTree(count, containers.hostward) };
  },
  ours: { name: 'validateOnBuild, validateScopes', atMost: 40, run: context => build(context, { validateOnBuild: true, validateScopes: true }) },
  peers: [{ name: 'neither', run: context => build(context, {}) }],
};

function build({ hostward, types }, options) {
  const provider = new hostward.ServiceProvider(collectionOf(types, hostward), options);
  assertRight(provider.isService(types[0]));
}

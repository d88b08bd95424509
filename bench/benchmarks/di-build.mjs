import { assertRight, classTree, collectionOf, containerOf, importContainers } from '../containers.mjs';

const count = 1_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `registering ${count.toLocaleString('en')} singletons, building the container and resolving the one that leads to all the others`,
  warmup: 5,
  runs: 25,
  async setup() {
    const containers = await importContainers();
    return { ...containers, types: classTree(count, containers.hostward) };
  },
  ours: {
    name: 'hostward',
    run({ hostward, types }) {
      const provider = new hostward.ServiceProvider(collectionOf(types, hostward));
      assertRight(provider.getService(types[0]).left instanceof types[1]);
    },
  },
  peers: [
    {
      name: 'inversify',
      atMost: 1.25,
      run({ inversify, types }) {
        const container = containerOf(types, inversify);
        assertRight(container.get(types[0]).left instanceof types[1]);
      },
    },
  ],
};

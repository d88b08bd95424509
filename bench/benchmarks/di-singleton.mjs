import { assertRight, classTree, collectionOf, containerOf, importContainers } from '../containers.mjs';

const requests = 100_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `resolving a singleton that has been made, ${requests.toLocaleString('en')} times`,
  warmup: 5,
  runs: 25,
  async setup() {
    const { hostward, inversify } = await importContainers();
    const types = classTree(7, hostward);
    return { type: types[0], provider: new hostward.ServiceProvider(collectionOf(types, hostward)), container: containerOf(types, inversify) };
  },
  ours: {
    name: 'hostward, getRequiredService',
    run({ provider, type }) {
      let service;
      for (let request = 0; request < requests; request++) service = provider.getRequiredService(type);
      assertRight(service instanceof type);
    },
  },
  peers: [
    {
      name: 'inversify, get',
      atMost: 1.3,
      run({ container, type }) {
        let service;
        for (let request = 0; request < requests; request++) service = container.get(type);
        assertRight(service instanceof type);
      },
    },
  ],
};

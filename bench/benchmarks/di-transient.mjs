import { assertRight, classTree, collectionOf, containerOf, importContainers } from '../containers.mjs';

const requests = 20_000;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `resolving a graph of seven transients, ${requests.toLocaleString('en')} times`,
  warmup: 5,
  runs: 25,
  async setup() {
    const { hostward, inversify } = await importContainers();
    const types = classTree(7, hostward);
    return {
      type: types[0],
      provider: new hostward.ServiceProvider(collectionOf(types, hostward, 'addTransient')),
      container: containerOf(types, inversify, 'Transient'),
    };
  },
  ours: {
    name: 'hostward, getRequiredService',
    run({ provider, type }) {
      let service;
      for (let request = 0; request < requests; request++) service = provider.getRequiredService(type);
      assertRight(service.left.right instanceof Object);
    },
  },
  peers: [
    {
      name: 'inversify, get',
      atMost: 1.5,
      run({ container, type }) {
        let service;
        for (let request = 0; request < requests; request++) service = container.get(type);
        assertRight(service.left.right instanceof Object);
      },
    },
  ],
};

import { importBuilt } from '../built.mjs';
import { configurationOf, sourcesOf } from '../configurations.mjs';

const keysPerSource = 200;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: `building a configuration of 1,000 keys from 5 sources: memory, two JSON documents, environment, command line`,
  warmup: 3,
  runs: 25,
  async setup() {
    return { hostward: await importBuilt('hostward'), sources: sourcesOf(keysPerSource) };
  },
  ours: {
    name: 'hostward, build',
    atMost: 15,
    run({ hostward, sources }) {
      const configuration = configurationOf(hostward, sources);
      if (configuration.get(sources.keys.at(-1)) === undefined) throw new Error('The last key is not there.');
    },
  },
  peers: [
    {
      name: 'JSON.parse of the documents alone',
      run({ sources }) {
        if (!JSON.parse(sources.json) || !JSON.parse(sources.moreJson)) throw new Error('There is no document.');
      },
    },
  ],
};

import { importBuilt } from '../built.mjs';
import { configurationOf, sourcesOf } from '../configurations.mjs';

const rounds = 100;

/** @type {import('../contract').Benchmark<any>} */
export default {
  describe: 'getting a value by its key, out of 1,000 keys from 5 sources: each key as often as the others, so that on average three sources are asked',
  unit: 'µs',
  warmup: 5,
  runs: 25,
  async setup() {
    const sources = sourcesOf(200);
    return { keys: sources.keys, configuration: configurationOf(await importBuilt('hostward'), sources), map: new Map(sources.keys.map(key => [key, key])) };
  },
  ours: {
    name: 'hostward, get',
    atMost: 1,
    run: ({ keys, configuration }) => microsecondsEach(keys, key => configuration.get(key)),
  },
  peers: [{ name: 'Map, get', run: ({ keys, map }) => microsecondsEach(keys, key => map.get(key)) }],
};

function microsecondsEach(keys, get) {
  let length = 0;
  const begin = performance.now();
  for (let round = 0; round < rounds; round++) for (const key of keys) length += get(key).length;
  const microseconds = (performance.now() - begin) * 1_000;
  if (length === 0) throw new Error('No value was found.');
  return microseconds / (rounds * keys.length);
}

import { bundled } from '../host-benchmarks.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default bundled(0);

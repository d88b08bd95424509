import { fromPackages } from '../host-benchmarks.mjs';

/** @type {import('../contract').Benchmark<any>} */
export default fromPackages(1_000);
